import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';

/** What the database gets: text and values, never mixed. */
export interface Statement {
  text: string;
  values: unknown[];
}

export const raw = (text: string): SQL => sql.raw(text);

export const dialect = new PgDialect();

export const step = (name: string, body: SQL): SQL => sql`${raw(name)} as (${body})`;

export const statement = (ctes: SQL[], body: SQL): Statement => {
  const built = dialect.sqlToQuery(sql`with ${sql.join(ctes, raw(',\n'))}\n${body}`);
  return { text: built.sql, values: built.params };
};
