import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export type Row = Record<string, string>;

const kept = new Map<string, Row[]>();

/** The good rows of an export file, by a reader of its own: lines listed as broken in truth.json are left out first. */
export function readExport(folder: string, name: string): Row[] {
  const key = join(folder, name);
  const rows = kept.get(key) ?? parseExport(folder, name);
  kept.set(key, rows);
  return rows;
}

function parseExport(folder: string, name: string): Row[] {
  const broken = new Set(
    readTruth(folder)
      .quirks.broken.filter((b) => b.file === name)
      .map((b) => b.line),
  );
  const lines = readFileSync(join(folder, 'exports', name), 'utf8')
    .replace(/^\ufeff/, '')
    .split('\n')
    .filter((_, i) => !broken.has(i + 1));
  const [header = [], ...rows] = splitCsv(lines.join('\n'));
  return rows.map((cells) =>
    Object.fromEntries(header.map((column, i) => [column, cells[i] ?? ''])),
  );
}

function splitCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const piece = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|$)/gy;
  for (
    let match = piece.exec(text);
    match && piece.lastIndex <= text.length;
    match = piece.exec(text)
  ) {
    const [, cell = '', end = ''] = match;
    row.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === ',') continue;
    if (row.length > 1 || row[0]) rows.push(row);
    row = [];
    if (end === '') break;
  }
  return rows;
}

export interface Truth {
  today: string;
  stories: null | {
    inflow: { region: string; from: string };
    optimist: { id: string };
    slowing: { team: string; from: string };
    clones: { lost: string; again: string; at: string }[];
    rewrites: { week: number; kind: string; id: string; at: string | null; detail: string }[];
    disasters: { kind: string; id?: string; team?: string; from: string; to?: string }[];
  };
  quirks: {
    broken: { file: string; line: number; kind: string }[];
    impossibleProbability: string[];
    softDeleted: number;
    monthEndCloseDates: number;
    orphanTasks: number;
    allDayEvents: number;
    mergedAccounts: number;
    duplicateAccounts: number;
    renamedStage: { from: string; to: string; on: string };
    reorganisation: {
      on: string;
      team: string;
      to: string;
      salesmen: { from: string; to: string }[];
    };
  };
}

export const readTruth = (folder: string): Truth =>
  JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as Truth;
export const exportNames = (folder: string): string[] =>
  readdirSync(join(folder, 'exports')).sort();
export const cents = (text: string | undefined): number => Math.round(Number(text) * 100);
