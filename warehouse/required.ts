import { type SQL, sql } from 'drizzle-orm';
import { closingSql, opportunityMonthSql } from './layouts.ts';
import { atPlanRates } from './money.ts';
import { type Days, pastPeriods, periodsBefore } from './period.ts';
import type { Question } from './question.ts';
import { inForce, known, today, weekColumn } from './relations.ts';
import { raw, step } from './statement.ts';

/**
 * What was won of the open pipeline in past periods of the same kind: `required(pipeline, stage, yields)`, where
 * `yields` holds, for each past period, newest first, the share of the value open on the same day of that period and
 * expected in it that was won in it. A stage without value then has the share of its pipeline, a pipeline that of all.
 * Learned from all rows at plan rates, whoever looks and whatever is filtered; no row of `every_…` gets out.
 */
export function requiredSteps(question: Question): SQL[] {
  const week = weekColumn(question);
  return [
    ...everySteps(question),
    step('past', pastSql(question)),
    step(
      'every_past',
      raw(`select ${week}n, opportunity_id, cut_on, to_on, coalesce(pipeline, '') as pipeline, coalesce(stage, '') as stage, coalesce(amount_plan, 0) as amount
        from past p join every_month m on m.month = date_trunc('month', p.cut_on) and m.first_day <= day(p.cut_on) and day(p.cut_on) < m.end_day
          and m.close_on >= p.cut_on and m.close_on >= p.from_on and m.close_on < p.to_on`),
    ),
    step(
      'every_past_won',
      sql`select ${raw(week)}opportunity_id, closed_on from ${inForce(question, raw('every_past_closing'))} where outcome = 'won'`,
    ),
    step('past_yield', raw(yieldSql(week))),
    step('required', raw(requiredSql(week))),
  ];
}

/** The layouts, or the same made of the versions known then. */
function everySteps(question: Question): SQL[] {
  const { knownAt, settings } = question;
  if (knownAt === null)
    return [
      step('every_month', raw('select * from opportunity_month')),
      step('every_past_closing', raw('select * from closing')),
    ];
  const version = sql`select * exclude (known_from, known_to) from opportunity_version where ${known(question)}`;
  const month = opportunityMonthSql('every_past_version', settings);
  return [
    step('every_past_version', version),
    step('every_month', atPlanRates(month, 'month', { ...settings, known: known(question) })),
    step('every_past_closing', raw(closingSql('every_past_version', settings.zone))),
  ];
}

/** Past periods that were over by the as-of day, with the same day of each; none once the period itself is over. */
function pastSql(question: Question): SQL {
  const { period } = question;
  const past: (Days & { n: number })[] = periodsBefore(period, pastPeriods).map((days, i) => ({
    ...days,
    n: i + 1,
  }));
  const day = today(question);
  const cut = sql`least(from_on + (${day} - ${period.from}::date)::integer, to_on - 1)`;
  return sql`select ${raw(weekColumn(question))}n, from_on, to_on, ${cut} as cut_on from (
      select p.n, p."from" as from_on, p."to" as to_on from (select unnest(from_json(${JSON.stringify(past)}::json, '[{"n":"INTEGER","from":"DATE","to":"DATE"}]')) as p))${raw(question.weeks ? ' cross join week' : '')}
    where to_on <= ${day} + 1 and ${day} < ${period.to}::date`;
}

/** Shares won by period, pipeline and stage, by period and pipeline, and by period. */
const yieldSql = (week: string): string => `
  select ${week}n, pipeline, stage, (sum(won) / sum(total))::decimal(18,12) as yield from (
    select ${week}n, pipeline, stage, sum(amount) as total, coalesce(sum(amount) filter (where closed_on > cut_on and closed_on < to_on), 0) as won
    from every_past left join every_past_won using (${week}opportunity_id) group by all)
  group by grouping sets ((${week}n, pipeline, stage), (${week}n, pipeline), (${week}n)) having sum(total) > 0`;

const requiredSql = (week: string): string => `
  select ${week}pipeline, stage, list(coalesce(s.yield, p.yield, a.yield) order by n) as yields
  from (select distinct ${week}pipeline, stage from past_yield) k join (select ${week}n, yield from past_yield where pipeline is null) a ${week ? 'using (week)' : 'on true'}
    left join (select * from past_yield where stage is not null) s using (${week}n, pipeline, stage)
    left join (select * from past_yield where pipeline is not null and stage is null) p using (${week}n, pipeline)
  group by ${week}pipeline, stage`;
