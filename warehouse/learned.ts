import { type SQL, sql } from 'drizzle-orm';
import { localDay, stageVisitSql } from './layouts.ts';
import type { Question } from './question.ts';
import { closings, during, weekColumn } from './relations.ts';
import { raw, step } from './statement.ts';

/** What past opportunities teach: how many were resolved, and how many of those that stood in each stage were won. */
export function learnedSteps(question: Question): SQL[] {
  const visits =
    question.knownAt === null ? raw('select * from stage_visit') : raw(stageVisitSql('version'));
  const won = `outcome = 'won'`;
  const stood = sql`${closings(question)} r join visit v on v.opportunity_id = r.opportunity_id and v.entered_at <= r.closed_at`;
  const [counted, resolved] = question.weeks
    ? [
        sumsByWeek(
          sql`select v.pipeline, v.stage, r.outcome, r.valid_from, r.valid_to from ${stood}`,
          'pipeline, stage',
          question,
        ),
        sumsByWeek(
          sql`select coalesce(pipeline, '') as pipeline, outcome, valid_from, valid_to from ${closings(question)} as c`,
          'pipeline',
          question,
        ),
      ]
    : [
        sql`select v.pipeline, v.stage, count(*) as n, count(*) filter (where ${raw(won)}) as won from ${stood} where ${during(question)} group by 1, 2`,
        sql`select coalesce(pipeline, '') as pipeline, count(*) as n, count(*) filter (where ${raw(won)}) as won from ${closings(question)} as c where ${during(question)} group by 1`,
      ];
  return [
    step('visit', visits),
    step('counted', counted),
    step('resolved_count', resolved),
    step('learned', raw(learnedSql(weekColumn(question)))),
  ];
}

/** Counts as of each week's end from stretches of validity: what begins adds, what ends takes away. */
function sumsByWeek(stretches: SQL, keys: string, { weeks, moment, settings }: Question): SQL {
  const number = (instant: string): SQL =>
    sql`floor((${moment.day}::date - ${raw(localDay(instant, settings.zone))}) / 7)`;
  const last = raw(`case when valid_to = 'infinity' then -1 else least(${weeks}, `);
  return sql`select week, ${raw(keys)}, sum(delta) as n, coalesce(sum(delta) filter (where outcome = 'won'), 0) as won from (
      select ${raw(keys)}, outcome, least(${weeks}, ${number('valid_from')}) as since, 1 as delta from (${stretches}) union all
      select ${raw(keys)}, outcome, ${last}${number('valid_to')}) end, -1 from (${stretches}))
    join week on number <= since group by all having sum(delta) > 0`;
}

/**
 * Learned probability by pipeline and stage, from `counted(pipeline, stage, n, won)` (resolved opportunities that stood
 * in the stage before closing) and `resolved_count(pipeline, n, won)`: the share won, drawn to the pipeline's mean m by
 * κ = m(1−m)/τ² − 1 within 1..400, τ² the variance between stages beyond chance (method of moments for a
 * beta-binomial). Columns: pipeline, stage, probability (8 decimals); without a stage the mean of the pipeline, without
 * a pipeline that of all. `week` tells apart the weeks of a trend: all relations then carry a column of that name.
 */
export function learnedSql(week: '' | 'week, '): string {
  const using = (columns: string): string => `using (${week}${columns})`;
  return `
  select ${week}pipeline, stage, least(1, greatest(0, round((won + kappa * mean) / (n + kappa), 8)))::decimal(9,8) as probability from (
    select c.*, m.mean, case when v.tau2 > 0 then least(400, greatest(1, m.mean * (1 - m.mean) / v.tau2 - 1)) else 400 end as kappa
    from counted c join (select *, won / n as mean from resolved_count) m ${using('pipeline')}
    left join (
      select ${week}pipeline, sum(c.n * (c.won / c.n - mean) * (c.won / c.n - mean)) / sum(c.n) - count(*) * any_value(mean * (1 - mean)) / sum(c.n) as tau2
      from counted c join (select ${week}pipeline, won / n as mean from resolved_count) ${using('pipeline')} group by all) v ${using('pipeline')}) x
  union all
  select ${week}pipeline, null, round(won / n, 8)::decimal(9,8) from resolved_count
  union all
  select ${week}null, null, round(sum(won) / sum(n), 8)::decimal(9,8) from resolved_count ${week ? 'group by week' : ''}`;
}
