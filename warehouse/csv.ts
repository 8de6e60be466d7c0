import { type Cell, type Column, isNumeric, type Row } from './answers.ts';

/** What spreadsheets take for the start of a formula, full-width forms included. */
const formulaStart = /^[=+\-@\t\r\n＝＋－＠]/;

/** A table as RFC 4180: header, CRLF, quotes doubled. Text that a spreadsheet would compute gets a `'` in front. */
export function toCsv(columns: Column[], rows: Row[]): string {
  const lines = rows.map((row) => columns.map((column) => cellText(row[column.name], column)));
  const header = columns.map((column) => quoted(harmless(headerOf(column))));
  return [header, ...lines].map((cells) => `${cells.join(',')}\r\n`).join('');
}

function headerOf({ label, currency }: Column): string {
  return currency ? `${label} (${currency})` : label;
}

function cellText(cell: Cell | undefined, column: Column): string {
  if (cell === null || cell === undefined) return '';
  if (isNumber(cell, column)) return String(cell);
  return quoted(harmless(String(cell)));
}

/** A true number stays one, its minus too; text that only looks like one is text. */
function isNumber(cell: Cell, { unit }: Column): boolean {
  if (typeof cell === 'number') return Number.isFinite(cell);
  return isNumeric(unit) && typeof cell === 'string' && /^-?\d+(\.\d+)?$/.test(cell);
}

/** Many readers stop at a NUL; it is shown as the sign for what cannot be shown. */
function harmless(text: string): string {
  const visible = text.replaceAll('\0', '\uFFFD');
  return formulaStart.test(visible) ? `'${visible}` : visible;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
