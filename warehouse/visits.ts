import { type SQL, sql } from 'drizzle-orm';
import { among, filters } from './filters.ts';
import { type Question, usesProduct } from './question.ts';
import { during, known, seenBy } from './relations.ts';
import { stageVisitSql } from './stage-visit.ts';
import { eachTime, raw, step } from './statement.ts';

/**
 * `every_visit`: the visits of stages as they stand at the question's instant, as `stageVisitSql` tells them, whoever
 * looks and whatever is filtered. Nothing of it gets out but counts, or what belongs to an opportunity that may be seen.
 */
export function visitSteps(question: Question): SQL[] {
  const { knownAt, settings } = question;
  const wanted = (rows: SQL) => sql`select * from ${rows} as v where ${during(question)}`;
  if (knownAt === null) return [eachTime('every_visit', wanted(raw('stage_visit')))];
  const then = known(question);
  const made = stageVisitSql('every_version', {
    ...settings,
    dictionary: 'every_dictionary',
    known: then,
  });
  return [
    step(
      'every_version',
      sql`select * exclude (known_from, known_to) from opportunity_version where ${then}`,
    ),
    step('every_dictionary', sql`select * from stage_version where ${then}`),
    sql`every_visit as materialized (${wanted(sql`(${made})`)})`,
  ];
}

/** Whether a visit is in the question's scope and may be seen, by what the opportunity was when it entered. */
export const isInScope = (question: Question): SQL =>
  sql`${seenBy(question.viewer)} and ${filters(question, 'open')} and ${sellsProduct(question)}`;

/** A visit with the day that filters on the close date speak of. */
export const describedVisits = raw(`(select *, close_on as close_day from every_visit)`);

function sellsProduct(question: Question): SQL {
  if (!usesProduct(question)) return raw('true');
  const wanted = question.query.where.product ?? [];
  const lines = sql`select opportunity_id, product from line_version where ${known(question)} and ${during(question)}`;
  const has = sql`opportunity_id in (select opportunity_id from (${lines}) where ${among(raw('product'), wanted)})`;
  return wanted.includes(null)
    ? sql`(${has} or opportunity_id not in (select opportunity_id from (${lines})))`
    : has;
}

/** What has come by the question's instant. */
export const hasCome = ({ moment }: Question, instant: string): SQL =>
  sql`coalesce(${raw(instant)} <= ${moment.instant}::timestamp, false)`;

/** Whether the day of a visit's entry is in the question's period. */
export const enteredInPeriod = ({ period: { from, to } }: Question, day = 'entered_on'): SQL =>
  from === null ? raw('true') : sql`${raw(day)} >= ${from}::date and ${raw(day)} < ${to}::date`;

/** `current_visit`: where each open opportunity is at the question's instant. */
export const currentVisitStep = (question: Question): SQL =>
  eachTime(
    'current_visit',
    sql`select * from every_visit where not is_skipped and left_at > ${question.moment.instant}::timestamp`,
  );

/**
 * `ladder`: the open stages of each pipeline in order, by the newest entry of the dictionary until the instant; each
 * with the next stage in use and those before. `met`: which pipelines count, with the stages that no dictionary has.
 */
export function ladderStep(question: Question, met: string): SQL {
  const { instant } = question.moment;
  const listed = sql`select pipeline, label as stage, arg_max(stage_order, valid_from) as stage_order, bool_or(${during(question)} and coalesce(active, true)) as is_used
    from stage_version where ${known(question)} and valid_from <= ${instant}::timestamp and class = 'open' and stage_order is not null group by 1, 2`;
  return step(
    'ladder',
    sql`with listed as (${listed}), met as (select pipeline, stage, max(stage_order) as stage_order from ${raw(met)} group by 1, 2),
      dictionary as (select p.pipeline, l.* exclude (pipeline) from (select distinct pipeline from met) p join listed l on l.pipeline = case when p.pipeline in (select pipeline from listed) then p.pipeline else '' end),
      stages as (select * from dictionary union all select *, false from met m where stage_order is not null and not exists (from dictionary d where d.pipeline is not distinct from m.pipeline and d.stage = m.stage))
      select s.*, arg_min(d.stage, d.stage_order) filter (where d.stage_order > s.stage_order) as next_stage, min(d.stage_order) filter (where d.stage_order > s.stage_order) as next_order,
        coalesce(list(d.stage) filter (where d.stage_order < s.stage_order), []) as stages_before
      from stages s left join dictionary d on d.is_used and d.pipeline is not distinct from s.pipeline group by all`,
  );
}
