import { formatTicks, type Measure } from './format.ts';
import { withoutOverlap } from './text-fit.ts';
import type { Tick } from './theme.ts';
import { logTicks, niceTicks } from './ticks.ts';

/** Ticks of a value axis between two round ends, in one unit. */
export const valueTicks = (low: number, high: number, count: number, measure: Measure): Tick[] =>
  ticksAt(niceTicks(low, high, count), measure);

/** Ticks at those places, in one unit. */
export function ticksAt(at: readonly number[], measure: Measure): Tick[] {
  const texts = formatTicks(at, measure);
  return at.map((each, i) => ({ at: each, text: texts[i] ?? '' }));
}

/** Ticks of an axis of orders of magnitude, each in the unit of its own. */
export const orderTicks = (low: number, high: number, measure: Measure): Tick[] =>
  logTicks(low, high).map((at) => ({ at, text: formatTicks([at], measure)[0] ?? '' }));

/** Of the ticks below a picture those that stand free of each other. */
export function fittingTicks(
  ticks: readonly Tick[],
  [low, high]: readonly [number, number],
  inner: number,
): Tick[] {
  const spots = ticks.map((tick) => ({
    at: ((tick.at - low) / (high - low || 1)) * inner,
    text: tick.text,
    tick,
  }));
  return withoutOverlap(spots).map(({ tick }) => tick);
}
