import { type SQL, sql } from 'drizzle-orm';
import type { FactName, Metric } from './definitions.ts';
import { type DimensionName, dimensions } from './dimensions.ts';
import { learnedSteps } from './learned.ts';
import { metrics } from './metrics/index.ts';
import { isPlanned, moneySql, rateSql } from './money.ts';
import { columnOf, type Question, usesProduct } from './question.ts';
import {
  closings,
  creations,
  during,
  known,
  months,
  routeOf,
  openDay,
  openStates,
  seenBy,
  today,
  valid,
  versionStep,
  weekColumn,
  weekSql,
} from './relations.ts';
import { raw, step } from './statement.ts';
import { weekTableOf } from './weeks.ts';

/** The steps from versions or layouts to the facts of a question, each a named select. */
export function factSteps(question: Question, facts: FactName[]): SQL[] {
  const table = weekTableOf(question);
  if (table) return [step('open_fact', summedSql(question, table))];
  const planned = (fact: FactName) =>
    fact !== 'quota' && isPlanned(question) && isLaidOut(question, fact);
  const learned = facts.includes('open') && wants(question, 'learned');
  const steps: SQL[] = [];
  if (!facts.every((fact) => fact === 'quota' || isLaidOut(question, fact)))
    steps.push(versionStep(question));
  if (!facts.every(planned)) steps.push(step('rate', rateSql(question)));
  if (question.weeks) steps.push(step('week', weekSql(question)));
  if (learned) steps.push(...learnedSteps(question));
  if (usesProduct(question))
    steps.push(
      step(
        'line',
        sql`select ${raw(weekColumn(question))}opportunity_id, product, share_from, share_to from ${valid(question, 'line_version')} where ${known(question)}`,
      ),
    );
  for (const fact of facts) {
    steps.push(step(`${fact}_base`, baseSql(question, fact)));
    steps.push(step(`${fact}_money`, moneySql(question, fact, { planned: planned(fact) })));
    steps.push(step(`${fact}_fact`, allocatedSql(question, fact, learned)));
  }
  return steps;
}

/** Whether a layout answers for these facts; otherwise they are made of the versions. */
const isLaidOut = (question: Question, fact: FactName): boolean =>
  question.knownAt === null &&
  (fact !== 'open' || question.weeks !== undefined || routeOf(question) !== 'version');

const wants = (question: Question, share: string): boolean =>
  question.metrics.some((name) => (metrics[name] as Metric).share === share);

/** The kept sums of each week in the place of facts: `n` opportunities each. */
function summedSql(question: Question, table: string): SQL {
  const { moment, weeks = 0 } = question;
  const day = sql`${moment.day}::date`;
  return sql`select *, true as in_period, true as has_amount, true as has_rate from (select * from ${raw(table)} where ${table === 'field_week' ? raw('true /* viewer: all */') : seenBy(question.viewer)})
    where week <= ${day} and week > ${day} - 7 * ${weeks}::integer and ${filters(question, 'open')}`;
}

export function baseSql(question: Question, fact: FactName): SQL {
  const wanted = filters(question, fact);
  const inTime = sql`${during(question)} and ${pushedPeriod(question, fact)}`;
  switch (fact) {
    case 'open':
      return sql`select *, close_on as close_day, close_on as period_on, null::integer as days from ${openRows(question)} as o where ${wanted} and ${pushedPeriod(question, fact)}`;
    case 'closing':
      return sql`select * from (select *, closed_on as close_day, closed_on as period_on, closed_on - created_on as days from ${closings(question)} as c where ${inTime}) where ${wanted}`;
    case 'creation':
      return sql`select * from (select *, close_on as close_day, created_on as period_on, null::integer as days from ${creations(question)} as c where ${inTime}) where ${wanted}`;
    default:
      return sql`select * from (${quotaRows(question)}) b where ${seenBy(question.viewer)} and ${wanted}`;
  }
}

/** What lies outside the period is left out before anything else, when no metric asks for it. */
function pushedPeriod({ metrics: names, period: { from, to } }: Question, fact: FactName): SQL {
  const mine = names
    .map((name): Metric => metrics[name])
    .filter((m) => m.from === fact || m.with === fact);
  const bound = (m: Metric) => m.from !== fact || /^in_period( and (?!.*\bor\b)|$)/.test(m.where);
  if (from === null || !mine.every(bound)) return raw('true');
  const day = raw(dayOf[fact]);
  return sql`${day} >= ${from}::date and ${day} < ${to}::date`;
}

/** The day that tells whether a fact is in the period. */
const dayOf: Record<FactName, string> = {
  open: 'close_on',
  closing: 'closed_on',
  creation: 'created_on',
  quota: 'month_start',
};

export function openRows(question: Question): SQL {
  if (question.weeks)
    return sql`(select m.*, w.week from week w join ${months(question)} m on m.month = date_trunc('month', w.week) and m.first_day <= day(w.week) and day(w.week) < m.end_day)`;
  if (routeOf(question) === 'day') return openDay(question);
  return sql`(select * from ${openStates(question)} where ${raw(`outcome = 'open' and not is_deleted and merged_into is null`)})`;
}

/** Quotas by calendar month, under the salesman's team of the as-of day; a month cut by the period counts by its days. */
export function quotaRows(question: Question): SQL {
  const { from, to } = question.period;
  const days = sql`(least(month_end, coalesce(${to}::date, month_end)) - greatest(month_start, coalesce(${from}::date, month_start)))`;
  return sql`select * replace (case when ${days} = month_end - month_start then amount else round(amount * greatest(${days}, 0) / (month_end - month_start), 2)::decimal(18,2) end as amount) from (
    select null::varchar as opportunity_id, u.name, null::varchar as account, u.name as salesman, u.team, u.director, null::varchar as stage, null::integer as stage_order, 'quota' as outcome, q.salesman_id, u.manager_path,
      q.currency, (q.amount * (m + 1) / q.months)::decimal(18,2) - (q.amount * m / q.months)::decimal(18,2) as amount,
      (q.starts_on + to_months(m::integer))::date as month_start, (q.starts_on + to_months(m::integer + 1))::date as month_end,
      (q.starts_on + to_months(m::integer))::date as created_on, (q.starts_on + to_months(m::integer))::date as close_day, (q.starts_on + to_months(m::integer))::date as period_on, null::integer as days
    from (select *, unnest(range(months)) as m from quota_version where salesman_id is not null and ${known(question)} and ${during(question)}) q
    left join (select * from user_version where ${known(question)} and ${during(question)}) u on u.user_id = q.salesman_id)
    where ${sql`month_start < coalesce(${to}::date, 'infinity'::date) and month_end > coalesce(${from}::date, '-infinity'::date)`}`;
}

export function filters(question: Question, fact: FactName): SQL {
  const parts = Object.entries(question.query.where)
    .filter(([name]) => name !== 'product')
    .map(([name, values]) => {
      if (dimensions[name as DimensionName].not?.includes(fact)) return raw('true');
      return among(raw(columnOf(name as DimensionName, question)), values);
    });
  return parts.length ? sql.join(parts, raw(' and ')) : raw('true');
}

export function among(column: SQL, values: (string | null)[]): SQL {
  const given = values.filter((value) => value !== null);
  const listed = given.length
    ? sql`${column} in (${sql.join(
        given.map((value) => sql`${value}`),
        raw(', '),
      )})`
    : raw('false');
  return values.includes(null) ? sql`(${listed} or ${column} is null)` : listed;
}

/** Facts with what they weigh, and divided by product lines when the question speaks of products. */
export function allocatedSql(question: Question, fact: FactName, learned: boolean): SQL {
  const { from, to } = question.period;
  const day = today(question);
  const bounds = sql`coalesce(period_on >= ${from}::date and period_on < ${to}::date, false)`;
  const inside =
    from === null
      ? raw('true')
      : fact === 'open'
        ? sql`(${bounds} and period_on >= ${day})`
        : bounds;
  const typed =
    question.metrics.some((name) => (metrics[name] as Metric).share === 'typed') && fact === 'open';
  const weights = sql`${typed ? raw('round(m.whole::decimal(38,2) * coalesce(m.probability, d.probability, e.probability, 0), 2)::decimal(18,2)') : raw('0::decimal(18,2)')} as typed_whole,
    ${learned && fact === 'open' ? raw('round(m.whole::decimal(38,2) * coalesce(p.probability, mean.probability, whole_mean.probability, 0), 2)::decimal(18,2)') : raw('0::decimal(18,2)')} as learned_whole`;
  const dictionary = sql`(select ${raw(weekColumn(question))}pipeline, label, probability from ${valid(question, 'stage_version')} where ${known(question)})`;
  const sameWeek = (name: string) => (question.weeks ? ` and ${name}.week = m.week` : '');
  const joins = sql`${typed ? sql` left join ${dictionary} d on d.label = m.stage and d.pipeline = m.pipeline${raw(sameWeek('d'))} left join ${dictionary} e on e.label = m.stage and e.pipeline = ''${raw(sameWeek('e'))}` : raw('')}${learned && fact === 'open' ? raw(` left join learned p on p.stage = m.stage and p.pipeline = coalesce(m.pipeline, '')${sameWeek('p')} left join learned mean on mean.stage is null and mean.pipeline = coalesce(m.pipeline, '')${sameWeek('mean')} left join learned whole_mean on whole_mean.pipeline is null${sameWeek('whole_mean')}`) : raw('')}`;
  const product = usesProduct(question) && fact !== 'quota';
  const part = (column: string) =>
    product
      ? `round(${column}::decimal(38,2) * coalesce(share_to, 1), 2)::decimal(18,2) - round(${column}::decimal(38,2) * coalesce(share_from, 0), 2)::decimal(18,2)`
      : column;
  const wanted = question.query.where.product;
  return sql`select * from (select w.*${raw(product ? ', product' : '')}, ${raw(`${part('whole')} as money, ${part('typed_whole')} as typed, ${part('learned_whole')} as learned`)},
      ${inside} as in_period, ${fact === 'open' ? sql`coalesce(period_on < ${day}, false) and ${from === null ? raw('true') : bounds}` : raw('false')} as is_overdue, period_on is null as is_undated
    from (select m.*, ${weights} from ${raw(`${fact}_money`)} m${joins}) w${raw(product ? ` left join line using (${weekColumn(question)}opportunity_id)` : '')})
    where ${product && wanted ? among(raw('product'), wanted) : raw('true')}`;
}
