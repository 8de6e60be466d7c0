import { sql } from 'drizzle-orm';
import { type FactSource, laidOut } from './fact-source.ts';
import { closings, creations, inForce } from './relations.ts';

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
