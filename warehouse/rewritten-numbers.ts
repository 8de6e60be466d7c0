import { type SQL, sql } from 'drizzle-orm';
import { filters } from './filters.ts';
import { closingSql, localDay } from './layouts.ts';
import { rateSql } from './money.ts';
import type { Question } from './question.ts';
import { during, known, knownVersions, seenBy } from './relations.ts';
import type { Past, Rewriting } from './rewritten-request.ts';
import { raw, step } from './statement.ts';
import { converted, factorSql, rateDay } from './waterfall-values.ts';

const living = `outcome = 'open' and not is_deleted and merged_into is null`;

/**
 * Everything that adds something else to a number of the past, in `rewritten` (metric, day, opportunity_id, was, is,
 * reason), and the numbers as known now in `present` (metric, day, value). Only what a load has touched since is read
 * in both states; the rest is the same, unless rates were told anew, and then all of it is read.
 */
export function rewrittenSteps(rewriting: Rewriting, isRateNew: boolean): SQL[] {
  const { then, now, pasts } = rewriting;
  const ends = [pasts.at(-1), pasts[0]] as [Past, Past];
  const at = (question: Question, { moment }: Past): Question => ({ ...question, moment });
  return [
    step('rate', rateSql(now)),
    step('rate_then', rateSql(then)),
    step('factor', factorSql(at(now, ends[0]), at(now, ends[1]))),
    step('factor_then', factorSql(at(then, ends[0]), at(then, ends[1]), 'rate_then')),
    step('past', pastSql(pasts)),
    kept('touched', touchedSql(then, isRateNew)),
    kept('then_version', knownVersions(then, touched)),
    kept('open_now', valued(now, openNow(now), 'factor')),
    kept('open_then', valued(then, openThen, 'factor_then')),
    kept('closed_now', valued(now, closedNow(now), 'factor')),
    kept('closed_then', valued(then, closedThen(then), 'factor_then')),
    step(
      'present',
      raw(
        'select metric, day, sum(value) as value from (select * from open_now union all select * from closed_now) group by 1, 2',
      ),
    ),
    kept('differing', raw(differingSql)),
    step('then_state', stateSql(then)),
    step('now_state', stateSql(now)),
    kept('rewritten', raw(reasonSql)),
  ];
}

const touched = raw('opportunity_id in (select opportunity_id from touched)');
const kept = (name: string, body: SQL): SQL => sql`${raw(name)} as materialized (${body})`;

function pastSql(pasts: Past[]): SQL {
  const list = (values: string[]) => sql`unnest(${JSON.stringify(values)}::json::varchar[])`;
  return sql`select ${list(pasts.map(({ begins }) => begins))}::date as begins, ${list(pasts.map(({ moment }) => moment.day))}::date as day, ${list(pasts.map(({ moment }) => moment.instant))}::timestamp as until`;
}

/** Opportunities of which something was learned since, or to which something has happened. */
export function touchedSql({ knownAt, moment, viewer }: Question, isRateNew = false): SQL {
  const since = sql`${knownAt ?? '9999-01-01'}::timestamp`;
  const isTouched = isRateNew
    ? raw('true')
    : sql`(known_from > ${since} or (known_to > ${since} and isfinite(known_to)) or valid_from > ${moment.instant}::timestamp)`;
  return sql`select distinct opportunity_id from opportunity_version where ${isTouched} and ${seenBy(viewer)}`;
}

interface Rows {
  rows: SQL;
  metric: string;
  /** The day that decides about the rate, and where the rows stand. */
  day: string;
}

const openNow = ({ viewer }: Question): Rows => ({
  metric: `'openPipeline'`,
  day: 'p.day',
  rows: sql`past p join (select * from opportunity_month where ${seenBy(viewer)}) o on o.month = date_trunc('month', p.day)::date and o.first_day <= day(p.day) and day(p.day) < o.end_day`,
});

const openThen: Rows = {
  metric: `'openPipeline'`,
  day: 'p.day',
  rows: raw(
    `past p join (select v.*, b.created_at from then_version v join (select opportunity_id, min(valid_from) as created_at from then_version group by 1) b using (opportunity_id) where ${living}) o on o.valid_from <= p.until and p.until < o.valid_to`,
  ),
};

const closedIn = (closings: SQL): Rows => ({
  metric: `case outcome when 'won' then 'wonValue' else 'lostValue' end`,
  day: 'o.closed_on',
  rows: sql`past p join (${closings}) o on p.begins <= o.closed_on and o.closed_on <= p.day`,
});

const counted = raw(`outcome in ('won', 'lost')`);
const closedNow = (now: Question): Rows =>
  closedIn(
    sql`select * from closing where ${during(now)} and ${counted} and ${seenBy(now.viewer)}`,
  );
const closedThen = (then: Question): Rows =>
  closedIn(
    sql`select * from (${raw(closingSql('then_version', then.settings.zone))}) c where ${during(then)} and ${counted}`,
  );

/** Rows of one metric within the scope, with their value in the reporting currency. */
function valued(question: Question, { rows, metric, day }: Rows, factor: string): SQL {
  const closeDay = day === 'p.day' ? 'o.close_on' : 'o.closed_on';
  return sql`select s.metric, s.day, s.opportunity_id, s.amount, s.currency, ${raw(converted('s.amount', 'f.factor'))} as value from (
    select ${raw(metric)} as metric, * from (select p.day, p.until, o.*, ${raw(closeDay)} as close_day, ${raw(localDay('o.created_at', question.settings.zone))} as created_on, ${rateDay(question, raw(day))} as rate_on from ${rows})
    where ${seenBy(question.viewer)} and ${filters(question, 'open')}) s left join ${raw(factor)} f on f.currency = s.currency and f.rate_on = s.rate_on`;
}

/** Both sides of what is in one of them only or adds something else. */
const differingSql = `select coalesce(a.metric, b.metric) as metric, coalesce(a.day, b.day) as day, coalesce(a.opportunity_id, b.opportunity_id) as opportunity_id, a.value as was, b.value as "is",
    (a.amount, a.currency) is distinct from (b.amount, b.currency) as is_amended
  from (select * from open_then union all select * from closed_then) a
  full join (select * from (select * from open_now union all select * from closed_now) where opportunity_id in (select opportunity_id from touched)) b
    on a.metric = b.metric and a.day = b.day and a.opportunity_id = b.opportunity_id
  where a.value is distinct from b.value`;

/** What an opportunity is when a number looks at it: open ones at the end of the day, closings as of each side's now. */
function stateSql(question: Question): SQL {
  const looked = sql`(select d.metric, d.day, d.opportunity_id, case when d.metric = 'openPipeline' then p.until else ${question.moment.instant}::timestamp end as looked_at from differing d join past p using (day))`;
  return sql`select d.metric, d.day, d.opportunity_id, case when v.merged_into is not null then 'merged' when v.is_deleted then 'deleted' else v.outcome end as status, v.salesman_id
    from ${looked} d join (select * from opportunity_version where ${known(question)} and opportunity_id in (select opportunity_id from differing)) v
      on v.opportunity_id = d.opportunity_id and v.valid_from <= d.looked_at and d.looked_at < v.valid_to`;
}

const gone = `('deleted', 'merged')`;
const reasonSql = `select d.*, case
    when a.status is null then 'lateRow' when b.status is null then 'unsaid'
    when b.status in ${gone} and a.status not in ${gone} then b.status when a.status in ${gone} and b.status not in ${gone} then 'restored'
    when d.was is not null and d."is" is not null then case when d.is_amended then case d.metric when 'openPipeline' then 'backDatedAmount' else 'closedAmount' end else 'rate' end
    when d.metric <> 'openPipeline' and d."is" is null and b.status = 'open' then 'reopened'
    when d.metric <> 'openPipeline' and d."is" is null and b.status <> a.status then 'reclosed'
    when d.metric = 'openPipeline' and a.status <> b.status then 'backDatedStage'
    when a.salesman_id is distinct from b.salesman_id then 'reowned'
    when d.metric <> 'openPipeline' and a.status <> b.status then 'backDatedStage'
    else case d.metric when 'openPipeline' then 'reclassified' else 'backDatedHistory' end end as reason
  from differing d left join then_state a using (metric, day, opportunity_id) left join now_state b using (metric, day, opportunity_id)`;
