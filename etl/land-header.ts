import { LoadError } from './errors.ts';

const delimiters = [',', ';', '\t', '|'];

/** Columns that landing adds to every row. */
export const landedColumns = ['_file', '_line', '_raw', '_observed_at'];

/** The delimiter that the header uses most, outside quotes. */
export function sniffDelimiter(header: string): string {
  const bare = header.replace(/"(?:[^"]|"")*"/g, '');
  const counts = delimiters.map((mark) => bare.split(mark).length - 1);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** The fields of one record, or null when a quote in it is still open. */
export function parseRecord(text: string, mark: string): string[] | null {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const quoted = text[at] === '"';
    const end = quoted ? closingQuote(text, at + 1) : text.indexOf(mark, at);
    if (quoted && end < 0) return null;
    const stop = quoted ? text.indexOf(mark, end + 1) : end;
    const value = quoted
      ? text.slice(at + 1, end).replaceAll('""', '"')
      : text.slice(at, end < 0 ? undefined : end);
    fields.push(value);
    if (stop < 0) return fields;
    at = stop + mark.length;
  }
}

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2))
    if (text[at + 1] !== '"') return at;
  return -1;
}

const columnLimit = 500;

/** Trims header names; too many of them, names that are twice there or reserved stop the load, empty ones are numbered. */
export function tidyHeader(
  fields: string[],
  file: string,
): { columns: string[]; warnings: string[] } {
  if (fields.length > columnLimit)
    throw new LoadError(
      'bad-source',
      `${file} has ${fields.length} columns; at most ${columnLimit} are read. Export fewer columns`,
    );
  const columns = fields.map((field, at) => field.trim() || `column_${at + 1}`);
  const lower = columns.map((column) => column.toLowerCase());
  const twice = columns.filter((_, at) => lower.indexOf(lower[at] ?? '') !== at);
  if (twice.length)
    throw new LoadError(
      'bad-source',
      `${file}: the header has "${twice.join('", "')}" twice (capital and small letters count as the same); rename one in the export`,
    );
  const reserved = columns.filter((column) => landedColumns.includes(column.toLowerCase()));
  if (reserved.length)
    throw new LoadError(
      'bad-source',
      `${file}: the column name "${reserved.join('", "')}" is taken by the loader; rename it in the export`,
    );
  const nameless = fields.flatMap((field, at) =>
    field.trim() ? [] : [`${file}: column ${at + 1} has no name; it is called column_${at + 1}`],
  );
  return { columns, warnings: nameless };
}
