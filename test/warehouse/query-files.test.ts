import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSmallDemo, type SmallDemo } from './small-demo.ts';

let demo: SmallDemo;
let folder: string;
beforeAll(async () => {
  demo = await loadSmallDemo(4, '2026-11-21T06:00:00Z');
  folder = mkdtempSync(join(tmpdir(), 'plumbline-query-'));
}, 120_000);
afterAll(async () => {
  await demo.remove();
  rmSync(folder, { recursive: true, force: true });
});

const run = promisify(execFile);

/** Writes the answer to a file and returns its path. */
async function write(name: string, ...args: string[]): Promise<string> {
  const out = join(folder, name);
  const asked = ['query', 'openPipeline', 'openCount', '--by', 'team', '--data-dir', demo.dataDir];
  await run(process.execPath, ['etl/bin.mjs', ...asked, '--out', out, ...args]);
  return out;
}

test('query writes the same answer in every format', { timeout: 60_000 }, async () => {
  const [json, csv, arrow, parquet] = await Promise.all([
    write('a.json'),
    write('b.csv'),
    write('c.bin', '--format', 'arrow'),
    write('d.parquet'),
  ]);
  const { rows } = JSON.parse(readFileSync(json, 'utf8')) as { rows: Record<string, string>[] };
  expect(rows.length).toBeGreaterThan(1);
  const table = tableFromIPC(readFileSync(arrow)).toArray();
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  const stored = await db.runAndReadAll(`select * from '${parquet}'`);
  const lines = readFileSync(csv, 'utf8').trimEnd().split('\r\n');
  expect(lines[0]).toBe('Team,Open pipeline (EUR),Open opportunities');
  expect(stored.columnTypes().map(String)).toEqual(['VARCHAR', 'DECIMAL(18,2)', 'DOUBLE']);
  for (const [i, row] of rows.entries()) {
    expect(stored.getRowObjectsJson()[i]).toEqual(row);
    expect(table[i]?.toJSON()).toEqual({ ...row, openPipeline: Number(row.openPipeline) });
    expect(lines[i + 1]).toBe(`${row.team},${row.openPipeline},${row.openCount}`);
  }
  expect(lines).toHaveLength(rows.length + 1);
});

test('query says what a file cannot be', async () => {
  const refused = async (...args: string[]) =>
    write(...(args as [string])).catch((error: { code: number; stderr: string }) => error);
  expect(await refused('a.txt')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/a\.txt: say with --format/),
  });
  expect(await refused('a.csv', '--format', 'xlsx')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--format xlsx: allowed are table, json, csv, arrow, parquet/),
  });
});
