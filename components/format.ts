/** Values as text, the one place. Money comes as exact decimal text and is only rounded for the eye. */
export type Shown = string | number | boolean | null | undefined;
export type ShownUnit =
  | 'money'
  | 'count'
  | 'ratio'
  | 'times'
  | 'days'
  | 'text'
  | 'date'
  | 'instant';

export interface FormatOptions {
  currency?: string | undefined;
  exact?: boolean;
  signed?: boolean;
  /** The day of reading: dates of its year are shown without the year. */
  today?: string | undefined;
}

/** What a number is, so that every chart prints it in the one way. */
export interface Measure {
  unit: ShownUnit;
  currency?: string | undefined;
  /** Never rounded for the eye: small differences between large numbers matter. */
  isExact?: boolean | undefined;
}

/** Numbers stand on the right, words and dates on the left. */
export const isOnRight = (unit: ShownUnit): boolean =>
  ['money', 'count', 'ratio', 'times', 'days'].includes(unit);

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
      return withSign(Number(value), formatRatio(Math.abs(Number(value))), options);
    case 'times':
      return withSign(Number(value), `${group(Math.abs(Number(value)), 1)}×`, options);
    case 'days':
      return withSign(Number(value), `${group(Math.abs(Number(value)), 0)} d`, options);
    case 'date':
      return formatDay(String(value), options);
    case 'instant':
      return `${formatDay(String(value), options)} ${String(value).slice(11, 16)}`;
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
  const percent = Math.abs(ratio * 100);
  const text = `${group(percent, percent < 9.95 && percent > 0 ? 1 : 0)} %`;
  return withSign(ratio, text, {});
}

/** The ticks of one axis: all in the unit of the largest, without needless zeros; money is `0` at zero. */
export function formatTicks(ticks: readonly number[], { unit, currency = '' }: Measure): string[] {
  if (unit === 'ratio') return ticks.map((tick) => `${trimmed(tick * 100)} %`);
  if (unit !== 'money') return ticks.map((tick) => withSign(tick, trimmed(Math.abs(tick)), {}));
  const largest = Math.max(...ticks.map(Math.abs));
  const [size, suffix] = largest >= 1e6 ? [1e6, ' M'] : largest >= 1e4 ? [1e3, ' k'] : [1, ''];
  const text = (tick: number) => `${symbolOf(currency)}${trimmed(Math.abs(tick) / size)}${suffix}`;
  return ticks.map((tick) => (tick === 0 ? '0' : withSign(tick, text(tick), {})));
}

/**
 * Amounts that are read together, as in a bridge: all in one size, so that they visibly add up (€ 5,120 k, +€ 60 k).
 * `signed` says which carry their sign.
 */
export function formatAlike(
  amounts: readonly { value: Shown; signed: boolean }[],
  { unit, currency = '' }: Measure,
): string[] {
  const sizes = amounts.map(({ value }) => Math.abs(Number(value ?? 0)));
  const largest = Math.max(0, ...sizes);
  const [size, suffix] = largest >= 1e8 ? [1e6, ' M'] : largest >= 1e5 ? [1e3, ' k'] : [1, ''];
  return amounts.map(({ value, signed }, i) => {
    if (unit !== 'money' || value === null || value === undefined)
      return formatValue(value, unit, { signed });
    const part = (sizes[i] ?? 0) / size;
    const text = group(part, size > 1 && part > 0 && part < (size > 1e3 ? 100 : 1) ? 1 : 0);
    return withSign(Number(value), `${symbolOf(currency)}${text}${suffix}`, { signed });
  });
}

const trimmed = (value: number): string =>
  value.toLocaleString(locale, { maximumFractionDigits: 2 });

/** 14 Mar 2026; without the year when that is the year of `today`. */
export function formatDay(day: string, { today = '' }: Pick<FormatOptions, 'today'> = {}): string {
  const [year = '', month = '1', date = '1'] = day.slice(0, 10).split('-');
  const name = monthName(Number(month));
  return year === today.slice(0, 4) ? `${Number(date)} ${name}` : `${Number(date)} ${name} ${year}`;
}

const monthName = (month: number): string =>
  new Date(Date.UTC(2000, month - 1, 1)).toLocaleString(locale, {
    month: 'short',
    timeZone: 'UTC',
  });

/** The month of a day: Mar. */
export const formatMonth = (day: string): string => monthName(Number(day.slice(5, 7)));

const group = (value: number, decimals: number): string =>
  value.toLocaleString(locale, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });

const withSign = (value: number, text: string, { signed }: FormatOptions): string =>
  `${value < 0 ? '−' : signed && value > 0 ? '+' : ''}${text}`;
