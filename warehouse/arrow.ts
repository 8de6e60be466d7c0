import {
  Field,
  Float64,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
  Utf8,
  vectorFromArray,
  makeData,
  type Data,
  type Vector,
} from 'apache-arrow';
import type { DuckDBResult } from '@duckdb/node-api';
import { type Answer, type Circumstance, type Column, isNumeric } from './answers.ts';
import { copyColumns } from './arrow-copy.ts';

/** Beyond this a float could not tell two cents apart. */
const largestExact = 2 ** 53 / 100;

/** What is said of a table and its columns beside the data. */
type About = Circumstance & { columns: Column[] };

/**
 * An answer as an Arrow stream. Money is a float64 (guarded to be exact to the cent), texts are Utf8; every field
 * carries label, unit, currency and the as-of instant.
 */
export function toArrow(answer: Answer): Uint8Array {
  const columns = answer.columns.map((column) => vectorOf(column, answer).data[0] as Data);
  return toStream(answer, columns, answer.rows.length);
}

/** The same from a result whose columns are the doubles, texts and places (usmallint, Uint16) of these. */
export async function copyToArrow(about: About, result: DuckDBResult): Promise<Uint8Array> {
  const kinds = about.columns.map((column) => ({
    is: kindOf(column),
    check: (values: Float64Array, isValid: (row: number) => boolean) => {
      for (const [row, value] of values.entries())
        if (isValid(row)) values[row] = exact(value, column);
    },
  }));
  const { rows, columns } = await copyColumns(result, kinds);
  return toStream(about, columns, rows);
}

function toStream(about: About, children: Data[], length: number): Uint8Array {
  const fields = about.columns.map(
    (column, i) =>
      new Field(column.name, (children[i] as Data).type, true, metadata(column, about)),
  );
  const { snapshot, asOf, knownAt } = about;
  const schema = new Schema(fields, new Map(Object.entries({ snapshot, asOf, knownAt })));
  const data = makeData({ type: new Struct(fields), length, nullCount: 0, children });
  return tableToIPC(new Table(schema, new RecordBatch(schema, data)), 'stream');
}

const kindOf = (column: Column): 'code' | 'double' | 'text' => {
  if (column.words) return 'code';
  return isNumeric(column.unit) ? 'double' : 'text';
};

function vectorOf(column: Column, { rows }: Answer): Vector {
  const values = rows.map((row) => row[column.name] ?? null);
  if (!isNumeric(column.unit))
    return vectorFromArray(
      values.map((v) => (v === null ? null : String(v))),
      new Utf8(),
    );
  return vectorFromArray(
    values.map((v) => (v === null ? null : exact(Number(v), column))),
    new Float64(),
  );
}

function exact(value: number, column: Column): number {
  if (column.unit === 'money' && Math.abs(value) > largestExact)
    throw new RangeError(`${column.name}: ${value} is too large to be exact to the cent in Arrow`);
  return column.unit === 'money' ? value : Math.round(value * 1e8) / 1e8;
}

const metadata = (column: Column, { asOf }: About): Map<string, string> =>
  new Map(
    Object.entries({
      label: column.label,
      unit: column.unit,
      kind: column.kind,
      asOf,
      ...(column.currency ? { currency: column.currency } : {}),
      ...(column.words ? { words: JSON.stringify(column.words) } : {}),
    }),
  );
