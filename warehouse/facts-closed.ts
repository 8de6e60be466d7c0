import { sql } from 'drizzle-orm';
import { type FactSource, laidOut } from './fact-source.ts';
import { closings, creations, everyClosing, inForce, today, weekColumn } from './relations.ts';
import { raw, step } from './statement.ts';

/** Closings in force at the instant, with the dimensions of the day of closing. */
export const closingFacts: FactSource = {
  day: 'closed_on',
  isValued: true,
  origin: laidOut,
  rows: (question, { wanted, pushed }) =>
    sql`select * from (select *, closed_on as close_day, closed_on as period_on, closed_on - created_on as days from ${inForce(question, sql`(select * from ${closings(question)} where ${pushed})`)}) where ${wanted}`,
};

/** Creations in force at the instant, with the first credible amount and who had it first. */
export const creationFacts: FactSource = {
  day: 'created_on',
  isValued: true,
  origin: laidOut,
  rows: (question, { wanted, pushed }) =>
    sql`select * from (select *, close_on as close_day, created_on as period_on, null::integer as days from ${inForce(question, sql`(select * from ${creations(question)} where ${pushed})`)}) where ${wanted}`,
};

/**
 * Creations in force at the instant with what became of them by then: `fate`, and `days` from creation to closing, or
 * until the as-of day while open. `in_year`: created in the 365 days up to that day.
 */
export const cohortFacts: FactSource = {
  day: 'created_on',
  isValued: true,
  origin: laidOut,
  steps: (question) => [
    step(
      'every_fate',
      sql`select ${raw(weekColumn(question))}opportunity_id, outcome as fate, closed_on from ${inForce(question, raw(`(select * from ${everyClosing(question)})`))}`,
    ),
  ],
  rows: (question, { wanted, pushed }) => {
    const day = today(question);
    return sql`select * from (select c.*, coalesce(z.fate, 'open') as fate, (coalesce(z.closed_on, ${day}) - created_on)::integer as days, created_on > ${day} - 365 as in_year,
        coalesce(z.closed_on, close_on) as close_day, created_on as period_on
      from ${inForce(question, sql`(select * from ${creations(question)} where ${pushed})`)} c left join every_fate z using (${raw(weekColumn(question))}opportunity_id)) where ${wanted}`;
  },
};
