import type { Cell, Unit } from './answers.ts';

/**
 * Which rows a metric is made of, all as of one instant: open opportunities, closings, creations, quotas,
 * creations with what became of them, what was expected when the period began, pushes of close dates, activities done and still planned, leads.
 */
export type FactName =
  | 'open'
  | 'closing'
  | 'creation'
  | 'quota'
  | 'cohort'
  | 'expected'
  | 'push'
  | 'activity'
  | 'plan'
  | 'lead';

/** Sums over facts of another kind, and which of those count. */
export interface OtherParts {
  where: string;
  parts: Record<string, string>;
}

export interface Companion {
  name: string;
  label: string;
  unit: Unit;
}

/**
 * One number, defined once. SQL speaks of the columns of its facts: `money`, `typed`, `learned` (reporting currency,
 * cents), `days`, `outcome`, `in_period`, `is_overdue`, `is_undated`, `has_amount`.
 */
export interface Metric {
  label: string;
  unit: Unit;
  meaning: string;
  formula: string;
  /** Where the definition comes from. */
  source: string;
  version: number;
  from: FactName;
  /** Which facts count. */
  where: string;
  /** One fact's own share of the number. */
  share: string;
  /** How shares become the number. `combine` computes from `parts`. */
  aggregate: 'sum' | 'count' | 'median' | 'average' | 'combine';
  /** The sum over the rows of a breakdown is the whole. */
  additive: boolean;
  parts?: Record<string, string>;
  companions?: Companion[];
  /** Makes the number and its companions of the parts. */
  combine?: (parts: Record<string, Cell>, name: string) => Record<string, Cell>;
  /** What it needs of other facts for `combine`: attainment needs the quota. */
  with?: Partial<Record<FactName, OtherParts>>;
}

/** The facts of a metric, its own first. */
export const factsOf = ({ from, with: others = {} }: Metric): FactName[] => [
  from,
  ...(Object.keys(others) as FactName[]),
];

export interface Dimension {
  label: string;
  meaning: string;
  /** SQL over the columns of any facts. */
  column: string;
  /** SQL that puts the values in order, the value itself when absent. */
  order?: string;
  /** Facts that do not know this dimension. */
  not?: FactName[];
}

/** An open opportunity at an instant, by the columns of `risk_state`: days are numbers, dates and money text. */
export type RiskState = Readonly<Record<string, string | number | boolean | null>>;

/**
 * A risk rule, written once: asked of today's open opportunities and of all past landmarks alike. What it is worth is
 * measured, never said here.
 */
export interface Risk {
  label: string;
  meaning: string;
  /** Where the rule comes from. */
  source: string;
  version: number;
  /** SQL predicate over the columns of `risk_state`; null counts as no. */
  where: string;
  /** Where its limit comes from: learned from won opportunities, or the meaning of the word itself. */
  limit: { from: 'learned' | 'meaning'; words: string };
  /** Columns of `risk_state` that the words below use. */
  uses: readonly string[];
  /** What shows it, in words with the numbers. */
  evidence: (state: RiskState) => string;
  /** What to do about it. */
  step: (state: RiskState) => string;
}

/** A way to tell what a period will bring. */
export interface Forecast {
  label: string;
  meaning: string;
  /** Where the method comes from. */
  source: string;
  /** Of the code that works it out; stored points name it. */
  version: number;
}

export const metric = (definition: Metric): Metric => Object.freeze(definition);
export const dimension = (definition: Dimension): Dimension => Object.freeze(definition);
export const risk = (definition: Risk): Risk => Object.freeze(definition);
export const forecast = (definition: Forecast): Forecast => Object.freeze(definition);
