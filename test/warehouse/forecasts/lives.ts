import {
  categoryNames,
  closingColumns,
  entryColumns,
  forever,
  never,
  weekColumns,
} from '#warehouse/forecasts/history-sql.ts';
import type { Columns, History } from '#warehouse/forecasts/history.ts';
import { randomOf } from '../worlds.ts';

/** An opportunity from its birth on: the days on which it changed its stage, and how it ended. Days as numbers, cents. */
export interface Life {
  id: number;
  stages: { from: number; stage: number }[];
  closedOn?: number;
  isWon?: boolean;
  amount: number;
  closeOn?: number;
  typed?: number;
  salesman?: number;
  /** Code of the category `type` while open, and as it stands when closed. */
  type?: number;
  typeWhenClosed?: number;
}

/** The history that a warehouse with one load would read of these lives on a day, written down by hand. */
export function historyOf(lives: Life[], day: number, { stages = 2, weeks = 200 } = {}): History {
  const rows: number[][] = [];
  for (let back = weeks; back >= 0; back--)
    for (const life of lives) {
      const on = day - 7 * back;
      const row = weekRow(life, on, back);
      if (row) rows.push(row);
    }
  const known = lives.filter(({ stages: [first] }) => first && first.from <= day);
  return {
    day,
    fiscalYearStart: 1,
    loads: ['2000-01-01 00:00:00.000'],
    stages: Array.from({ length: stages }, (_, s) => `Sales|${s + 1}`),
    values: Object.fromEntries(
      categoryNames.map((name) => [name, name === 'salesman' || name === 'type' ? ['A', 'B'] : []]),
    ) as unknown as History['values'],
    weeks: columnsOf(weekColumns, rows),
    closings: columnsOf(closingColumns, closings(known, day)),
    entries: columnsOf(entryColumns, entries(known)),
  };
}

function weekRow(life: Life, on: number, back: number): number[] | null {
  const [first] = life.stages;
  const closedOn = life.closedOn ?? never;
  if (!first || first.from > on || closedOn <= on) return null;
  const now = life.stages.findLast(({ from }) => from <= on) ?? first;
  const next = life.stages.find(({ from }) => from > on)?.from ?? never;
  return [
    ...[back, life.id, 0, forever, now.stage, 1, now.from, first.from, life.amount],
    ...[life.closeOn ?? never, 0, -never, life.typed ?? 0, Math.min(next, closedOn), 1],
    ...levels(life, false),
  ];
}

const levels = ({ salesman = 0, type = -1, typeWhenClosed = type }: Life, isClosed: boolean) =>
  categoryNames.map((name) =>
    name === 'salesman' ? salesman : name === 'type' ? (isClosed ? typeWhenClosed : type) : -1,
  );

const closings = (lives: Life[], day: number): number[][] =>
  lives
    .filter(({ closedOn }) => closedOn !== undefined && closedOn <= day)
    .sort((a, b) => (a.closedOn as number) - (b.closedOn as number) || a.id - b.id)
    .map((life) => [
      ...[life.id, 0, forever, Number(life.isWon), life.closedOn as number],
      ...[life.closedOn as number, never, life.amount, 1, ...levels(life, true)],
    ]);

const entries = (lives: Life[]): number[][] =>
  lives
    .map((life) => ({ life, first: life.stages[0] as Life['stages'][number] }))
    .sort((a, b) => a.first.from - b.first.from || a.life.id - b.life.id)
    .map(({ life, first }) => [
      ...[life.id, 0, forever, first.from, first.stage, 1, life.amount, 1],
      ...levels(life, false),
    ]);

function columnsOf<Name extends string>(names: readonly Name[], rows: number[][]): Columns<Name> {
  const columns = names.map((name, i) => [
    name,
    Float64Array.from(rows, (row) => row[i] as number),
  ]);
  return { rows: rows.length, ...Object.fromEntries(columns) } as Columns<Name>;
}

/** A company of two stages and two salesmen that goes on for some years; the same for a seed. */
export function company(seed: number, { from, to }: { from: number; to: number }): Life[] {
  const random = randomOf(seed);
  const lives: Life[] = [];
  for (let day = from; day <= to; day++) {
    if (random() > 0.45) continue;
    const salesman = random() < 0.5 ? 0 : 1;
    const moves = random() < 0.6 ? [{ from: day + 7 + Math.floor(40 * random()), stage: 1 }] : [];
    const closedOn = (moves[0]?.from ?? day) + 3 + Math.floor(60 * random());
    const isWon = random() < (moves.length ? 0.5 : 0.1) + 0.2 * salesman;
    lives.push({
      id: lives.length,
      stages: [{ from: day, stage: 0 }, ...moves],
      closedOn,
      isWon,
      amount: Math.round(100_000 * (1 + 4 * random())),
      closeOn: closedOn + Math.floor(30 * random()) - 10,
      typed: moves.length ? 0.5 : 0.2,
      salesman,
      typeWhenClosed: isWon ? 1 : 0,
    });
  }
  return lives;
}
