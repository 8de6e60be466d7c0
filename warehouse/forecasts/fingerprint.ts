import { createHash } from 'node:crypto';
import { categoryNames } from './history-sql.ts';
import type { Columns } from './history.ts';
import { dayOfWeek, type Known } from './known.ts';

/**
 * SHA-256 by week of everything that was known by its end. Codes go in by what they mean, opportunities by when they
 * were first seen: what comes later changes no fingerprint of an earlier week.
 */
export function fingerprints(known: Known): string[] {
  const { start, weeks } = known;
  const rows = meaningful(known);
  const chain = createHash('sha256').update(`fiscal year ${known.history.fiscalYearStart}`);
  const events = eventsOf(known);
  return Array.from({ length: weeks }, (_, i) => {
    const [from, to] = [start[i] as number, start[i + 1] as number];
    chain.update(`week ${dayOfWeek(known, i)} ${to - from}`);
    for (const column of rows) chain.update(bytes(column, from, to));
    if (i > 0) chain.update(endsOf(known, i - 1));
    for (const { column, startOf } of events)
      chain.update(bytes(column, startOf(i), startOf(i + 1)));
    return chain.copy().digest('hex');
  });
}

const bytes = (column: Float64Array, from: number, to: number): Uint8Array =>
  new Uint8Array(column.buffer, column.byteOffset + 8 * from, 8 * (to - from));

/** Columns of the open rows that tell nothing later than their week. */
function meaningful(known: Known): Float64Array[] {
  const { history, opportunity, stage, codes } = known;
  const seen = new Map<number, number>();
  const first = Float64Array.from(opportunity, (id) => {
    const place = seen.get(id) ?? seen.size;
    seen.set(id, place);
    return place;
  });
  const own = [
    known.stageAge,
    known.age,
    known.closeOn,
    known.pushes,
    known.idle,
    known.isStageKnown,
  ];
  const stages = history.stages.map(numberOf);
  return [
    first,
    Float64Array.from(stage, (code) => stages[code] ?? 0),
    ...own.map((column) => Float64Array.from(column)),
    ...categoryNames.map((name) => {
      const words = history.values[name].map(numberOf);
      return Float64Array.from(codes[name], (code) => words[code] ?? 0);
    }),
    known.amount,
    known.typed,
    known.mine,
  ];
}

/** A number that stands for a text. */
const numberOf = (text: string): number =>
  createHash('sha256').update(text).digest().readUIntBE(0, 6) + 1;

/** What became of the rows of a week within the next. */
function endsOf({ start, outcome, exitOn }: Known, week: number): Uint8Array {
  const [from, to] = [start[week] as number, start[week + 1] as number];
  const ends = Float64Array.from({ length: 2 * (to - from) }, (_, i) => {
    const row = from + (i >> 1);
    const what = outcome[row] as number;
    return i % 2 ? what : what === 0 ? 0 : (exitOn[row] as number);
  });
  return bytes(ends, 0, ends.length);
}

interface Events {
  column: Float64Array;
  startOf(week: number): number;
}

/** Closings and entries as one row of numbers each, in the week in which they could be seen; a closing undone is another event. */
function eventsOf(known: Known): Events[] {
  const { closings: c, entries: e, history } = known;
  const weekOf = (day: number) =>
    known.weeks - 1 - Math.max(0, Math.floor((history.day - day) / 7));
  const closed: number[][] = [];
  for (let row = 0; row < c.rows; row++) {
    const seen = Math.max(c.closedOn[row] as number, c.sinceOn[row] as number);
    const what = [c.closedOn, c.isWon, c.amount, c.mine].map((column) => column[row] as number);
    const levels = levelsOf(known, c, row);
    closed.push([seen, 1, ...what, ...levels]);
    if ((c.untilOn[row] as number) <= history.day)
      closed.push([c.untilOn[row] as number, 2, ...what, ...levels]);
  }
  const entered: number[][] = [];
  for (let row = 0; row < e.rows; row++) {
    const stage = numberOf(history.stages[e.stage[row] as number] ?? '');
    const what = [e.isBirth, e.amount, e.mine].map((column) => column[row] as number);
    entered.push([e.on[row] as number, stage, ...what, ...levelsOf(known, e, row)]);
  }
  return [closed, entered].map((list) => inWeeks(list, weekOf, known.weeks));
}

const levelsOf = (
  { history }: Known,
  columns: Columns<(typeof categoryNames)[number]>,
  row: number,
): number[] =>
  categoryNames.map((name) => {
    const text = history.values[name][columns[name][row] as number];
    return text === undefined ? 0 : numberOf(text);
  });

/** Events sorted by when they could be seen and then by all that they say, so that no code matters. */
function inWeeks(list: number[][], weekOf: (day: number) => number, weeks: number): Events {
  const width = list[0]?.length ?? 1;
  list.sort((a, b) => {
    for (let i = 0; i < width; i++) {
      const [x, y] = [a[i] as number, b[i] as number];
      if (x !== y && !(Number.isNaN(x) && Number.isNaN(y)))
        return (x || 0) - (y || 0) || (Number.isNaN(x) ? -1 : 1);
    }
    return 0;
  });
  const starts = new Float64Array(weeks + 1);
  for (const [seen = 0] of list) {
    const after = Math.max(0, weekOf(seen)) + 1;
    if (after <= weeks) starts[after] = (starts[after] as number) + 1;
  }
  for (let i = 0; i < weeks; i++) starts[i + 1] = (starts[i + 1] as number) + (starts[i] as number);
  return {
    column: Float64Array.from(list.flat()),
    startOf: (week) => width * (starts[week] as number),
  };
}
