import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type Cell = string | number | boolean | null;

/** One export file before it is written. */
export interface ExportFile {
  name: string;
  columns: readonly string[];
  rows: Iterable<readonly Cell[]>;
  bom?: boolean;
  crlf?: boolean;
  /** Lines that no reader can take, each after a share of the good rows. */
  broken?: readonly BrokenLine[];
}

export interface BrokenLine {
  kind: string;
  after: number;
  /** Latin-1 text: one character, one byte. */
  bytes: string;
}

/** Where a broken line ended up. */
export interface BrokenPlace {
  file: string;
  line: number;
  kind: string;
}

/** Writes a file piece by piece and says on which lines its broken ones are. */
export function writeExport(
  folder: string,
  file: ExportFile,
): { path: string; rows: number; broken: BrokenPlace[] } {
  const path = join(folder, file.name);
  mkdirSync(dirname(path), { recursive: true });
  const out = openSync(path, 'w');
  const end = file.crlf ? '\r\n' : '\n';
  const left = [...(file.broken ?? [])].sort((a, b) => a.after - b.after);
  const broken: BrokenPlace[] = [];
  let [text, line, rows] = [
    `${file.bom ? '\ufeff' : ''}${file.columns.map(quote).join(',')}${end}`,
    2,
    0,
  ];
  const flush = () => {
    writeSync(out, text);
    text = '';
  };
  const breakHere = (limit: number) => {
    for (let next = left[0]; next && next.after <= limit; next = left[0]) {
      left.shift();
      flush();
      writeSync(out, Buffer.from(next.bytes + end, 'latin1'));
      broken.push({ file: file.name, line, kind: next.kind });
      line++;
    }
  };
  for (const row of file.rows) {
    const written = row.map(quote).join(',');
    text += written + end;
    rows++;
    line++;
    for (let i = written.indexOf('\n'); i >= 0; i = written.indexOf('\n', i + 1)) line++;
    breakHere(rows);
    if (text.length > 400_000) flush();
  }
  breakHere(Infinity);
  flush();
  closeSync(out);
  return { path, rows, broken };
}

function quote(cell: Cell): string {
  if (cell === null) return '';
  const text = typeof cell === 'string' ? cell : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Cents as an exact decimal text. */
export function moneyText(cents: number | null): string | null {
  if (cents === null) return null;
  const whole = Math.abs(cents);
  return `${cents < 0 ? '-' : ''}${Math.floor(whole / 100)}.${String(whole % 100).padStart(2, '0')}`;
}
