import { parquetWriteBuffer } from 'hyparquet-writer';
import { type Answer, type Cell, type Column, isNumeric, type Row } from './answers.ts';

type Element = NonNullable<Parameters<typeof parquetWriteBuffer>[0]['schema']>[number];

/** An answer as Parquet, with the circumstances under which it was asked. */
export function answerToParquet(answer: Answer): ArrayBuffer {
  const { asOf, knownAt, period, currency, rate, snapshot } = answer;
  const about = { asOf, knownAt, period, currency, rate, snapshot, notes: answer.notes.join('; ') };
  return toParquet(answer.columns, answer.rows, about);
}

/** A table as Parquet: money as DECIMAL(18,2), dates as DATE, the circumstances as key-value metadata. */
export function toParquet(
  columns: Column[],
  rows: Row[],
  about: Record<string, string>,
): ArrayBuffer {
  const root: Element = { name: 'root', num_children: columns.length };
  return parquetWriteBuffer({
    schema: [root, ...columns.map(elementOf)],
    columnData: columns.map((column) => ({
      name: column.name,
      data: rows.map((row) => plainValue(row[column.name] ?? null, column)),
    })),
    kvMetadata: Object.entries(about).map(([key, value]) => ({ key, value })),
  });
}

function elementOf({ name, unit }: Column): Element {
  const optional = { name, repetition_type: 'OPTIONAL' as const };
  switch (unit) {
    case 'money':
      return { ...optional, type: 'INT64', converted_type: 'DECIMAL', scale: 2, precision: 18 };
    case 'count':
    case 'ratio':
    case 'times':
    case 'days':
      return { ...optional, type: 'DOUBLE' };
    case 'date':
      return { ...optional, type: 'INT32', converted_type: 'DATE' };
    default:
      return { ...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8' };
  }
}

function plainValue(cell: Cell, { unit }: Column): bigint | number | string | Date | null {
  if (cell === null) return null;
  if (unit === 'money') return cents(String(cell));
  if (isNumeric(unit)) return Number(cell);
  if (unit === 'date') return new Date(`${String(cell)}T00:00:00Z`);
  return String(cell);
}

/** An exact decimal string in hundredths. */
function cents(text: string): bigint {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const size = BigInt(whole) * 100n + BigInt(fraction.padEnd(2, '0').slice(0, 2));
  return text.startsWith('-') ? -size : size;
}
