/** Values as text, the one place. Money comes as exact decimal text and is only rounded for the eye. */
export type Shown = string | number | boolean | null | undefined;
export type ShownUnit = 'money' | 'count' | 'ratio' | 'days' | 'text' | 'date' | 'instant';

export interface FormatOptions {
  currency?: string | undefined;
  exact?: boolean;
  signed?: boolean;
}

const none = '–';
const locale = 'en';

/** A value for people; `–` for none. */
export function formatValue(value: Shown, unit: ShownUnit, options: FormatOptions = {}): string {
  if (value === null || value === undefined || value === '') return none;
  switch (unit) {
    case 'money':
      return formatMoney(String(value), options);
    case 'count':
      return withSign(Number(value), group(Math.abs(Number(value)), 0), options);
    case 'ratio':
      return formatRatio(Number(value));
    case 'days':
      return `${group(Number(value), 0)} d`;
    case 'date':
      return formatDay(String(value));
    case 'instant':
      return `${formatDay(String(value))} ${String(value).slice(11, 16)}`;
    default:
      return String(value);
  }
}

/** € 4.9 M, € 180 k, € 1,240 by size; every cent when exact. */
export function formatMoney(
  amount: string,
  { currency = '', exact = false, signed = false }: FormatOptions,
): string {
  const minus = amount.startsWith('-');
  const digits = amount.replace(/^-/, '');
  const text = exact ? exactly(digits) : shortened(Number(digits));
  const sign = minus ? '−' : signed && Number(digits) > 0 ? '+' : '';
  return `${sign}${symbolOf(currency)}${text}`;
}

function exactly(digits: string): string {
  const [whole = '0', cents = ''] = digits.split('.');
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents.padEnd(2, '0')}`;
}

function shortened(size: number): string {
  if (size >= 999_500) return `${group(size / 1e6, size < 9.95e6 ? 1 : 0)} M`;
  return size >= 9_995 ? `${group(size / 1e3, 0)} k` : group(size, 0);
}

const symbols: Record<string, string> = { EUR: '€ ', USD: '$ ', GBP: '£ ' };
const symbolOf = (currency: string): string => symbols[currency] ?? (currency && `${currency} `);

/** Percent; below 10 % with one decimal. */
export function formatRatio(ratio: number): string {
  const percent = ratio * 100;
  return `${group(percent, percent < 9.95 && percent > 0 ? 1 : 0)} %`;
}

export function formatDay(day: string): string {
  const [year = '', month = '1', date = '1'] = day.slice(0, 10).split('-');
  const name = new Date(Date.UTC(2000, Number(month) - 1, 1)).toLocaleString(locale, {
    month: 'short',
    timeZone: 'UTC',
  });
  return `${Number(date)} ${name} ${year}`;
}

const group = (value: number, decimals: number): string =>
  value.toLocaleString(locale, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });

const withSign = (value: number, text: string, { signed }: FormatOptions): string =>
  `${value < 0 ? '−' : signed && value > 0 ? '+' : ''}${text}`;
