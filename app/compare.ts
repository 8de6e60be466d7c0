import type { Options } from '#warehouse/answers.ts';
import { parsePeriod } from '#warehouse/period.ts';
import { dayOf, isDay, type View } from './view.ts';

/** The day to compare with; null is the load before. Throws `bad-period` for a period that is none. */
export function compareDay(
  view: View,
  options: Pick<Options, 'today' | 'firstDay' | 'fiscalYearStart'>,
): string | null {
  const { compare, period } = view;
  if (compare === 'load') return null;
  if (isDay(compare)) return compare;
  const day = dayOf(view, options);
  if (compare === 'week') return shifted(day, -7);
  if (compare === 'year')
    return `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`.replace('02-29', '02-28');
  const { from } = parsePeriod(period, options.fiscalYearStart);
  return from === null ? options.firstDay : shifted(from, -1);
}

/** The day so many days later, or earlier when negative. */
export const shifted = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
