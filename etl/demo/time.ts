import type { Random } from './random.ts';

/** Instants are milliseconds UTC, days are their midnight UTC; office hours lie inside one day in both zones. */
export const hour = 3_600_000;
export const day = 24 * hour;
export const week = 7 * day;

export const parseDay = (text: string): number => {
  const value = Date.parse(`${text}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(value))
    throw new RangeError(`"${text}" is not a day such as 2026-03-02`);
  return value;
};
export const dayText = (instant: number): string => new Date(instant).toISOString().slice(0, 10);
/** As the Bulk API writes it. */
export const instantText = (instant: number): string => new Date(instant).toISOString();
/** As the REST API writes it. */
export const restText = (instant: number): string => instantText(instant).replace('Z', '+0000');
export const dayOf = (instant: number): number => Math.floor(instant / day) * day;
export const mondayOf = (instant: number): number =>
  dayOf(instant) - ((Math.floor(instant / day) + 3) % 7) * day;
export const yearOf = (instant: number): number => new Date(instant).getUTCFullYear();
export const monthOf = (instant: number): number => new Date(instant).getUTCMonth();
export const monthStart = (year: number, month: number): number => Date.UTC(year, month, 1);
export const monthEnd = (instant: number): number =>
  monthStart(yearOf(instant), monthOf(instant) + 1) - day;
export const quarterStart = (instant: number): number =>
  monthStart(yearOf(instant), monthOf(instant) - (monthOf(instant) % 3));
export const quarterEnd = (instant: number): number =>
  monthStart(yearOf(instant), monthOf(instant) - (monthOf(instant) % 3) + 3) - day;
export const addQuarters = (quarter: number, count: number): number =>
  monthStart(yearOf(quarter), monthOf(quarter) + 3 * count);
/** 0 in the first week of a quarter, 12 or 13 in the last. */
export const weekOfQuarter = (instant: number): number =>
  Math.floor((instant - quarterStart(instant)) / week);
export const weeksLeft = (instant: number): number =>
  Math.floor((quarterEnd(instant) + day - instant) / week);

/** 18:00 in Ljubljana on that day. */
export const evening = (of: number): number => of + (isSummer(of) ? 16 : 17) * hour;
export const isSummer = (of: number): boolean =>
  of >= lastSunday(yearOf(of), 2) && of < lastSunday(yearOf(of), 9);
export const localEvening = (of: number): string =>
  `${dayText(of)}T18:00:00${isSummer(of) ? '+02:00' : '+01:00'}`;

function lastSunday(year: number, month: number): number {
  const end = monthStart(year, month + 1) - day;
  return end - new Date(end).getUTCDay() * day;
}

/** Some moment of office hours within about a week from an instant, never before it. */
export function officeTime(random: Random, from: number, span = 7): number {
  const on = workday(dayOf(from) + random.int(span) * day);
  const moment = on + 7 * hour + random.int(8 * 3600) * 1000;
  return moment > from ? moment : from + (60 + random.int(3000)) * 1000;
}

/** Saturday and Sunday become Monday. */
export function workday(on: number): number {
  const weekday = new Date(on).getUTCDay();
  return weekday === 6 ? on + 2 * day : weekday === 0 ? on + day : on;
}
