import { type SQL, sql } from 'drizzle-orm';
import { filters } from './filters.ts';
import { closingSql, creationSql, localDay } from './layouts.ts';
import { rateSql } from './money.ts';
import type { Question } from './question.ts';
import { during, known, knownVersions, seenBy, seenEver } from './relations.ts';
import { raw, step } from './statement.ts';
import { converted, factorSql, rateDay } from './waterfall-values.ts';

const isGone = `(is_deleted or merged_into is not null)`;
const kept = (name: string, body: SQL): SQL => sql`${raw(name)} as materialized (${body})`;

/**
 * What vanished, one row per opportunity in `vanished`: `merged`, `cloned` (lost, withdrawn or deleted, and made again by
 * the same salesman at the same account) or else `deleted`; with its value when it went, at the plan rate of that day.
 */
export function vanishedSteps(question: Question, earliest: Question, within: number): SQL[] {
  return [
    ...cloneSteps(question, within),
    step('rate', rateSql(question)),
    step('factor', factorSql(earliest, question)),
    kept('vanished', vanishedSql(question)),
  ];
}

/**
 * `clone`: what was lost, withdrawn or deleted by the question's instant and made again within so many days, each with
 * the likeliest clone; `ended` tells of the ends. Everybody's: only what a viewer may see of it may be shown.
 */
export function cloneSteps(question: Question, within: number): SQL[] {
  const { zone } = question.settings;
  const isNow = question.knownAt === null;
  const layout = (name: string, made: string) => (isNow ? raw(name) : raw(`(${made})`));
  return [
    ...(isNow ? [] : [step('known_version', knownVersions(question))]),
    kept('gone', goneSql(question)),
    kept('ended', endedSql(question, layout('closing', closingSql('known_version', zone)))),
    kept(
      'made',
      sql`select opportunity_id, name, account_id, salesman_id, amount, currency, created_at from ${layout('creation', creationSql('known_version', zone))} as c where ${during(question)} and ${seenBy(question.viewer)}`,
    ),
    kept('pair', pairSql(within)),
    kept('clone', cloneSql(question)),
  ];
}

/** Deleted and merged ones as they last lived, and when and how they went. */
function goneSql(question: Question): SQL {
  const ids = sql`select opportunity_id from opportunity_version where ${known(question)} and ${during(question)} and ${raw(isGone)} and ${seenEver(question)}`;
  const lives = sql`(select * from opportunity_version where ${known(question)} and opportunity_id in (${ids}) and valid_from <= ${question.moment.instant}::timestamp)`;
  return sql`with living as (select opportunity_id, max(valid_from) filter (where not ${raw(isGone)}) as last_lived, min(valid_from) as born from ${lives} as v group by 1),
    went as (select v.opportunity_id, arg_min(v.merged_into, v.valid_from) as merged_into, min(v.valid_from) as went_at, arg_min(v.known_from, v.valid_from) as detected_at
      from ${lives} v join living l using (opportunity_id) where ${raw(isGone)} and v.valid_from > l.last_lived group by 1)
    select v.* exclude (merged_into), v.outcome as cause, l.born as created_at, w.merged_into, w.went_at, w.detected_at from ${lives} v join living l on l.opportunity_id = v.opportunity_id and v.valid_from = l.last_lived join went w on w.opportunity_id = v.opportunity_id`;
}

/** Ends after which a clone may be made: deletions, and closings without a win. */
function endedSql(question: Question, closings: SQL): SQL {
  const columns = (list: string) =>
    raw(
      `opportunity_id, name, pipeline, stage, stage_order, outcome, amount, currency, close_on, category, lead_source, type, salesman_id, salesman, team, director, manager_path, account_id, account, industry, region, segment, created_at, ${list}`,
    );
  return sql`select ${columns("went_at, detected_at, merged_into, case when merged_into is null then 'deleted' else 'merged' end as cause, cause as was")} from gone
    union all select ${columns("closed_at, null::timestamp, null, outcome, 'open'")} from ${closings} as c where ${during(question)} and outcome in ('lost', 'withdrawn') and ${seenBy(question.viewer)}`;
}

/**
 * What a name says beside the account's: copies and numbers in brackets say nothing, other digits (a year, a quarter)
 * make another thing.
 */
const plainName = (name: string, account: string): string => {
  const bare = `case when starts_with(lower(${name}), lower(${account})) then substr(${name}, length(${account}) + 1) else ${name} end`;
  const words = `regexp_replace(lower(coalesce(${bare}, '')), '\\((copy|[0-9]{1,2})\\)|\\b(copy of|copy|clone|again|new)\\b', ' ', 'g')`;
  return `trim(regexp_replace(${words}, '[^[:alnum:]]+', ' ', 'g'))`;
};
const digits = (name: string): string => `regexp_replace(${name}, '[^0-9]', '', 'g')`;

/** Amounts that differ by rounding only; without an amount on a side nothing can be said. */
const near = (amount: string): string =>
  `(a.currency is not distinct from a.first_currency and abs(a.amount - ${amount}) <= 0.02 * greatest(abs(a.amount), abs(${amount})))`;

/** What the same salesman made at the same account soon after an end; names are compared for these few only. */
const pairSql = (within: number): SQL =>
  raw(`select a.opportunity_id, a.name, a.account, a.amount, a.currency, a.went_at, m.opportunity_id as clone_id, m.name as clone, m.created_at as cloned_at, m.amount as first_amount, m.currency as first_currency
    from ended a join made m on m.account_id = a.account_id and m.salesman_id = a.salesman_id
    where a.cause <> 'merged' and m.opportunity_id <> a.opportunity_id and m.created_at > a.created_at
      and m.created_at >= a.went_at - interval 1 day and m.created_at <= a.went_at + interval ${within} day`);

/** The likeliest clone of each end; an opportunity is the clone of one only. */
function cloneSql(question: Question): SQL {
  const born = sql`select opportunity_id, valid_from, amount as born_amount from opportunity_version where ${known(question)} and opportunity_id in (select clone_id from pair)`;
  const unsure = `coalesce(a.amount, v.born_amount, a.first_amount) is null and abs(date_diff('hour', a.went_at, a.cloned_at)) <= 48`;
  return sql`select opportunity_id, clone_id, clone, cloned_at from (
      select a.*, jaro_winkler_similarity(a.plain, a.plain_clone) as likeness
      from (select *, ${raw(plainName('name', 'account'))} as plain, ${raw(plainName('clone', 'account'))} as plain_clone from pair) a
        left join (${born}) v on v.opportunity_id = a.clone_id and v.valid_from = a.cloned_at
      where ${raw(`${digits('a.plain')} = ${digits('a.plain_clone')} and (${near('v.born_amount')} or ${near('a.first_amount')} or (${unsure}))`)})
    where plain = plain_clone or likeness >= 0.95
    qualify row_number() over (partition by opportunity_id order by likeness desc, cloned_at, clone_id) = 1
      and row_number() over (partition by clone_id order by likeness desc, cloned_at, opportunity_id) = 1`;
}

function vanishedSql(question: Question): SQL {
  const { zone } = question.settings;
  const { from, to } = question.period;
  const inside =
    from === null ? raw('true') : sql`went_on >= ${from}::date and went_on < ${to}::date`;
  const day = (instant: string) => localDay(instant, zone);
  const rows = sql`select e.* exclude (detected_at), case when e.cause = 'merged' then 'merged' when c.clone_id is not null then 'cloned' else 'deleted' end as kind, c.clone_id, c.clone, c.cloned_at, coalesce(e.detected_at, c.cloned_at) as detected_at,
      ${raw(`${day('e.went_at')} as went_on, ${day('e.created_at')} as created_on, e.close_on as close_day`)}
    from ended e left join clone c using (opportunity_id) where e.cause in ('deleted', 'merged') or c.clone_id is not null`;
  return sql`select v.*, ${raw(converted('v.amount', 'f.factor'))} as value, greatest(0, v.went_on - v.created_on) as age from (
    select * from (select *, ${rateDay(question, raw('went_on'))} as rate_on from (${rows})) where ${seenBy(question.viewer)} and ${filters(question, 'open')} and ${inside}) v left join factor f on f.currency = v.currency and f.rate_on = v.rate_on`;
}
