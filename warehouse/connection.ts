import { availableParallelism } from 'node:os';
import { DuckDBInstance, type DuckDBResult, type DuckDBValue } from '@duckdb/node-api';
import { openCache } from './cache.ts';
import { openPool } from './pool.ts';

/** One snapshot, opened for reading only. */
export interface Reader {
  /** Rows as plain values, frozen: decimals and big integers as text. */
  all(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Hands the result over as it streams; only good until the work is done. */
  stream<T>(sql: string, values: unknown[], work: (result: DuckDBResult) => Promise<T>): Promise<T>;
  close(): void;
}

const deadline = 30_000;

/** Opens a snapshot file with every door closed: no writing, no files, no extensions, no settings. */
export async function openReader(path: string, cacheBytes: number): Promise<Reader> {
  const cores = availableParallelism();
  const instance = await DuckDBInstance.create(path, {
    access_mode: 'READ_ONLY',
    threads: String(cores),
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
  const pool = openPool(instance, poolSize(cores), deadline);
  const cache = openCache(cacheBytes);
  const rows = (sql: string, values: unknown[]) =>
    pool.use(sql, async (db) => {
      const found = await db.runAndReadAll(sql, values as DuckDBValue[]);
      return found.getRowObjectsJson() as Record<string, unknown>[];
    });
  return {
    all: (sql, values = []) =>
      cache.rows(`${sql}\n${JSON.stringify(values)}`, () => rows(sql, values)),
    stream: (sql, values, work) =>
      pool.use(sql, async (db) => work(await db.stream(sql, values as DuckDBValue[]))),
    close: () => {
      pool.close();
      instance.closeSync();
    },
  };
}

/** Each running query holds a thread of libuv, of which there are four unless told otherwise. */
const poolSize = (cores: number): number => Math.min(cores * 2, 4);
