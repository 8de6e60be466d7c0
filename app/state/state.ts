import type { Client } from '@libsql/client/sqlite3';
import { drizzle } from 'drizzle-orm/libsql/sqlite3';
import { type Db, lastEntry } from './entries.ts';
import { inWords, StateError } from './errors.ts';
import { openEmpty } from './migrate.ts';
import { hasState, type OpenFile, openFile } from './open-file.ts';
import { makeQueue } from './queue.ts';

/** What people typed in an installation. */
export interface State {
  /** Reads; where nothing was ever typed there is nothing, and no file is made. */
  read<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /**
   * Runs a work in one transaction, after all that came before, and returns when the disk has what it wrote. The work
   * may run twice; `now` is the instant of its entries.
   */
  write<T>(work: (db: Db, now: number) => Promise<T>): Promise<T>;
  /** Returns when everything accepted is written and the file is closed. */
  close(): Promise<void>;
}

/** How long a refused file is not looked at again. */
const patience = 2000;

/** The state of an installation, opened when it is first asked; a file that was mended is taken up by itself. */
export function openState(dataDir: string, clock: () => number = Date.now): State {
  const queue = makeQueue();
  let opening: Promise<OpenFile> | null = null;
  let empty: Promise<Client> | null = null;

  async function open(): Promise<OpenFile> {
    const file = await (opening ?? openAnew());
    file.checkPlace();
    return file;
  }

  function openAnew(): Promise<OpenFile> {
    const mine = openFile(dataDir);
    opening = mine;
    mine.catch(() => {
      setTimeout(() => {
        if (opening === mine) opening = null;
      }, patience).unref();
    });
    return mine;
  }

  /** After damage was met the file is closed, so that it is looked through before anybody uses it again. */
  async function guarded<T>(file: OpenFile, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const told = inWords(error);
      if (told instanceof StateError && told.code === 'damaged-state') await drop(file);
      throw told;
    }
  }

  async function drop(file: OpenFile): Promise<void> {
    if (!opening || (await opening.catch(() => null)) !== file) return;
    opening = null;
    file.abandon();
  }

  return {
    async read(work) {
      const isOpen = opening !== null && (await opening.catch(() => null)) !== null;
      if (!isOpen && !hasState(dataDir)) {
        empty ??= openEmpty();
        return work(drizzle(await empty));
      }
      const file = await open();
      return guarded(file, () => work(file.db));
    },
    write: (work) =>
      queue(async () => {
        const file = await open();
        return guarded(file, async () => {
          const { result, last } = await file.db.transaction(async (db) => ({
            result: await work(db, clock()),
            last: await lastEntry(db),
          }));
          await file.notes.note(last);
          return result;
        });
      }),
    close: () =>
      queue(async () => {
        const file = await opening?.catch(() => null);
        opening = null;
        await file?.close();
        (await empty)?.close();
        empty = null;
      }),
  };
}
