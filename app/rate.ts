import type { Row } from '#warehouse/answers.ts';
import { formatRatio, formatValue } from '#components/format.ts';

/** Fewer closings than this tell nothing about a rate (metric 2.3). */
export const fewest = 5;

/** How sure a rate is, as it stands beside it: its interval and n; null for what is no rate. */
export function surenessOf(row: Row | undefined, name: string): string | null {
  const n = row?.[`${name}N`];
  if (n === undefined || n === null) return null;
  const [low, high] = [row?.[`${name}Low`], row?.[`${name}High`]];
  if (isTooFew(row, name)) return `n = ${formatValue(n, 'count')}`;
  if (low === null || low === undefined || high === null || high === undefined) return null;
  const ends = `${formatRatio(Number(low)).replace(' %', '')}–${formatRatio(Number(high))}`;
  return `${ends}, n = ${formatValue(n, 'count')}`;
}

/** What is said instead of a rate of too few; null where the rate may be shown. */
export function insteadOf(row: Row | undefined, name: string): string | null {
  if (!isTooFew(row, name)) return null;
  return Number(row?.[`${name}N`]) === 0 ? '–' : 'n too small';
}

const isTooFew = (row: Row | undefined, name: string): boolean => {
  const n = row?.[`${name}N`];
  return n !== undefined && n !== null && Number(n) < fewest;
};
