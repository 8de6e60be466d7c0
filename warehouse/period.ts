import { Temporal } from 'temporal-polyfill';
import { WarehouseError } from './errors.ts';

/** Half-open days `[from, to)`; null is without bound. */
export interface Period {
  text: string;
  from: string | null;
  to: string | null;
}

/** An instant as the warehouse keeps it (`YYYY-MM-DD HH:MM:SS.mmm`, UTC) and its local day. */
export interface Moment {
  instant: string;
  day: string;
  /** The instant is the last of its local day. */
  isEndOfDay: boolean;
}

const forms =
  'write a year (2026), a fiscal quarter (2026-Q3), a month (2026-07), days (2026-07-01..2026-08-15, both included) or all';

/** Reads a period; a year and a quarter are fiscal. Throws `bad-period` naming what was given. */
export function parsePeriod(text: string, fiscalYearStart: number): Period {
  if (text === 'all') return { text, from: null, to: null };
  const days = text.split('..');
  if (days.length === 2)
    return {
      text,
      from: day(days[0] as string, text).toString(),
      to: afterDay(days as [string, string], text),
    };
  const [, year, quarter, month] = /^(\d{4})(?:-Q([1-4])|-(0[1-9]|1[0-2]))?$/.exec(text) ?? [];
  if (!year) throw new WarehouseError('bad-period', `"${text}" is not a period: ${forms}`);
  const first = month
    ? Temporal.PlainDate.from(`${year}-${month}-01`)
    : fiscalStart(Number(year), fiscalYearStart).add({
        months: quarter ? (Number(quarter) - 1) * 3 : 0,
      });
  const months = month ? 1 : quarter ? 3 : 12;
  return { text, from: first.toString(), to: first.add({ months }).toString() };
}

/** From how many past periods is learned at most. */
export const pastPeriods = 8;

export interface Days {
  from: string;
  to: string;
}

/** The `count` periods of the same kind just before one, newest first; days of a free choice go back by their number. */
export function periodsBefore({ text, from, to }: Period, count: number): Days[] {
  if (from === null || to === null) return [];
  const [first, end] = [Temporal.PlainDate.from(from), Temporal.PlainDate.from(to)];
  const length = text.includes('..')
    ? { days: first.until(end, { largestUnit: 'days' }).days }
    : { months: first.until(end, { largestUnit: 'months' }).months };
  const back = (day: Temporal.PlainDate, n: number) =>
    day.subtract({ days: n * (length.days ?? 0), months: n * (length.months ?? 0) }).toString();
  return Array.from({ length: count }, (_, i) => ({
    from: back(first, i + 1),
    to: back(end, i + 1),
  }));
}

/** The fiscal quarter that holds a day, as `2026-Q3`. */
export function quarterOf(dayText: string, fiscalYearStart: number): string {
  const date = Temporal.PlainDate.from(dayText);
  const offset = (date.month - fiscalYearStart + 12) % 12;
  const year = fiscalYearStart === 1 || date.month < fiscalYearStart ? date.year : date.year + 1;
  return `${year}-Q${Math.floor(offset / 3) + 1}`;
}

/** The quarter `n` after (before when negative) a quarter. */
export function shiftQuarter(quarter: string, n: number): string {
  const [, year, q] = /^(\d{4})-Q([1-4])$/.exec(quarter) ?? [];
  const whole = Number(year) * 4 + Number(q) - 1 + n;
  return `${Math.floor(whole / 4)}-Q${(whole % 4) + 1}`;
}

/** Reads a day (its end in the zone) or an instant; throws `bad-instant`. */
export function parseMoment(text: string, zone: string): Moment {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    const date = day(text, text);
    const instant = date
      .add({ days: 1 })
      .toZonedDateTime(zone)
      .toInstant()
      .subtract({ milliseconds: 1 });
    return { instant: naive(instant), day: text, isEndOfDay: true };
  }
  try {
    const instant = Temporal.Instant.from(/[zZ]|[+-]\d{2}:?\d{2}$/.test(text) ? text : `${text}Z`);
    const local = instant.toZonedDateTimeISO(zone);
    const end = local
      .toPlainDate()
      .add({ days: 1 })
      .toZonedDateTime(zone)
      .toInstant()
      .subtract({ milliseconds: 1 });
    return {
      instant: naive(instant),
      day: local.toPlainDate().toString(),
      isEndOfDay: naive(end) === naive(instant),
    };
  } catch (error) {
    throw new WarehouseError(
      'bad-instant',
      `"${text}" is neither a day (2026-07-01) nor an instant (2026-07-01T12:00:00Z)`,
      { cause: error },
    );
  }
}

/** The end of the last month that was over at a moment, or then ended. */
export function monthEnd({ day: on, isEndOfDay }: Moment, zone: string): Moment {
  const next = Temporal.PlainDate.from(on).add({ days: isEndOfDay ? 1 : 0 });
  return parseMoment(next.with({ day: 1 }).subtract({ days: 1 }).toString(), zone);
}

/** `2026-03-02 22:59:59.999` -> `2026-03-02T22:59:59.999Z`. */
export const isoInstant = (instant: string): string => `${instant.replace(' ', 'T')}Z`;

const naive = (instant: Temporal.Instant): string =>
  instant.toString({ smallestUnit: 'millisecond' }).slice(0, 23).replace('T', ' ');

/** A fiscal year is named by the calendar year in which it ends. */
const fiscalStart = (year: number, start: number): Temporal.PlainDate =>
  Temporal.PlainDate.from({ year: start === 1 ? year : year - 1, month: start, day: 1 });

function day(text: string, whole: string): Temporal.PlainDate {
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' });
  } catch (error) {
    throw new WarehouseError('bad-period', `"${whole}": "${text}" is not a day; ${forms}`, {
      cause: error,
    });
  }
}

function afterDay([from, to]: [string, string], whole: string): string {
  const end = day(to, whole).add({ days: 1 });
  if (Temporal.PlainDate.compare(day(from, whole), end) >= 0)
    throw new WarehouseError('bad-period', `"${whole}" ends before it begins`);
  return end.toString();
}
