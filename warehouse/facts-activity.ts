import { type SQL, sql } from 'drizzle-orm';
import type { FactSource } from './fact-source.ts';
import { activitySql, peopled, withAccount } from './layout-records.ts';
import type { Question } from './question.ts';
import { knowledgeOf, seenBy } from './relations.ts';
import { raw } from './statement.ts';

/** Columns that only facts about opportunities fill. */
const bare = raw(
  `null::varchar as stage, null::date as created_on, null::varchar as currency, null::decimal(18,2) as amount, null::integer as days`,
);

/** Tasks completed and events ended by the instant, under the salesman who did them and his team of then. */
export const activityFacts: FactSource = {
  day: 'done_on',
  isValued: false,
  origin: () => 'apart',
  rows: (question, { wanted, pushed }) =>
    sql`select *, ${bare}, done_on as close_day, done_on as period_on from ${byThen(question, sql`(select * from ${activities(question)} where ${seenBy(question.viewer)} and ${pushed})`, (then) => sql`r.done_at <= ${then}`)} where ${wanted}`,
};

/** Tasks still to be done and events still to come at the instant, under the team and the account of that day. */
export const planFacts: FactSource = {
  day: 'planned_on',
  isValued: false,
  origin: () => 'apart',
  rows: (question, { wanted, pushed }) => {
    const undone = (then: SQL) => sql`r.made_at <= ${then} and coalesce(r.done_at > ${then}, true)`;
    const own = raw(
      'activity_id, activity_type, name, opportunity_id, account_id, salesman_id, made_at, done_at, planned_on',
    );
    const rows = byThen(
      question,
      sql`(select ${own} from ${activities(question)} where ${pushed})`,
      undone,
    );
    const at = question.weeks ? raw('r.until') : sql`${question.moment.instant}::timestamp`;
    const knowledge = knowledgeOf(question);
    const told = peopled(withAccount(sql`select * from ${rows}`, at, knowledge), at, knowledge);
    return sql`select *, ${bare}, planned_on as close_day, planned_on as period_on from (${told}) where ${seenBy(question.viewer)} and ${wanted}`;
  },
};

/** The layout, or the same made of the records told by then. */
const activities = (question: Question): SQL =>
  question.knownAt === null
    ? raw('activity')
    : sql`(${activitySql(knowledgeOf(question), question.settings.zone)})`;

/** Rows `r` that pass a test against the instant, or against the end of each week. */
function byThen(question: Question, rows: SQL, test: (then: SQL) => SQL): SQL {
  if (question.weeks)
    return sql`(select r.*, w.week, w.until from ${rows} r join week w on ${test(raw('w.until'))})`;
  return sql`(select r.* from ${rows} r where ${test(sql`${question.moment.instant}::timestamp`)})`;
}
