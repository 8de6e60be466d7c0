import { formatTicks, type Measure } from './format.ts';
import type { Tick } from './theme.ts';
import { niceTicks } from './ticks.ts';

/** Ticks of a value axis between two round ends, in one unit. */
export function valueTicks(low: number, high: number, count: number, measure: Measure): Tick[] {
  const at = niceTicks(low, high, count);
  const texts = formatTicks(at, measure);
  return at.map((each, i) => ({ at: each, text: texts[i] ?? '' }));
}
