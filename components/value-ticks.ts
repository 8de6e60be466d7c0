import { formatTicks, type Measure } from './format.ts';
import type { Tick } from './theme.ts';
import { niceTicks } from './ticks.ts';

/** Ticks of a value axis between two round ends, in one unit. */
export const valueTicks = (low: number, high: number, count: number, measure: Measure): Tick[] =>
  ticksAt(niceTicks(low, high, count), measure);

/** Ticks at those places, in one unit. */
export function ticksAt(at: readonly number[], measure: Measure): Tick[] {
  const texts = formatTicks(at, measure);
  return at.map((each, i) => ({ at: each, text: texts[i] ?? '' }));
}
