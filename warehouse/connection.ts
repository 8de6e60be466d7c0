import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBResultReader,
  type DuckDBValue,
} from '@duckdb/node-api';
import { WarehouseError } from './errors.ts';

/** One snapshot, opened for reading only. */
export interface Reader {
  /** Rows as plain values: decimals and big integers as text. */
  all(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** The whole result, for columns. */
  read(sql: string, values?: unknown[]): Promise<DuckDBResultReader>;
  close(): void;
}

const deadline = 30_000;

/** Opens a snapshot file with every door closed: no writing, no files, no extensions, no settings. */
export async function openReader(path: string): Promise<Reader> {
  const instance = await DuckDBInstance.create(path, {
    access_mode: 'READ_ONLY',
    threads: '2',
    memory_limit: '4GB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_unsigned_extensions: 'false',
    allow_persistent_secrets: 'false',
    temp_directory: '',
    max_temp_directory_size: '0B',
  });
  const setup = await instance.connect();
  for (const setting of [
    "SET GLOBAL TimeZone='UTC'",
    'SET GLOBAL max_expression_depth=250',
    'SET GLOBAL pivot_limit=1000',
    'SET enable_external_access=false',
    "SET disabled_filesystems='LocalFileSystem'",
    'SET lock_configuration=true',
  ])
    await setup.run(setting);
  setup.closeSync();
  const read = (sql: string, values: unknown[] = []) =>
    withDeadline(instance, sql, (db) => db.runAndReadAll(sql, values as DuckDBValue[]));
  return {
    read,
    all: async (sql, values) =>
      (await read(sql, values)).getRowObjectsJson() as Record<string, unknown>[],
    close: () => instance.closeSync(),
  };
}

/** Runs on a connection of its own; interrupts again and again after the deadline until the query ends. */
async function withDeadline<T>(
  instance: DuckDBInstance,
  sql: string,
  work: (db: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const db = await instance.connect();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    const again = setInterval(() => db.interrupt(), 50);
    timers.add(again);
  }, deadline);
  const timers = new Set<NodeJS.Timeout>([timer]);
  try {
    return await work(db);
  } catch (cause) {
    if (late)
      throw new WarehouseError(
        'too-slow',
        `The question took longer than ${deadline / 1000} s; ask for a shorter period or fewer dimensions`,
        { sql, cause },
      );
    throw new WarehouseError(
      'query-failed',
      `The question could not be answered: ${(cause as Error).message}`,
      { sql, cause },
    );
  } finally {
    for (const one of timers) clearTimeout(one);
    db.closeSync();
  }
}
