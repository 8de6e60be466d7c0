import { type SQL, sql } from 'drizzle-orm';
import { localDay } from './layouts.ts';
import { raw } from './statement.ts';

/**
 * What past opportunities teach, by days: closings in force `[since_on, until_on)` by pipeline, and by each open stage
 * in which the opportunity had stood before it was closed. `closings` and `visits` name relations.
 */
export function learningSql(closings: string, visits: string, zone: string): string {
  const until = `case when c.valid_to = 'infinity' then date '9999-01-01' else ${localDay('c.valid_to', zone)} end as until_on`;
  const days = `${localDay('c.valid_from', zone)} as since_on, ${until}`;
  const counts = `count(*) as resolved, count(*) filter (where outcome = 'won') as won`;
  return `select pipeline, stage, since_on, until_on, ${counts} from (
      select coalesce(c.pipeline, '') as pipeline, null::varchar as stage, c.outcome, ${days} from ${closings} c
      union all select v.pipeline, v.stage, c.outcome, ${days} from ${closings} c join ${visits} v on v.opportunity_id = c.opportunity_id and v.entered_at <= c.closed_at)
    where since_on < until_on group by 1, 2, 3, 4`;
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

interface Counts {
  counted: SQL;
  resolved: SQL;
}

const totals = 'sum(resolved)::bigint as n, sum(won)::bigint as won';

/** `counted` and `resolved_count` at the end of each day of `week(week)`, from a relation as `learningSql` makes it. */
export const countsByWeek = (learning: string): Counts => {
  const from = `${totals} from ${learning} join week on since_on <= week and week < until_on`;
  return {
    counted: raw(`select week, pipeline, stage, ${from} where stage is not null group by 1, 2, 3`),
    resolved: raw(`select week, pipeline, ${from} where stage is null group by 1, 2`),
  };
};

/** The same at the end of one day. */
export const countsOfDay = (learning: string, day: SQL): Counts => {
  const from = sql`${raw(`${totals} from ${learning}`)} where since_on <= ${day} and ${day} < until_on`;
  return {
    counted: sql`select pipeline, stage, ${from} and stage is not null group by 1, 2`,
    resolved: sql`select pipeline, ${from} and stage is null group by 1`,
  };
};
