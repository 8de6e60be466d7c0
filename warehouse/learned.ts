import { type SQL, sql } from 'drizzle-orm';
import { closingSql, firstVisitSql } from './layouts.ts';
import { countsByWeek, countsOfDay, learnedSql, learningSql } from './learning.ts';
import type { Question } from './question.ts';
import { during, known, routeOf, weekColumn } from './relations.ts';
import { raw, step } from './statement.ts';

/**
 * What past opportunities teach: how many were resolved, and how many of those that stood in each stage were won. Rates
 * are learned from all rows, whoever looks and whatever is filtered; no row of the steps named `every_` gets out.
 */
export function learnedSteps(question: Question): SQL[] {
  const { knownAt, weeks } = question;
  const isDaily = knownAt === null && (weeks !== undefined || routeOf(question) !== 'version');
  const sources = isDaily
    ? [step('every_learning', raw('select * from learning'))]
    : everySteps(question);
  const counts = isDaily || weeks ? countsOf(question) : countsAt(question);
  return [
    ...sources,
    step('counted', counts.counted),
    step('resolved_count', counts.resolved),
    step('learned', raw(learnedSql(weekColumn(question)))),
  ];
}

/** What is learned from, when no layout counts it by days: an instant inside a day, or an earlier known-at. */
function everySteps(question: Question): SQL[] {
  const { knownAt, weeks, settings } = question;
  const now = knownAt === null;
  const version = sql`select * exclude (known_from, known_to) from opportunity_version where ${known(question)}`;
  const closings = now ? 'select * from closing' : closingSql('every_version', settings.zone);
  const visits = now ? firstOf : firstVisitSql('every_version');
  const learning = learningSql('every_closing', 'every_visit', settings.zone);
  return [
    ...(now ? [] : [step('every_version', version)]),
    step('every_closing', raw(closings)),
    step('every_visit', raw(visits)),
    ...(weeks ? [step('every_learning', raw(learning))] : []),
  ];
}

const firstOf = `select opportunity_id, coalesce(pipeline, '') as pipeline, stage, min(entered_at) as entered_at from stage_visit where not is_skipped group by 1, 2, 3`;

interface Counts {
  counted: SQL;
  resolved: SQL;
}

const countsOf = ({ weeks, moment }: Question): Counts =>
  weeks ? countsByWeek('every_learning') : countsOfDay('every_learning', sql`${moment.day}::date`);

function countsAt(question: Question): Counts {
  const sums = raw(`count(*) as n, count(*) filter (where outcome = 'won') as won`);
  return {
    counted: sql`select v.pipeline, v.stage, ${sums} from every_closing r join every_visit v on v.opportunity_id = r.opportunity_id and v.entered_at <= r.closed_at where ${during(question)} group by 1, 2`,
    resolved: sql`select coalesce(pipeline, '') as pipeline, ${sums} from every_closing where ${during(question)} group by 1`,
  };
}
