import type { Cell, Circumstance, Column, Row, Unit } from './answers.ts';
import type { MeasureName } from './comparison-request.ts';

/** What came of a salesman's closings beside what his mix of opportunities lets one expect. */
export interface Compared {
  /** How many closings speak: all of the win rate, the won ones of size and days. */
  n: number;
  /** A share of the win rate; of size (reporting currency) and days the geometric mean. Null without closings. */
  observed: number | null;
  expected: number | null;
  /** Observed by expected, drawn to 1 as far as it is unsure, with its 95 % interval. Null when too few. */
  ratio: number | null;
  ratioLow: number | null;
  ratioHigh: number | null;
  /** What it would be with everybody's mix, with its 95 % interval. Null when too few. */
  adjusted: number | null;
  adjustedLow: number | null;
  adjustedHigh: number | null;
  /** Beside the group of whom no two can be told apart, in it, or not compared because there are too few. */
  place: 'above' | 'within' | 'below' | 'few';
  /** Ids of the salesmen above whom he surely lies, and of those below whom. */
  surelyAbove: string[];
  surelyBelow: string[];
  /** About how many closings more would tell him from the average if he goes on like this; null when out of reach. */
  further: number | null;
}

/** Closings of opportunities that came to him in one way. */
export interface ComparedPart {
  closings: number;
  won: number;
  expectedWon: number;
}

export interface ComparedSalesman {
  /** The key of the source; null is what nobody had. */
  salesman: string | null;
  name: string | null;
  team: string | null;
  closings: number;
  won: number;
  /** He had the opportunity first. */
  originated: ComparedPart;
  /** It came to him from another. */
  inherited: ComparedPart;
  measures: Record<MeasureName, Compared>;
}

/** What holds for all whom the viewer may see. */
export interface ComparedMeasure {
  /** What everybody together has; null without closings. */
  average: number | null;
  /** How far apart the salesmen truly lie, as a factor on odds, size or days: e^τ. */
  spread: number;
  /** How many pairs were compared, and how many of them could be told apart. */
  pairs: number;
  told: number;
  /** The adjusted values of the group of whom no two can be told apart. */
  band: { low: number; high: number; salesmen: number } | null;
}

/** Salesmen beside each other, fairly: never in a bare order. */
export interface Comparison extends Circumstance {
  salesmen: ComparedSalesman[];
  measures: Record<MeasureName, ComparedMeasure>;
  notes: string[];
}

/** The closings behind one number of the comparison, newest first, each beside what was expected of it. */
export interface ComparedRows extends Circumstance {
  measure: MeasureName | 'stage';
  label: string;
  unit: Unit;
  meaning: string;
  formula: string;
  filters: string[];
  columns: Column[];
  rows: Row[];
  count: number;
  /** The numbers, and the same made of all rows; `adds` whether they agree. */
  observed: number | null;
  expected: number | null;
  rowsObserved: number | null;
  rowsExpected: number | null;
  adds: boolean;
  sql: string;
  parameters: Cell[];
}
