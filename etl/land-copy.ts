import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LoadError } from './errors.ts';
import { fault } from './faults.ts';
import { syncDirectory } from './durable.ts';

/** One file as it was when it was read: its content and its state on disk. */
export interface FileState {
  sha256: string;
  bytes: number;
  mtime: Date;
}

/** Size and modification time; equal before and after reading means that nobody wrote in between. */
export interface Stamp {
  size: bigint;
  mtimeNs: bigint;
}

const chunkBytes = 1 << 20;

export function stampOf(path: string): Stamp {
  const { size, mtimeNs } = statSync(path, { bigint: true });
  return { size, mtimeNs };
}

/** Throws when a source file changed since the stamp was taken. */
export function assertUnchanged(path: string, before: Stamp): void {
  const after = stampOf(path);
  if (after.size === before.size && after.mtimeNs === before.mtimeNs) return;
  throw new LoadError(
    'still-being-written',
    `${path} is still being written: ${describe(before)} at first, ${describe(after)} a moment later. Nothing was loaded; run the load again when the export has ended`,
  );
}

/** The hash of a source file, without keeping a copy. */
export async function hashSource(path: string): Promise<FileState> {
  const stamp = stampOf(path);
  const state = await pour(path, null, stamp);
  assertUnchanged(path, stamp);
  return state;
}

/** Copies a source file into the landing folder: written aside, fsynced, renamed; the hash is taken on the way. */
export async function copySource(path: string, target: string): Promise<FileState> {
  const stamp = stampOf(path);
  const aside = `${target}.part`;
  mkdirSync(dirname(target), { recursive: true });
  fault('land.before-copy');
  const file = await open(aside, 'w');
  try {
    const state = await pour(path, file, stamp);
    fault('land.after-copy');
    assertUnchanged(path, stamp);
    await file.chmod(0o444);
    await file.sync();
    fault('land.before-rename');
    renameSync(aside, target);
    syncDirectory(dirname(target));
    fault('land.after-rename');
    return state;
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function pour(path: string, target: FileHandle | null, stamp: Stamp): Promise<FileState> {
  const hash = createHash('sha256');
  const source = await open(path, 'r');
  let bytes = 0;
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    for (;;) {
      const { bytesRead } = await source.read(buffer, 0, chunkBytes, null);
      if (!bytesRead) break;
      const chunk = buffer.subarray(0, bytesRead);
      hash.update(chunk);
      if (target) await writeAll(target, chunk);
      bytes += bytesRead;
      fault('land.while-copying');
    }
  } finally {
    await source.close();
  }
  if (BigInt(bytes) !== stamp.size) assertUnchanged(path, { ...stamp, size: BigInt(bytes) });
  return { sha256: hash.digest('hex'), bytes, mtime: new Date(Number(stamp.mtimeNs / 1_000_000n)) };
}

async function writeAll(target: FileHandle, chunk: Buffer): Promise<void> {
  for (let at = 0; at < chunk.length; ) at += (await target.write(chunk, at)).bytesWritten;
}

const describe = (stamp: Stamp): string =>
  `${stamp.size} bytes, changed ${new Date(Number(stamp.mtimeNs / 1_000_000n)).toISOString()}`;
