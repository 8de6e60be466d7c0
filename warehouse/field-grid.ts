import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Viewer } from './access.ts';
import type { Cell, Circumstance, Row } from './answers.ts';
import { answer, circumstance, type Source, toQuestion } from './ask.ts';
import { comparisonSchema } from './comparison-request.ts';
import type { Metric } from './definitions.ts';
import { type DimensionName, dimensionNames, dimensions } from './dimensions.ts';
import { WarehouseError } from './errors.ts';
import { factSteps } from './facts.ts';
import type { MainCell } from './grid-model.ts';
import { type GridFamily, judge, type Judged } from './grid-tests.ts';
import { metrics } from './metrics/index.ts';
import { columnOf, type Question } from './question.ts';
import { raw, type Statement, statement } from './statement.ts';

/** What a grid may show: the metric, and how its cells are tested. */
export const gridMeasures = {
  winRate: 'share',
  averageWonSize: 'amount',
  daysToClose: 'amount',
  createdCount: 'count',
  wonCount: 'count',
} as const satisfies Record<string, GridFamily>;

export type GridMeasure = keyof typeof gridMeasures;

const dimensionName = z.enum(dimensionNames as [DimensionName, ...DimensionName[]]);

/** A metric by two dimensions, with the cells that differ beyond noise. */
export const fieldGridSchema = comparisonSchema.extend({
  measure: z.enum(Object.keys(gridMeasures) as [GridMeasure, ...GridMeasure[]]),
  rows: dimensionName,
  columns: dimensionName,
});

export type FieldGridInput = z.input<typeof fieldGridSchema>;

/** The values of one dimension; n closings, wins or creations of each. */
export interface GridValue {
  value: string | null;
  n: number;
  /** The metric of the whole row or column. */
  number: Cell;
}

export interface GridCell extends Judged {
  /** Places in `rows` and `columns`. */
  row: number;
  column: number;
  n: number;
  /** The metric itself, as its receipt has it. */
  number: Cell;
}

export interface FieldGrid extends Circumstance {
  measure: GridMeasure;
  rows: GridValue[];
  columns: GridValue[];
  cells: GridCell[];
  /** How many cells could be judged, and how many of them differ beyond noise. */
  judged: number;
  told: number;
  notes: string[];
}

/** More than that nobody reads at once: those with the most opportunities are kept. */
const most = { rows: 60, columns: 16 } as const;

/** A metric by two dimensions; each cell against what its row and its column let one expect, as the viewer may see it. */
export async function readFieldGrid(
  source: Source,
  viewer: Viewer,
  input: FieldGridInput,
): Promise<FieldGrid> {
  const { measure, rows, columns, ...rest } = fieldGridSchema.parse(input);
  if (rows === columns)
    throw new WarehouseError('wrong-use', `A grid needs two dimensions; "${rows}" stands in both`);
  const family = gridMeasures[measure];
  const asked = { ...rest, metrics: metricsOf(measure) };
  const ask = (by: string[]) => answer(source, viewer, { ...asked, by });
  const question = await toQuestion(source, viewer, { ...asked, by: [rows, columns] });
  const [cells, byRow, byColumn, logs] = await Promise.all([
    ask([rows, columns]),
    ask([rows]),
    ask([columns]),
    family === 'amount' ? readLogs(source, question, measure) : [],
  ]);
  const shownRows = valuesOf(byRow.rows, { name: rows, measure, most: most.rows });
  const shownColumns = valuesOf(byColumn.rows, { name: columns, measure, most: most.columns });
  const filled = fill({ rows: shownRows, columns: shownColumns }, cells.rows, logs, {
    measure,
    rows,
    columns,
  });
  const judged = judge(
    filled.map(({ main }) => main),
    family,
  );
  return {
    ...circumstance(source, question),
    measure,
    rows: shownRows,
    columns: shownColumns,
    cells: filled.map(({ main, number }, i) => ({
      row: main.row,
      column: main.column,
      n: main.n,
      number,
      ...(judged[i] as Judged),
    })),
    judged: judged.filter(({ z: score }) => score !== null).length,
    told: judged.filter(({ side }) => side !== null).length,
    notes: [
      ...cells.notes,
      ...hiddenNotes(byRow.rows, shownRows, rows),
      ...hiddenNotes(byColumn.rows, shownColumns, columns),
    ],
  };
}

/** The measure, and what counts how many speak. */
const metricsOf = (measure: GridMeasure): string[] =>
  measure === 'createdCount' || measure === 'wonCount' ? [measure] : [measure, 'wonCount'];

const numberOf = (row: Row, measure: GridMeasure): number =>
  Number((measure === 'winRate' ? row.winRateN : (row.wonCount ?? row[measure])) ?? 0);

interface Shown {
  name: DimensionName;
  measure: GridMeasure;
  most: number;
}

/** Those with anything at all, the largest kept, in the order of the dimension. */
function valuesOf(list: Row[], { name, measure, most: limit }: Shown): GridValue[] {
  const all = list
    .map((row) => ({
      value: (row[name] as string | null) ?? null,
      n: numberOf(row, measure),
      number: row[measure] ?? null,
    }))
    .filter(({ n }) => n > 0);
  const kept = new Set([...all].sort((a, b) => b.n - a.n).slice(0, limit));
  return all.filter((one) => kept.has(one));
}

interface LogRow {
  a: string | null;
  b: string | null;
  n: number;
  sum: number;
  squares: number;
}

interface Filled {
  main: MainCell;
  number: Cell;
}

/** Every pair of shown values, those without anything too. */
function fill(
  shown: { rows: GridValue[]; columns: GridValue[] },
  found: Row[],
  logs: LogRow[],
  { measure, rows, columns }: { measure: GridMeasure; rows: string; columns: string },
): Filled[] {
  const key = (a: Cell | undefined, b: Cell | undefined) => JSON.stringify([a ?? null, b ?? null]);
  const byKey = new Map(found.map((row) => [key(row[rows], row[columns]), row]));
  const logsByKey = new Map(logs.map((log) => [key(log.a, log.b), log]));
  return shown.rows.flatMap(({ value: a }, row) =>
    shown.columns.map(({ value: b }, column) => {
      const own = byKey.get(key(a, b)) ?? {};
      const log = logsByKey.get(key(a, b));
      const n = numberOf(own, measure);
      const won = Number(own.wonCount ?? 0);
      const amounts = { n: log?.n ?? 0, sum: log?.sum ?? 0, squares: log?.squares ?? 0 };
      const counts = { n, sum: won, squares: won };
      const main = { row, column, ...(gridMeasures[measure] === 'amount' ? amounts : counts) };
      return { main, number: own[measure] ?? (gridMeasures[measure] === 'count' ? 0 : null) };
    }),
  );
}

async function readLogs(
  source: Source,
  question: Question,
  measure: GridMeasure,
): Promise<LogRow[]> {
  const { text, values } = logStatement(question, measure);
  return (await source.reader.all(text, values)) as unknown as LogRow[];
}

/** Logarithms of amounts or days by both dimensions, rounded so that their sums are the same in any order. */
function logStatement(question: Question, measure: GridMeasure): Statement {
  const { from, where, share }: Metric = metrics[measure];
  const [a, b] = question.by.map((name) => columnOf(name, question));
  const value = measure === 'daysToClose' ? `${share} + 1` : share;
  const log = `ln(greatest(${value}, 0.01))`;
  const sum = (of: string) => `coalesce(sum(round(${of}, 6)::decimal(18,6)), 0)::double`;
  return statement(
    factSteps(question, [from]),
    sql`select ${raw(`${a} as a, ${b} as b, count(*)::integer as n, ${sum(log)} as sum, ${sum(`${log} * ${log}`)} as squares from ${from}_fact where ${where} and ${value} > 0`)} group by 1, 2 order by 1, 2`,
  );
}

function hiddenNotes(all: Row[], shown: GridValue[], name: DimensionName): string[] {
  const hidden = all.length - shown.length;
  const { label } = dimensions[name];
  return hidden > 0
    ? [`${hidden} more of ${label.toLowerCase()} have nothing to show or are left out`]
    : [];
}
