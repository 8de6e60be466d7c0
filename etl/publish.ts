import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import {
  findCurrent,
  hashFile,
  listSnapshots,
  type Manifest,
  manifestSchema,
  snapshotIds,
  snapshotPaths,
  verifySnapshot,
} from '#warehouse/snapshot.ts';
import type { Control, LedgerFile } from './control.ts';
import { inWords, syncDirectory, syncFile, writeDurably } from './durable.ts';
import { LoadError } from './errors.ts';
import { fault as kill } from './faults.ts';
import { run } from './sql.ts';
import { type Tally, tally } from './tally.ts';

export interface Publication {
  /** The finished file, closed by whoever built it, in the snapshots folder. */
  buildingPath: string;
  id: string;
  load: string;
  asOf: Date;
  /** All loads that the snapshot contains. */
  loads: string[];
  schemaVersion: number;
  codeVersion: string;
  companyConfig: unknown;
  /** What the builder counted; must be found again in the file read back from disk. */
  counted?: Partial<Tally>;
  /** Files of this load, for the ledger: known from the instant of publishing on. */
  files?: LedgerFile[];
  keep?: number;
  clock?: () => Date;
  fault?: (name: string) => void;
}

/** Steps 4 to 9: what is published has been read back from disk and hashed. The rename of the pointer publishes. */
export async function publish(control: Control, publication: Publication): Promise<Manifest> {
  const { dataDir } = control;
  const {
    buildingPath,
    id,
    load,
    files = [],
    keep = 8,
    clock = () => new Date(),
    fault = kill,
  } = publication;
  const paths = snapshotPaths(dataDir);
  try {
    const manifest = await describe(dataDir, publication, clock, fault);
    fault('publish.before-manifest');
    writeDurably(paths.manifest(id), `${JSON.stringify(manifest, null, 2)}\n`);
    fault('publish.after-manifest');
    chmodSync(buildingPath, 0o444);
    fault('publish.after-chmod');
    renameSync(buildingPath, paths.file(id));
    fault('publish.after-rename');
    syncDirectory(paths.folder);
    fault('publish.after-directory');
    fault('publish.before-files');
    await control.recordFiles(load, id, files);
    fault('publish.after-files');
    movePointer(dataDir, id, fault);
    fault('publish.after-pointer');
    await control.recordPointer(id, clock(), 'publish');
    fault('publish.before-prune');
    prune(dataDir, keep);
    fault('publish.after-prune');
    return manifest;
  } catch (error) {
    throw inWords(error, `publishing ${id}`);
  }
}

async function describe(
  dataDir: string,
  publication: Publication,
  clock: () => Date,
  fault: (name: string) => void,
): Promise<Manifest> {
  const { buildingPath, id, load, loads, schemaVersion, codeVersion, companyConfig } = publication;
  const parent = findCurrent(dataDir);
  fault('publish.before-checkpoint');
  await settle(buildingPath, fault);
  if (existsSync(`${buildingPath}.wal`))
    throw new LoadError(
      'failed',
      `${buildingPath}.wal is left beside the closed file; nothing was published`,
    );
  fault('publish.after-close');
  const found = await readBack(buildingPath);
  assertSame(found, publication.counted ?? {});
  fault('publish.after-verify');
  syncFile(buildingPath);
  fault('publish.after-fsync');
  const sha256 = await hashFile(buildingPath);
  fault('publish.after-hash');
  return manifestSchema.parse({
    id,
    load,
    publishedAt: clock().toISOString(),
    asOf: publication.asOf.toISOString(),
    parent: parent?.id ?? null,
    ancestors: parent ? [...parent.manifest.ancestors, parent.id] : [],
    sha256,
    bytes: statSync(buildingPath).size,
    counts: found.counts,
    sums: found.sums,
    contentHash: found.contentHash,
    loads,
    schemaVersion,
    codeVersion,
    companyConfig: companyConfig ?? null,
  });
}

/** Checkpoints and closes the building file. */
const settle = (path: string, fault: (name: string) => void): Promise<void> =>
  withFile(path, {}, async (db) => {
    await run(db, 'checkpoint');
    fault('publish.after-checkpoint');
  });

const readBack = (path: string): Promise<Tally> =>
  withFile(path, { access_mode: 'READ_ONLY' }, tally);

async function withFile<T>(
  path: string,
  options: Record<string, string>,
  work: (db: Awaited<ReturnType<DuckDBInstance['connect']>>) => Promise<T>,
): Promise<T> {
  if (!existsSync(path))
    throw new LoadError('failed', `${path} is not there; nothing was published`);
  const instance = await DuckDBInstance.create(path, {
    ...options,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  try {
    const db = await instance.connect();
    try {
      await run(db, `set TimeZone = 'UTC'`);
      return await work(db);
    } finally {
      db.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

function assertSame(found: Tally, { counts = {}, sums = {}, prints = {} }: Partial<Tally>): void {
  for (const [table, count] of Object.entries(counts))
    assertEqual(`rows of ${table}`, found.counts[table], count);
  for (const [column, sum] of Object.entries(sums))
    assertEqual(`the sum of ${column}`, found.sums[column], sum);
  for (const [table, print] of Object.entries(prints))
    assertEqual(`the print of ${table}`, found.prints[table], print);
}

function assertEqual(what: string, found: unknown, expected: unknown): void {
  if (found !== expected)
    throw new LoadError(
      'check-failed',
      `The new snapshot is not published: read back from disk, ${what} is ${String(found)}, but ${String(expected)} was counted while building`,
    );
}

function movePointer(dataDir: string, id: string, fault: (name: string) => void): void {
  const paths = snapshotPaths(dataDir);
  const manifestSha256 = createHash('sha256')
    .update(readFileSync(paths.manifest(id)))
    .digest('hex');
  fault('publish.before-pointer');
  writeDurably(paths.pointer, `${JSON.stringify({ id, manifestSha256 })}\n`, () =>
    fault('publish.pointer-written'),
  );
}

/** Removes all but the newest snapshots, never the current one. */
export function prune(dataDir: string, keep = 8): void {
  const paths = snapshotPaths(dataDir);
  const current = findCurrent(dataDir)?.id;
  for (const id of snapshotIds(dataDir)
    .slice(0, -Math.max(1, keep))
    .filter((old) => old !== current)) {
    rmSync(paths.file(id), { force: true });
    rmSync(paths.manifest(id), { force: true });
  }
}

/** Puts an older snapshot back, if it is whole. Files landed after it will be read again. */
export async function rollback(
  control: Control,
  dataDir: string,
  id: string,
  clock: () => Date = () => new Date(),
): Promise<Manifest> {
  if (resolve(dataDir) !== control.dataDir)
    throw new LoadError('wrong-use', `The lock is held on ${control.dataDir}, not on ${dataDir}`);
  const ids = snapshotIds(control.dataDir);
  if (!ids.includes(id))
    throw new LoadError(
      'not-found',
      `There is no snapshot ${id}; there are: ${ids.join(', ') || 'none'}`,
    );
  const verdict = await verifySnapshot(control.dataDir, id);
  const chosen = listSnapshots(control.dataDir).find((snapshot) => snapshot.id === id);
  if (!verdict.ok || !chosen)
    throw new LoadError(
      'damaged',
      `Snapshot ${id} is not put back: ${verdict.reason ?? 'its manifest is damaged'}. The current one stays`,
    );
  movePointer(control.dataDir, id, kill);
  await control.recordPointer(id, clock(), 'rollback');
  return chosen.manifest;
}

/** Throws `no-space` unless 2.5 times the last snapshot (or `atLeast` bytes) is free; a full disk would stop readers too. */
export function assertSpace(dataDir: string, atLeast = 0): void {
  const last = findCurrent(dataDir)?.manifest.bytes ?? 0;
  const needed = Math.max(atLeast, Math.ceil(last * 2.5));
  const { bavail, bsize } = statfsSync(join(dataDir));
  const free = bavail * bsize;
  if (free >= needed) return;
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
  throw new LoadError(
    'no-space',
    `${dataDir}: ${megabytes(free)} are free, a load needs ${megabytes(needed)} (2.5 times the last snapshot). Free some space; nothing was changed`,
  );
}
