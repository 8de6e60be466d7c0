import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { SnapshotItem } from './answers.ts';

/** What stands beside each snapshot file: what it holds and how to tell that it is whole. */
export const manifestSchema = z.strictObject({
  id: z.string().regex(/^S\d{6,}$/),
  load: z.string(),
  publishedAt: z.string(),
  /** The load's instant: everything in the snapshot was known by then. */
  knownAt: z.string(),
  /** When the newest extract was taken; the default as-of. */
  asOf: z.string(),
  parent: z.string().nullable(),
  /** Snapshots whose loads this one contains, oldest first, itself last. */
  lineage: z.array(z.string()),
  sha256: z.string(),
  bytes: z.number(),
  counts: z.record(z.string(), z.number()),
  sums: z.record(z.string(), z.string()),
  contentHash: z.string(),
  schemaVersion: z.number(),
});

export type Manifest = z.infer<typeof manifestSchema>;

export interface Snapshot {
  id: string;
  path: string;
  manifest: Manifest;
}

const folder = (dataDir: string): string => join(dataDir, 'snapshots');

/** The snapshot that the pointer names, or null before the first load. Throws when the pointer names none that is there. */
export function findCurrent(dataDir: string): Snapshot | null {
  const pointer = join(dataDir, 'current.json');
  if (!existsSync(pointer)) return null;
  const { id } = z.object({ id: z.string() }).parse(JSON.parse(readFileSync(pointer, 'utf8')));
  return readSnapshot(dataDir, id);
}

/** A snapshot by its id; throws when it is not there. */
export function readSnapshot(dataDir: string, id: string): Snapshot {
  const manifest = findManifest(dataDir, id);
  if (!manifest)
    throw new Error(
      `There is no snapshot ${id}; there are: ${snapshotIds(dataDir).join(', ') || 'none'}`,
    );
  return { id, path: join(folder(dataDir), `${id}.duckdb`), manifest };
}

/** All snapshots that can be put back, newest first. */
export function listSnapshots(dataDir: string): SnapshotItem[] {
  const current = findCurrent(dataDir)?.id;
  return snapshotIds(dataDir)
    .reverse()
    .map((id) => {
      const { load, publishedAt, asOf } = readSnapshot(dataDir, id).manifest;
      return { id, load, publishedAt, asOf, current: id === current };
    });
}

/** Reads the whole file and compares it with what was published. Not for a file this process has open for writing. */
export async function verifySnapshot(
  dataDir: string,
  id: string,
): Promise<{ file: string; ok: boolean }[]> {
  const { path, manifest } = readSnapshot(dataDir, id);
  const ok = existsSync(path) && (await hashFile(path)) === manifest.sha256;
  return [{ file: `snapshots/${id}.duckdb`, ok }];
}

/** SHA-256 of a file, hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Ids of the published snapshots, oldest first. */
export function snapshotIds(dataDir: string): string[] {
  if (!existsSync(folder(dataDir))) return [];
  return readdirSync(folder(dataDir))
    .filter((f) => /^S\d+\.json$/.test(f))
    .map((f) => f.slice(0, -5))
    .sort();
}

function findManifest(dataDir: string, id: string): Manifest | null {
  const path = join(folder(dataDir), `${id}.json`);
  if (!/^S\d+$/.test(id) || !existsSync(path)) return null;
  return manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}
