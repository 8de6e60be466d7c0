import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePort, serve } from '../../etl/serve.mjs';

const host = '127.0.0.1';
const command = fileURLToPath(new URL('../../etl/bin.mjs', import.meta.url));

type Cell = string | number | boolean | null;
/** Records of CRM objects by their own names of columns: `{ account: [{ id, name }] }`. */
export type Company = Record<string, Record<string, Cell>[]>;

export interface Served {
  url: string;
  dataDir: string;
  remove(): Promise<void>;
}

/** Loads a company of its own by the command line and serves it on a free port from `port` on. */
export async function serveCompany(company: Company, port: number): Promise<Served> {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-company-'));
  const dataDir = join(root, 'data');
  mkdirSync(join(root, 'exports'));
  for (const [object, records] of Object.entries(company))
    writeFileSync(join(root, 'exports', `${object}.csv`), csvOf(records));
  writeFileSync(join(root, 'plumbline.json'), JSON.stringify(configOf(company)));
  const args = ['load', '--config', join(root, 'plumbline.json'), '--data-dir', dataDir];
  const load = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });
  // 3: some lines were not taken over.
  if (load.status !== 0 && load.status !== 3)
    throw new Error(`load ended with ${load.status}: ${load.stderr}`);
  const server = await serve({ host, port: await findFreePort(host, port), dataDir });
  return {
    url: server.url,
    dataDir,
    async remove() {
      await server.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

const columnsOf = (records: Record<string, Cell>[]): string[] => [
  ...new Set(records.flatMap((record) => Object.keys(record))),
];

function csvOf(records: Record<string, Cell>[]): string {
  const columns = columnsOf(records);
  const quoted = (cell: Cell) => (cell === null ? '' : `"${String(cell).replaceAll('"', '""')}"`);
  const lines = records.map((record) => columns.map((name) => quoted(record[name] ?? null)));
  return `${[columns, ...lines].map((cells) => cells.join(',')).join('\n')}\n`;
}

function configOf(company: Company): unknown {
  const objects = Object.entries(company);
  const each = (make: (object: string, records: Record<string, Cell>[]) => unknown) =>
    Object.fromEntries(objects.map(([object, records]) => [object, make(object, records)]));
  const source = {
    name: 'crm',
    folder: 'exports',
    observedAt: '2026-06-30T20:00:00Z',
    inputs: each((object) => ({ file: `${object}.csv`, extract: 'full' })),
    objects: each((object, records) => ({
      input: object,
      columns: Object.fromEntries(columnsOf(records).map((name) => [name, name])),
    })),
  };
  return { company: 'The company', zone: 'UTC', currency: 'EUR', sources: [source] };
}
