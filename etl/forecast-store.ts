import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type Frozen,
  type FrozenKind,
  frozenText,
  readFrozen,
  seriesFolder,
} from '#warehouse/forecasts/frozen.ts';
import { syncDirectory } from './durable.ts';
import { LoadError } from './errors.ts';

/**
 * Keeps what was forecast at a cut-off: one file, whole or not there, never replaced. Who comes second with the same
 * leaves the first; with something else he fails.
 */
export function storeForecast(dataDir: string, kind: FrozenKind, body: Frozen): void {
  const folder = seriesFolder(dataDir, body, kind);
  const path = join(folder, `${body.cutOff}.json`);
  makeFolders(folder);
  const aside = `${path}.${process.pid}.tmp`;
  try {
    writeWhole(aside, frozenText(body));
    linkSync(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    refuseOther(path, kind, body);
  } finally {
    rmSync(aside, { force: true });
  }
  syncDirectory(folder);
}

/** Two who work at once come to the same; anything else would be a forecast changed afterwards. */
function refuseOther(path: string, kind: FrozenKind, { inputHash }: Frozen): void {
  const stored = readFrozen(path, kind);
  if (stored.inputHash !== inputHash)
    throw new LoadError(
      'failed',
      `${path} already holds a forecast made of other input (${stored.inputHash.slice(0, 12)}, now ${inputHash.slice(0, 12)}). Stored forecasts are never replaced; run one backtest at a time`,
    );
}

function writeWhole(path: string, text: string): void {
  const file = openSync(path, 'w');
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  makeFolders(dirname(folder));
  mkdirSync(folder, { recursive: true });
  syncDirectory(dirname(folder));
}
