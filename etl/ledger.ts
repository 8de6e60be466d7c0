import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { findCurrent, snapshotIds } from '#warehouse/snapshots.ts';
import { LoadError } from './errors.ts';
import { fault } from './faults.ts';
import { quoteText } from './mapping.ts';
import { all, one, run } from './sql.ts';

/** A file that a load landed: the next load need not read it again while its hash stays. */
export interface LandedFile {
  source: string;
  input: string;
  file: string;
  sha256: string;
}

/** The lock and the ledger of one installation. Held by one process at a time, freed by the kernel when it dies. */
export interface Control {
  dataDir: string;
  /** The next load id, never given again. */
  nextLoad(at: Date): Promise<string>;
  nextSnapshot(): Promise<string>;
  /** Files landed by the loads that the current snapshot contains. */
  landedFiles(): Promise<LandedFile[]>;
  finishLoad(load: string, end: LoadEnd): Promise<void>;
  close(): Promise<void>;
}

export interface LoadEnd {
  at: Date;
  status: 'published' | 'unchanged' | 'failed' | 'dry run';
  error?: string;
  snapshot?: string;
  files?: LandedFile[];
}

const ddl = `create table if not exists load (load varchar primary key, started_at varchar, finished_at varchar, status varchar, error varchar, snapshot varchar);
  create table if not exists landed_file (source varchar, input varchar, file varchar, sha256 varchar, load varchar, snapshot varchar);
  create table if not exists sequence (name varchar primary key, last integer);
  insert or ignore into sequence values ('load', 0), ('snapshot', 0)`;

/** Takes the lock; throws `locked` naming the process that has it. Clears away what a killed load left. */
export async function openControl(dataDir: string): Promise<Control> {
  mkdirSync(join(dataDir, 'snapshots'), { recursive: true });
  const instance = await lock(dataDir);
  const db = await instance.connect();
  await run(db, ddl);
  writeFileSync(join(dataDir, 'control.pid'), String(process.pid));
  await completeLedger(db, dataDir);
  await sweep(db, dataDir);
  return {
    dataDir,
    nextLoad: (at) => nextLoad(db, at),
    nextSnapshot: async () =>
      `S${String(await next(db, 'snapshot', highest(snapshotIds(dataDir)))).padStart(6, '0')}`,
    landedFiles: () => landedFiles(db, dataDir),
    finishLoad: (load, end) => finishLoad(db, load, end),
    close: async () => {
      db.closeSync();
      instance.closeSync();
    },
  };
}

async function lock(dataDir: string): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(join(dataDir, 'control.duckdb'));
  } catch (error) {
    const message = (error as Error).message;
    if (!/lock/i.test(message))
      throw new LoadError('failed', `${dataDir} cannot be opened for a load: ${message}`, error);
    const holder = join(dataDir, 'control.pid');
    const pid = existsSync(holder) ? readFileSync(holder, 'utf8') : 'unknown';
    throw new LoadError(
      'locked',
      `Another load is running on ${dataDir} (process ${pid}). Wait for it, or stop it`,
      error,
    );
  }
}

/** A load killed after its publishing rename is published; one killed before is not. */
async function completeLedger(db: DuckDBConnection, dataDir: string): Promise<void> {
  const manifest = findCurrent(dataDir)?.manifest;
  if (manifest)
    await run(
      db,
      `update load set status = 'published', snapshot = ${quoteText(manifest.id)}, finished_at = ${quoteText(manifest.publishedAt)}
      where load = ${quoteText(manifest.load)} and status = 'running'`,
    );
  await run(db, `update load set status = 'killed' where status = 'running'`);
}

/** Removes building files and snapshot files that were never published. */
async function sweep(db: DuckDBConnection, dataDir: string): Promise<void> {
  const folder = join(dataDir, 'snapshots');
  const rows = await all(db, `select snapshot from load where status = 'published'`);
  const published = new Set(
    rows.flatMap((row) => [`${row.snapshot}.duckdb`, `${row.snapshot}.json`]),
  );
  for (const name of readdirSync(folder))
    if (!published.has(name)) rmSync(join(folder, name), { recursive: true, force: true });
}

async function nextLoad(db: DuckDBConnection, at: Date): Promise<string> {
  const load = `L${String(await next(db, 'load', 0)).padStart(6, '0')}`;
  await run(
    db,
    `insert into load values (${quoteText(load)}, ${quoteText(at.toISOString())}, null, 'running', null, null)`,
  );
  fault('control.load-numbered');
  return load;
}

async function next(db: DuckDBConnection, name: string, atLeast: number): Promise<number> {
  await run(db, `update sequence set last = greatest(last, ${atLeast}) + 1 where name = '${name}'`);
  return Number(await one(db, `select last from sequence where name = '${name}'`));
}

const highest = (ids: string[]): number => Math.max(0, ...ids.map((id) => Number(id.slice(1))));

async function landedFiles(db: DuckDBConnection, dataDir: string): Promise<LandedFile[]> {
  const lineage = findCurrent(dataDir)?.manifest.lineage ?? [];
  if (!lineage.length) return [];
  const rows = await all(
    db,
    `select source, input, file, arg_max(sha256, load) as sha256 from landed_file
    where snapshot in (${lineage.map(quoteText).join(', ')}) group by all`,
  );
  return rows as unknown as LandedFile[];
}

async function finishLoad(
  db: DuckDBConnection,
  load: string,
  { at, status, error, snapshot, files }: LoadEnd,
): Promise<void> {
  const text = (value: string | undefined) => (value === undefined ? 'null' : quoteText(value));
  await run(db, 'begin');
  await run(
    db,
    `update load set finished_at = ${quoteText(at.toISOString())}, status = '${status}', error = ${text(error)}, snapshot = ${text(snapshot)} where load = ${quoteText(load)}`,
  );
  for (const f of files ?? [])
    await run(
      db,
      `insert into landed_file values (${[f.source, f.input, f.file, f.sha256, load].map(quoteText).join(', ')}, ${text(snapshot)})`,
    );
  await run(db, 'commit');
}
