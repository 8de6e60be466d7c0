import type { CodedColumn, CrossTable } from '#components/cross.ts';

/** The open opportunities in the browser: their ids, and everything that charts filter by; amounts in cents. */
export interface OpenTable {
  cross: CrossTable;
  ids: { get(row: number): unknown };
  currency: string;
}

/** Reads the Arrow stream of the open pipeline. Arrow's own reader comes only when it is needed. */
export async function readOpenTable(bytes: Uint8Array): Promise<OpenTable> {
  const { tableFromIPC } = await import('apache-arrow');
  const table = tableFromIPC(bytes);
  const ids = table.getChild('opportunity');
  if (!ids) throw new Error('the open pipeline came without ids');
  const coded: Record<string, CodedColumn> = {};
  const numbers: Record<string, Float64Array> = {};
  let currency = '';
  for (const { name, metadata } of table.schema.fields) {
    const column = table.getChild(name);
    const words = metadata.get('words');
    if (words) coded[name] = { codes: column?.toArray() as Uint16Array, words: JSON.parse(words) };
    else if (column && column !== ids) {
      const scale = metadata.get('unit') === 'money' ? 100 : 1;
      numbers[name] = Float64Array.from({ length: table.numRows }, (_, row) => {
        const value: unknown = column.get(row);
        return typeof value === 'number' ? Math.round(value * scale) : Number.NaN;
      });
    }
    currency ||= metadata.get('currency') ?? '';
  }
  return { cross: { length: table.numRows, coded, numbers }, ids, currency };
}
