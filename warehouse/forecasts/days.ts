/** Days as whole numbers since 1970-01-01: what forecasts reckon with. */
export const dayNumber = (text: string): number => Math.round(Date.parse(`${text}T00:00:00Z`) / ms);
export const dayText = (day: number): string => new Date(day * ms).toISOString().slice(0, 10);

const ms = 86_400_000;

/** Half-open days `[from, to)`. */
export interface Span {
  from: number;
  to: number;
}

/** The day `months` later than a first of month. */
export function addMonths(day: number, months: number): number {
  const date = new Date(day * ms);
  return Math.round(
    Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, date.getUTCDate()) / ms,
  );
}

/** The period of so many months (1, 3, 6, 12) that holds a day, in a fiscal year that starts in this month. */
export function periodAt(day: number, months: number, fiscalYearStart: number): Span {
  const date = new Date(day * ms);
  const since = (date.getUTCMonth() + 1 - fiscalYearStart + 12) % months;
  const from = Math.round(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - since, 1) / ms);
  return { from, to: addMonths(from, months) };
}

/** How many whole months a span is, when it begins and ends with a month; null otherwise. */
export function monthsOf({ from, to }: Span): number | null {
  const [a, b] = [new Date(from * ms), new Date(to * ms)];
  if (a.getUTCDate() !== 1 || b.getUTCDate() !== 1) return null;
  return (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
}

/** The span of the same kind `n` before: by months where it is made of months, by its days otherwise. */
export function spanBefore(span: Span, n: number): Span {
  const months = monthsOf(span);
  if (months === null) {
    const length = span.to - span.from;
    return { from: span.from - n * length, to: span.to - n * length };
  }
  return { from: addMonths(span.from, -n * months), to: addMonths(span.to, -n * months) };
}

/** The same days a year before. */
export function yearBefore(span: Span): Span {
  if (monthsOf(span) === null) return { from: span.from - 364, to: span.to - 364 };
  return { from: addMonths(span.from, -12), to: addMonths(span.to, -12) };
}
