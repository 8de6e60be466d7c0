import { createHash } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteName } from './mapping.ts';
import { all } from './sql.ts';

/** What a warehouse holds, read from every value of it. */
export interface Tally {
  /** Rows by table. */
  counts: Record<string, number>;
  /** Exact sums by `table.column`, of decimal columns. */
  sums: Record<string, string>;
  /** By table: numbers that change when any value does. Comparable within one version of DuckDB. */
  prints: Record<string, string>;
  /** One hash over all tables, without the columns that only say which load brought a row; comparable like the prints. */
  contentHash: string;
}

interface TableColumns {
  table: string;
  columns: string[];
  decimals: string[];
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
async function listTables(db: DuckDBConnection): Promise<TableColumns[]> {
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

/** Reads every value of every table, once. */
export async function tally(db: DuckDBConnection): Promise<Tally> {
  const result: Tally = { counts: {}, sums: {}, prints: {}, contentHash: '' };
  const content = createHash('sha256');
  for (const { table, columns, decimals } of await listTables(db)) {
    const own = columns.filter((name) => !ofTheLoad.has(name));
    const sums = decimals.map(
      (column, at) => `coalesce(sum(${quoteName(column)}), 0)::varchar as s${at}`,
    );
    const [row = {}] = await all(
      db,
      `select ${[`count(*)::varchar as n`, `${printSql(columns)} as print`, `${printSql(own)} as content`, ...sums].join(', ')} from ${quoteName(table)}`,
    );
    result.counts[table] = Number(row.n);
    result.prints[table] = String(row.print);
    decimals.forEach((column, at) => {
      result.sums[`${table}.${column}`] = String(row[`s${at}`]);
    });
    content.update(`${table}(${own.join(',')}):${String(row.n)}/${String(row.content)}\n`);
  }
  return { ...result, contentHash: content.digest('hex') };
}

/** Two sums of hashes of whole rows, the second with the columns in reverse: no order of rows, and no chance that a change keeps both. */
function printSql(columns: string[]): string {
  const names = columns.length ? columns.map(quoteName) : ['null'];
  const sum = (list: string[]) => `coalesce(sum(hash(${list.join(', ')})::hugeint), 0)::varchar`;
  return `${sum(names)} || '/' || ${sum(['1', ...names.toReversed()])}`;
}
