import { quarterWeeks, type Step, weeksToEnd } from './calendar.ts';
import { dayOfWeek, type Known, lost, moved, won } from './known.ts';

/** The weeks at which a bin of ages begins. */
export const ageBins: readonly number[] = [0, 1, 2, 3, 4, 6, 8, 12, 18, 26, 40];
/** Ages are followed week by week up to the last bin. */
export const ages = 41;
const bins = ageBins.length;
const binOf = Uint8Array.from({ length: ages }, (_, age) =>
  ageBins.reduce((bin, from, i) => (from <= age ? i : bin), 0),
);
export const ageBin = (age: number): number => binOf[Math.min(age, ages - 1)] as number;

/** What weekly exposures and their ends are counted by, for each week of history. */
export interface Counts {
  stages: number;
  weeks: number;
  /** `[week][stage][bin]`: open opportunities at the end of the week. */
  open: Float64Array;
  /** `[week][kind][stage][bin]` of those won, lost and moved within seven days. */
  ended: Float64Array;
  /** `[week][kind][week to the quarter's end]`, the same by the day it happened. */
  dated: Float64Array;
  /** `[week][stage][stage]`: where to. */
  moves: Float64Array;
  /** `[week][week to the quarter's end]`: share of the seven days. */
  shares: Float64Array;
}

/** Weekly rates of leaving: the chance by stage and age, times what the week of the quarter does to it. */
export interface Hazards {
  stages: number;
  /** `[kind][stage][age]`. */
  rate: Float64Array;
  /** `[kind][week to the quarter's end]`, around 1. */
  calendar: Float64Array;
  /** `[stage][stage]`: where a move leads. */
  to: Float64Array;
}

const kinds = [won, lost, moved] as const;
export const kindCount = kinds.length;

/** Counts each week of history once. */
export function countWeeks(known: Known): Counts {
  const { weeks, stages, start, stage, stageAge, outcome, nextStage, exitOn } = known;
  const cell = stages * bins;
  const counts: Counts = {
    stages,
    weeks,
    open: new Float64Array(weeks * cell),
    ended: new Float64Array(weeks * kindCount * cell),
    dated: new Float64Array(weeks * kindCount * quarterWeeks),
    moves: new Float64Array(weeks * stages * stages),
    shares: new Float64Array(weeks * quarterWeeks),
  };
  const weekOf = weeksToEnd(known.history.fiscalYearStart);
  const add = (array: Float64Array, at: number, by = 1) => {
    array[at] = (array[at] as number) + by;
  };
  for (let i = 0; i < weeks; i++) {
    const day = dayOfWeek(known, i);
    for (let d = 1; d <= 7; d++) add(counts.shares, i * quarterWeeks + weekOf(day + d), 1 / 7);
    for (let row = start[i] as number; row < (start[i + 1] as number); row++) {
      const at = (stage[row] as number) * bins + ageBin(stageAge[row] as number);
      add(counts.open, i * cell + at);
      const kind = (outcome[row] as number) - 1;
      if (kind < 0) continue;
      add(counts.ended, (i * kindCount + kind) * cell + at);
      add(counts.dated, (i * kindCount + kind) * quarterWeeks + weekOf(exitOn[row] as number));
      if (kind === moved - 1)
        add(
          counts.moves,
          (i * stages + (stage[row] as number)) * stages + (nextStage[row] as number),
        );
    }
  }
  return counts;
}

export interface HazardOptions {
  /** Weeks after which an observation counts half. */
  halfLife: number;
  /** How many exposures of the stage's own rate are added to each age bin. */
  kappa: number;
  /** Rounds of estimating rates and calendar by turns. */
  rounds: number;
  /** Events added on both sides when the calendar is estimated. */
  calendarPrior: number;
}

export const hazardOptions: HazardOptions = {
  halfLife: 78,
  kappa: 8,
  rounds: 3,
  calendarPrior: 10,
};

/** Sums of the weeks before `until`, older ones counting less: `open` by `[stage][bin][week to the quarter's end]`. */
interface Sums {
  open: Float64Array;
  ended: Float64Array;
  dated: Float64Array;
  moves: Float64Array;
}

/** Rates from all weeks before week `until` (forecast.md 3, step 1). */
export function fitHazards(
  counts: Counts,
  until: number,
  options: HazardOptions = hazardOptions,
): Hazards {
  const { stages } = counts;
  const sums = sumWeeks(counts, until, options.halfLife);
  const calendar = new Float64Array(kindCount * quarterWeeks).fill(1);
  const byBin = new Float64Array(kindCount * stages * bins);
  for (let round = 0; round < options.rounds; round++) {
    for (let kind = 0; kind < kindCount; kind++)
      fitRates(sums, { stages, kind, options, calendar, byBin });
    for (let kind = 0; kind < kindCount; kind++)
      fitCalendar(sums, { stages, kind, options, calendar, byBin });
  }
  for (let kind = 0; kind < kindCount; kind++)
    fitRates(sums, { stages, kind, options, calendar, byBin });
  return { stages, rate: byAge(byBin, stages), calendar, to: destinations(sums, stages) };
}

function sumWeeks(counts: Counts, until: number, halfLife: number): Sums {
  const { stages } = counts;
  const cell = stages * bins;
  const sums: Sums = {
    open: new Float64Array(cell * quarterWeeks),
    ended: new Float64Array(kindCount * cell),
    dated: new Float64Array(kindCount * quarterWeeks),
    moves: new Float64Array(stages * stages),
  };
  const addAll = (into: Float64Array, from: Float64Array, at: number, weight: number) => {
    for (let i = 0; i < into.length; i++)
      into[i] = (into[i] as number) + weight * (from[at + i] as number);
  };
  for (let week = 0; week < until; week++) {
    const weight = 0.5 ** ((until - 1 - week) / halfLife);
    addAll(sums.ended, counts.ended, week * kindCount * cell, weight);
    addAll(sums.dated, counts.dated, week * kindCount * quarterWeeks, weight);
    addAll(sums.moves, counts.moves, week * stages * stages, weight);
    for (let q = 0; q < quarterWeeks; q++) {
      const share = weight * (counts.shares[week * quarterWeeks + q] as number);
      if (share === 0) continue;
      for (let c = 0; c < cell; c++) {
        const at = c * quarterWeeks + q;
        sums.open[at] =
          (sums.open[at] as number) + share * (counts.open[week * cell + c] as number);
      }
    }
  }
  return sums;
}

interface Fit {
  stages: number;
  kind: number;
  options: HazardOptions;
  calendar: Float64Array;
  byBin: Float64Array;
}

/** `h(s, a) = (X(s, a) + κ h(s)) / (N(s, a) + κ)`, exposures weighed by the calendar; a stage leans on all stages. */
function fitRates({ open, ended }: Sums, { stages, kind, options, calendar, byBin }: Fit): void {
  const { kappa } = options;
  const exposed = (cell: number) => {
    let sum = 0;
    for (let q = 0; q < quarterWeeks; q++)
      sum +=
        (open[cell * quarterWeeks + q] as number) * (calendar[kind * quarterWeeks + q] as number);
    return sum;
  };
  const cells = stages * bins;
  const exposure = Float64Array.from({ length: cells }, (_, cell) => exposed(cell));
  const events = ended.subarray(kind * cells, (kind + 1) * cells);
  const total = (array: Float64Array, from: number, to: number) => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += array[i] as number;
    return sum;
  };
  const whole = total(events, 0, cells) / Math.max(total(exposure, 0, cells), 1);
  for (let s = 0; s < stages; s++) {
    const [from, to] = [s * bins, (s + 1) * bins];
    const own = (total(events, from, to) + kappa * whole) / (total(exposure, from, to) + kappa);
    for (let cell = from; cell < to; cell++)
      byBin[kind * cells + cell] =
        ((events[cell] as number) + kappa * own) / ((exposure[cell] as number) + kappa);
  }
}

/** Observed over expected events by week of the quarter, both with a prior. */
function fitCalendar({ open, dated }: Sums, { stages, kind, options, calendar, byBin }: Fit): void {
  const cells = stages * bins;
  for (let q = 0; q < quarterWeeks; q++) {
    let expected = 0;
    for (let cell = 0; cell < cells; cell++)
      expected +=
        (open[cell * quarterWeeks + q] as number) * (byBin[kind * cells + cell] as number);
    calendar[kind * quarterWeeks + q] =
      ((dated[kind * quarterWeeks + q] as number) + options.calendarPrior) /
      (expected + options.calendarPrior);
  }
}

function byAge(byBin: Float64Array, stages: number): Float64Array {
  const rate = new Float64Array(kindCount * stages * ages);
  for (let row = 0; row < kindCount * stages; row++)
    for (let age = 0; age < ages; age++)
      rate[row * ages + age] = byBin[row * bins + ageBin(age)] as number;
  return rate;
}

/** Rows sum to 1; a stage that nothing ever left leads to all others seen so far alike. */
function destinations({ moves, open }: Sums, stages: number): Float64Array {
  const to = new Float64Array(stages * stages);
  const cell = bins * quarterWeeks;
  const isSeen = Array.from({ length: stages }, (_, s) =>
    open.subarray(s * cell, (s + 1) * cell).some((n) => n > 0),
  );
  for (let s = 0; s < stages; s++) {
    const row = moves.subarray(s * stages, (s + 1) * stages);
    const sum = row.reduce((a, b) => a + b, 0);
    const others = isSeen.filter((seen, t) => seen && t !== s).length;
    for (let t = 0; t < stages; t++)
      to[s * stages + t] =
        sum > 0 ? (row[t] as number) / sum : isSeen[t] && t !== s ? 1 / others : 0;
  }
  return to;
}

/** At most this share leaves in a week. */
const most = 0.98;

/** Chances of being won in each window, from the cut-off and from the start of each later step. */
export interface Ahead {
  windows: number;
  stages: number;
  /** `[window][stage][age]` now. */
  now: Float64Array;
  /** `[step][window][stage]` of age 0; one step more than there are, all 0. */
  fresh: Float64Array;
  steps: Step[];
}

/** Backward recursion from the end of the last window; `windows` counts those that the steps speak of. */
export function lookAhead(hazards: Hazards, steps: Step[], windows: number): Ahead {
  const { stages } = hazards;
  const cell = stages * ages;
  let later = new Float64Array(windows * cell);
  let now = new Float64Array(windows * cell);
  const fresh = new Float64Array((steps.length + 1) * windows * stages);
  const chance = new Float64Array(kindCount * cell);
  for (let j = steps.length - 1; j >= 0; j--) {
    const step = steps[j] as Step;
    chances(hazards, step, chance);
    for (let k = 0; k < windows; k++) {
      stepBack(hazards, { step, chance, k, later, now });
      for (let s = 0; s < stages; s++)
        fresh[(j * windows + k) * stages + s] = now[k * cell + s * ages] as number;
    }
    [now, later] = [later, now];
  }
  return { windows, stages, now: later, fresh, steps };
}

/** Rates of one step: scaled to its days and its weeks of the quarter, together at most `most`. */
function chances({ stages, rate, calendar }: Hazards, step: Step, into: Float64Array): void {
  const cell = stages * ages;
  const scale = [0, 1, 2].map((kind) => {
    let sum = 0;
    for (let q = 0; q < quarterWeeks; q++)
      sum += (step.weeks[q] as number) * (calendar[kind * quarterWeeks + q] as number);
    return (sum * step.days) / 7;
  });
  for (let c = 0; c < cell; c++) {
    let sum = 0;
    for (let kind = 0; kind < kindCount; kind++) {
      const p = (rate[kind * cell + c] as number) * (scale[kind] as number);
      into[kind * cell + c] = p;
      sum += p;
    }
    if (sum > most)
      for (let kind = 0; kind < kindCount; kind++)
        into[kind * cell + c] = ((into[kind * cell + c] as number) * most) / sum;
  }
}

interface Back {
  step: Step;
  chance: Float64Array;
  k: number;
  later: Float64Array;
  now: Float64Array;
}

function stepBack({ stages, to }: Hazards, { step, chance, k, later, now }: Back): void {
  const cell = stages * ages;
  const inWindow = step.window === k ? 1 : 0;
  for (let s = 0; s < stages; s++) {
    let onward = 0;
    for (let t = 0; t < stages; t++)
      onward += (to[s * stages + t] as number) * (later[k * cell + t * ages] as number);
    for (let age = 0; age < ages; age++) {
      const c = s * ages + age;
      const wins = chance[c] as number;
      const moves = chance[2 * cell + c] as number;
      const stays = 1 - wins - (chance[cell + c] as number) - moves;
      const next = step.ages ? Math.min(age + 1, ages - 1) : age;
      now[k * cell + c] =
        wins * inWindow + moves * onward + stays * (later[k * cell + s * ages + next] as number);
    }
  }
}
