import { closeSync, existsSync, fsyncSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Client, createClient } from '@libsql/client/sqlite3';
import { drizzle } from 'drizzle-orm/libsql/sqlite3';
import type { LibSQLDatabase } from 'drizzle-orm/libsql/driver-core';
import { makeNotes, type Notes, readAcknowledged } from './acknowledged.ts';
import { checkChain } from './chain.ts';
import { checkFile } from './check-file.ts';
import { inWords, StateError } from './errors.ts';
import { checkSchema, migrate } from './migrate.ts';

/** An open state file. */
export interface OpenFile {
  db: LibSQLDatabase;
  notes: Notes;
  /** Throws when the file was moved, removed or put in another's place since: what is written now would be lost. */
  checkPlace(): void;
  /** Returns when all is in the file. */
  close(): Promise<void>;
  /** Closes a file that is damaged, and moves nothing into it any more. */
  abandon(): void;
}

/** The parts of a state file: the database, its journal while it is in use, and the note of what was acknowledged. */
export const statePaths = (dataDir: string) => ({
  file: join(dataDir, 'state.db'),
  journal: join(dataDir, 'state.db-wal'),
  seal: join(dataDir, 'state.seal'),
});

/** Whether anything was ever typed here. */
export const hasState = (dataDir: string): boolean =>
  Object.values(statePaths(dataDir)).some((path) => existsSync(path));

/** Opens the state of an installation, made when there is none; whatever is wrong with it is thrown in words. */
export async function openFile(dataDir: string): Promise<OpenFile> {
  try {
    const { file, seal } = statePaths(dataDir);
    // Percent signs and spaces of the path survive as a URL only.
    const url = pathToFileURL(file).href;
    if (hasState(dataDir)) await checkFile(url);
    createPrivately(dataDir);
    const identity = identityOf(file);
    const { client, notes } = await openChecked(url, seal);
    return {
      db: drizzle(client),
      notes,
      checkPlace: () => checkPlace(file, identity),
      close: () => close(client, notes),
      abandon: () => client.close(),
    };
  } catch (error) {
    throw inWords(error);
  }
}

async function openChecked(url: string, seal: string): Promise<{ client: Client; notes: Notes }> {
  // A wait for another process blocks this thread, so it is short; the queue tries again.
  const client = createClient({ url, concurrency: 4, timeout: 50 });
  try {
    await setUp(client);
    await migrate(client);
    await checkSchema(client);
    await checkChain(drizzle(client), readAcknowledged(seal));
    return { client, notes: makeNotes(seal) };
  } catch (error) {
    client.close();
    throw error;
  }
}

/** Synchronous writes and foreign keys are how libSQL is built; a build that is otherwise must not be trusted. */
async function setUp(client: Client): Promise<void> {
  await client.execute('pragma journal_mode = wal');
  for (const [name, wanted] of [
    ['journal_mode', 'wal'],
    ['synchronous', 2],
    ['foreign_keys', 1],
  ] as const) {
    const { rows } = await client.execute(`pragma ${name}`);
    if (rows[0]?.[0] !== wanted)
      throw new StateError(
        'state-unavailable',
        `state.db: ${name} is ${rows[0]?.[0]}, not ${wanted}, so that nothing typed would be safe in it`,
      );
  }
}

const identityOf = (file: string): string | undefined => {
  const { dev, ino } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return ino === undefined ? undefined : `${dev} ${ino}`;
};

function checkPlace(file: string, identity: string | undefined): void {
  if (identityOf(file) === identity) return;
  throw new StateError(
    'state-unavailable',
    'state.db was moved, removed or replaced while the server runs. Nothing is read or stored; start the server again',
  );
}

async function close(client: Client, notes: Notes): Promise<void> {
  await notes.close();
  try {
    // What the journal holds moves into the file; another process that reads may hinder that, and does no harm.
    await client.execute('pragma wal_checkpoint(truncate)');
  } finally {
    client.close();
  }
}

/** Only its owner may read what people think of each other's work; SQLite would let everybody. */
function createPrivately(dataDir: string): void {
  const { file } = statePaths(dataDir);
  if (existsSync(file)) return;
  for (const [path, flags] of [
    [file, 'a'],
    [dataDir, 'r'],
  ] as const) {
    const handle = openSync(path, flags, 0o600);
    fsyncSync(handle);
    closeSync(handle);
  }
}
