import { type SQL, sql } from 'drizzle-orm';
import { closingSql, localDay } from './layouts.ts';
import { type Question, usesProduct } from './question.ts';
import { during, known, knownVersions, routeOf, seenBy, seenEver } from './relations.ts';
import { raw } from './statement.ts';
import { scopeFlags } from './waterfall-scope.ts';
import { allocated, converted, noParts, partsOf, rateDay } from './waterfall-values.ts';

const living = `outcome = 'open' and not is_deleted and merged_into is null`;

/** Every column of a state that a filter can speak of, with its days. */
const described = (question: Question, rows: SQL): SQL =>
  sql`(select *, ${raw(localDay('created_at', question.settings.zone))} as created_on, close_on as close_day, close_on as period_on from ${rows} as o)`;

/** Open states at the question's instant: from the layouts as known now at the end of a day, else from the versions. */
function openRows(question: Question): SQL {
  const { day } = question.moment;
  const dayOfMonth = sql`${Number(day.slice(8))}::smallint`;
  const seen = seenBy(question.viewer);
  switch (routeOf(question)) {
    case 'now':
      return sql`(select * from opportunity where ${raw(living)} and ${seen})`;
    case 'day':
      return sql`(select * from opportunity_month where month = ${`${day.slice(0, 8)}01`}::date and first_day <= ${dayOfMonth} and ${dayOfMonth} < end_day and ${seen})`;
    default:
      return withBirth(
        question,
        sql`(select * from opportunity_version where ${known(question)} and ${during(question)} and ${raw(living)} and ${seen})`,
      );
  }
}

/** Versions carry no day of creation; it is worked out only for a filter on it. */
function withBirth(question: Question, rows: SQL): SQL {
  const { where } = question.query;
  if (!('createdMonth' in where || 'createdQuarter' in where))
    return sql`(select *, null::timestamp as created_at from ${rows} as v)`;
  return sql`(select * from ${rows} as v join (select opportunity_id, min(valid_from) as created_at from opportunity_version where ${known(question)} and ${seenEver(question)} group by 1) b using (opportunity_id))`;
}

/** Versions as states that filters can speak of. */
export const describedVersions = (question: Question, rows: SQL): SQL =>
  described(question, withBirth(question, rows));

interface StateNames {
  /** The relations of the day's factors and of the sold parts. */
  factor: string;
  sold: string;
  kind: 'open' | 'apart';
}

/** Open states at one instant. */
export function openStateSql(question: Question, { factor, sold, kind }: StateNames): SQL {
  const rows = sql`select *, 'open' as status from ${described(question, openRows(question))} d`;
  const rateOn = rateDay(question, sql`${question.moment.day}::date`);
  return narrowSql(question, rows, { factor, sold, kind, rateOn });
}

/** Closings in force at the end that began after the start. */
export function closedStateSql(first: Question, last: Question): SQL {
  const closings =
    last.knownAt === null
      ? raw('closing')
      : raw(`(${closingSql('closing_version', last.settings.zone)})`);
  const began = sql`select * from ${closings} as c where ${during(last)} and ${seenBy(last.viewer)} and closed_on >= ${first.moment.day}::date and closed_on <= ${last.moment.day}::date and closed_at > ${first.moment.instant}::timestamp`;
  const rows = sql`select *, outcome as status from ${described(last, sql`(${began})`)} d`;
  const rateOn = rateDay(last, raw('o.closed_on'));
  return narrowSql(last, rows, { factor: 'factor', sold: 'sold_last', kind: 'closed', rateOn });
}

interface Narrow extends Omit<StateNames, 'kind'> {
  kind: 'open' | 'closed' | 'apart';
  rateOn: SQL;
}

/**
 * States with no more than the bars need: what was agreed, close date, salesman, the tests of the scope, the wanted
 * products' `parts`, `whole` in the asked currency, and the `value` within the scope.
 */
function narrowSql(question: Question, rows: SQL, { factor, sold, kind, rateOn }: Narrow): SQL {
  const product = usesProduct(question);
  const parts = product ? partsOf(question, 's') : noParts;
  return sql`select *, is_owned and is_classed and is_dated as is_in, ${raw(allocated('whole', product ? 'parts' : null))} as value from (
    select o.opportunity_id, o.status, o.amount, o.currency, o.close_on, o.salesman_id, o.is_owned, ${raw(product ? `o.is_classed and ${parts} is not null` : 'o.is_classed')} as is_classed, o.is_dated,
      ${raw(parts)} as parts, ${raw(converted('o.amount', 'f.factor'))} as whole, o.amount is not null as has_amount, f.factor is not null as has_rate
    from (select *, ${scopeFlags(question, kind)} from (${rows})) o left join ${raw(factor)} f on f.currency = o.currency and f.rate_on = ${rateOn}${
      product ? raw(` left join ${sold} s on s.opportunity_id = o.opportunity_id`) : raw('')
    })`;
}

/** The versions of whatever changed in between: all that closings of an earlier knowledge can be made of. */
export const closingVersionSql = (first: Question, last: Question): SQL =>
  knownVersions(
    last,
    sql`opportunity_id in (select opportunity_id from opportunity_version where ${known(last)} and valid_from > ${first.moment.instant}::timestamp and valid_from <= ${last.moment.instant}::timestamp and ${seenEver(last)})`,
  );

/**
 * What opportunities that are neither open nor closed are instead: deleted, merged, or closed before all tracking. What
 * the viewer does not see any more is `open` and not `is_seen`, with what it was worth when it was seen last.
 */
export function goneSql(question: Question, ids: SQL): SQL {
  const { viewer, moment } = question;
  const status = raw(
    `case when merged_into is not null then 'merged' when is_deleted then 'deleted' else outcome end`,
  );
  const versions = sql`from opportunity_version where ${known(question)} and opportunity_id in (${ids})`;
  if (viewer.scope === 'all')
    return sql`select opportunity_id, ${status} as status, ${seenBy(viewer)} as is_seen, amount, currency, close_on ${versions} and ${during(question)}`;
  const last = (column: string) =>
    raw(`arg_max_null(${column}, valid_from) filter (where is_seen) as ${column}`);
  return sql`select opportunity_id, coalesce(any_value(status) filter (where is_seen and is_then), 'open') as status, coalesce(bool_or(is_seen and is_then), false) as is_seen,
      ${last('amount')}, ${last('currency')}, ${last('close_on')}
    from (select *, ${status} as status, coalesce(${seenBy(viewer)}, false) as is_seen, ${during(question)} as is_then ${versions} and valid_from <= ${moment.instant}::timestamp) group by 1`;
}
