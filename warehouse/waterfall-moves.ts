import { type SQL, sql } from 'drizzle-orm';
import { among } from './filters.ts';
import { rateSql } from './money.ts';
import { type Question, usesProduct } from './question.ts';
import { known, seenBy } from './relations.ts';
import { raw, step } from './statement.ts';
import type { Walk } from './waterfall-request.ts';
import { scopeFlags } from './waterfall-scope.ts';
import {
  closedStateSql,
  closingVersionSql,
  describedVersions,
  goneSql,
  openStateSql,
} from './waterfall-states.ts';
import { allocated, converted, factorSql, noParts, rateDay, soldSql } from './waterfall-values.ts';

/**
 * Everything that moved, one row per opportunity in `moved`: `was_in`, `now_in`, its one `entry` or `exit` (both when it
 * flowed through), and its exact part of every bar. States are read once at each end; history only of what changed.
 */
export function moveSteps(walk: Walk): SQL[] {
  const { first, last, then } = walk;
  const kind = walk.isApart ? 'apart' : 'open';
  const product = usesProduct(last);
  const sold = (name: string, question: Question) =>
    product ? [step(name, soldSql(question))] : [];
  return [
    step('rate', rateSql(last)),
    step('factor', factorSql(first, last)),
    ...sold('sold_first', first),
    ...sold('sold_last', last),
    kept('first_state', openStateSql(first, { factor: 'factor', sold: 'sold_first', kind })),
    kept('last_state', openStateSql(last, { factor: 'factor', sold: 'sold_last', kind })),
    ...(last.knownAt === null ? [] : [step('closing_version', closingVersionSql(first, last))]),
    kept('closed_state', closedStateSql(first, last)),
    ...(then ? thenSteps(then, kind, product) : []),
    step('flow', walk.throughFlow ? flowSql(walk) : nothing),
    kept('met', metSql(walk)),
    step('gone_first', goneSql(first, raw('select opportunity_id from met where was is null'))),
    step('gone_last', goneSql(last, raw('select opportunity_id from met where ends is null'))),
    step('judged', judgedSql(walk)),
    kept('moved', movedSql(walk)),
  ];
}

/** A step that several others read: made once. */
const kept = (name: string, body: SQL): SQL => sql`${raw(name)} as materialized (${body})`;

const nothing = sql`select null::varchar as opportunity_id, null::date as inside_on, ${raw(noParts)} as parts where false`;

/** The start as it was known then, with the rates known then. */
const thenSteps = (then: Question, kind: 'open' | 'apart', product: boolean): SQL[] => [
  step('rate_then', rateSql(then)),
  step('factor_then', factorSql(then, then, 'rate_then')),
  ...(product ? [step('sold_then', soldSql(then))] : []),
  step('then_state', openStateSql(then, { factor: 'factor_then', sold: 'sold_then', kind })),
];

/** What was inside the scope somewhere in between: by versions that began then, and by closings. */
function flowSql({ first, last }: Walk): SQL {
  const product = usesProduct(last);
  const wanted = last.query.where.product ?? [];
  const [t0, t1] = [
    sql`${first.moment.instant}::timestamp`,
    sql`${last.moment.instant}::timestamp`,
  ];
  const line = sql`(select opportunity_id, valid_from, valid_to, list(struct_pack(since := share_from, until := share_to)) as parts from line_version where ${known(last)} and ${among(raw('product'), wanted)} group by 1, 2, 3)`;
  const began = product ? sql`greatest(v.valid_from, l.valid_from)` : sql`v.valid_from`;
  const sold = product
    ? sql` join ${line} l on l.opportunity_id = v.opportunity_id and l.valid_from < v.valid_to and v.valid_from < l.valid_to`
    : raw('');
  const open = sql`select *, ${scopeFlags(last, 'open')} from ${describedVersions(last, sql`(select * from opportunity_version where ${known(last)} and valid_from <= ${t1} and valid_to > ${t0} and ${seenBy(last.viewer)})`)} d`;
  return sql`select opportunity_id, arg_max(close_on, began_at) as inside_on, ${raw(product ? 'arg_max(parts, began_at)' : noParts)} as parts from (
      select v.opportunity_id, v.close_on, ${began} as began_at${product ? raw(', l.parts') : raw('')} from (${open}) v${sold} where is_owned and is_classed and is_dated and ${began} > ${t0} and ${began} <= ${t1}
      union all select opportunity_id, close_on, ${t1}${product ? raw(', parts') : raw('')} from closed_state where is_in)
    where opportunity_id not in (select opportunity_id from first_state where is_in) and opportunity_id not in (select opportunity_id from last_state where is_in)
    group by 1`;
}

/** Both ends of whatever was in the scope at one of them or in between. */
function metSql({ then }: Walk): SQL {
  const both = sql`select coalesce(f.opportunity_id, e.opportunity_id) as opportunity_id, f.status as was, coalesce(f.is_in, false) as was_in, e.status as ends, e.status = 'open' and e.is_in as ends_in,
      f.amount as amount_then, f.currency as currency_then, e.amount as amount_now, e.currency as currency_now, f.close_on as close_then, e.close_on as close_now,
      f.salesman_id as salesman_then, e.salesman_id as salesman_now, f.is_owned as owned_then, f.is_classed as classed_then, e.is_owned as owned_now, e.is_classed as classed_now, e.is_in as is_scoped,
      f.parts as parts_then, e.parts as parts_now, f.whole as whole_then, e.whole as whole_now
    from first_state f full join (select * from last_state union all select * from closed_state) e on e.opportunity_id = f.opportunity_id`;
  const before = then
    ? sql` full join (select opportunity_id, value from then_state where is_in) t on t.opportunity_id = b.opportunity_id`
    : raw('');
  const id = raw(then ? 'coalesce(b.opportunity_id, t.opportunity_id)' : 'b.opportunity_id');
  return sql`select b.* replace (${id} as opportunity_id, coalesce(was_in, false) as was_in, coalesce(ends_in, false) as ends_in), ${then ? raw('t.opportunity_id is not null as known_in, coalesce(t.value, 0)') : raw('null::boolean as known_in, null::decimal(18,2)')} as known, w.opportunity_id is not null as is_flow, w.inside_on, w.parts as parts_between
    from (${both}) b${before} left join flow w on w.opportunity_id = ${id} where b.was_in or b.ends_in or w.opportunity_id is not null${then ? raw(' or t.opportunity_id is not null') : raw('')}`;
}

/** Those that are neither open nor closed looked up, and what each ends with, also at the rate of the start. */
function judgedSql({ first, last }: Walk): SQL {
  const [d0, d1] = [
    rateDay(first, sql`${first.moment.day}::date`),
    rateDay(last, sql`${last.moment.day}::date`),
  ];
  const ending = sql`select m.* exclude (amount_now, currency_now) replace (m.owned_then and coalesce(g.is_seen, true) as owned_then, m.owned_now and coalesce(h.is_seen, true) as owned_now), coalesce(m.was, g.status) as status_then, coalesce(m.ends, h.status) as status_now,
      case when m.ends is null and h.amount is null then m.amount_then when m.ends is null then h.amount else m.amount_now end as amount_now,
      case when m.ends is null and h.amount is null then m.currency_then when m.ends is null then h.currency else m.currency_now end as currency_now
    from met m left join gone_first g using (opportunity_id) left join gone_last h using (opportunity_id)`;
  return sql`select e.*, ${raw(converted('e.amount_now', 'a.factor'))} as whole_constant, case when e.ends is null then ${raw(converted('e.amount_now', 'b.factor'))} else e.whole_now end as whole_end,
      coalesce(e.parts_now, e.parts_then, e.parts_between) as parts
    from (${ending}) e left join factor a on a.currency = e.currency_now and a.rate_on = ${d0} left join factor b on b.currency = e.currency_now and b.rate_on = ${d1}`;
}

const later = (a: string, b: string): string =>
  `coalesce(${a}, date 'infinity') > coalesce(${b}, date 'infinity')`;

const entry = `case when was_in or not (ends_in or is_flow) then null when status_then is null then 'new'
  when status_then in ('deleted', 'merged') then 'restored' when status_then <> 'open' then 'reopened'
  when not owned_then then 'transferredIn' when not classed_then then 'reclassifiedIn'
  when ${later('close_then', 'inside')} then 'pulledIn' else 'pushedIn' end`;

/** A closing counts where it was within the scope, so that Won is what is booked there. */
const exit = `case when ends_in or not (was_in or is_flow) then null when status_now in ('deleted', 'merged') then status_now
  when status_now <> 'open' and coalesce(owned_now and classed_now, true) then status_now
  when not owned_now then 'transferredOut' when not classed_now then 'reclassifiedOut'
  when ${later('close_now', 'inside')} then 'pushedOut' when ${later('inside', 'close_now')} then 'pulledOut' else 'becameOverdue' end`;

function movedSql({ last }: Walk): SQL {
  const parts = (name: string) => (usesProduct(last) ? name : null);
  const inside = `case when was_in then close_then when ends_in then close_now else inside_on end`;
  return raw(`select *, case when was_in then constant - began else 0 end::decimal(18,2) as changed, case when was_in then ended - constant else 0 end::decimal(18,2) as revalued,
      coalesce(entry in ('transferredIn') or exit in ('transferredOut'), false) and coalesce(salesman_then = salesman_now, false) as is_reorganised from (
    select *, ${entry} as entry, ${exit} as exit from (
      select *, ${inside} as inside, case when was_in then ${allocated('whole_then', parts('parts_then'))} else 0 end::decimal(18,2) as began,
        ${allocated('whole_constant', parts('parts'))} as constant, ${allocated('whole_end', parts('parts'))} as ended from judged))`);
}
