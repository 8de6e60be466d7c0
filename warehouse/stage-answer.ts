import type { Circumstance } from './answers.ts';

/** How opportunities pass the stages, by a named rule. */
export interface Conversion extends Circumstance {
  rule: string;
  label: string;
  meaning: string;
  source: string;
  /** By pipeline and order. */
  stages: StageConversion[];
  notes: string[];
}

/**
 * One stage: entered = advanced + lost + withdrawn + still, but by the rule `anyStage`. What only our own rule tells is
 * null by the others.
 */
export interface StageConversion {
  pipeline: string | null;
  stage: string;
  order: number;
  entered: number;
  advanced: number;
  lost: number;
  withdrawn: number;
  /** Not advanced, lost or withdrawn so far (by other rules won ones that passed otherwise, too); `back` of them are in a lower stage, `gone` were deleted or merged. */
  still: number;
  back: number | null;
  gone: number | null;
  /** Of those that advanced: passed the stage without a stay. */
  viaSkip: number | null;
  /** Moves back from this stage to a lower one per 100 entries. */
  regressionsPer100: number | null;
  /** Share that reaches a higher stage or is won, with its 95 % interval; null when nothing has ended. */
  estimate: number | null;
  low: number | null;
  high: number | null;
  /** The share of which nothing can be told yet, and the days that the estimate reaches. */
  waiting: number | null;
  horizon: number | null;
  /** Share that is won in the end. */
  toWon: number | null;
  toWonLow: number | null;
  toWonHigh: number | null;
}

/** How long open opportunities have been in their stages, against those that were won from there. */
export interface StageAge extends Circumstance {
  /** By pipeline and order; a stage without an order comes last. */
  stages: StageAging[];
  notes: string[];
}

/** Days of stays that ended upward of opportunities that were won: the share in the name was as long or shorter. */
export interface Benchmark {
  /** How many stays; with fewer than 5 in the stage no opportunity is flagged. */
  n: number;
  p25: number;
  p50: number;
  p80: number;
  p95: number;
}

export interface StageAging {
  pipeline: string | null;
  /** Null: nobody knows. */
  stage: string | null;
  order: number | null;
  benchmark: Benchmark | null;
  /** The same by amounts, drawn to that of the stage where few are; `[from, to)` in the reporting currency. */
  bands: (Benchmark & { band: string; from: string | null; to: string | null })[];
  open: Standing;
  /** Of the open ones, in days so far. */
  medianAge: number | null;
  /** As long as 80 % of those that were won, or longer; `stalled`: as 95 %. */
  watch: Standing;
  stalled: Standing;
  /** Open ones by days in the stage, `[from, to)`. */
  ages: (Standing & { from: number; to: number | null })[];
  /** How those went that sat as long as what is watched from on. */
  odds: Odds | null;
}

/** How many opportunities stand somewhere, and their money. */
export interface Standing {
  count: number;
  value: string;
}

/** Of closed opportunities that sat at least `days` in a stage, how many were won; beside it of all that stood there. */
export interface Odds {
  days: number;
  n: number;
  won: number;
  share: number | null;
  low: number | null;
  high: number | null;
  allN: number;
  allWon: number;
  allShare: number | null;
}

export interface StageOdds extends Circumstance, Odds {
  pipeline: string | null;
  stage: string;
}
