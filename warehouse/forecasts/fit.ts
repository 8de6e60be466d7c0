import { fitArrivals, newBusiness } from './arrivals.ts';
import { stepsAhead, type WindowKind, windowAt, weeksToEnd } from './calendar.ts';
import { addedBy, clip, type Correction, fitCorrections, offsetOf } from './correction.ts';
import type { Span } from './days.ts';
import {
  type Ahead,
  type Counts,
  countWeeks,
  fitHazards,
  type Hazards,
  lookAhead,
} from './hazards.ts';
import { dayOfWeek, type Known, withoutStages } from './known.ts';
import { logistic } from './ridge.ts';
import { amountOf, fitValues, median, type Values } from './value.ts';

/** How much is known: nothing but run rates, hazards alone, everything. */
export type Depth = 'naive' | 'hazards' | 'full';

/** Fewer closings than these, and the model keeps to less (forecast.md 3, abstain). */
export const fewest = { hazards: 30, full: 100 };

/** The model as fitted at the end of one week. */
export interface Fit {
  /** With one stage only where the history of stages was not kept. */
  known: Known;
  cutOff: number;
  day: number;
  depth: Depth;
  isStaged: boolean;
  kinds: WindowKind[];
  spans: Span[];
  hazards: Hazards;
  ahead: Ahead;
  corrections: (Correction | null)[];
  values: Values;
}

/** What is believed, with and without its stages, counted once for many fits. */
export interface Ground {
  known: Known;
  staged: Counts;
  plain(): { known: Known; counts: Counts };
}

export function layGround(known: Known): Ground {
  let bare: { known: Known; counts: Counts } | null = null;
  return {
    known,
    staged: countWeeks(known),
    plain: () => {
      if (bare) return bare;
      const one = withoutStages(known);
      bare = { known: one, counts: countWeeks(one) };
      return bare;
    },
  };
}

/** Fits everything from what was known by the end of week `cutOff`. */
export function fitModel(ground: Ground, cutOff: number, kinds: WindowKind[]): Fit {
  const isStaged = knowsStages(ground.known, cutOff);
  const { known, counts } = isStaged
    ? { known: ground.known, counts: ground.staged }
    : ground.plain();
  const { fiscalYearStart } = known.history;
  const weekOf = weeksToEnd(fiscalYearStart);
  const day = dayOfWeek(known, cutOff);
  const spansAt = (on: number) => kinds.map((kind) => windowAt(kind, on, fiscalYearStart));
  const hazards = fitHazards(counts, cutOff);
  const aheadOf = remembering((week: number) => {
    const on = dayOfWeek(known, week);
    return lookAhead(hazards, stepsAhead(on, spansAt(on), weekOf), kinds.length);
  });
  const depth = depthAt(known, day);
  return {
    known,
    cutOff,
    day,
    depth,
    isStaged,
    kinds,
    spans: spansAt(day),
    hazards,
    ahead: aheadOf(cutOff),
    corrections:
      depth === 'full' ? fitCorrections({ known, cutOff, kinds, aheadOf }) : kinds.map(() => null),
    values: fitValues(known, cutOff),
  };
}

function remembering<T>(make: (key: number) => T): (key: number) => T {
  const found = new Map<number, T>();
  return (key) => {
    const kept = found.get(key) ?? make(key);
    found.set(key, kept);
    return kept;
  };
}

function depthAt({ closings }: Known, day: number): Depth {
  let n = 0;
  for (let row = 0; row < closings.rows && (closings.closedOn[row] as number) <= day; row++) n++;
  return n < fewest.hazards ? 'naive' : n < fewest.full ? 'hazards' : 'full';
}

/** Most open weeks so far tell their stage. */
function knowsStages({ start, isStageKnown }: Known, cutOff: number): boolean {
  const rows = start[cutOff] as number;
  let told = 0;
  for (let row = 0; row < rows; row++) told += isStageKnown[row] as number;
  return 2 * told >= rows;
}

/** P(won in the window) of an open row of the cut-off's week. */
export function chanceOf(
  { known, ahead, corrections, day, spans }: Fit,
  row: number,
  k: number,
): number {
  const offset = offsetOf(ahead, k, known.stage[row] as number, known.stageAge[row] as number);
  const correction = corrections[k];
  const more = correction ? addedBy(correction, row, day, spans[k] as Span) : 0;
  return clip(logistic(offset + more));
}

/** What an open row is worth when won, cents. */
export const worthOf = ({ known, values }: Fit, row: number): number =>
  amountOf(values, known, row) * (values.ratio[known.stage[row] as number] as number);

/** Which part of the pipeline: a weight for each row of `weeks` and of `entries`; null is all. */
export interface Scope {
  weeks: Float64Array | null;
  closings: Float64Array | null;
  entries: Float64Array | null;
}

export const wholeScope: Scope = { weeks: null, closings: null, entries: null };

/** Of one window: what open ones and new ones will still bring, cents, and the variance without common shock. */
export interface Expectation {
  existing: number;
  fresh: number;
  variance: number;
}

/** How far amounts still move until they are won, as a share. */
const amountSpread = 0.1;

export function expect(fit: Fit, scope: Scope = wholeScope): Expectation[] {
  const { known, cutOff, day, values } = fit;
  const [from, to] = [known.start[cutOff] as number, known.start[cutOff + 1] as number];
  const worths = Float64Array.from({ length: to - from }, (_, i) => worthOf(fit, from + i));
  const typical = median([...values.typical].filter((value) => value > 0)) ?? 0;
  const arrivals = fitArrivals(known, cutOff, { typical, scope: scope.entries });
  return fit.spans.map((_, k) => {
    let [existing, variance] = [0, 0];
    for (let row = from; row < to; row++) {
      const part = scope.weeks ? (scope.weeks[row] as number) : 1;
      if (part === 0) continue;
      const p = chanceOf(fit, row, k);
      const worth = part * (worths[row - from] as number);
      existing += p * worth;
      variance += p * (1 - p) * worth * worth + p * (amountSpread * worth) ** 2;
    }
    const fresh = newBusiness(arrivals, fit.ahead, { window: k, cutOff: day, ratio: values.ratio });
    return { existing, fresh: fresh.mean, variance: variance + fresh.variance };
  });
}
