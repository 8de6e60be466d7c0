import type { Row } from '#warehouse/answers.ts';
import type { Quarter } from '../quarters.ts';
import { yearBefore } from '../span.ts';

/** The twelve months that end with a day, both ends included. */
export const yearUntil = (last: string): string => {
  const from = new Date(Date.parse(`${yearBefore(last)}T00:00:00Z`) + 86_400_000);
  return `${from.toISOString().slice(0, 10)}..${last}`;
};

/** A metric of one quarter among rows by quarter; none where nothing is known of it. */
export const ofQuarter = (
  rows: Row[],
  { text }: Quarter,
  metric: string,
): string | number | null => {
  const value = rows.find(({ closeQuarter }) => closeQuarter === text)?.[metric];
  return typeof value === 'string' || typeof value === 'number' ? value : null;
};

/** A quarter with what was won and done in it, and the win rate of the year that ends with it. */
export interface ToldQuarter extends Quarter {
  won: string | number | null;
  done: string | number | null;
  rate: Row | undefined;
}

/** From the first quarter on in which he won, did or had something; all of them when he never did. */
export function sinceBegun(quarters: ToldQuarter[], weeks: Row[]) {
  const firstWeek = weeks.find(({ openPipeline }) => Number(openPipeline ?? 0) > 0)?.week;
  const isBegun = ({ won, done, last }: ToldQuarter) =>
    Number(won ?? 0) > 0 ||
    Number(done ?? 0) > 0 ||
    (typeof firstWeek === 'string' && last >= firstWeek);
  const at = Math.max(0, quarters.findIndex(isBegun));
  const kept = quarters.slice(Math.min(at, Math.max(0, quarters.length - 2)));
  return { quarters: kept, from: kept[0]?.last ?? '' };
}

/** Weeks from a day to another. */
export const weeksBetween = (from: string, to: string): number =>
  Math.floor((Date.parse(to) - Date.parse(from)) / (7 * 86_400_000));
