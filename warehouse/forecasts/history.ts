import type { Source } from '../ask.ts';
import { copyColumns } from '../arrow-copy.ts';
import type { Question } from '../question.ts';
import type { Statement } from '../statement.ts';
import {
  anchorDay,
  type CategoryName,
  categoryNames,
  closingColumns,
  closingStatement,
  dictionaryStatement,
  entryColumns,
  entryStatement,
  loadStatement,
  weekColumns,
  weekStatement,
} from './history-sql.ts';

/** Columns of equal length; money in cents, NaN without amount; days as numbers, `never` without. */
export type Columns<Name extends string> = Record<Name, Float64Array> & { rows: number };

export type WeekColumns = Columns<(typeof weekColumns)[number]>;
export type ClosingColumns = Columns<(typeof closingColumns)[number]>;
export type EntryColumns = Columns<(typeof entryColumns)[number]>;

/** Everything that was ever known of the pipeline up to an as-of instant, by weeks that end with it. */
export interface History {
  /** The as-of day. */
  day: number;
  fiscalYearStart: number;
  /** When the newest extract of each load was taken, naive UTC. */
  loads: string[];
  /** `pipeline|stage` by code. */
  stages: string[];
  values: Record<CategoryName, string[]>;
  /** Oldest week first, in each by opportunity. */
  weeks: WeekColumns;
  closings: ClosingColumns;
  entries: EntryColumns;
}

/** Reads it in one pass; `mine` tells what the viewer sees of it within the filters of the question. */
export async function readHistory(source: Source, question: Question): Promise<History> {
  const rows = async ({ text, values }: Statement) => source.reader.all(text, values);
  const loads = await rows(loadStatement());
  const words = await rows(dictionaryStatement());
  const weeks = await readColumns(source, weekStatement(question), weekColumns);
  const closings = await readColumns(source, closingStatement(question), closingColumns);
  const entries = await readColumns(source, entryStatement(question), entryColumns);
  const texts = (category: string) =>
    words.filter((row) => row.category === category).map((row) => String(row.value));
  return {
    day: anchorDay(question),
    fiscalYearStart: source.settings.fiscalYearStart,
    loads: loads.map((row) => String(row.asOf)),
    stages: texts('stage'),
    values: Object.fromEntries(
      categoryNames.map((name) => [name, texts(name)]),
    ) as History['values'],
    weeks,
    closings,
    entries,
  };
}

async function readColumns<Name extends string>(
  { reader }: Source,
  { text, values }: Statement,
  names: readonly Name[],
): Promise<Columns<Name>> {
  const kind = { is: 'double' as const, check: () => {} };
  const { rows, columns } = await reader.stream(text, values, (result) =>
    copyColumns(
      result,
      names.map(() => kind),
    ),
  );
  const read = names.map((name, i) => [name, columns[i]?.values as Float64Array] as const);
  return { rows, ...Object.fromEntries(read) } as Columns<Name>;
}
