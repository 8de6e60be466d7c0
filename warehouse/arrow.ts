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
  type DataType,
  type Vector,
} from 'apache-arrow';
import type { Answer, Column } from './answers.ts';

/** Beyond this a float could not tell two cents apart. */
const largestExact = 2 ** 53 / 100;

/**
 * An answer as an Arrow stream. Money is a float64 (guarded to be exact to the cent), text a dictionary; every field
 * carries label, unit, currency and the as-of instant.
 */
export function toArrow(answer: Answer): Uint8Array {
  const vectors = answer.columns.map((column) => vectorOf(column, answer));
  const fields = answer.columns.map(
    (column, i) =>
      new Field(column.name, (vectors[i] as Vector).type, true, metadata(column, answer)),
  );
  const schema = new Schema(
    fields,
    new Map([
      ['snapshot', answer.snapshot],
      ['asOf', answer.asOf],
      ['knownAt', answer.knownAt],
    ]),
  );
  const data = makeData({
    type: new Struct(fields as Field<DataType>[]),
    length: answer.rows.length,
    nullCount: 0,
    children: vectors.map((v) => (v as Vector).data[0] as never),
  });
  return tableToIPC(new Table(schema, new RecordBatch(schema, data as never)), 'stream');
}

function vectorOf(column: Column, { rows }: Answer): Vector {
  const values = rows.map((row) => row[column.name] ?? null);
  if (!['money', 'count', 'ratio', 'days'].includes(column.unit))
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
  return value;
}

const metadata = (column: Column, answer: Answer): Map<string, string> =>
  new Map(
    Object.entries({
      label: column.label,
      unit: column.unit,
      kind: column.kind,
      asOf: answer.asOf,
      ...(column.currency ? { currency: column.currency } : {}),
    }),
  );
