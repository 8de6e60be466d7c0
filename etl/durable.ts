import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { LoadError } from './errors.ts';

/** Makes a rename in this folder survive a power cut. */
export function syncDirectory(folder: string): void {
  syncFile(folder);
}

export function syncFile(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Writes a small file so that a reader sees the old or the new text, never a part; `between` runs before the rename. */
export function writeDurably(path: string, text: string, between: () => void = () => {}): void {
  const aside = `${path}.tmp`;
  try {
    const file = openSync(aside, 'w');
    try {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    between();
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}

const reasons: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is larger than this process may write (ulimit -f)',
  EACCES: 'no permission to write there',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOMEM: 'the memory that this load may take is used up; give it more (PLUMBLINE_MEMORY)',
};

const words: Record<string, RegExp> = {
  ENOSPC: /No space left on device/i,
  EDQUOT: /Disk quota exceeded/i,
  EFBIG: /File too large/i,
  EROFS: /Read-only file system/i,
  EACCES: /Permission denied/i,
  ENOMEM: /out of memory|failed to allocate|bad_alloc/i,
};

/** Turns an error of the file system into words; other errors pass as they are. */
export function inWords(error: unknown, where: string): unknown {
  if (error instanceof LoadError && error.code !== 'failed') return error;
  const { code, message } = error as NodeJS.ErrnoException;
  // DuckDB says it in words only.
  const spoken = Object.keys(words).find((name) => words[name]?.test(message)) ?? code;
  const reason = reasons[spoken ?? ''];
  if (!reason) return error;
  const isSpace = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(spoken ?? '');
  return new LoadError(
    isSpace ? 'no-space' : 'failed',
    `${where}: ${reason} (${message.split('\n')[0]}). Nothing was published`,
    error,
  );
}
