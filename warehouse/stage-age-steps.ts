import { type SQL, sql } from 'drizzle-orm';
import { amountStepSql } from './amount-step.ts';
import { bandOf, benchmarkSteps, fewest, sameStage } from './benchmark.ts';
import { atPlanRates } from './money.ts';
import type { Question } from './question.ts';
import { known, routeOf } from './relations.ts';
import { raw, step } from './statement.ts';
import { currentVisitStep, visitSteps } from './visits.ts';

export type StageFlag = 'watch' | 'stalled';

/**
 * `stage_age`, one row per opportunity of `open_base`, to be put after `factSteps(question, ['open'])`: whole days `age`
 * since it last entered its stage and `cum_age` in that stage over all stays, its `band` of amounts, the benchmark's
 * `p80` and `p95`, and `flag`: watch from P80, stalled from P95 on (metrics.md 2.6); `is_told` is false where too few stays
 * tell, or nobody knows since when it is there.
 */
export function stageAgeSteps(question: Question): SQL[] {
  const day = sql`${question.moment.day}::date`;
  return [
    ...visitSteps(question),
    currentVisitStep(question),
    ...benchmarkSteps(question),
    step(
      'stage_age',
      sql`select o.opportunity_id, o.pipeline, o.stage, o.created_on, ${day} - c.entered_on as age, c.days_before + (${day} - c.entered_on) as cum_age, ${day} - o.created_on as total_age, b.band, b.p80, b.p95,
          case when b.stage_n < ${raw(String(fewest))} then null when ${day} - c.entered_on >= greatest(1, b.p95) then 'stalled' when ${day} - c.entered_on >= greatest(1, b.p80) then 'watch' end as flag,
          coalesce(b.stage_n >= ${raw(String(fewest))}, false) and c.entered_on is not null as is_told
        from (select *, ${raw(amountStepSql('amount_plan'))} as amount_step from (${plannedSql(question)})) o
          left join current_visit c on c.opportunity_id = o.opportunity_id left join band_edge e on e.pipeline is not distinct from o.pipeline
          left join benchmark b on ${raw(`${sameStage('b', 'o')} and b.band = ${bandOf('o.amount_step')}`)}`,
    ),
  ];
}

/** Open rows with their amount at plan rates, which only the layouts hold. */
const plannedSql = (question: Question): SQL =>
  routeOf(question) === 'version'
    ? atPlanRates('select * from open_base', `date '${question.moment.day}'`, {
        ...question.settings,
        known: known(question),
      })
    : raw('select * from open_base');
