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

/** A step that is read several times, each time a few of its columns: better made anew than kept whole. */
export const eachTime = (name: string, body: SQL): SQL =>
  sql`${raw(name)} as not materialized (${body})`;

export const statement = (ctes: SQL[], body: SQL): Statement => {
  const whole = ctes.length ? sql`with ${sql.join(ctes, raw(',\n'))}\n${body}` : body;
  const built = dialect.sqlToQuery(whole);
  return { text: built.sql, values: built.params };
};

/** The text of SQL that must not carry any value. */
export const plainText = (body: SQL): string => {
  const { sql: text, params } = dialect.sqlToQuery(body);
  if (params.length) throw new TypeError(`values in a fixed statement: ${text}`);
  return text;
};
