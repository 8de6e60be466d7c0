import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { LoadError } from './errors.ts';

/** Runs one statement of a load; the error names it. */
export async function run(
  db: DuckDBConnection,
  sql: string,
  values: DuckDBValue[] = [],
): Promise<void> {
  await guarded(sql, () => db.run(sql, values));
}

/** The first cell of the first row. */
export async function one(db: DuckDBConnection, sql: string): Promise<unknown> {
  const reader = await guarded(sql, () => db.runAndReadAll(sql));
  return reader.getRows()[0]?.[0] ?? null;
}

/** All rows as plain objects: decimals and big integers as text. */
export async function all(db: DuckDBConnection, sql: string): Promise<Record<string, unknown>[]> {
  const reader = await guarded(sql, () => db.runAndReadAll(sql));
  return reader.getRowObjectsJson() as Record<string, unknown>[];
}

/** Column names of a table or of a bracketed select. */
export async function columnsOf(db: DuckDBConnection, rows: string): Promise<string[]> {
  return (await all(db, `select column_name from (describe select * from ${rows})`)).map((row) =>
    String(row.column_name),
  );
}

async function guarded<T>(sql: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new LoadError('failed', `${(error as Error).message}\nin: ${sql.slice(0, 1500)}`, error);
  }
}
