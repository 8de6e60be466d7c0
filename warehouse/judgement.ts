import { toCents } from './cents.ts';
import { tQuantile } from './interval.ts';

/** A judgement beside what it changed and what came of it; decimal text, one currency, one period. */
export interface Judged {
  period: string;
  /** What stood before the judgement: the step below, or the model. */
  before: string;
  after: string;
  actual: string;
}

/** What judgement added: WAPE before − WAPE after, so positive when it made the forecast better. */
export interface ValueAdded {
  /** Σ|before − actual| / Σ|actual|; null without actuals. */
  wapeBefore: number | null;
  wapeAfter: number | null;
  valueAdded: number | null;
  /** 95 %, by drawing periods; null below three periods. */
  low: number | null;
  high: number | null;
  periods: number;
  n: number;
}

/** How far an author's calls lie beside what came. */
export interface Bias {
  /** Mean of ln(call / actual) over periods, drawn to 0 with the weight of four periods; null without any. */
  bias: number | null;
  /** 95 %; null below three periods. */
  low: number | null;
  high: number | null;
  /** By what a call would have to be multiplied; null unless the interval excludes 0. Never applied by itself. */
  correction: number | null;
  periods: number;
  /** Judgements without a positive call and result, of which no ratio can be taken. */
  skipped: number;
}

const draws = 2000;
const leastPeriods = 3;
const priorPeriods = 4;

/** Forecast value added of a series of judgements (metrics 2.15); the same input always gives the same interval. */
export function valueAdded(judged: Judged[]): ValueAdded {
  const sums = [...grouped(judged).values()].map(sumsOf);
  const whole = sums.reduce(add, none);
  const added = addedBy(whole);
  const enough = sums.length >= leastPeriods && added !== null;
  const drawn = enough ? bootstrap(sums) : [];
  return {
    wapeBefore: share(whole.before, whole.actual),
    wapeAfter: share(whole.after, whole.actual),
    valueAdded: added,
    low: drawn.length ? quantile(drawn, 0.025) : null,
    high: drawn.length ? quantile(drawn, 0.975) : null,
    periods: sums.length,
    n: judged.length,
  };
}

/**
 * The bias of an author's calls. Several calls of one period count as their mean: what moved that period moved them
 * all. The interval is that of a normal mean with a prior at 0 worth four periods, its spread as observed.
 */
export function biasOf(judged: Pick<Judged, 'period' | 'after' | 'actual'>[]): Bias {
  const usable = judged.filter(({ after, actual }) => toCents(after) > 0n && toCents(actual) > 0n);
  const means = [...grouped(usable).values()].map((each) =>
    mean(each.map(({ after, actual }) => Math.log(Number(after) / Number(actual)))),
  );
  const n = means.length;
  const bias = n === 0 ? null : (mean(means) * n) / (n + priorPeriods);
  const half = n < leastPeriods ? null : halfWidth(means);
  const [low, high] = bias === null || half === null ? [null, null] : [bias - half, bias + half];
  const isClear = low !== null && high !== null && (low > 0 || high < 0);
  return {
    ...{ bias, low, high },
    correction: isClear && bias !== null ? Math.exp(-bias) : null,
    periods: n,
    skipped: judged.length - usable.length,
  };
}

function halfWidth(values: number[]): number {
  const n = values.length;
  const centre = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (n - 1);
  return tQuantile(0.975, n - 1) * Math.sqrt(variance / (n + priorPeriods));
}

/** Absolute errors and results in cents. */
interface Sums {
  before: bigint;
  after: bigint;
  actual: bigint;
}

const none: Sums = { before: 0n, after: 0n, actual: 0n };
const size = (cents: bigint): bigint => (cents < 0n ? -cents : cents);

function sumsOf(judged: Judged[]): Sums {
  return judged
    .map(({ before, after, actual }) => ({
      before: size(toCents(before) - toCents(actual)),
      after: size(toCents(after) - toCents(actual)),
      actual: size(toCents(actual)),
    }))
    .reduce(add, none);
}

const add = (a: Sums, b: Sums): Sums => ({
  before: a.before + b.before,
  after: a.after + b.after,
  actual: a.actual + b.actual,
});

const share = (part: bigint, whole: bigint): number | null =>
  whole === 0n ? null : Number(part) / Number(whole);

const addedBy = ({ before, after, actual }: Sums): number | null => share(before - after, actual);

/** Value added over periods drawn with replacement, in order. */
function bootstrap(sums: Sums[]): number[] {
  const next = randomOf(sums.length);
  const drawn: number[] = [];
  for (let i = 0; i < draws; i += 1) {
    let total = none;
    for (let j = 0; j < sums.length; j += 1)
      total = add(total, sums[Math.floor(next() * sums.length)] ?? none);
    const added = addedBy(total);
    if (added !== null) drawn.push(added);
  }
  return drawn.sort((a, b) => a - b);
}

/** Linear between the two nearest of sorted values. */
function quantile(sorted: number[], p: number): number {
  const at = p * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}

/** Uniform in [0, 1): xorshift32 from a fixed seed, so that an interval can be told twice. */
function randomOf(seed: number): () => number {
  let x = (0x9e3779b9 ^ Math.imul(seed + 1, 0x85ebca6b)) >>> 0 || 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    x >>>= 0;
    return x / 2 ** 32;
  };
}

const mean = (values: number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function grouped<T extends { period: string }>(judged: T[]): Map<string, T[]> {
  const periods = new Map<string, T[]>();
  // In one order, whatever order the judgements came in.
  for (const each of [...judged].sort((a, b) => (a.period < b.period ? -1 : 1)))
    periods.set(each.period, [...(periods.get(each.period) ?? []), each]);
  return periods;
}
