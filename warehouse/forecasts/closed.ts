import type { Span } from './days.ts';
import type { Known } from './known.ts';

/** Cents won in a span, as it stands at the end of a day. */
export function wonIn(
  { closings: c }: Known,
  { from, to }: Span,
  day: number,
  weights: Float64Array | null = null,
): number {
  let sum = 0;
  for (let row = firstFrom(c.closedOn, from); row < c.rows; row++) {
    const on = c.closedOn[row] as number;
    if (on >= to || on > day) break;
    if (!c.isWon[row] || (c.sinceOn[row] as number) > day || (c.untilOn[row] as number) <= day)
      continue;
    const amount = c.amount[row] as number;
    if (!Number.isNaN(amount)) sum += amount * (weights ? (weights[row] as number) : 1);
  }
  return sum;
}

/** The first place of a growing column that holds at least a value. */
export function firstFrom(column: Float64Array, value: number): number {
  let [low, high] = [0, column.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((column[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
