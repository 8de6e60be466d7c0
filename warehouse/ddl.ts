import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';

/** `create table` for DuckDB, from the drizzle table that owns it. */
export function tableDdl(table: PgTable): string {
  const { name, columns } = getTableConfig(table);
  const lines = columns.map(
    (c) => `"${c.name}" ${duckType(c.getSQLType())}${c.notNull ? ' not null' : ''}`,
  );
  return `create table if not exists "${name}" (\n  ${lines.join(',\n  ')}\n)`;
}

/** Column names in table order. */
export const columnNames = (table: PgTable): string[] =>
  getTableConfig(table).columns.map((c) => c.name);

export const tableName = (table: PgTable): string => getTableConfig(table).name;

/** A table of the schema, for those who must not know drizzle. */
export type Table = PgTable;

const duckType = (type: string): string => (type.startsWith('char') ? 'varchar' : type);
