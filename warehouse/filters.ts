import { type SQL, sql } from 'drizzle-orm';
import type { FactName } from './definitions.ts';
import { type DimensionName, dimensions } from './dimensions.ts';
import { columnOf, type Question } from './question.ts';
import { raw } from './statement.ts';

/** What the question's filters let through of these facts; products are divided later, in the facts themselves. */
export function filters(question: Question, fact: FactName): SQL {
  const parts = Object.entries(question.query.where)
    .filter(([name]) => name !== 'product')
    .map(([name, values]) => {
      if (dimensions[name as DimensionName].not?.includes(fact)) return raw('true');
      const column = columnOf(name as DimensionName, question, { areOpen: fact === 'open' });
      return among(raw(column), values);
    });
  return parts.length ? sql.join(parts, raw(' and ')) : raw('true');
}

export function among(column: SQL, values: (string | null)[]): SQL {
  const given = values.filter((value) => value !== null);
  const listed = given.length
    ? sql`${column} in (${sql.join(
        given.map((value) => sql`${value}`),
        raw(', '),
      )})`
    : raw('false');
  return values.includes(null) ? sql`(${listed} or ${column} is null)` : listed;
}
