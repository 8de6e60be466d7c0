import { type SQL, sql } from 'drizzle-orm';
import type { FactSource } from './fact-source.ts';
import type { Question } from './question.ts';
import { months, openDay, openStates, routeOf } from './relations.ts';
import { raw } from './statement.ts';

/** Opportunities that are open at the instant, or at the end of each week. */
export const openFacts: FactSource = {
  day: 'close_on',
  isValued: true,
  origin: (question) =>
    question.knownAt === null && (question.weeks !== undefined || routeOf(question) !== 'version')
      ? 'layout'
      : 'versions',
  rows: (question, { wanted, pushed }) =>
    sql`select *, close_on as close_day, close_on as period_on, null::integer as days from ${openRows(question)} as o where ${wanted} and ${pushed}`,
};

/** Open opportunities that the viewer may see at the instant, or at the end of each week. */
export function openRows(question: Question): SQL {
  if (question.weeks)
    return sql`(select m.*, w.week from week w join ${months(question)} m on m.month = date_trunc('month', w.week) and m.first_day <= day(w.week) and day(w.week) < m.end_day)`;
  if (routeOf(question) === 'day') return openDay(question);
  return sql`(select * from ${openStates(question)} where ${raw(`outcome = 'open' and not is_deleted and merged_into is null`)})`;
}
