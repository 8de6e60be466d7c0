import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { LoadSummary } from '#warehouse/status-answer.ts';
import { findCurrent, snapshotIds } from '#warehouse/snapshot.ts';
import { completeLedger, sweep } from './control-recover.ts';
import { inWords } from './durable.ts';
import { LoadError } from './errors.ts';
import { fault } from './faults.ts';
import { quoteText } from './mapping.ts';
import { all, one, run } from './sql.ts';

/** A landed file as the ledger knows it. */
export interface LedgerFile {
  source: string;
  input: string;
  /** Path relative to the source's folder. */
  file: string;
  sha256: string;
  bytes: number;
  mtime: Date;
  observedAt: Date;
  /** Print of the mapping by which it was read. */
  mapping: string;
}

export type LoadStatus = 'running' | 'published' | 'unchanged' | 'dry-run' | 'failed' | 'killed';

export interface LoadRecord {
  load: string;
  startedAt: Date;
  finishedAt: Date | null;
  status: LoadStatus;
  error?: string | null;
  configHash?: string | null;
  sources: LoadSummary['sources'];
  snapshot: string | null;
  files: LedgerFile[];
}

/** Lock and ledger of one installation; one process holds it, and the kernel frees it when that dies. */
export interface Control {
  dataDir: string;
  /** `L000001`, …: durable before it is given, never given twice. */
  nextLoad(now: Date): Promise<string>;
  /** `S000001`, …: likewise. */
  nextSnapshot(): Promise<string>;
  /** The last landed version of each file of a source, of the loads that the current snapshot contains. */
  landedFiles(source: string): Promise<(LedgerFile & { load: string; snapshot: string })[]>;
  /** Notes files before their snapshot is published; they count once it is. */
  recordFiles(load: string, snapshot: string, files: LedgerFile[]): Promise<void>;
  recordLoad(record: LoadRecord): Promise<void>;
  /** The pointer moved. */
  recordPointer(snapshot: string, at: Date, kind: 'publish' | 'rollback'): Promise<void>;
  /** All loads, newest first. */
  loads(): Promise<LoadSummary[]>;
  close(): Promise<void>;
}

const ddl = `
  create table if not exists load (load_id varchar primary key, started_at timestamp not null, finished_at timestamp,
    status varchar not null, config_hash varchar, counts json, error varchar, snapshot_id varchar);
  create table if not exists landed_file (source varchar, input varchar, file varchar, sha256 varchar, bytes bigint,
    mtime timestamp, observed_at timestamp, load_id varchar, snapshot_id varchar, mapping varchar);
  alter table landed_file add column if not exists mapping varchar;
  create table if not exists pointer (snapshot_id varchar, moved_at timestamp, kind varchar);
  create table if not exists sequence (name varchar primary key, last bigint not null);`;

/** Installations that this process holds: DuckDB would let it open the same file twice. */
const held = new Set<string>();

/** Takes the lock and tidies up after killed loads; throws `locked` naming the process that has it. */
export async function openControl(dataDir: string): Promise<Control> {
  const folder = resolve(dataDir);
  if (held.has(folder)) throw lockedBy(process.pid, folder);
  held.add(folder);
  let instance: DuckDBInstance | null = null;
  try {
    makeFolders(folder);
    instance = await lock(folder);
    fault('control.after-lock');
    writeFileSync(pidFile(folder), `${process.pid}\n`);
    return await prepared(folder, instance);
  } catch (error) {
    instance?.closeSync();
    held.delete(folder);
    throw inWords(error, folder);
  }
}

/** Step by step, since a recursive mkdir hides that a disk is read-only. */
function makeFolders(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, 'snapshots'))) mkdirSync(join(folder, 'snapshots'));
}

const pidFile = (folder: string): string => join(folder, 'control.pid');

async function lock(folder: string): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(join(folder, 'control.duckdb'), { threads: '1' });
  } catch (error) {
    const { message } = error as Error;
    if (!/conflicting lock|could not set lock/i.test(message)) throw error;
    throw lockedBy(Number(/PID (\d+)/.exec(message)?.[1] ?? readPid(folder)), folder, error);
  }
}

function readPid(folder: string): string {
  try {
    return readFileSync(pidFile(folder), 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

const lockedBy = (pid: number, folder: string, cause?: unknown): LoadError =>
  new LoadError(
    'locked',
    `Process ${pid || '(unknown)'} is loading into ${folder}; wait for it to end, or stop it`,
    cause,
  );

async function prepared(folder: string, instance: DuckDBInstance): Promise<Control> {
  const db = await instance.connect();
  await run(db, `set TimeZone = 'UTC'; ${ddl}`);
  const isNew = !Number(await one(db, 'select count(*) from load'));
  await completeLedger(db, folder, isNew);
  await sweep(db, folder);
  fault('control.after-sweep');
  const spoken = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => Promise.reject(inWords(error, folder)));
  return {
    dataDir: folder,
    nextLoad: (now) => spoken(nextLoad(db, now)),
    nextSnapshot: async () => numbered('S', await spoken(next(db, 'snapshot', highest(folder)))),
    landedFiles: (source) => landedFiles(db, folder, source),
    recordFiles: (load, snapshot, files) =>
      spoken(whole(db, () => writeFiles(db, load, snapshot, files))),
    recordLoad: (record) => spoken(recordLoad(db, record)),
    recordPointer: (snapshot, at, kind) =>
      spoken(
        run(db, 'insert into pointer values (?, ?::timestamp, ?)', [
          snapshot,
          at.toISOString(),
          kind,
        ]),
      ),
    loads: () => readLoads(db),
    close: async () => {
      db.closeSync();
      instance.closeSync();
      held.delete(folder);
    },
  };
}

async function nextLoad(db: DuckDBConnection, now: Date): Promise<string> {
  const load = numbered('L', await next(db, 'load', 0));
  await run(
    db,
    `insert into load (load_id, started_at, status) values (?, ?::timestamp, 'running')`,
    [load, now.toISOString()],
  );
  fault('control.after-sequence');
  return load;
}

const numbered = (letter: string, number: number): string =>
  `${letter}${String(number).padStart(6, '0')}`;
const highest = (folder: string): number =>
  Math.max(0, ...snapshotIds(folder).map((id) => Number(id.slice(1))));

async function next(db: DuckDBConnection, name: string, above: number): Promise<number> {
  await run(db, `insert into sequence values (?, 0) on conflict do nothing`, [name]);
  await run(db, `update sequence set last = greatest(last, ${above}) + 1 where name = ?`, [name]);
  return Number(await one(db, `select last from sequence where name = ${quoteText(name)}`));
}

/** All of it or nothing; a failed commit is an error, not a success. */
async function whole(db: DuckDBConnection, work: () => Promise<void>): Promise<void> {
  await run(db, 'begin');
  try {
    await work();
    await run(db, 'commit');
  } catch (error) {
    await run(db, 'rollback').catch(() => undefined);
    throw error;
  }
}

async function recordLoad(db: DuckDBConnection, record: LoadRecord): Promise<void> {
  const { load, startedAt, finishedAt, status, error, configHash, sources, snapshot, files } =
    record;
  fault('control.before-record');
  await whole(db, async () => {
    await run(
      db,
      `insert or replace into load values (?, ?::timestamp, ?::timestamp, ?, ?, ?, ?, ?)`,
      [
        load,
        startedAt.toISOString(),
        finishedAt?.toISOString() ?? null,
        status,
        configHash ?? null,
        JSON.stringify(sources),
        error ?? null,
        snapshot,
      ],
    );
    if (snapshot) await writeFiles(db, load, snapshot, files);
  });
  const kept = await one(db, `select status from load where load_id = ${quoteText(load)}`);
  if (kept !== status)
    throw new LoadError('failed', `The ledger did not keep load ${load} as ${status}`);
  fault('control.after-record');
}

async function writeFiles(
  db: DuckDBConnection,
  load: string,
  snapshot: string,
  files: LedgerFile[],
): Promise<void> {
  for (const { source, input, file, sha256, bytes, mtime, observedAt, mapping } of files) {
    await run(
      db,
      'delete from landed_file where source = ? and input = ? and file = ? and load_id = ?',
      [source, input, file, load],
    );
    await run(
      db,
      'insert into landed_file values (?, ?, ?, ?, ?, ?::timestamp, ?::timestamp, ?, ?, ?)',
      [
        source,
        input,
        file,
        sha256,
        BigInt(bytes),
        mtime.toISOString(),
        observedAt.toISOString(),
        load,
        snapshot,
        mapping,
      ],
    );
  }
}

async function landedFiles(
  db: DuckDBConnection,
  folder: string,
  source: string,
): Promise<(LedgerFile & { load: string; snapshot: string })[]> {
  const current = findCurrent(folder);
  if (!current) return [];
  const chain = [...current.manifest.ancestors, current.id].map(quoteText).join(', ');
  const rows = await all(
    db,
    `select * from landed_file where source = ${quoteText(source)} and snapshot_id in (${chain})
    qualify row_number() over (partition by input, file order by load_id desc) = 1 order by input, file`,
  );
  const date = (text: unknown) => new Date(`${String(text).replace(' ', 'T')}Z`);
  return rows.map((row) => ({
    source,
    input: String(row.input),
    file: String(row.file),
    sha256: String(row.sha256),
    bytes: Number(row.bytes),
    mtime: date(row.mtime),
    observedAt: date(row.observed_at),
    load: String(row.load_id),
    snapshot: String(row.snapshot_id),
    mapping: String(row.mapping),
  }));
}

async function readLoads(db: DuckDBConnection): Promise<LoadSummary[]> {
  const iso = (column: string) => `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%gZ')`;
  const rows = await all(
    db,
    `select load_id, ${iso('started_at')} as started, ${iso('finished_at')} as finished, status, counts::varchar as counts, error,
    (epoch_ms(finished_at) - epoch_ms(started_at)) / 1000 as seconds from load order by load_id desc`,
  );
  return rows.map((row) => ({
    load: String(row.load_id),
    startedAt: String(row.started),
    asOf: null,
    finishedAt: row.finished as string | null,
    status: String(row.status),
    seconds: row.seconds === null ? null : Number(row.seconds),
    error: row.error as string | null,
    sources: row.counts ? (JSON.parse(String(row.counts)) as LoadSummary['sources']) : [],
  }));
}
