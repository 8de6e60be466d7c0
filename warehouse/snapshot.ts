import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { constants, setPriority } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { WarehouseError } from './errors.ts';

const snapshotId = z.string().regex(/^S\d{6,}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What stands beside each snapshot file: what it holds, and how to tell that it is whole. */
export const manifestSchema = z.strictObject({
  id: snapshotId,
  load: z.string(),
  publishedAt: z.iso.datetime(),
  /** When the newest extract was taken; the default as-of. */
  asOf: z.iso.datetime(),
  parent: snapshotId.nullable(),
  /** The snapshots that this one was built upon, oldest first. */
  ancestors: z.array(snapshotId),
  sha256,
  bytes: z.number().int().positive(),
  /** Rows by table. */
  counts: z.record(z.string(), z.number().int()),
  /** Exact sums by `table.column`. */
  sums: z.record(z.string(), z.string()),
  contentHash: z.string(),
  loads: z.array(z.string()),
  schemaVersion: z.number().int(),
  codeVersion: z.string(),
  companyConfig: z.unknown(),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** The pointer, `current.json`: renaming it into place publishes. */
export const pointerSchema = z.strictObject({ id: snapshotId, manifestSha256: sha256 });

export interface Snapshot {
  id: string;
  path: string;
  manifest: Manifest;
}

export interface ListedSnapshot extends Snapshot {
  isCurrent: boolean;
}

export interface Verdict {
  id: string;
  ok: boolean;
  /** Why not, in words. */
  reason: string | null;
}

/** Where the parts of an installation's snapshots are. */
export const snapshotPaths = (dataDir: string) => ({
  folder: join(dataDir, 'snapshots'),
  pointer: join(dataDir, 'current.json'),
  file: (id: string) => join(dataDir, 'snapshots', `${id}.duckdb`),
  manifest: (id: string) => join(dataDir, 'snapshots', `${id}.json`),
});

/** The published snapshot; null before the first load. Throws `damaged-snapshot` when the pointer leads nowhere. */
export function findCurrent(dataDir: string): Snapshot | null {
  const { pointer } = snapshotPaths(dataDir);
  if (!existsSync(pointer)) return null;
  const { id, manifestSha256 } = parse(pointer, pointerSchema, readFileSync(pointer));
  const text = readManifest(dataDir, id);
  if (createHash('sha256').update(text).digest('hex') !== manifestSha256)
    throw damaged(`The manifest of snapshot ${id} is not the one that was published`);
  return { id, path: snapshotPaths(dataDir).file(id), manifest: parseManifest(dataDir, id, text) };
}

/** The pointer as it stands on disk, to see whether it moved; null before the first load. */
export function readPointer(dataDir: string): string | null {
  const { pointer } = snapshotPaths(dataDir);
  return existsSync(pointer) ? readFileSync(pointer, 'utf8') : null;
}

/** Snapshots that can be put back, newest first; one with a damaged manifest is left out. */
export function listSnapshots(dataDir: string): ListedSnapshot[] {
  const { file } = snapshotPaths(dataDir);
  const current = maybeCurrentId(dataDir);
  return snapshotIds(dataDir)
    .reverse()
    .flatMap((id) => {
      const manifest = maybeManifest(dataDir, id);
      return manifest ? [{ id, path: file(id), manifest, isCurrent: id === current }] : [];
    });
}

/** The nearest older snapshot that this one was built upon and that is still there, for when this one is damaged. */
export function findPrevious(dataDir: string, id: string): Snapshot | null {
  return listSnapshots(dataDir).find((snapshot) => snapshot.id < id) ?? null;
}

/** What can be told of a snapshot without reading it: pointer, manifest, size, nothing unpublished beside it. */
export function checkSnapshot(dataDir: string, id: string): Verdict {
  const { file } = snapshotPaths(dataDir);
  try {
    const { bytes } = publishedManifest(dataDir, id);
    if (existsSync(`${file(id)}.wal`))
      return bad(id, 'a .wal file lies beside it that was not published');
    if (!existsSync(file(id))) return bad(id, 'its file is gone');
    const { size } = statSync(file(id));
    if (size !== bytes) return bad(id, `it has ${size} bytes, ${bytes} were published`);
    return { id, ok: true, reason: null };
  } catch (error) {
    if (error instanceof WarehouseError) return bad(id, error.message);
    throw error;
  }
}

/**
 * Reads the whole file and compares its hash with the published one. Only for files that are not open in this
 * process: reading one would drop DuckDB's lock. `hash` may be one that reads in another process.
 */
export async function verifySnapshot(
  dataDir: string,
  id: string,
  hash: (path: string) => Promise<string> = hashFile,
): Promise<Verdict> {
  const verdict = checkSnapshot(dataDir, id);
  if (!verdict.ok) return verdict;
  const found = await hash(snapshotPaths(dataDir).file(id));
  if (found === publishedManifest(dataDir, id).sha256) return verdict;
  return bad(id, 'its content differs from what was published (SHA-256)');
}

const publishedManifest = (dataDir: string, id: string): Manifest => {
  const current = maybeCurrentId(dataDir) === id ? findCurrent(dataDir) : null;
  return current?.manifest ?? parseManifest(dataDir, id, readManifest(dataDir, id));
};

/** SHA-256 of a file as hex, in a stream. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

const hashScript = `const { createHash } = require('node:crypto');
const hash = createHash('sha256');
require('node:fs').createReadStream(process.argv[1], { highWaterMark: 1 << 20 })
  .on('data', (part) => hash.update(part)).on('end', () => process.stdout.write(hash.digest('hex')));`;

/** The same in a process of its own, of low priority: the file may be open here. */
export async function hashInChild(path: string, signal?: AbortSignal): Promise<string> {
  const hashing = execFileLater(process.execPath, ['-e', hashScript, path], { signal });
  if (hashing.child.pid !== undefined) lower(hashing.child.pid);
  return (await hashing).stdout;
}

const execFileLater = promisify(execFile);

/** The child may have ended before it could be lowered. */
function lower(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error;
  }
}

/** Ids of all snapshots with a manifest, oldest first. */
export function snapshotIds(dataDir: string): string[] {
  const { folder } = snapshotPaths(dataDir);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^S\d{6,}\.json$/.test(name))
    .map((name) => name.slice(0, -5))
    .sort(byNumber);
}

const byNumber = (a: string, b: string): number => Number(a.slice(1)) - Number(b.slice(1));

const bad = (id: string, reason: string): Verdict => ({ id, ok: false, reason });

/** What the pointer says; undefined when it cannot be read, for all that must go on without it. */
function maybeCurrentId(dataDir: string): string | undefined {
  const { pointer } = snapshotPaths(dataDir);
  if (!existsSync(pointer)) return undefined;
  try {
    return parse(pointer, pointerSchema, readFileSync(pointer)).id;
  } catch (error) {
    if (error instanceof WarehouseError) return undefined;
    throw error;
  }
}

/** The published snapshot; undefined when there is none or the pointer leads nowhere: a rollback mends that. */
export function maybeCurrent(dataDir: string): Snapshot | undefined {
  try {
    return findCurrent(dataDir) ?? undefined;
  } catch (error) {
    if (error instanceof WarehouseError) return undefined;
    throw error;
  }
}

function readManifest(dataDir: string, id: string): Buffer {
  const { manifest } = snapshotPaths(dataDir);
  if (!snapshotId.safeParse(id).success || !existsSync(manifest(id)))
    throw new WarehouseError(
      'not-found',
      `There is no snapshot ${id}; there are: ${snapshotIds(dataDir).join(', ') || 'none'}`,
    );
  return readFileSync(manifest(id));
}

function maybeManifest(dataDir: string, id: string): Manifest | undefined {
  try {
    return parseManifest(dataDir, id, readManifest(dataDir, id));
  } catch (error) {
    if (error instanceof WarehouseError) return undefined;
    throw error;
  }
}

function parseManifest(dataDir: string, id: string, text: Buffer): Manifest {
  const manifest = parse(snapshotPaths(dataDir).manifest(id), manifestSchema, text);
  if (manifest.id !== id)
    throw damaged(`The manifest of snapshot ${id} says that it is of ${manifest.id}`);
  return manifest;
}

function parse<T>(path: string, schema: z.ZodType<T>, text: Buffer): T {
  const name = path.split('/').slice(-2).join('/');
  try {
    return schema.parse(JSON.parse(text.toString('utf8')));
  } catch (error) {
    throw damaged(`${name} cannot be read: ${(error as Error).message.slice(0, 300)}`, error);
  }
}

const damaged = (message: string, cause?: unknown): WarehouseError =>
  new WarehouseError(
    'damaged-snapshot',
    `${message}. Put another snapshot back with: plumbline rollback <id>`,
    { cause },
  );
