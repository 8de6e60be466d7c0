import { localDay } from './layouts.ts';

/** Where an opportunity is: an open stage, an open stage that nobody knows, closed, or out of the world. */
const kind = `case when is_deleted or merged_into is not null then 'gone' when outcome <> 'open' then outcome when stage is null then 'unknown' else 'open' end`;
const closed = `kind in ('won', 'lost', 'withdrawn')`;
const place = `(kind, case when kind = 'open' then pipeline end, case when kind = 'open' then stage end)`;

/** How one open stage follows another: by the order of both as it stood at the move. */
const direction = (from: string, to: string, pipeline: string): string =>
  `case when pipeline is distinct from ${pipeline} then 'elsewhere' when ${to} > ${from} then 'up' when ${to} < ${from} then 'down' when ${to} = ${from} then 'across' else 'elsewhere' end`;

/**
 * `run`: each stretch in one place, with the last state in it, what was before and what came next. `fate`: from `since`
 * until before `until` an opportunity has ended as `fate` once `fate_at` has come. What is out of the world ended when
 * it last was open; a closing outlives a deletion that was taken back.
 */
export const movedSql = (versions: string, zone: string): string => `place as (
    select opportunity_id, valid_from, pipeline, stage, stage_order, amount, currency, ${kind} as kind from ${versions}),
  marked as (
    select *, first_value(valid_from) over w as born, ${place} is distinct from lag(${place}) over w as is_turn,
      lag(stage_order) over w as order_before, lag(amount) over w as amount_before, lag(currency) over w as currency_before
    from place window w as (partition by opportunity_id order by valid_from)),
  run as (
    select opportunity_id, kind, pipeline, stage, stage_order, born, valid_from as begins, lead(valid_from) over w as ends,
      lag(kind) over w as kind_before, lag(pipeline) over w as pipeline_before, lag(stage) over w as stage_before, order_before,
      lead(order_before) over w as last_order, lead(amount_before) over w as last_amount, lead(currency_before) over w as last_currency,
      lead(kind) over w as next_kind, lead(pipeline) over w as next_pipeline, lead(stage) over w as next_stage, lead(stage_order) over w as next_order,
      lag(case when kind <> 'gone' then kind end ignore nulls) over w as kind_in_world
    from marked where is_turn window w as (partition by opportunity_id order by valid_from)),
  ended as (
    select *, last_value(case when kind in ('open', 'unknown') then ends end ignore nulls) over w as last_open,
      last_value(case when ${closed} and kind_in_world is distinct from kind then begins end ignore nulls) over w as closed_at
    from run window w as (partition by opportunity_id order by begins rows unbounded preceding)),
  told as (
    select opportunity_id, kind as fate, case when kind = 'gone' then coalesce(last_open, begins) else closed_at end as fate_at, begins, coalesce(ends, 'infinity'::timestamp) as ends,
      ${localDay("case when kind = 'gone' then coalesce(last_open, begins) else closed_at end", zone)} as fate_on
    from ended where kind not in ('open', 'unknown')),
  fate as (
    select opportunity_id, fate, fate_at, fate_on, lag(ends, 1, '-infinity'::timestamp) over (partition by opportunity_id order by begins) as since, ends as until from told
    union all
    select opportunity_id, null, null, null, max(ends), 'infinity'::timestamp from told group by 1 having max(ends) < 'infinity')`;

/**
 * Stages of the dictionary that were passed without a stay: `skipped` between two stages of which one followed the
 * other, `won_past` between the last stage and a win, which holds as long as the win does.
 */
export const skippedSql = (dictionary: string, zone: string): string => `visit as (
    select *, ${localDay('begins', zone)} as begins_on, ${localDay('ends', zone)} as ends_on from run where kind = 'open'),
  ladder as (
    select p.pipeline, d.label as stage, d.stage_order, d.valid_from, d.valid_to
    from (select distinct pipeline from visit) p join ${dictionary} d
      on d.pipeline = case when p.pipeline in (select pipeline from ${dictionary}) then p.pipeline else '' end
    where d.class = 'open' and coalesce(d.active, true)),
  ordered as (
    select *, lag(coalesce(last_order, stage_order)) over w as from_order, lag(stage) over w as from_stage
    from visit where stage_order is not null window w as (partition by opportunity_id, pipeline order by begins)),
  skipped as (
    select v.opportunity_id, v.pipeline, d.stage, d.stage_order, v.born, v.begins as entered_at, v.begins_on as entered_on, v.from_stage as came_from, v.stage as left_to
    from ordered v join ladder d on d.pipeline is not distinct from v.pipeline and v.from_order < d.stage_order and d.stage_order < v.stage_order and d.valid_from <= v.begins and v.begins < d.valid_to),
  won_past as (
    select w.opportunity_id, v.pipeline, d.stage, d.stage_order, v.born, w.closed_at as entered_at, ${localDay('w.closed_at', zone)} as entered_on, v.stage as came_from, w.stage as left_to, w.begins as holds_from, coalesce(w.ends, 'infinity'::timestamp) as holds_to
    from (select * from ended where kind = 'won') w asof join ordered v on v.opportunity_id = w.opportunity_id and v.begins <= w.begins
      join ladder d on d.pipeline is not distinct from v.pipeline and coalesce(v.last_order, v.stage_order) < d.stage_order and d.valid_from <= w.closed_at and w.closed_at < d.valid_to)`;

const same = (a: string, b: string): string =>
  `${a}.opportunity_id = ${b}.opportunity_id and ${a}.pipeline is not distinct from ${b}.pipeline and ${a}.stage = ${b}.stage`;

/** `entered`: visits and skipped stages, numbered within each stage, with when a higher stage was first reached. */
export const enteredSql = (): string => {
  const earlier = '(s rows between unbounded preceding and 1 preceding)';
  return `met as (
    select opportunity_id, pipeline, stage, stage_order, born, begins as entered_at, begins_on as entered_on, coalesce(ends, 'infinity'::timestamp) as left_at, ends_on as left_on, false as is_skipped, last_order, last_amount as amount, last_currency as currency, (ends_on - begins_on)::integer as days,
      case when kind_before is null then 'created' when kind_before <> 'open' then kind_before else ${direction('order_before', 'stage_order', 'pipeline_before')} end as came_how,
      case when kind_before = 'open' then stage_before end as came_from,
      case when next_kind = 'open' then ${direction('last_order', 'next_order', 'next_pipeline')} else next_kind end as left_how,
      case when next_kind <> 'gone' then next_stage end as left_to
    from visit
    union all by name
    select *, entered_at as left_at, entered_on as left_on, true as is_skipped, stage_order as last_order, 0 as days, 'up' as came_how, 'up' as left_how from skipped),
  numbered as (
    select *, row_number() over s = 1 as is_first, coalesce(sum(days) over ${earlier}, 0)::integer as days_before, max(days) over ${earlier} as longest_before,
      lead(case when not is_skipped then entered_at end ignore nulls) over s as again_at
    from met window s as (partition by opportunity_id, pipeline, stage order by entered_at, is_skipped)),
  later as (
    select n.opportunity_id, n.pipeline, n.stage, min(v.begins) as advanced_at, min(v.begins_on) as advanced_on, arg_min(v.stage, v.begins) as advanced_to
    from numbered n join visit v on v.opportunity_id = n.opportunity_id and v.begins >= n.left_at and v.pipeline is not distinct from n.pipeline and v.stage_order > n.last_order
    where n.is_first and n.left_how <> 'up' group by 1, 2, 3),
  back as (
    select opportunity_id, pipeline, stage, list(left_at order by left_at) as moved_back_at from met where left_how = 'down' group by 1, 2, 3),
  entered as (
    select n.* exclude (last_order, left_on), n.entered_at as holds_from, 'infinity'::timestamp as holds_to,
      ${['at', 'on', 'to']
        .map(
          (what) =>
            `case when n.is_first then case when n.left_how = 'up' then n.left_${what} else l.advanced_${what} end end as advanced_${what}`,
        )
        .join(', ')}
, case when n.is_first then b.moved_back_at end as moved_back_at
    from numbered n left join later l on ${same('l', 'n')} left join back b on ${same('b', 'n')}
    where n.is_first or not n.is_skipped
    union all by name
    select w.*, w.entered_at as left_at, true as is_skipped, true as is_first, 0 as days, 0 as days_before, 'up' as came_how, 'won' as left_how
    from won_past w anti join met m on ${same('m', 'w')} and m.entered_at <= w.holds_from)`;
};
