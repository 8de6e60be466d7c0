import { type SQL, sql } from 'drizzle-orm';
import type { Question } from './question.ts';
import { raw, step } from './statement.ts';
import { hasCome } from './visits.ts';

/** How many stays of the whole stage weigh as much as one band's own: a band with as many counts half by itself. */
const shrinkage = 20;

/** Fewer stays than this tell nothing. */
export const fewest = 5;

/** What is shown of a distribution, and from which share of it on an opportunity is watched or counts as stalled. */
export const percentiles = [25, 50, 80, 95] as const;

/** Amounts in thirds of the pipeline's stays; 0 is all of them, and those without an amount. */
export const bands = ['all', 'small', 'middle', 'large'] as const;

export const sameStage = (a: string, b: string): string =>
  `${a}.pipeline is not distinct from ${b}.pipeline and ${a}.stage = ${b}.stage`;

/**
 * `band_edge` (the last steps of amounts of the small and the middle third, by pipeline) and `benchmark` (by pipeline,
 * stage and band: `n` stays, `stage_n` of the stage, days `p25` ... `p95`), to be put after `visitSteps`. Counted are
 * stays that ended upward of opportunities that were won by the instant, whoever looks. A band's distribution is mixed
 * with that of its stage, which weighs as much as 20 stays; all in whole numbers, so the order of rows is of no effect.
 */
export const benchmarkSteps = (question: Question): SQL[] => [
  step(
    'every_upward',
    sql`select pipeline, stage, amount_step, days, count(*) as n from every_visit
      where not is_skipped and left_how in ('up', 'won') and ${hasCome(question, 'left_at')} and fate = 'won' and ${hasCome(question, 'fate_at')} group by all`,
  ),
  step('band_edge', raw(edgeSql)),
  step('benchmark', raw(benchmarkSql)),
];

const edgeSql = `select pipeline, min(amount_step) filter (where 3 * upto >= whole) as small_to, min(amount_step) filter (where 3 * upto >= 2 * whole) as middle_to
  from (select pipeline, amount_step, sum(n) over (partition by pipeline order by amount_step) as upto, sum(n) over (partition by pipeline) as whole
    from (select pipeline, amount_step, sum(n)::bigint as n from every_upward where amount_step is not null group by 1, 2)) group by 1`;

/** The band of a step of amounts, by the edges `e` of its pipeline. */
export const bandOf = (amountStep: string): string =>
  `case when e.small_to is null or ${amountStep} is null then 0 when ${amountStep} <= e.small_to then 1 when ${amountStep} <= e.middle_to then 2 else 3 end`;

const benchmarkSql = `with banded as (
    select u.pipeline, u.stage, u.days, ${bandOf('u.amount_step')} as band, sum(u.n)::bigint as n
    from every_upward u left join band_edge e on e.pipeline is not distinct from u.pipeline group by all),
  pool as (select pipeline, stage, days, sum(n)::bigint as n, sum(sum(n)) over (partition by pipeline, stage)::bigint as stage_n from banded group by 1, 2, 3),
  mixed as (
    select p.pipeline, p.stage, p.days, b.band, p.stage_n, case when b.band = 0 then p.n else coalesce(s.n, 0) end as n,
      case when b.band = 0 then p.n else coalesce(s.n, 0) * p.stage_n + ${shrinkage} * p.n end as weight
    from pool p cross join (select unnest(range(4))::integer as band) b left join banded s on ${sameStage('s', 'p')} and s.days = p.days and s.band = b.band),
  summed as (
    select *, sum(weight) over (partition by pipeline, stage, band order by days) as upto, sum(weight) over (partition by pipeline, stage, band) as whole from mixed)
  select pipeline, stage, band, sum(n)::bigint as n, any_value(stage_n) as stage_n, ${percentiles
    .map((p) => `min(days) filter (where 100 * upto >= ${p} * whole)::integer as p${p}`)
    .join(', ')} from summed group by 1, 2, 3`;
