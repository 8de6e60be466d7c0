import { type CategoryName, categoryNames, never } from './history-sql.ts';
import type { ClosingColumns, Columns, EntryColumns, History } from './history.ts';

export const stayed = 0;
export const won = 1;
export const lost = 2;
export const moved = 3;
export const unknown = -1;

/** Open opportunities at the ends of weeks as believed at one time; the rows of week `i` are `start[i]` to `start[i + 1]`. */
export interface Known {
  history: History;
  /** How many weeks; the last one ends with the as-of instant. */
  weeks: number;
  start: Int32Array;
  rows: number;
  stages: number;
  opportunity: Int32Array;
  stage: Int32Array;
  isStageKnown: Uint8Array;
  /** Whole weeks in the stage, and since birth. */
  stageAge: Int32Array;
  age: Int32Array;
  /** Cents, NaN without. */
  amount: Float64Array;
  closeOn: Int32Array;
  pushes: Int32Array;
  /** Whole weeks since the last activity; -1: none ever. */
  idle: Int32Array;
  typed: Float64Array;
  codes: Record<CategoryName, Int32Array>;
  mine: Float64Array;
  /** What became of it within the next seven days, and on which day; `unknown` in the last week. */
  outcome: Int8Array;
  nextStage: Int32Array;
  exitOn: Int32Array;
  /** The next day on which it was won, `never` if not, and for how much. */
  wonOn: Int32Array;
  wonAmount: Float64Array;
  closings: ClosingColumns;
  entries: EntryColumns;
}

/** The last day of week `i`. */
export const dayOfWeek = ({ history, weeks }: Known, i: number): number =>
  history.day - 7 * (weeks - 1 - i);

/** What was believed after load number `load`. */
export function knownAt(history: History, load: number): Known {
  const w = believed(history.weeks, load);
  const weeks = w.rows ? (w.week[0] as number) + 1 : 1;
  const integers = (column: Float64Array) => Int32Array.from(column);
  const week = Int32Array.from(w.week, (back) => weeks - 1 - back);
  const since = (column: Float64Array) =>
    Int32Array.from(column, (day, row) =>
      Math.max(0, Math.floor((history.day - 7 * (w.week[row] as number) - day) / 7)),
    );
  const known: Known = {
    history,
    weeks,
    start: offsets(week, weeks),
    rows: w.rows,
    stages: history.stages.length,
    opportunity: integers(w.opportunity),
    stage: integers(w.stage),
    isStageKnown: Uint8Array.from(w.isStageKnown),
    stageAge: since(w.stageSince),
    age: since(w.born),
    amount: w.amount,
    closeOn: integers(w.closeOn),
    pushes: integers(w.pushes),
    idle: since(w.activeOn).map((idle, row) => ((w.activeOn[row] as number) > -never ? idle : -1)),
    typed: w.typed,
    codes: Object.fromEntries(
      categoryNames.map((name) => [name, integers(w[name])]),
    ) as Known['codes'],
    mine: w.mine,
    outcome: new Int8Array(w.rows).fill(unknown),
    nextStage: new Int32Array(w.rows).fill(-1),
    exitOn: integers(w.exitOn),
    wonOn: new Int32Array(w.rows).fill(never),
    wonAmount: new Float64Array(w.rows).fill(Number.NaN),
    closings: believed(history.closings, load),
    entries: believed(history.entries, load),
  };
  noteWins(known);
  for (let i = 0; i + 1 < weeks; i++) noteOutcomes(known, i);
  return known;
}

/** The newest load whose extract had been taken by an instant; before all of them the first. */
export function loadAt({ loads }: History, instant: string): number {
  let newest = 0;
  for (const [no, asOf] of loads.entries()) if (asOf <= instant) newest = no;
  return newest;
}

/** The same without stages, for when their history was not kept: one stage, and the age since birth. */
export const withoutStages = (known: Known): Known => ({
  ...known,
  stages: 1,
  stage: new Int32Array(known.rows),
  stageAge: known.age,
  outcome: known.outcome.map((what) => (what === moved ? stayed : what)),
  nextStage: new Int32Array(known.rows).fill(-1),
  entries: {
    ...known.entries,
    stage: known.entries.stage.map((code) => Math.min(code, 0)),
  },
});

/** Rows believed then; the columns themselves when all are. */
function believed<Name extends string>(
  columns: Columns<Name | 'knownFrom' | 'knownTo'>,
  load: number,
): Columns<Name | 'knownFrom' | 'knownTo'> {
  const { rows, knownFrom, knownTo } = columns as Columns<'knownFrom' | 'knownTo'>;
  const kept: number[] = [];
  for (let row = 0; row < rows; row++)
    if ((knownFrom[row] as number) <= load && load < (knownTo[row] as number)) kept.push(row);
  if (kept.length === rows) return columns;
  const names = Object.keys(columns).filter((name) => name !== 'rows');
  const pick = (column: Float64Array) => Float64Array.from(kept, (row) => column[row] as number);
  return {
    rows: kept.length,
    ...Object.fromEntries(names.map((name) => [name, pick(columns[name as Name])])),
  } as typeof columns;
}

function offsets(week: Int32Array, weeks: number): Int32Array {
  const start = new Int32Array(weeks + 1);
  for (const i of week) start[i + 1] = (start[i + 1] as number) + 1;
  for (let i = 0; i < weeks; i++) start[i + 1] = (start[i + 1] as number) + (start[i] as number);
  return start;
}

/** Going back in time, the next win of each opportunity is the one met last. */
function noteWins(known: Known): void {
  const { closings: c, start, weeks } = known;
  const next = new Map<number, number>();
  let at = c.rows - 1;
  for (let i = weeks - 1; i >= 0; i--) {
    const day = dayOfWeek(known, i);
    for (; at >= 0 && (c.closedOn[at] as number) > day; at--)
      if (c.isWon[at]) next.set(c.opportunity[at] as number, at);
    for (let row = start[i] as number; row < (start[i + 1] as number); row++) {
      const win = next.get(known.opportunity[row] as number);
      if (win === undefined) continue;
      known.wonOn[row] = c.closedOn[win] as number;
      known.wonAmount[row] = c.amount[win] as number;
    }
  }
}

/** Two weeks side by side, both by opportunity. */
function noteOutcomes(known: Known, i: number): void {
  const { start, opportunity, stage, outcome, nextStage, exitOn, wonOn } = known;
  const day = dayOfWeek(known, i);
  const end = start[i + 2] as number;
  let other = start[i + 1] as number;
  for (let row = start[i] as number; row < (start[i + 1] as number); row++) {
    const id = opportunity[row] as number;
    while (other < end && (opportunity[other] as number) < id) other++;
    const isOpen = other < end && opportunity[other] === id;
    if ((wonOn[row] as number) <= day + 7) outcome[row] = won;
    else if (!isOpen) outcome[row] = lost;
    else if (stage[other] === stage[row]) outcome[row] = stayed;
    else {
      outcome[row] = moved;
      nextStage[row] = stage[other] as number;
    }
    const left = outcome[row] === won ? (wonOn[row] as number) : (exitOn[row] as number);
    exitOn[row] = Math.min(day + 7, Math.max(day + 1, left));
  }
}
