import { setTimeout as later } from 'node:timers/promises';
import type { Source } from './ask.ts';
import { openReader, type Reader } from './connection.ts';
import { WarehouseError } from './errors.ts';
import type { Settings } from './question.ts';
import { schemaVersion } from './schema.ts';
import {
  checkSnapshot,
  findCurrent,
  hashInChild,
  listSnapshots,
  type Snapshot,
  type Verdict,
  verifySnapshot,
} from './snapshot.ts';

/** A snapshot that answers. */
export interface Opened extends Source {
  /** Why this is not the current snapshot. */
  warning: string | null;
  users: number;
  stale: boolean;
}

interface Options {
  verify: 'before' | 'behind';
  cacheBytes: number;
  /** An open snapshot turned out to be damaged: the next question needs another. */
  onDamage: () => void;
}

export interface Installation {
  /** Opens the current snapshot; when it is damaged the newest whole one before it, and says so. */
  openNewest(): Promise<Opened>;
  /** A question was answered: what was opened unverified can be verified now. */
  answered(opened: Opened): void;
  close(): void;
}

/** The first page needs both cores for itself; a damaged file is noticed soon after. */
const patience = 3000;

export function openInstallation(dataDir: string, options: Options): Installation {
  /** Verdicts on whole files by their published hash: each is read once. */
  const verdicts = new Map<string, Promise<Verdict>>();
  const closing = new AbortController();

  const hash = (path: string) => hashInChild(path, closing.signal);
  function verify({ id, manifest: { sha256 } }: Snapshot): Promise<Verdict> {
    const verdict = verdicts.get(sha256) ?? verifySnapshot(dataDir, id, hash);
    verdicts.set(sha256, verdict);
    verdict.catch(() => verdicts.delete(sha256));
    return verdict;
  }

  async function judge(snapshot: Snapshot): Promise<Verdict> {
    const cheap = checkSnapshot(dataDir, snapshot.id);
    if (!cheap.ok) return cheap;
    const isKnown = verdicts.has(snapshot.manifest.sha256);
    return options.verify === 'before' || isKnown ? verify(snapshot) : cheap;
  }

  async function openNewest(): Promise<Opened> {
    const complaints: string[] = [];
    for (const snapshot of candidates(dataDir, complaints)) {
      const other = otherSchema(snapshot);
      const { ok, reason } = other ? { ok: false, reason: null } : await judge(snapshot);
      const opened = ok ? await maybeOpen(snapshot, complaints) : null;
      if (opened) return opened;
      complaints.push(other ?? damaged(snapshot, reason));
    }
    if (complaints.length)
      throw new WarehouseError('damaged-snapshot', `${complaints.join('. ')}. Load again`);
    throw new WarehouseError(
      'no-snapshot',
      'Nothing has been loaded yet. Run "npx plumbline load --config FILE" or "npx plumbline demo"',
    );
  }

  /** A damaged head of the file is noticed by opening it; whatever else is in the way would be for the next one too. */
  async function maybeOpen(snapshot: Snapshot, complaints: string[]): Promise<Opened | null> {
    try {
      return await open(snapshot, complaints);
    } catch (error) {
      if ((await verify(snapshot)).ok) throw error;
      return null;
    }
  }

  async function open(snapshot: Snapshot, complaints: string[]): Promise<Opened> {
    const { id, path, manifest } = snapshot;
    const shown = `Shown is ${id}, loaded ${manifest.publishedAt}`;
    const opened = await openSource(id, path, options.cacheBytes);
    opened.warning = complaints.length ? [...complaints, shown].join('. ') : null;
    if (!verdicts.has(manifest.sha256)) unverified.set(opened, snapshot);
    return opened;
  }

  const unverified = new Map<Opened, Snapshot>();

  async function verifyBehind(snapshot: Snapshot): Promise<void> {
    await later(patience, null, { signal: closing.signal, ref: false });
    const { ok } = await verify(snapshot);
    if (!ok) options.onDamage();
  }

  return {
    openNewest,
    answered: (opened) => {
      const snapshot = unverified.get(opened);
      if (!snapshot || !unverified.delete(opened)) return;
      verifyBehind(snapshot).catch((error: Error) => {
        // Closed meanwhile, or the hash could not be worked out: the next question may try again.
        if (!closing.signal.aborted) process.emitWarning(error);
      });
    },
    close: () => closing.abort(),
  };
}

const damaged = ({ id }: Snapshot, reason: string | null): string =>
  `Snapshot ${id} is damaged: ${reason ?? 'its content differs from what was published (SHA-256)'}`;

/** Why a snapshot cannot be read by this version; null when it can. */
const otherSchema = ({ id, manifest }: Snapshot): string | null =>
  manifest.schemaVersion === schemaVersion
    ? null
    : `Snapshot ${id} was built by another version (schema ${manifest.schemaVersion}; this one reads ${schemaVersion})`;

/** The current snapshot and those before it; all that there are when the pointer itself is damaged. */
function candidates(dataDir: string, complaints: string[]): Snapshot[] {
  try {
    const current = findCurrent(dataDir);
    if (!current) return [];
    return [current, ...listSnapshots(dataDir).filter(({ id }) => id < current.id)];
  } catch (error) {
    if (!(error instanceof WarehouseError)) throw error;
    complaints.push(error.message);
    return listSnapshots(dataDir);
  }
}

async function openSource(snapshot: string, path: string, cacheBytes: number): Promise<Opened> {
  const reader = await openReader(path, cacheBytes);
  const settings = await readSettings(reader);
  return { reader, snapshot, settings, warning: null, users: 0, stale: false };
}

async function readSettings(reader: Reader): Promise<Settings> {
  const rows = await reader.all('select name, value from setting');
  const value = Object.fromEntries(rows.map((row) => [String(row.name), String(row.value)]));
  const known = await reader.all(
    `select strftime(max(known_at), '%Y-%m-%d %H:%M:%S.%g') as at_instant from load`,
  );
  return {
    zone: value.zone ?? 'UTC',
    currency: value.currency ?? 'EUR',
    fiscalYearStart: Number(value.fiscalYearStart ?? 1),
    company: value.company ?? '',
    asOf: value.asOf as string,
    knownAt: String(known[0]?.at_instant),
  };
}

export function retire(old: Opened): void {
  old.stale = true;
  closeUnused(old);
}

export function closeUnused(source: Opened): void {
  if (source.stale && source.users === 0) source.reader.close();
}
