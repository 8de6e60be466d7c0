import type { Ahead } from './hazards.ts';
import { dayOfWeek, type Known } from './known.ts';

/** How many opportunities are created a week, of what kind and size. */
export interface Arrivals {
  /** Without season. */
  perWeek: number;
  /** By 4 weeks of the year, around 1. */
  season: Float64Array;
  /** Share of each entry stage; the last place is "closed as won when created". */
  mix: Float64Array;
  /** Mean amount and mean square of it in cents, by entry stage. */
  amount: Float64Array;
  square: Float64Array;
  /** Share of the created amount that is the scope's, by entry stage. */
  share: Float64Array;
}

export const arrivalOptions = { halfLife: 13, seasonYears: 3, fewestYears: 2, mixWeeks: 104 };
const seasons = 13;

/** The four weeks of the year that hold a day. */
export function seasonOf(day: number): number {
  const date = new Date(day * 86_400_000);
  const first = Date.UTC(date.getUTCFullYear(), 0, 1) / 86_400_000;
  return Math.min(seasons - 1, Math.floor((day - first) / 28));
}

/** Learned from what had come by the end of week `cutOff` (step 4). `typical` is the amount of one without. */
export function fitArrivals(
  known: Known,
  cutOff: number,
  { typical, scope = null }: { typical: number; scope?: Float64Array | null },
): Arrivals {
  const counts = weeklyCounts(known, cutOff);
  const season = seasonsOf(known, counts);
  return {
    perWeek: levelOf(
      counts.map((n, week) => n / (season[seasonOf(dayOfWeek(known, week) - 3)] as number)),
      arrivalOptions.halfLife,
    ),
    season,
    ...kindsOf(known, cutOff, { typical, scope }),
  };
}

/** Entries of each week up to a cut-off. */
export function weeklyCounts(known: Known, cutOff: number): number[] {
  const { entries } = known;
  const counts = new Array<number>(cutOff + 1).fill(0);
  const today = dayOfWeek(known, cutOff);
  for (let row = 0; row < entries.rows && (entries.on[row] as number) <= today; row++) {
    const week = cutOff - Math.floor((today - (entries.on[row] as number)) / 7);
    if (week >= 0) counts[week] = (counts[week] as number) + 1;
  }
  return counts;
}

/** Exponentially weighted mean, the last one counting most. */
export function levelOf(values: number[], halfLife: number): number {
  let [sum, weights] = [0, 0];
  for (const [i, value] of values.entries()) {
    const weight = 0.5 ** ((values.length - 1 - i) / halfLife);
    sum += weight * value;
    weights += weight;
  }
  return weights ? sum / weights : 0;
}

/** Mean of each season over the mean of all, drawn to 1 by years / (years + 1); all 1 before two years. */
function seasonsOf(known: Known, counts: number[]): Float64Array {
  const years = Math.min(arrivalOptions.seasonYears, Math.floor(counts.length / 52));
  const index = new Float64Array(seasons).fill(1);
  if (years < arrivalOptions.fewestYears) return index;
  const from = counts.length - 52 * years;
  const sums = new Float64Array(seasons);
  const weeks = new Float64Array(seasons);
  for (let week = from; week < counts.length; week++) {
    const s = seasonOf(dayOfWeek(known, week) - 3);
    sums[s] = (sums[s] as number) + (counts[week] as number);
    weeks[s] = (weeks[s] as number) + 1;
  }
  const mean = sums.reduce((a, b) => a + b, 0) / (52 * years);
  if (!mean) return index;
  return index.map((_, s) => {
    const own = weeks[s] ? (sums[s] as number) / (weeks[s] as number) / mean : 1;
    return Math.max(0.1, 1 + ((own - 1) * years) / (years + 1));
  });
}

function kindsOf(
  known: Known,
  cutOff: number,
  { typical, scope }: { typical: number; scope: Float64Array | null },
): Pick<Arrivals, 'mix' | 'amount' | 'square' | 'share'> {
  const { entries, stages } = known;
  const sizes = firstAmounts(known, cutOff);
  const today = dayOfWeek(known, cutOff);
  const from = today - 7 * arrivalOptions.mixWeeks;
  const places = stages + 1;
  const [n, sum, squares, mine] = [0, 1, 2, 3].map(() => new Float64Array(places)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let all = 0;
  for (let row = 0; row < entries.rows; row++) {
    const on = entries.on[row] as number;
    if (on > today || on <= from) continue;
    all += 1;
    const stage = entries.stage[row] as number;
    const place =
      stage >= 0 ? stage : sizes.wonAtOnce.has(entries.opportunity[row] as number) ? stages : -1;
    if (place < 0) continue;
    const told =
      sizes.amount.get(entries.opportunity[row] as number) ?? (entries.amount[row] as number);
    const amount = Number.isNaN(told) ? typical : told;
    n[place] = (n[place] as number) + 1;
    sum[place] = (sum[place] as number) + amount;
    squares[place] = (squares[place] as number) + amount * amount;
    if (scope) mine[place] = (mine[place] as number) + amount * (scope[row] as number);
  }
  return {
    mix: n.map((count) => (all ? count / all : 0)),
    amount: sum.map((value, s) => (n[s] ? value / (n[s] as number) : typical)),
    square: squares.map((value, s) => (n[s] ? value / (n[s] as number) : typical * typical)),
    share: mine.map((value, s) => (scope ? (sum[s] ? value / (sum[s] as number) : 0) : 1)),
  };
}

/** The amount of each opportunity at the first end of a week at which it was open; who was won without any. */
function firstAmounts(known: Known, cutOff: number) {
  const { start, opportunity, amount: amounts, closings } = known;
  const amount = new Map<number, number>();
  for (let row = (start[cutOff + 1] as number) - 1; row >= 0; row--)
    amount.set(opportunity[row] as number, amounts[row] as number);
  const wonAtOnce = new Set<number>();
  const today = dayOfWeek(known, cutOff);
  for (let row = 0; row < closings.rows && (closings.closedOn[row] as number) <= today; row++)
    if (closings.isWon[row] && !amount.has(closings.opportunity[row] as number)) {
      wonAtOnce.add(closings.opportunity[row] as number);
      amount.set(closings.opportunity[row] as number, closings.amount[row] as number);
    }
  return { amount, wonAtOnce };
}

/** Mean value (cents) that what is not created yet will bring in one window, and its variance. */
export function newBusiness(
  arrivals: Arrivals,
  ahead: Ahead,
  { window, cutOff, ratio }: { window: number; cutOff: number; ratio: Float64Array },
): { mean: number; variance: number } {
  const { windows, stages, fresh, steps } = ahead;
  let [mean, variance] = [0, 0];
  let day = cutOff;
  for (const [j, step] of steps.entries()) {
    const middle = day + Math.ceil(step.days / 2);
    day += step.days;
    const count =
      (arrivals.perWeek * (arrivals.season[seasonOf(middle)] as number) * step.days) / 7;
    for (let s = 0; s <= stages; s++) {
      const chance =
        s === stages
          ? Number(step.window === window)
          : ((fresh[(j * windows + window) * stages + s] as number) +
              (fresh[((j + 1) * windows + window) * stages + s] as number)) /
            2;
      const grown = s === stages ? 1 : (ratio[s] as number);
      const rate = count * (arrivals.mix[s] as number) * (arrivals.share[s] as number) * chance;
      mean += rate * (arrivals.amount[s] as number) * grown;
      variance += rate * (arrivals.square[s] as number) * grown * grown;
    }
  }
  return { mean, variance };
}
