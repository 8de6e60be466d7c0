import { localDay, state } from './layouts.ts';

/** Pushes closer to each other than this are one. */
const together = 'interval 24 hour';

/**
 * Moves of the expected close date between open versions; what a source writes when it closes an opportunity is none.
 * A push follows another at less than 24 hours: they are one, from the date before the first to that after the last.
 * Filter `valid_from <= T < valid_to`.
 */
export function dateMoveSql(versions: string, zone: string): string {
  return `with counted as (
      select *, is_deleted or merged_into is not null as is_gone, min(valid_from) over (partition by opportunity_id) as born from ${versions}),
    alive as (
      select opportunity_id, min(valid_from) as alive_from, max(valid_to) as alive_to from (
        select *, sum(is_turn::int) over (partition by opportunity_id order by valid_from) as run from (
          select opportunity_id, valid_from, valid_to, is_gone, is_gone is distinct from lag(is_gone) over (partition by opportunity_id order by valid_from) as is_turn from counted))
      where not is_gone group by opportunity_id, run),
    dated as (
      select *, lag(close_on) over w as before_on, first_value(close_on) over w as first_on
      from counted where outcome = 'open' and not is_gone and close_on is not null window w as (partition by opportunity_id order by valid_from)),
    moved as (
      select *, close_on > before_on as is_later, lag(valid_from) over (partition by opportunity_id, close_on > before_on order by valid_from) as former_at
      from dated where close_on <> before_on),
    numbered as (
      select *, sum((not is_later or coalesce(valid_from - former_at >= ${together}, true))::int) over (partition by opportunity_id, is_later order by valid_from) as move_no from moved),
    stretch as (
      select *, min(valid_from) over w as moved_at, first_value(before_on) over (w order by valid_from) as was_on,
        lead(valid_from, 1, 'infinity'::timestamp) over (w order by valid_from) as until
      from numbered window w as (partition by opportunity_id, is_later, move_no))
    select opportunity_id, ${state}, ${localDay('born', zone)} as created_on, moved_at, ${localDay('moved_at', zone)} as moved_on, was_on, first_on,
      greatest(valid_from, alive_from) as valid_from, least(until, alive_to) as valid_to
    from stretch join alive using (opportunity_id) where valid_from < alive_to and alive_from < until`;
}
