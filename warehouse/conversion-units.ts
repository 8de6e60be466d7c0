import { type SQL, sql } from 'drizzle-orm';
import { ruleSql } from './conversion-foreign.ts';
import type { ConversionRuleName } from './conversion-rules.ts';
import type { Question } from './question.ts';
import { versionStep } from './relations.ts';
import { eachTime, raw } from './statement.ts';
import {
  currentVisitStep,
  describedVisits,
  enteredInPeriod,
  hasCome,
  isInScope,
  ladderStep,
  visitSteps,
} from './visits.ts';

/**
 * `unit`: an opportunity in a stage, with its `outcome` (advanced, lost, withdrawn, still) by the question's instant,
 * `how` that came about and after how many `days`; `won_outcome` (won, lost, withdrawn, still) and `won_days` tell of
 * the end, `moved_back_at` when it went back from there. `is_counted` is false for what advanced without having been
 * in the stage, which one rule has. `current_visit` tells where those are that wait.
 */
export function unitSteps(question: Question, rule: ConversionRuleName): SQL[] {
  const needsVersions = rule === 'wonEverywhere' && question.knownAt !== null;
  return [
    ...(needsVersions ? [versionStep(question)] : []),
    ...visitSteps(question),
    ...(rule === 'cohort' ? [] : [ladderStep(question, 'every_visit')]),
    currentVisitStep(question),
    eachTime('unit', rule === 'cohort' ? cohortSql(question) : ruleSql(question, rule)),
  ];
}

/** First entries, skipped stages included, whatever came of them. */
function cohortSql(question: Question): SQL {
  const day = sql`${question.moment.day}::date`;
  const advanced = hasCome(question, 'advanced_at');
  const ended = sql`case when ${hasCome(question, 'fate_at')} then fate end`;
  const first = sql`select *, ${advanced} as has_advanced, ${ended} as ended_as from ${describedVisits} where is_first and stage_order is not null and ${enteredInPeriod(question)} and ${isInScope(question)}`;
  const told = sql`select *, case when has_advanced or ended_as = 'won' then 'advanced' when ended_as in ('lost', 'withdrawn') then ended_as else 'still' end as outcome,
    case when ended_as = 'gone' then 'still' else coalesce(ended_as, 'still') end as won_outcome, case when ended_as is null then ${day} - entered_on else fate_days end as end_days from (${first})`;
  return sql`select opportunity_id, pipeline, stage, stage_order, entered_at, is_skipped, true as is_counted, outcome, won_outcome,
      greatest(0, case when has_advanced then advanced_days else end_days end) as days, greatest(0, end_days) as won_days,
      case when has_advanced then advanced_at when ended_as is not null then fate_at end as ended_at,
      case when has_advanced then advanced_to when is_skipped then left_to end as moved_to,
      moved_back_at,
      case when is_skipped then 'skipped' when has_advanced then 'advanced' else ended_as end as how from (${told})`;
}

const waiting = `(select * from unit where outcome = 'still' and how is null) u join current_visit c on c.opportunity_id = u.opportunity_id`;
const isBack = `c.pipeline is not distinct from u.pipeline and c.stage_order < u.stage_order`;

/** What few units have, by `pipeline` and `stage`: how many wait in a lower stage, and how often any moved back. */
export const fewSql = (question: Question): SQL =>
  sql`select pipeline, stage, sum(back)::bigint as back, sum(regressions)::bigint as regressions from (
      select u.pipeline, u.stage, 1 as back, 0 as regressions from ${raw(waiting)} where ${raw(isBack)}
      union all select pipeline, stage, 0, len(list_filter(moved_back_at, lambda t: t <= ${question.moment.instant}::timestamp)) from unit where moved_back_at is not null) group by 1, 2`;

/** Some units with `how` said of all: those that wait are `here`, `back` in a lower stage, or `elsewhere`. */
export const placedSql = (which: SQL): SQL =>
  sql`select u.* exclude (how), coalesce(u.how, p.place, 'elsewhere') as how from unit u
    left join (select u.opportunity_id, case when ${raw(isBack)} then 'back' when c.pipeline is not distinct from u.pipeline and c.stage = u.stage then 'here' end as place from ${raw(waiting)} where ${which}) p on p.opportunity_id = u.opportunity_id
    where ${which}`;
