import { createHash } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteName, quoteText } from './mapping.ts';
import { all, one } from './sql.ts';

/** What a warehouse holds, read from every value of it. */
export interface Tally {
  /** Rows by table. */
  counts: Record<string, number>;
  /** Exact sums by `table.column`, of decimal columns. */
  sums: Record<string, string>;
  /** By table: a number that changes when any value does. Comparable within one version of DuckDB. */
  prints: Record<string, string>;
}

export interface TableColumns {
  table: string;
  columns: string[];
}

/** Names of columns that say when something was loaded, not what. */
const ofTheLoad = new Set([
  'load',
  'load_no',
  'load_id',
  'known_at',
  'known_from',
  'known_to',
  'started_at',
  'finished_at',
]);

/** Tables and columns of the warehouse, in a fixed order. */
export async function listTables(
  db: DuckDBConnection,
): Promise<(TableColumns & { decimals: string[] })[]> {
  const rows = await all(
    db,
    `select table_name, list(column_name order by column_index)::varchar[] as columns,
    coalesce(list(column_name order by column_index) filter (data_type like 'DECIMAL%'), [])::varchar[] as decimals
    from duckdb_columns() join duckdb_tables() using (database_name, schema_name, table_name)
    where database_name = current_database() and schema_name = 'main' and not duckdb_tables.temporary group by all order by 1`,
  );
  return rows.map((row) => ({
    table: String(row.table_name),
    columns: row.columns as string[],
    decimals: row.decimals as string[],
  }));
}

/** Reads every column of every table. */
export async function tally(db: DuckDBConnection): Promise<Tally> {
  const result: Tally = { counts: {}, sums: {}, prints: {} };
  for (const { table, columns, decimals } of await listTables(db)) {
    const sums = decimals.map(
      (column, at) => `coalesce(sum(${quoteName(column)}), 0)::varchar as s${at}`,
    );
    const print = columns
      .map((column) => `coalesce(sum(hash(${quoteName(column)})::hugeint), 0)::varchar`)
      .join(` || '/' || `);
    const row =
      (
        await all(
          db,
          `select ${[`count(*)::varchar as n`, `${print} as print`, ...sums].join(', ')} from ${quoteName(table)}`,
        )
      )[0] ?? {};
    result.counts[table] = Number(row.n);
    result.prints[table] = String(row.print);
    decimals.forEach((column, at) => {
      result.sums[`${table}.${column}`] = String(row[`s${at}`]);
    });
  }
  return result;
}

/**
 * One hash over the content of tables, whatever the order of their rows. Without a list: all tables, without the
 * columns that only say which load brought a row.
 */
export async function contentHash(db: DuckDBConnection, tables?: TableColumns[]): Promise<string> {
  const chosen =
    tables ??
    (await listTables(db)).map(({ table, columns }) => ({
      table,
      columns: columns.filter((name) => !ofTheLoad.has(name)),
    }));
  const hash = createHash('sha256');
  for (const { table, columns } of chosen.toSorted((a, b) => (a.table < b.table ? -1 : 1))) {
    const text = columns
      .map(
        (name) =>
          `coalesce(strlen(${quoteName(name)}::varchar) || ':' || ${quoteName(name)}::varchar, '-')`,
      )
      .join(' || ');
    const row = `md5(${text || quoteText('')})`;
    const sums = `coalesce(sum(('0x' || ${row}[1:15])::bigint::hugeint), 0) || '/' || coalesce(sum(('0x' || ${row}[16:30])::bigint::hugeint), 0)`;
    hash.update(
      `${table}(${columns.join(',')}):${String(await one(db, `select count(*) || '/' || ${sums} from ${quoteName(table)}`))}\n`,
    );
  }
  return hash.digest('hex');
}
