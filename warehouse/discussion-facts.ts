import { type SQL, sql } from 'drizzle-orm';
import { factSteps } from './facts.ts';
import { activitySql } from './opportunities.ts';
import { parsePeriod } from './period.ts';
import type { Question } from './question.ts';
import { known, today } from './relations.ts';
import { passSteps } from './stage-passes.ts';
import { raw, type Statement, statement, step } from './statement.ts';

/** What is known of an open opportunity that may be a reason to talk about it. */
export interface OpenState {
  opportunity: string;
  name: string;
  account: string | null;
  stage: string | null;
  money: string;
  close_on: string | null;
  has_next_step: boolean;
  /** Days past the close date, in the stage, and since the last activity that was done; null when never. */
  overdue: number;
  in_stage: number;
  silent: number | null;
  age: number;
  pushes: number;
  ahead: number;
  /** Days within which four of five that were won had left this stage; null when too few were. */
  usual: number | null;
  /** Whether its next step was tracked by then, and whether anybody's activities are known at all. */
  knows_steps: boolean;
  knows_activities: boolean;
}

/** Won stays from which one can tell how long is long. */
const leastWon = 10;

/** The open opportunities of one salesman that the viewer may see. */
export function openStatement(question: Question, salesman: string): Statement {
  const open: Question = {
    ...question,
    metrics: ['openPipeline'],
    by: [],
    query: { ...question.query, where: { ...question.query.where, salesmanId: [salesman] } },
    period: parsePeriod('all', question.settings.fiscalYearStart),
  };
  return statement(
    [
      step(
        'his',
        sql`with ${sql.join(factSteps(open, ['open']), raw(',\n'))} select * from open_fact`,
      ),
      ...lifeSteps(question),
      step('touched', touchedSql(question)),
      ...passSteps(question),
      step('every_usual', usualSql),
    ],
    sql`select h.opportunity_id as opportunity, h.name, h.account, h.stage, sum(h.money)::decimal(18,2) as money, h.close_on::varchar as close_on, nullif(trim(h.next_step), '') is not null as has_next_step,
        greatest(0, coalesce(${today(question)} - h.close_on, 0))::integer as overdue, date_diff('day', s.since, ${question.moment.instant}::timestamp)::integer as in_stage,
        date_diff('day', t.last_at, ${question.moment.instant}::timestamp)::integer as silent, (${today(question)} - h.created_on)::integer as age, coalesce(p.pushes, 0)::integer as pushes, coalesce(t.ahead, 0)::integer as ahead, u.usual::integer as usual,
        not coalesce(contains(l.unknown, 'nextStep'), false) and exists (from opportunity_version where next_step is not null) as knows_steps, exists (from fact_activity) as knows_activities
      from his h left join since s using (opportunity_id) left join push p using (opportunity_id) left join touched t on t.opportunity = h.opportunity_id
      left join last_life l using (opportunity_id) left join every_usual u on u.pipeline = coalesce(h.pipeline, '') and u.stage = h.stage group by all order by opportunity`,
  );
}

/** Since when each stands in its stage, and how often its close date was put off: edits within a day are one. */
function lifeSteps(question: Question): SQL[] {
  const versions = sql`select opportunity_id, valid_from, stage, close_on, unknown from opportunity_version where ${known(question)} and valid_from <= ${question.moment.instant}::timestamp and outcome = 'open' and not is_deleted and opportunity_id in (select opportunity_id from his)`;
  return [
    step(
      'life',
      sql`select *, lag(stage) over w as stage_before, lag(close_on) over w as close_before from (${versions}) window w as (partition by opportunity_id order by valid_from)`,
    ),
    step(
      'last_life',
      raw('select opportunity_id, arg_max(unknown, valid_from) as unknown from life group by 1'),
    ),
    step(
      'since',
      raw(
        'select opportunity_id, max(valid_from) as since from life where stage is distinct from stage_before group by 1',
      ),
    ),
    step(
      'push',
      raw(
        `select opportunity_id, count(*) as pushes from (select *, lag(valid_from) over (partition by opportunity_id order by valid_from) as push_before from life where close_on > close_before)
          where push_before is null or valid_from > push_before + interval 24 hour group by 1`,
      ),
    ),
  ];
}

const touchedSql = (question: Question): SQL =>
  sql`select opportunity, max(done_at) filter (where is_done and done_at <= ${question.moment.instant}::timestamp) as last_at, count(*) filter (where not is_done) as ahead
    from (${activitySql(question, sql`opportunity in (select opportunity_id from his)`)}) group by 1`;

const usualSql = raw(
  `select pipeline, stage, quantile_disc(date_diff('day', entered_at, advanced_at), 0.8) as usual from every_pass where advanced and ended = 'won' group by 1, 2 having count(*) >= ${leastWon}`,
);
