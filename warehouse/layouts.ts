import type { SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { dateMoveSql } from './layout-moves.ts';
import { activitySql, knownNow, leadSql } from './layout-records.ts';
import { learningSql } from './learning.ts';
import { atPlanRates } from './money.ts';
import type { Settings } from './question.ts';
import {
  activity,
  closing,
  creation,
  dateMove,
  dimensionValue,
  fieldWeek,
  lead,
  learning,
  objectCount,
  opportunity,
  opportunityMonth,
  pipelineWeek,
  stageVisit,
} from './schema.ts';
import { stageVisitSql } from './stage-visit.ts';
import { plainText, raw } from './statement.ts';
import { objectCountSql, valueSql } from './values.ts';
import { weekSql } from './weeks.ts';

/** How days, "now" and money are meant. `zone` is IANA, `asOf` the default as-of instant, `YYYY-MM-DD HH:MM:SS.mmm` UTC. */
export type LayoutContext = Pick<Settings, 'zone' | 'asOf' | 'currency' | 'fiscalYearStart'>;

export interface Layout {
  table: PgTable;
  select: string;
  order: string;
}

export const state = `name, pipeline, stage, stage_order, outcome, amount, currency, close_on, probability, category, next_step, lead_source, type,
  salesman_id, salesman, team_id, team, director, manager_path, account_id, account, industry, region, segment`;

/**
 * The reading layouts in the order in which they are made: the later ones read the earlier. `versions` names a relation
 * of the versions as known now.
 */
export function layouts(versions: string, context: LayoutContext): Layout[] {
  const { zone, asOf } = context;
  const priced = (rows: string, day: string) => atPlanRates(rows, day, context);
  const asOfDay = localDay(`timestamp '${asOf}'`, zone);
  return [
    layout(
      closing,
      priced(closingSql(versions, zone), 'closed_on'),
      'closed_on, opportunity_id, valid_from',
    ),
    layout(
      creation,
      priced(creationSql(versions, zone), 'created_on'),
      'created_on, opportunity_id, valid_from',
    ),
    layout(
      dateMove,
      priced(dateMoveSql(versions, zone), 'moved_on'),
      'moved_on, opportunity_id, valid_from',
    ),
    layout(activity, activitySql(knownNow, zone), 'done_at nulls last, activity_id'),
    layout(lead, leadSql(knownNow, zone), 'created_at, lead_id'),
    layout(
      opportunityMonth,
      priced(opportunityMonthSql(versions, context), 'month'),
      'month, opportunity_id, first_day',
    ),
    layout(
      stageVisit,
      stageVisitSql(versions, { ...context, dictionary: stagesKnown }),
      `left_at <> 'infinity', entered_at, opportunity_id, stage, valid_from`,
    ),
    layout(
      opportunity,
      priced(opportunitySql(versions, { zone, asOf }), `coalesce(closed_on, ${asOfDay})`),
      `outcome <> 'open', opportunity_id`,
    ),
    layout(
      learning,
      raw(
        learningSql(
          `(select * from closing where valid_from <= timestamp '${asOf}')`,
          `(${firstVisitSql(versions)})`,
          zone,
        ),
      ),
      'pipeline, stage, since_on, until_on',
    ),
    layout(pipelineWeek, weekSql('people', context), 'week, salesman_id, stage'),
    layout(fieldWeek, weekSql('fields', context), 'week, industry, stage'),
    layout(dimensionValue, raw(valueSql(asOf)), 'dimension, place, value, salesman_id'),
    layout(objectCount, raw(objectCountSql()), 'object'),
  ];
}

const layout = (table: PgTable, select: SQL, order: string): Layout => ({
  table,
  select: plainText(select),
  order,
});

export const localDay = (instant: string, zone: string): string =>
  `(timezone('${zone}', (${instant})::timestamptz))::date`;

/**
 * Closings: a move into a closed outcome, or from one closed outcome to another. Dimensions stand as at the closing,
 * the amount as it is in each stretch of validity; deletion, merge and reopening end it. Filter `valid_from <= T < valid_to`.
 */
export function closingSql(versions: string, zone: string): string {
  const closed = `outcome <> 'open' and not is_deleted and merged_into is null`;
  const columns = columnsOf({
    amount: 's.amount',
    currency: 's.currency',
    close_on: 'coalesce(e.expected_on, v.close_on)',
  });
  return `with counted as (
      select opportunity_id, valid_from, valid_to, outcome, amount, currency, close_on, ${closed} as closed
      from ${versions} where opportunity_id in (select opportunity_id from ${versions} where ${closed})),
    marked as (
      select *, closed and (outcome is distinct from lag(outcome) over w) as enters, first_value(valid_from) over w as born,
        last_value(case when outcome = 'open' then close_on end ignore nulls) over (w rows unbounded preceding) as expected_on
      from counted window w as (partition by opportunity_id order by valid_from)),
    numbered as (
      select *, sum(enters::int) over (partition by opportunity_id order by valid_from) as closing_no from marked),
    stretch as (
      select *, (amount, currency) is distinct from lag((amount, currency)) over w or valid_from is distinct from lag(valid_to) over w as fresh
      from numbered where closed and closing_no > 0 window w as (partition by opportunity_id, closing_no order by valid_from)),
    run as (
      select *, sum(fresh::int) over (partition by opportunity_id, closing_no order by valid_from) as run from stretch),
    held as (
      select opportunity_id, closing_no, any_value(amount) as amount, any_value(currency) as currency, min(valid_from) as valid_from, max(valid_to) as valid_to
      from run group by opportunity_id, closing_no, run)
    select v.opportunity_id, ${columns}, e.valid_from as closed_at, ${localDay('e.valid_from', zone)} as closed_on,
      e.born as created_at, ${localDay('e.born', zone)} as created_on, s.valid_from, s.valid_to
    from (select * from numbered where enters) e join ${versions} v on v.opportunity_id = e.opportunity_id and v.valid_from = e.valid_from
      join held s on s.opportunity_id = e.opportunity_id and s.closing_no = e.closing_no`;
}

/** The columns of a state, read from `v` but for those given. */
const columnsOf = (other: Record<string, string>): string =>
  state
    .split(',')
    .map((column) => column.trim())
    .map((column) => (other[column] ? `${other[column]} as ${column}` : `v.${column}`))
    .join(', ');

/** What is credible when it settles, and what is known first. */
const settling = {
  last_value: `amount, currency, close_on, stage, stage_order, probability, category, next_step, name`,
  first_value: `pipeline, lead_source, type, salesman_id, salesman, team_id, team, director, manager_path, account_id, account, industry, region, segment`,
};

/**
 * Creations: the first credible amount (that at the end of day 7 after creation, the newest before) and the first
 * known salesman and fields; not counted while deleted nor once merged.
 */
export function creationSql(versions: string, zone: string): string {
  const settles = `(timezone('${zone}', (${localDay('born', zone)} + 8)::timestamp))::timestamp - interval 1 millisecond`;
  const known = Object.entries(settling).flatMap(([how, columns]) =>
    columns.split(', ').map((column) => `${how}(${column} ignore nulls) over so_far as ${column}`),
  );
  return `with born as (
      select *, ${settles} as settles from (select opportunity_id, min(valid_from) as born from ${versions} group by 1)),
    settled as (
      select opportunity_id, valid_from, 'open' as outcome, ${known.join(', ')}
      from ${versions} v join born b using (opportunity_id) where valid_from <= settles
      window so_far as (partition by opportunity_id order by valid_from rows unbounded preceding)),
    turn as (
      select opportunity_id, valid_from, valid_from as told_from from (
        select opportunity_id, valid_from, hash(${state}) as print from settled)
      qualify print is distinct from lag(print) over (partition by opportunity_id order by valid_from)),
    counted as (
      select v.opportunity_id, v.valid_from, v.valid_to, v.is_deleted or v.merged_into is not null as is_gone, t.told_from
      from ${versions} v left join turn t on t.opportunity_id = v.opportunity_id and t.valid_from = v.valid_from),
    marked as (
      select *, last_value(told_from ignore nulls) over (w rows unbounded preceding) as since,
        not is_gone and (told_from is not null or lag(is_gone, 1, true) over w or valid_from is distinct from lag(valid_to) over w) as fresh
      from counted window w as (partition by opportunity_id order by valid_from)),
    run as (
      select *, sum(fresh::int) over (partition by opportunity_id order by valid_from) as run from marked),
    held as (
      select opportunity_id, any_value(since) as since, min(valid_from) as valid_from, max(valid_to) as valid_to
      from run where not is_gone group by opportunity_id, run)
    select v.opportunity_id, ${columnsOf({})}, b.born as created_at, ${localDay('b.born', zone)} as created_on, h.valid_from, h.valid_to
    from held h join settled v on v.opportunity_id = h.opportunity_id and v.valid_from = h.since join born b on b.opportunity_id = h.opportunity_id`;
}

/** Which days an open version is the state at the end of the day, cut at calendar months, up to the as-of day. */
export function opportunityMonthSql(
  versions: string,
  { zone, asOf }: Pick<LayoutContext, 'zone' | 'asOf'>,
): string {
  return `with born as (select opportunity_id, min(valid_from) as created_at from ${versions} group by 1),
    daily as (
      select v.*, b.created_at, ${localDay('v.valid_from', zone)} as first_on,
        least(case when v.valid_to = 'infinity' then date '9999-01-01' else ${localDay('v.valid_to', zone)} end, ${localDay(`timestamp '${asOf}'`, zone)} + 1) as end_on
      from ${versions} v join born b using (opportunity_id) where v.outcome = 'open' and not v.is_deleted and v.merged_into is null),
    cut as (
      select *, unnest(generate_series(date_trunc('month', greatest(first_on, date '1990-01-01')), date_trunc('month', end_on - 1), interval 1 month))::date as month
      from daily where first_on < end_on)
    select month, opportunity_id, ${state}, created_at, ${localDay('created_at', zone)} as created_on, case when first_on <= month then 1 else day(first_on) end::smallint as first_day,
      case when end_on >= month + interval 1 month then 32 else day(end_on) end::smallint as end_day
    from cut`;
}

const stagesKnown = `(select * from stage_version where known_to = 'infinity')`;

/** The first entry of each opportunity into each open stage. */
export const firstVisitSql = (versions: string): string =>
  `select opportunity_id, coalesce(pipeline, '') as pipeline, stage, min(valid_from) as entered_at
    from ${versions} where outcome = 'open' and stage is not null and not is_deleted and merged_into is null group by 1, 2, 3`;

/**
 * The state of every opportunity at one instant, deleted ones included, with the begin of the outcome that it then has.
 * Only closed versions go through a window: what came just before one tells whether the outcome is new.
 */
export function opportunitySql(
  versions: string,
  { zone, asOf, born }: Pick<LayoutContext, 'zone' | 'asOf'> & { born?: string },
): string {
  const instant = `timestamp '${asOf}'`;
  const columns = state.split(',').map((c) => `v.${c.trim()}`);
  return `with born as (${born ?? `select opportunity_id, min(valid_from) as created_at from ${versions} group by 1`}),
    turned as (
      select opportunity_id, valid_from, outcome is distinct from lag(outcome) over w or valid_from is distinct from lag(valid_to) over w as is_turn
      from ${versions} where outcome <> 'open' and valid_from <= ${instant} window w as (partition by opportunity_id order by valid_from)),
    closed as (select opportunity_id, max(valid_from) as closed_at from turned where is_turn group by 1)
    select v.opportunity_id, ${columns.join(', ')}, b.created_at, ${localDay('b.created_at', zone)} as created_on,
      case when v.outcome <> 'open' then c.closed_at end as closed_at, case when v.outcome <> 'open' then ${localDay('c.closed_at', zone)} end as closed_on, v.is_deleted, v.merged_into
    from ${versions} v join born b on b.opportunity_id = v.opportunity_id left join closed c on c.opportunity_id = v.opportunity_id
    where v.valid_from <= ${instant} and ${instant} < v.valid_to`;
}
