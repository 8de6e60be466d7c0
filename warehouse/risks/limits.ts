import { type SQL, sql } from 'drizzle-orm';
import { raw, step } from '../statement.ts';

/** From fewer won ones nothing is learned. */
const enough = 20;

const days = (from: string, to: string): string =>
  `(epoch(${to}) - epoch(${from}))::double / 86400`;

const learned = (text: string, n = 'count(*)'): string =>
  `case when ${n} >= ${enough} then ${text} end`;

/**
 * What opportunities that had been won by each landmark teach, so that a limit never knows of what came later:
 * `stage_limit` by pipeline and stage, `pipeline_limit` by pipeline, `field_limit` by industry (without one: all).
 * From `life`, `touch`, `circle`, `landmark`, and `won(opportunity_id, pipeline, industry, account_id, won_at, value)`.
 */
export const limitSteps = (): SQL[] => [
  kept('visit', visitSql),
  kept('pause', pauseSql),
  kept('stage_limit', stageLimitSql),
  kept('pipeline_limit', pipelineLimitSql),
  kept('field_limit', fieldLimitSql),
];

const kept = (name: string, body: string): SQL => sql`${raw(name)} as materialized (${raw(body)})`;

/** Stays of won ones in a stage that led onward, with the contacts known at their end. */
const visitSql = `select v.*, ${days('since', 'left_at')} as days, ${days('since', 'won_at')} as days_to_win, coalesce(c.contacts, 0) as contacts, coalesce(c.powers, 0) > 0 as has_power from (
    select *, lead(stage_order) over (partition by opportunity_id order by since) as next_order from (
      select w.won_at, w.opportunity_id, coalesce(w.pipeline, '') as pipeline, l.stage_key, l.since, max(l.stage_order) as stage_order, least(max(l.valid_to), any_value(w.won_at)) as left_at
      from won w join life l on l.opportunity_id = w.opportunity_id and l.is_open and l.valid_from < w.won_at group by all)) v
  asof left join circle c on c.opportunity_id = v.opportunity_id and c.met_at <= v.left_at
  where next_order is null or stage_order is null or next_order > stage_order`;

/** Pauses of won ones between two touches (or from the opening, to the win), with the stage in which they began. */
const pauseSql = `select p.opportunity_id, p.won_at, coalesce(l.pipeline, '') as pipeline, l.stage_key, p.days, case when p.nth >= 5 then p.days / greatest(1, p.rhythm) end as ratio from (
    select w.opportunity_id, w.won_at, t.done_at as since, nth, ${days('t.done_at', 'least(coalesce(t.next_at, w.won_at), w.won_at)')} as days,
      ${days('first_at', 'done_at')} / nullif(nth - 1, 0) as rhythm
    from won w join touch t on t.opportunity_id = w.opportunity_id and t.done_at < w.won_at) p
  asof join life l on l.opportunity_id = p.opportunity_id and l.valid_from <= p.since
  where l.is_open`;

const stageLimitSql = `select number, pipeline, stage_key, v.n, watch_days, stalled_days, longest_days, median_days, least_days, contacts, power_share, idle_days from (
    select number, pipeline, stage_key, count(*) as n, ${learned('quantile_cont(days, 0.8)')} as watch_days, ${learned('quantile_cont(days, 0.95)')} as stalled_days,
      ${learned('max(days)')} as longest_days, ${learned('quantile_cont(days_to_win, 0.5)')} as median_days, ${learned('quantile_cont(days_to_win, 0.05)')} as least_days,
      ${learned('quantile_disc(contacts, 0.5)')} as contacts, ${learned('avg(has_power::integer)')} as power_share
    from visit join landmark on won_at <= until group by 1, 2, 3) v
  left join (select number, pipeline, stage_key, ${learned('quantile_cont(days, 0.95)', 'count(distinct opportunity_id)')} as idle_days
    from pause join landmark on won_at <= until group by 1, 2, 3) p using (number, pipeline, stage_key)`;

const pipelineLimitSql = `select number, pipeline, won_count, kept_share, account_ratio, silence_ratio from (
    select number, coalesce(w.pipeline, '') as pipeline, count(*) as won_count, ${learned('quantile_cont(kept, 0.05)', 'count(kept)')} as kept_share,
      ${learned('quantile_cont(ratio, 0.95)', 'count(ratio)')} as account_ratio
    from (select w.*, l.amount / nullif(l.peak_amount, 0) as kept, w.value / nullif(b.largest, 0) as ratio from won w
      asof left join life l on l.opportunity_id = w.opportunity_id and l.valid_from < w.won_at
      asof left join bought b on b.account_id = w.account_id and b.won_at < w.won_at) w join landmark on won_at <= until group by 1, 2) w
  left join (select number, pipeline, ${learned('quantile_cont(ratio, 0.95)', 'count(ratio)')} as silence_ratio
    from pause join landmark on won_at <= until group by 1, 2) p using (number, pipeline)`;

const fieldLimitSql = `select number, industry, grouping(industry) as is_all, count(*) as n, ${learned('quantile_cont(value, 0.95)')} as large_value
  from won join landmark on won_at <= until where value is not null group by grouping sets ((number, industry), (number))`;

/** The largest win of each account from each win on. */
export const boughtStep = step(
  'bought',
  raw(
    `select account_id, won_at, max(value) over (partition by account_id order by won_at) as largest from won where account_id is not null and value is not null`,
  ),
);

/** Limits found before, in the place of those that would have to be learned. */
export function givenLimits(limits: Limits): SQL[] {
  return Object.entries(limitColumns).map(([name, columns]) =>
    step(
      name,
      sql`select unnest(from_json(${JSON.stringify(limits[name as keyof Limits])}::json, ${raw(`'[${JSON.stringify(columns)}]'`)}), recursive := true)`,
    ),
  );
}

export type LimitRow = Record<string, string | number | null>;
export type Limits = Record<keyof typeof limitColumns, LimitRow[]>;

/** The columns of the limits and their types. */
export const limitColumns = {
  stage_limit: {
    number: 'INTEGER',
    pipeline: 'VARCHAR',
    stage_key: 'VARCHAR',
    n: 'INTEGER',
    watch_days: 'DOUBLE',
    stalled_days: 'DOUBLE',
    longest_days: 'DOUBLE',
    median_days: 'DOUBLE',
    least_days: 'DOUBLE',
    contacts: 'INTEGER',
    power_share: 'DOUBLE',
    idle_days: 'DOUBLE',
  },
  pipeline_limit: {
    number: 'INTEGER',
    pipeline: 'VARCHAR',
    won_count: 'INTEGER',
    kept_share: 'DOUBLE',
    account_ratio: 'DOUBLE',
    silence_ratio: 'DOUBLE',
  },
  field_limit: {
    number: 'INTEGER',
    industry: 'VARCHAR',
    is_all: 'INTEGER',
    n: 'INTEGER',
    large_value: 'DOUBLE',
  },
} as const;
