import { raw } from '../statement.ts';

const together = (names: string[], text: (name: string) => string): string =>
  names.map((name) => `${text(name)} as ${name}_before`).join(', ');

const kept = ['stage', 'outcome', 'close_on', 'amount', 'currency', 'salesman_id', 'salesman'];

/**
 * What had happened to an opportunity by the begin of each of its versions, from a relation of its versions: when it was
 * opened and came into its stage, how often it was pushed, handed over, moved back, re-priced. Nothing looks ahead, so a
 * version tells it for every instant within it. `stage_key` is '' where nobody tracked when it came into its stage; its
 * age then counts from the opening.
 */
export const lifeSql = (versions: string) =>
  raw(`with before as (
      select *, outcome = 'open' and not is_deleted and merged_into is null as is_open, ${together(kept, (name) => `lag(${name}) over life`)},
        coalesce(lag(unknown) over life, '') as unknown_before, min(valid_from) over life as created_at
      from ${versions} window life as (partition by opportunity_id order by valid_from)),
    turned as (
      select *, outcome_before is distinct from 'open' as opens,
        outcome_before is distinct from 'open' or stage is distinct from stage_before as enters,
        outcome = 'open' and outcome_before = 'open' as goes_on from before),
    moved as (
      select *, goes_on and close_on > close_on_before as is_later,
        goes_on and salesman_id is distinct from salesman_id_before and not contains(unknown_before, 'salesman') as is_handed,
        goes_on and amount is distinct from amount_before and currency = currency_before and amount_before is not null as is_priced,
        enters and not contains(unknown_before, 'stage') and stage is not null as is_tracked_entry,
        sum(opens::integer) over life as spell
      from turned window life as (partition by opportunity_id order by valid_from)),
    pushed as (
      select *, is_later and coalesce(valid_from > max(case when is_later then valid_from end) over earlier + interval 24 hour, true) as is_push
      from moved window earlier as (partition by opportunity_id order by valid_from rows between unbounded preceding and 1 preceding))
    select * exclude (${kept.map((name) => `${name}_before`).join(', ')}, unknown_before, enters, is_tracked_entry, is_later),
      case when stage_tracked then coalesce(stage, '') else '' end as stage_key, case when stage_tracked then stage_at else opened_at end as since
    from (select *,
        max(case when opens then valid_from end) over life as opened_at,
        max(case when enters then valid_from end) over life as stage_at,
        last_value(case when enters then is_tracked_entry end ignore nulls) over life as stage_tracked,
        count(*) filter (where is_push)  over life as pushes,
        max(case when is_push then valid_from end) over life as pushed_at,
        first_value(close_on ignore nulls) over life as first_close_on,
        coalesce(bool_and(close_on = last_day(close_on)) over life, false) as always_month_end,
        max(amount) over priced as peak_amount,
        count(*) filter (where is_priced) over life as prices,
        count(*) filter (where is_handed) over spell as handovers,
        last_value(case when is_handed then salesman_before end ignore nulls) over spell as salesman_was,
        max(case when is_handed then valid_from end) over spell as handed_at,
        max(stage_order) over piped as peak_order,
        arg_max(stage, stage_order) over piped as peak_stage
      from pushed window life as (partition by opportunity_id order by valid_from),
        spell as (partition by opportunity_id, spell order by valid_from),
        piped as (partition by opportunity_id, spell, coalesce(pipeline, ''), is_open order by valid_from),
        priced as (partition by opportunity_id, currency order by valid_from))`);
