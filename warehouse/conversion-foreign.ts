import { type SQL, sql } from 'drizzle-orm';
import type { ConversionRuleName } from './conversion-rules.ts';
import type { Question } from './question.ts';
import { closings, during } from './relations.ts';
import { raw } from './statement.ts';
import { describedVisits, enteredInPeriod, hasCome, isInScope } from './visits.ts';

type ForeignRule = Exclude<ConversionRuleName, 'cohort'>;

const columns = `opportunity_id, pipeline, stage, null::integer as stage_order, entered_at, false as is_skipped, is_counted, outcome, null as won_outcome, null::integer as days, null::integer as won_days, null::timestamp[] as moved_back_at, ended_at, moved_to, case when outcome = 'advanced' then case when moved_to is null then 'won' else outcome end when outcome = 'still' then coalesce(ended_as, outcome) else outcome end as how`;

/** The units by a rule of another product; what did not pass stands under what became of the opportunity. */
export function ruleSql(question: Question, rule: ForeignRule): SQL {
  return sql`select ${raw(columns)} from (${bodies[rule](question)})`;
}

const bodies: Record<ForeignRule, (question: Question) => SQL> = {
  direct: directSql,
  stepwise: stepwiseSql,
  everyStage: everyStageSql,
  anyStage: anyStageSql,
  wonEverywhere: wonEverywhereSql,
};

/** Real visits until now, with the rung of the ladder each stands on and how the opportunity has ended. */
function visitsSql(question: Question): SQL {
  const ended = sql`case when ${hasCome(question, 'fate_at')} then nullif(fate, 'gone') end`;
  return sql`select v.*, ${ended} as ended_as, case when ${hasCome(question, 'left_at')} then left_how end as left_by, l.next_stage, l.stages_before
    from ${describedVisits} v join ladder l on l.pipeline is not distinct from v.pipeline and l.stage = v.stage where not v.is_skipped and v.stage_order is not null`;
}

const failed = `coalesce(nullif(ended_as, 'won'), 'still')`;
const stay = 'partition by opportunity_id, pipeline';

/** Each stage touched, by the first visit; what was touched by the opportunity in all. */
const touchedSql = (question: Question): SQL =>
  sql`select *, next_stage is null as is_last, case when next_stage is null then ended_as = 'won' else list_contains(touched, next_stage) end as touched_next from (
    select *, list(stage) over (${raw(stay)}) as touched,
      bool_or(left_by = 'up' and left_to = next_stage or next_stage is null and left_by = 'won' and ended_as = 'won') over (${raw(`${stay}, stage`)}) as has_stepped
    from (${visitsSql(question)}) qualify row_number() over (${raw(`${stay}, stage order by entered_at`)}) = 1)`;

/** Touched stages in the scope and period, passed by a test. */
const passedSql = (question: Question, test: string, touched: SQL): SQL =>
  sql`select *, true as is_counted, case when coalesce(${raw(test)}, false) then 'advanced' else ${raw(failed)} end as outcome,
      case when coalesce(${raw(test)}, false) then next_stage end as moved_to, case when ${hasCome(question, 'left_at')} then left_at end as ended_at
    from (${touched}) where ${enteredInPeriod(question)} and ${isInScope(question)}`;

function stepwiseSql(question: Question): SQL {
  return passedSql(question, 'has_stepped', touchedSql(question));
}

function everyStageSql(question: Question): SQL {
  const all = sql`select * from (${touchedSql(question)}) where list_has_all(touched, stages_before)`;
  return passedSql(question, 'touched_next', all);
}

/** What touched the next stage without this one advanced without being counted. */
function anyStageSql(question: Question): SQL {
  const same = passedSql(question, 'touched_next', raw('select * from any_touched'));
  const names = raw(
    'opportunity_id, pipeline, stage, entered_at, is_counted, outcome, moved_to, ended_at, ended_as',
  );
  const others = sql`select t.opportunity_id, t.pipeline, l.stage, t.entered_at, false as is_counted, 'advanced' as outcome, l.next_stage as moved_to, null::timestamp as ended_at, t.ended_as
    from (select *, row_number() over (${raw(`${stay} order by entered_at desc`)}) as place from any_touched where ${enteredInPeriod(question)} and ${isInScope(question)}) t
    join ladder l on l.pipeline is not distinct from t.pipeline and (l.next_stage = t.stage or l.next_stage is null and t.ended_as = 'won' and t.place = 1)
    where not list_contains(t.touched, l.stage)`;
  return sql`with any_touched as materialized (${touchedSql(question)}) select ${names} from (${same}) union all select ${names} from (${others})`;
}

/** Visits that no later move back has cancelled; those that are over without a direct move do not count. */
function directSql(question: Question): SQL {
  const kept = sql`select *, lead(stage) over (${raw(`${stay} order by entered_at`)}) as follower from (
      select *, min(stage_order) over (${raw(`${stay} order by entered_at rows between 1 following and unbounded following`)}) as lowest_later from (${visitsSql(question)}))
    where coalesce(lowest_later > stage_order, true)`;
  const moved = `coalesce(follower = next_stage, false)`;
  const won = `(follower is null and next_stage is null and ended_as = 'won')`;
  const lost = `(follower is null and ended_as in ('lost', 'withdrawn'))`;
  return sql`select *, true as is_counted, case when ${raw(lost)} then ended_as else 'advanced' end as outcome, case when ${raw(moved)} then next_stage end as moved_to, left_at as ended_at
    from (${kept}) where (${raw(`${moved} or ${won} or ${lost}`)}) and ${enteredInPeriod(question)} and ${isInScope(question)}`;
}

/** Closings in force; the last stage before a closing tells how far a lost one came. */
function wonEverywhereSql(question: Question): SQL {
  const rows = sql`select * from (select *, closed_on as close_day from ${closings(question)} as c where ${during(question)}) where ${enteredInPeriod(question, 'created_on')} and ${isInScope(question)}`;
  return sql`select c.opportunity_id, l.pipeline, l.stage, f.entered_at, true as is_counted, c.closed_at as ended_at, c.outcome as ended_as,
      case when c.outcome = 'won' or v.stage_order >= l.next_order then 'advanced' else c.outcome end as outcome, case when c.outcome = 'won' or v.stage_order >= l.next_order then l.next_stage end as moved_to
    from (${rows}) c join ladder l on l.pipeline is not distinct from c.pipeline
    left join (select opportunity_id, pipeline, arg_max(stage_order, entered_at) as stage_order from every_visit where not is_skipped group by 1, 2) v on v.opportunity_id = c.opportunity_id and v.pipeline is not distinct from c.pipeline
    left join (select opportunity_id, pipeline, stage, min(entered_at) as entered_at from every_visit where not is_skipped group by 1, 2, 3) f on f.opportunity_id = c.opportunity_id and f.pipeline is not distinct from c.pipeline and f.stage = l.stage
    where c.outcome = 'won' or v.stage_order >= l.stage_order`;
}
