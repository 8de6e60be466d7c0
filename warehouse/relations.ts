import { type SQL, sql } from 'drizzle-orm';
import { closingSql, creationSql, opportunityMonthSql } from './layouts.ts';
import type { Question } from './question.ts';
import { raw } from './statement.ts';

export const known = ({ knownAt }: Question): SQL =>
  knownAt === null
    ? raw(`known_to = 'infinity'`)
    : sql`known_from <= ${knownAt}::timestamp and ${knownAt}::timestamp < known_to`;

export const during = ({ moment }: Question): SQL =>
  sql`valid_from <= ${moment.instant}::timestamp and ${moment.instant}::timestamp < valid_to`;

/** The as-of day of a fact: that of the question, or that of its week. */
export const today = ({ weeks, moment }: Question): SQL =>
  weeks ? raw('week') : sql`${moment.day}::date`;

/** A versioned relation as valid at the instant asked for, or at each week's end. */
export function valid(question: Question, relation: string): SQL {
  if (!question.weeks) return sql`(select * from ${raw(relation)} where ${during(question)})`;
  return raw(
    `(select r.*, w.week from ${relation} r join week w on r.valid_from <= w.until and w.until < r.valid_to)`,
  );
}

/** The last days of the weeks of a trend and their last instants, newest first as number 0. */
export function weekSql({ moment, weeks, settings }: Question): SQL {
  const day = sql`(${moment.day}::date - 7 * i::integer)`;
  return sql`select i::integer as number, ${day} as week, (timezone(${raw(`'${settings.zone}'`)}, (${day} + 1)::timestamp))::timestamp - interval 1 millisecond as until from range(${weeks}) as r(i)`;
}

export const weekColumn = ({ weeks }: Question): '' | 'week, ' => (weeks ? 'week, ' : '');

/** Where open opportunities are read: the newest states, the days of the past, or the versions themselves. */
export function routeOf({ knownAt, moment, settings }: Question): 'now' | 'day' | 'version' {
  if (knownAt !== null) return 'version';
  if (moment.instant === settings.asOf) return 'now';
  return moment.isEndOfDay && moment.instant < settings.asOf ? 'day' : 'version';
}

export const closings = (question: Question): SQL =>
  question.knownAt === null
    ? raw('closing')
    : raw(`(${closingSql('version', question.settings.zone)})`);

export const months = (question: Question): SQL =>
  question.knownAt === null
    ? raw('opportunity_month')
    : raw(`(${opportunityMonthSql('version', question.settings)})`);

export const creations = (question: Question): SQL =>
  question.knownAt === null
    ? raw('creation')
    : raw(`(${creationSql('version', question.settings.zone)})`);
