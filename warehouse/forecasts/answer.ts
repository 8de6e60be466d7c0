import type { Circumstance } from '../answers.ts';

/** What tells a total beside the others at the same cut-offs; `hazard` is the model before it is blended. */
export type ForecastMethod =
  | 'default'
  | 'hazard'
  | 'naive'
  | 'lastYear'
  | 'typedWeighted'
  | 'learnedWeighted'
  | 'sameDayRatio'
  | 'calls';

/** A forecast of a period as it was stored at one cut-off, never changed since. Money at plan rates. */
export interface ForecastPoint {
  /** The day at whose end it stands; it was made from what was known by then. */
  cutOff: string;
  /** Whole weeks from the cut-off to the end of the period. */
  weeksToEnd: number;
  p10: string;
  p50: string;
  p90: string;
  mean: string;
  /** Parts of the mean that add up to it; `existing` and `new` are null where no model could be fitted. */
  won: string;
  existing: string | null;
  new: string | null;
  /** P(total ≥ the target as it is now); null without target. */
  pTarget: number | null;
  /** The period's total as each method saw it; null where it could not tell. */
  totals: Record<ForecastMethod, string | null>;
  method: 'default' | 'naive';
  /** SHA-256 of what it was worked out from. */
  inputHash: string;
  codeVersion: number;
  madeAt: string;
  /** Worked out after its week was over, from what had been known then. */
  isBackfilled: boolean;
}

/** How wrong a method was in past periods, from forecasts as they were stored. */
export interface ForecastError {
  method: ForecastMethod;
  label: string;
  meaning: string;
  /** Σ|error| / Σ actual, and Σ error / Σ actual (above 0: too high). */
  wape: number | null;
  bias: number | null;
  /** Mean pinball loss over 0.05..0.95 relative to the mean result. */
  pinball: number | null;
  /** How often the result lay within P10..P90, of `n`; null for methods that tell one number. */
  held: number | null;
  n: number;
  /** In words: "held 26 of 32 times, 9 % off on the mean". */
  words: string;
}

/** What a period will bring, as stored, with how wrong such forecasts were. */
export interface ForecastAnswer extends Circumstance {
  /** Day of the newest stored forecast by the as-of day; null when there is none. */
  cutOff: string | null;
  p10: string | null;
  p50: string | null;
  p90: string | null;
  mean: string | null;
  won: string | null;
  existing: string | null;
  new: string | null;
  target: string | null;
  pTarget: number | null;
  method: 'default' | 'naive' | null;
  /** Why less is told than could be, in words; null when everything is. */
  abstains: string | null;
  /** Every stored forecast of the period up to the as-of day, oldest first: how it moved. */
  points: ForecastPoint[];
  /** As far before the end of past periods as now, a week more or less. */
  errors: ForecastError[];
  /** The weeks to the period's end at which the errors were measured, and on how many periods. */
  errorsAt: { weeksToEnd: number; periods: number } | null;
  notes: string[];
}

/** One line of the scoreboard: a method in the windows of one kind, `weeksToEnd` weeks before they end when told so. */
export interface BacktestScore {
  method: ForecastMethod;
  window: string;
  weeksToEnd?: number;
  wape: number | null;
  bias: number | null;
  coverage: number | null;
  pinball: number | null;
  /** How many forecasts, of how many windows. */
  n: number;
  periods: number;
}

/** How wrong stored forecasts were. */
export interface Backtest extends Circumstance {
  windows: string;
  from: string;
  to: string;
  methods: BacktestScore[];
  byHorizon: BacktestScore[];
  points: (ForecastPoint & { period: string; window: string; actual: string })[];
  notes: string[];
}
