import { type SQL, sql } from 'drizzle-orm';
import type { ConversionRuleName } from './conversion-rules.ts';
import { ruleSql } from './conversion-foreign.ts';
import type { Question } from './question.ts';
import { raw, step } from './statement.ts';
import { versionStep } from './relations.ts';
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
 * the end. `is_counted` is false for what advanced without having been in the stage, which one rule has.
 */
export function unitSteps(question: Question, rule: ConversionRuleName): SQL[] {
  const needsVersions = rule === 'wonEverywhere' && question.knownAt !== null;
  return [
    ...(needsVersions ? [versionStep(question)] : []),
    ...visitSteps(question),
    ladderStep(question),
    currentVisitStep(question),
    step('unit', rule === 'cohort' ? cohortSql(question) : ruleSql(question, rule)),
  ];
}

/** First entries, skipped stages included, whatever came of them. */
function cohortSql(question: Question): SQL {
  const day = sql`${question.moment.day}::date`;
  const advanced = hasCome(question, 'advanced_at');
  const ended = sql`case when ${hasCome(question, 'fate_at')} then fate end`;
  const first = sql`select *, ${advanced} as has_advanced, ${ended} as ended_as from ${describedVisits} where is_first and stage_order is not null and ${enteredInPeriod(question)} and ${isInScope(question)}`;
  const told = sql`select *, case when has_advanced or ended_as = 'won' then 'advanced' when ended_as in ('lost', 'withdrawn') then ended_as else 'still' end as outcome,
    case when ended_as = 'gone' then 'still' else coalesce(ended_as, 'still') end as won_outcome, case when ended_as is null then ${day} else fate_on end as end_on from (${first})`;
  return sql`select u.opportunity_id, u.pipeline, u.stage, u.entered_at, u.is_skipped, true as is_counted, u.outcome, u.won_outcome,
      greatest(0, case when u.has_advanced then u.advanced_on else u.end_on end - u.entered_on) as days, greatest(0, u.end_on - u.entered_on) as won_days,
      case when u.outcome <> 'still' or u.ended_as = 'gone' then case when u.has_advanced then u.advanced_at else u.fate_at end end as ended_at,
      case when u.has_advanced then u.advanced_to when u.is_skipped then u.left_to end as moved_to, ${howSql}
    from (${told}) u left join current_visit c on u.outcome = 'still' and c.opportunity_id = u.opportunity_id`;
}

/** The word for what happened; of those that wait, where they are. */
const howSql = raw(
  `case when u.is_skipped then 'skipped' when u.has_advanced then 'advanced' when u.ended_as is not null then u.ended_as
      when c.pipeline is not distinct from u.pipeline and c.stage = u.stage then 'here' when c.pipeline is not distinct from u.pipeline and c.stage_order < u.stage_order then 'back' else 'elsewhere' end as how`,
);
