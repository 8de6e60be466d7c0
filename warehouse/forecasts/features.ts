import type { Span } from './days.ts';
import { ageBin, ageBins } from './hazards.ts';
import { type CategoryName, categoryNames, never } from './history-sql.ts';
import type { Known } from './known.ts';

/** Where the stated close date lies, seen from a cut-off and a window. */
export const dateBuckets = [
  'past',
  'within two weeks',
  'before the window',
  'in the window',
  'just after the window',
  'later',
] as const;

export function dateBucket(closeOn: number, cutOff: number, { from, to }: Span): number {
  if (closeOn >= never) return -1;
  if (closeOn <= cutOff) return 0;
  if (closeOn <= cutOff + 14) return 1;
  if (closeOn < from) return 2;
  if (closeOn < to) return 3;
  return closeOn < to + (to - from) ? 4 : 5;
}

const idleFrom = [0, 1, 3, 6, 12];
export const idleWords = ['this week', '1-2 weeks', '3-5 weeks', '6-11 weeks', '12 weeks or more'];
const idleBin = (idle: number): number =>
  idle < 0 ? -1 : idleFrom.reduce((bin, from, i) => (from <= idle ? i : bin), 0);
const mostPushes = 3;
const bands = 5;

/** One feature: its levels by number, and how a row tells its own; -1 is unknown. */
interface Feature {
  name: string;
  levels: string[];
  level(row: number, cutOff: number, window: Span): number;
}

/** What tells opportunities apart besides stage and age, as it can be told at one cut-off. */
export interface FeatureSet {
  features: Feature[];
  /** First column of each feature; column 0 is "unknown". */
  first: number[];
  columns: number;
}

/** What the levels are learned from: rows of weeks before the cut-off, and what was closed by then. */
export interface Lesson {
  /** The rows from which levels are taken. */
  rows: Int32Array;
  /** Closings by level of each category. */
  closings: Record<CategoryName, Float64Array>;
}

/** Fewer closings than this tell nothing of a level. */
const enough = 10;
const mostLevels = 50;

/** The features that the lesson supports; levels in the order of their names, so that nothing later can move them. */
export function featureSet(known: Known, { rows, closings }: Lesson): FeatureSet {
  const features = [
    ...ownFeatures(known, rows),
    ...categoryNames.map((name) => categoryFeature(known, name, closings[name])),
  ].filter((feature): feature is Feature => feature !== null);
  const first: number[] = [];
  let columns = 1;
  for (const { levels } of features) {
    first.push(columns);
    columns += levels.length;
  }
  return { features, first, columns };
}

/** The column of each feature of a row, growing; 0 where unknown. */
export function columnsOf(
  { features, first }: FeatureSet,
  row: number,
  cutOff: number,
  window: Span,
  into: Uint16Array,
  at: number,
): void {
  for (const [f, feature] of features.entries()) {
    const level = feature.level(row, cutOff, window);
    into[at + f] = level < 0 ? 0 : (first[f] as number) + level;
  }
}

/** What a column stands for. */
export function columnName({ features, first }: FeatureSet, column: number): [string, string] {
  const f = first.findLastIndex((from) => from <= column);
  const feature = features[f] as Feature;
  return [feature.name, feature.levels[column - (first[f] as number)] as string];
}

function ownFeatures(known: Known, rows: Int32Array): Feature[] {
  const { stage, age, idle, pushes, amount, closeOn, history, stages } = known;
  const bucket = (row: number, cutOff: number, window: Span) =>
    dateBucket(closeOn[row] as number, cutOff, window);
  const stageNames = stages === 1 ? ['all stages'] : history.stages;
  const bounds = amountBounds(known, rows);
  const dates = [...dateBuckets];
  return [
    { name: 'close date', levels: dates, level: bucket },
    {
      name: 'stage and close date',
      levels: stageNames.flatMap((name) => dates.map((date) => `${name}, ${date}`)),
      level: (row, cutOff, window) => {
        const b = bucket(row, cutOff, window);
        return b < 0 ? -1 : (stage[row] as number) * dates.length + b;
      },
    },
    {
      name: 'age',
      levels: ageBins.map((from) => `${from} weeks or more`),
      level: (row) => ageBin(age[row] as number),
    },
    { name: 'last activity', levels: idleWords, level: (row) => idleBin(idle[row] as number) },
    {
      name: 'pushes',
      levels: Array.from({ length: mostPushes + 1 }, (_, n) => `${n}`),
      level: (row) => Math.min(mostPushes, pushes[row] as number),
    },
    {
      name: 'amount',
      levels: Array.from({ length: bands }, (_, n) => `fifth ${n + 1}`),
      level: (row) => bandOf(amount[row] as number, bounds),
    },
  ];
}

/** Upper bounds of the fifths of the amounts, the last one left out. */
function amountBounds({ amount }: Known, rows: Int32Array): number[] {
  const sorted = Float64Array.from(rows, (row) => amount[row] as number)
    .filter((value) => !Number.isNaN(value))
    .sort();
  if (!sorted.length) return [];
  return Array.from(
    { length: bands - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / bands)] as number,
  );
}

const bandOf = (amount: number, bounds: number[]): number =>
  Number.isNaN(amount) || !bounds.length
    ? -1
    : bounds.reduce((band, bound) => (amount >= bound ? band + 1 : band), 0);

/** A category whose levels with enough closings stand apart, the rest as unknown; null when it tells nothing. */
function categoryFeature(
  { codes, history }: Known,
  name: CategoryName,
  closings: Float64Array,
): Feature | null {
  const values = history.values[name];
  const known = values
    .map((value, code) => ({ value, code, n: closings[code] as number }))
    .filter(({ n }) => n >= enough)
    .sort((a, b) => b.n - a.n || a.code - b.code)
    .slice(0, mostLevels)
    .sort((a, b) => a.code - b.code);
  if (known.length < 2) return null;
  const level = new Int16Array(values.length).fill(-1);
  for (const [i, { code }] of known.entries()) level[code] = i;
  const code = codes[name];
  return {
    name,
    levels: known.map(({ value }) => value),
    level: (row) => {
      const own = code[row] as number;
      return own < 0 ? -1 : (level[own] as number);
    },
  };
}
