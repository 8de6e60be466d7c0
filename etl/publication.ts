import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import {
  findCurrent,
  hashFile,
  type Manifest,
  snapshotIds,
  verifySnapshot,
} from '#warehouse/snapshots.ts';
import { schemaVersion } from '#warehouse/schema.ts';
import { LoadError } from './errors.ts';
import { fault } from './faults.ts';
import { quoteName, quoteText } from './mapping.ts';
import { all, one, run } from './sql.ts';

const kept = 8;

export interface Publication {
  dataDir: string;
  building: string;
  id: string;
  load: string;
  knownAt: string;
  asOf: string;
  /** Row counts and sums as the builder saw them before closing. */
  expected: Fingerprint;
  at: Date;
}

/** Rows per table and sums of money, and one hash over the content, whatever load brought it. */
export interface Fingerprint {
  counts: Record<string, number>;
  sums: Record<string, string>;
  contentHash: string;
}

/** Makes a closed building file the current snapshot: scan, hash, manifest, rename, pointer. */
export async function publish({
  dataDir,
  building,
  id,
  load,
  knownAt,
  asOf,
  expected,
  at,
}: Publication): Promise<Manifest> {
  if (existsSync(`${building}.wal`))
    throw new LoadError(
      'failed',
      `${building}.wal is left beside a closed file; nothing was published`,
    );
  await assertSame(building, expected);
  fault('publish.scanned');
  sync(building);
  fault('publish.synced');
  const previous = findCurrent(dataDir)?.manifest;
  const manifest: Manifest = {
    id,
    load,
    publishedAt: at.toISOString(),
    knownAt,
    asOf,
    parent: previous?.id ?? null,
    lineage: [...(previous?.lineage ?? []), id],
    sha256: await hashFile(building),
    bytes: statSync(building).size,
    ...expected,
    schemaVersion,
  };
  fault('publish.hashed');
  const folder = join(dataDir, 'snapshots');
  writeDurably(join(folder, `${id}.json`), manifest);
  fault('publish.manifest');
  chmodSync(building, 0o444);
  fault('publish.read-only');
  renameSync(building, join(folder, `${id}.duckdb`));
  fault('publish.renamed');
  sync(folder);
  fault('publish.before-pointer');
  writeDurably(join(dataDir, 'current.json'), { id });
  fault('publish.after-pointer');
  prune(dataDir);
  fault('publish.pruned');
  return manifest;
}

/** Puts an older snapshot back after checking that it is whole. */
export async function rollback(dataDir: string, id: string): Promise<void> {
  if (!snapshotIds(dataDir).includes(id))
    throw new LoadError(
      'not-found',
      `There is no snapshot ${id}; there are: ${snapshotIds(dataDir).join(', ') || 'none'}`,
    );
  const files = await verifySnapshot(dataDir, id);
  if (!files.every((f) => f.ok))
    throw new LoadError(
      'damaged',
      `Snapshot ${id} is damaged (its SHA-256 differs); the pointer stays where it is`,
    );
  writeDurably(join(dataDir, 'current.json'), { id });
}

/** Throws unless 2.5 times the last snapshot is free; a full disk would stop the readers too. */
export function assertSpace(dataDir: string): void {
  const last = findCurrent(dataDir)?.manifest.bytes ?? 0;
  const { bavail, bsize } = statfsSync(dataDir);
  const needed = Math.max(last * 2.5, 50_000_000);
  if (bavail * bsize < needed)
    throw new LoadError(
      'no-space',
      `${dataDir} has ${Math.round((bavail * bsize) / 1e6)} MB free; a load needs ${Math.round(needed / 1e6)} MB (2.5 times the last snapshot)`,
    );
}

/** What a warehouse holds. The hash leaves out load numbers and the times of loads, so equal content hashes equal. */
export async function fingerprint(db: DuckDBConnection): Promise<Fingerprint> {
  const counts: Record<string, number> = {};
  const hashes: string[] = [];
  const tables = await all(
    db,
    `select table_name, list(column_name order by column_index)::varchar[] as columns from duckdb_columns()
    where database_name = current_database() and schema_name = 'main' and not internal group by all order by 1`,
  );
  for (const { table_name, columns } of tables as { table_name: string; columns: string[] }[]) {
    const own = columns.filter((c) => !loadOnly.has(c));
    const hash = `coalesce(sum(hash(${own.map(quoteName).join(', ')})::hugeint), 0)`;
    const row = (
      await all(
        db,
        `select count(*)::bigint as n, ${own.length ? hash : '0'}::varchar as h from ${quoteName(table_name)}`,
      )
    )[0]!;
    counts[table_name] = Number(row.n);
    if (!ledger.has(table_name)) hashes.push(`${table_name}:${row.n}:${row.h}`);
  }
  const sums = {
    opportunityAmount: String(
      (await one(db, `select coalesce(sum(amount), 0)::varchar from opportunity`)) ?? '0',
    ),
  };
  return {
    counts,
    sums,
    contentHash: String(await one(db, `select sha256(${quoteText(hashes.join('\n'))})`)),
  };
}

const loadOnly = new Set([
  'load_no',
  'load',
  'known_from',
  'known_to',
  'known_at',
  'started_at',
  'finished_at',
]);
const ledger = new Set(['load', 'setting', 'source_state', 'check_result']);

async function assertSame(path: string, expected: Fingerprint): Promise<void> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
  const db = await instance.connect();
  try {
    await run(db, `set TimeZone = 'UTC'`);
    const found = await fingerprint(db);
    if (JSON.stringify(found) !== JSON.stringify(expected))
      throw new LoadError(
        'damaged',
        `The new snapshot does not read back as it was written; nothing was published`,
      );
  } finally {
    db.closeSync();
    instance.closeSync();
  }
}

/** Removes all but the newest; the current one and its like stay. */
function prune(dataDir: string): void {
  const current = findCurrent(dataDir)?.id;
  for (const id of snapshotIds(dataDir).slice(0, -kept)) {
    if (id === current) continue;
    rmSync(join(dataDir, 'snapshots', `${id}.json`));
    fault('publish.pruning');
    rmSync(readPath(dataDir, id), { force: true });
  }
}

const readPath = (dataDir: string, id: string): string =>
  join(dataDir, 'snapshots', `${id}.duckdb`);

function writeDurably(path: string, value: unknown): void {
  writeFileSync(`${path}.tmp`, `${JSON.stringify(value, null, 2)}\n`);
  sync(`${path}.tmp`);
  renameSync(`${path}.tmp`, path);
  sync(dirname(path));
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
