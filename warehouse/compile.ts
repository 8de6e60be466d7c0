import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { visible, type Viewer } from './access.ts';
import type { FactName, Metric } from './definitions.ts';
import { type DimensionName, dimensionNames, dimensions } from './dimensions.ts';
import { WarehouseError } from './errors.ts';
import { closingSql, creationSql, localDay, stageVisitSql } from './layouts.ts';
import { learnedSql } from './learned.ts';
import { type MetricName, metricNames, metrics } from './metrics/index.ts';
import { nearest } from './nearest.ts';
import type { Moment, Period } from './period.ts';
import type { Query } from './query.ts';

export interface Settings {
  zone: string;
  currency: string;
  fiscalYearStart: number;
  /** The default as-of instant, naive UTC. */
  asOf: string;
  /** The newest load's instant, naive UTC. */
  knownAt: string;
  company: string;
}

/** A query with its names checked and its circumstances settled. */
export interface Question {
  query: Query;
  metrics: MetricName[];
  by: DimensionName[];
  viewer: Viewer;
  settings: Settings;
  period: Period;
  moment: Moment;
  /** Naive UTC; null is now. */
  knownAt: string | null;
}

/** What the database gets: text and values, never mixed. */
export interface Statement {
  text: string;
  values: unknown[];
}

const raw = (text: string): SQL => sql.raw(text);
const dialect = new PgDialect();

/** The names of a query, checked; an unknown one is an error that names the nearest. */
export function checkNames(query: Query): { metrics: MetricName[]; by: DimensionName[] } {
  for (const name of query.metrics)
    if (!metricNames.includes(name as MetricName))
      throw new WarehouseError(
        'wrong-name',
        `There is no metric "${name}". Did you mean "${nearest(name, metricNames)}"?`,
      );
  for (const name of [...query.by, ...Object.keys(query.where)])
    if (!dimensionNames.includes(name as DimensionName))
      throw new WarehouseError(
        'wrong-name',
        `There is no dimension "${name}". Did you mean "${nearest(name, dimensionNames)}"?`,
      );
  return { metrics: query.metrics as MetricName[], by: query.by as DimensionName[] };
}

/** The answer to a question: one row per combination of its dimensions. Steps: known, rate, facts, aggregates, one table. */
export function compileAnswer(question: Question): Statement {
  const facts = factsNeeded(question);
  const dims = question.by.map((d) => `"${d}"`);
  const keys = [...dims, ...question.by.map((d) => `"${d} order"`)];
  const parts = facts.map((fact) => aggregates(question, fact));
  const names = [...new Set(parts.flatMap((p) => p.names))];
  const ctes = [
    ...factSteps(question, facts),
    ...facts.map((fact, i) =>
      step(
        `${fact}_answer`,
        raw(
          `select ${[...keysOf(question, fact), ...(parts[i]?.columns ?? [])].join(', ')} from ${fact}_fact${knows(question, fact) ? '' : ' where false'}${groupBy(question.by.length)}`,
        ),
      ),
    ),
  ];
  const union = facts
    .map(
      (fact, i) =>
        `select ${[...keys, ...names.map((n) => (parts[i]?.names.includes(n) ? `"${n}"` : `null as "${n}"`))].join(', ')} from ${fact}_answer`,
    )
    .join(' union all ');
  const merged = `select ${[...dims, ...question.by.map((d) => `min("${d} order") as "${d} order"`), ...names.map((n) => `max("${n}") as "${n}"`)].join(', ')} from (${union})${groupBy(dims.length)}`;
  const order = question.by.flatMap((d) => [`"${d} order" nulls last`, `"${d}" nulls last`]);
  return statement(
    ctes,
    raw(`select * from (${merged})${order.length ? ` order by ${order.join(', ')}` : ''}`),
  );
}

/** The facts behind one metric, each with its own share of the number, largest first. */
export function compileRows(question: Question, limit: number | null): Statement {
  const name = question.metrics[0] as MetricName;
  const metric: Metric = metrics[name];
  const columns = `opportunity_id as opportunity, name, account, salesman, stage, close_day as "closeOn", (${metric.share}) as "${name}"`;
  const body = `select ${columns} from ${metric.from}_fact where ${metric.where} order by "${name}" desc nulls last, opportunity_id, "closeOn", salesman${limit === null ? '' : ` limit ${limit}`}`;
  return statement(factSteps(question, [metric.from]), raw(body));
}

/** How many facts stand behind one metric, and the number made of their shares alone. */
export function compileProof(question: Question): Statement {
  const name = question.metrics[0] as MetricName;
  const metric: Metric = metrics[name];
  const columns =
    metric.aggregate === 'combine'
      ? Object.entries(metric.parts ?? {}).map(([part, text]) => `${text} as "${name} ${part}"`)
      : [`${aggregate(metric, question, '')} as "${name}"`];
  return statement(
    factSteps(question, [metric.from]),
    raw(
      `select count(*)::integer as facts, ${columns.join(', ')} from ${metric.from}_fact where ${metric.where}`,
    ),
  );
}

const count = (question: Question): string =>
  usesProduct(question) ? 'count(distinct opportunity_id)' : 'count(*)';

function factsNeeded(question: Question): FactName[] {
  return [
    ...new Set(
      question.metrics.flatMap((name) => {
        const m: Metric = metrics[name];
        return m.with ? [m.from, m.with] : [m.from];
      }),
    ),
  ];
}

const groupBy = (n: number): string =>
  n ? ` group by ${Array.from({ length: n }, (_, i) => i + 1).join(', ')}` : '';

/** Whether these facts can be broken down as asked; a quota has no stage. */
export const knows = ({ by }: Pick<Question, 'by'>, fact: FactName): boolean =>
  !by.some((d) => dimensions[d].not?.includes(fact));

function keysOf(question: Question, fact: FactName): string[] {
  const can = (d: DimensionName) => !dimensions[d].not?.includes(fact);
  return [
    ...question.by.map((d) => `${can(d) ? columnOf(d, question) : 'null::varchar'} as "${d}"`),
    ...question.by.map(
      (d) => `min(${(can(d) ? dimensions[d].order : null) ?? 'null::integer'}) as "${d} order"`,
    ),
  ];
}

/** The SQL of a dimension. */
export const columnOf = (name: DimensionName, { settings }: Pick<Question, 'settings'>): string =>
  dimensions[name].column.replaceAll('{fiscalShift}', String(fiscalShift(settings)));

const fiscalShift = ({ fiscalYearStart }: Settings): number =>
  fiscalYearStart === 1 ? 0 : 13 - fiscalYearStart;

/** The aggregate columns over one kind of facts, with what the notes need. */
function aggregates(question: Question, fact: FactName): { columns: string[]; names: string[] } {
  const columns: [string, string][] = [];
  for (const name of question.metrics) {
    const metric: Metric = metrics[name];
    if (metric.from === fact && metric.aggregate === 'combine')
      for (const [part, text] of Object.entries(metric.parts ?? {}))
        columns.push([`${name} ${part}`, filtered(text, metric.where)]);
    else if (metric.from === fact)
      columns.push([name, aggregate(metric, question, ` filter (where ${metric.where})`)]);
    if (metric.with === fact)
      columns.push([`${name} ${fact}`, `coalesce(sum(money) filter (where in_period), 0)`]);
  }
  const noted = question.metrics
    .map((name) => metrics[name] as Metric)
    .filter((m) => m.from === fact);
  const where = noted.length ? noted.map((m) => `(${m.where})`).join(' or ') : 'false';
  columns.push(
    [`${fact} noAmount`, `count(*) filter (where (${where}) and not has_amount)`],
    [`${fact} noRate`, `count(*) filter (where (${where}) and has_amount and not has_rate)`],
  );
  return {
    columns: columns.map(([name, text]) => `${text} as "${name}"`),
    names: columns.map(([name]) => name),
  };
}

const filtered = (text: string, where: string): string =>
  text.includes(' filter (where ')
    ? text.replace(' filter (where ', ` filter (where (${where}) and `)
    : `${text} filter (where ${where})`;

function aggregate(metric: Metric, question: Question, filter: string): string {
  const share = `(${metric.share})`;
  const cents =
    metric.unit === 'money'
      ? (text: string) => `round(${text}, 2)::decimal(38,2)`
      : (text: string) => text;
  switch (metric.aggregate) {
    case 'sum':
      return `coalesce(sum(${share})${filter}, 0)`;
    case 'count':
      return `${count(question)}${filter}`;
    case 'median':
      return cents(`quantile_cont(${share}, 0.5)${filter}`);
    default:
      return cents(`avg(${share})${filter}`);
  }
}

/** The steps from versions or layouts to the facts of a question, each a named select. */
function factSteps(question: Question, facts: FactName[]): SQL[] {
  const { knownAt } = question;
  const wants = (column: string) =>
    question.metrics.some((name) => (metrics[name] as Metric).share === column);
  const steps: SQL[] = [];
  const version = knownAt !== null || routeOf(question) === 'version';
  if (version)
    steps.push(
      step(
        'version',
        sql`select * exclude (row_hash, known_from, known_to) from opportunity_version where ${known(question)}`,
      ),
    );
  steps.push(step('rate', rateSql(question)));
  const learned = facts.includes('open') && wants('learned');
  if (learned) {
    steps.push(
      step(
        'resolved',
        sql`select opportunity_id, coalesce(pipeline, '') as pipeline, outcome = 'won' as is_won, closed_at from ${closings(question)} as c where ${during(question)}`,
      ),
    );
    steps.push(
      step(
        'visit',
        knownAt === null ? raw('select * from stage_visit') : raw(stageVisitSql('version')),
      ),
    );
    steps.push(step('learned', raw(learnedSql)));
  }
  if (usesProduct(question))
    steps.push(
      step(
        'line',
        sql`select opportunity_id, product, share_from, share_to from line_version where ${known(question)} and ${during(question)}`,
      ),
    );
  for (const fact of facts) {
    steps.push(step(`${fact}_base`, baseSql(question, fact)));
    steps.push(step(`${fact}_money`, moneySql(question, fact)));
    steps.push(step(`${fact}_fact`, allocatedSql(question, fact, learned)));
  }
  return steps;
}

const step = (name: string, body: SQL): SQL => sql`${raw(name)} as (${body})`;

const statement = (ctes: SQL[], body: SQL): Statement => {
  const built = dialect.sqlToQuery(sql`with ${sql.join(ctes, raw(',\n'))}\n${body}`);
  return { text: built.sql, values: built.params };
};

const known = ({ knownAt }: Question): SQL =>
  knownAt === null
    ? raw(`known_to = 'infinity'`)
    : sql`known_from <= ${knownAt}::timestamp and ${knownAt}::timestamp < known_to`;
const during = ({ moment }: Question): SQL =>
  sql`valid_from <= ${moment.instant}::timestamp and ${moment.instant}::timestamp < valid_to`;

/** Where open opportunities are read: the newest states, the days of the past, or the versions themselves. */
export function routeOf({ knownAt, moment, settings }: Question): 'now' | 'day' | 'version' {
  if (knownAt !== null) return 'version';
  if (moment.instant === settings.asOf) return 'now';
  return moment.isEndOfDay && moment.instant < settings.asOf ? 'day' : 'version';
}

const closings = (question: Question): SQL =>
  question.knownAt === null
    ? raw('closing')
    : raw(`(${closingSql('version', question.settings.zone)})`);
const creations = (question: Question): SQL =>
  question.knownAt === null
    ? raw('creation')
    : raw(`(${creationSql('version', question.settings.zone)})`);

function baseSql(question: Question, fact: FactName): SQL {
  const { zone } = question.settings;
  const seen = sql`${visible(question.viewer, { salesmanId: raw('b.salesman_id'), managerPath: raw('b.manager_path') })} and ${filters(question, fact)}`;
  switch (fact) {
    case 'open':
      return sql`select * from (select *, ${raw(localDay('created_at', zone))} as created_on, close_on as close_day, close_on as period_on, null::integer as days from ${openRows(question)} as o) b where ${seen}`;
    case 'closing':
      return sql`select * from (select *, ${raw(localDay('created_at', zone))} as created_on, closed_on as close_day, closed_on as period_on, closed_on - ${raw(localDay('created_at', zone))} as days from ${closings(question)} as c where ${during(question)}) b where ${seen}`;
    case 'creation':
      return sql`select * from (select *, close_on as close_day, created_on as period_on, null::integer as days from ${creations(question)} as c where ${during(question)}) b where ${seen}`;
    default:
      return sql`select * from (${quotaRows(question)}) b where ${seen}`;
  }
}

function openRows(question: Question): SQL {
  const { day } = question.moment;
  const living = `outcome = 'open' and not is_deleted and merged_into is null`;
  switch (routeOf(question)) {
    case 'now':
      return raw(`(select * from opportunity where ${living})`);
    case 'day':
      return sql`(select * from opportunity_month where month = date_trunc('month', ${day}::date) and first_day <= day(${day}::date) and day(${day}::date) < end_day)`;
    default:
      return sql`(select v.*, born.created_at from version v join (select opportunity_id, min(valid_from) as created_at from version group by 1) born using (opportunity_id) where ${during(question)} and ${raw(living)})`;
  }
}

/** Quotas by calendar month, under the salesman's team of the as-of day; a month cut by the period counts by its days. */
function quotaRows(question: Question): SQL {
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

function filters(question: Question, fact: FactName): SQL {
  const parts = Object.entries(question.query.where)
    .filter(([name]) => name !== 'product')
    .map(([name, values]) => {
      if (dimensions[name as DimensionName].not?.includes(fact)) return raw('true');
      return among(raw(columnOf(name as DimensionName, question)), values);
    });
  return parts.length ? sql.join(parts, raw(' and ')) : raw('true');
}

function among(column: SQL, values: (string | null)[]): SQL {
  const given = values.filter((value) => value !== null);
  const listed = given.length
    ? sql`${column} in (${sql.join(
        given.map((value) => sql`${value}`),
        raw(', '),
      )})`
    : raw('false');
  return values.includes(null) ? sql`(${listed} or ${column} is null)` : listed;
}

const usesProduct = ({ query }: Question): boolean =>
  query.by.includes('product') || 'product' in query.where;

/** Amounts in the asked currency, to the cent, by the rate policy; the day whose rate counts depends on the facts. */
function moneySql(question: Question, fact: FactName): SQL {
  const { settings, query, moment } = question;
  const own = {
    open: sql`${moment.day}::date`,
    closing: raw('b.period_on'),
    creation: raw('b.period_on'),
    quota: raw('b.period_on'),
  }[fact];
  const shift = raw(`to_months(${fiscalShift(settings)})`);
  const day =
    query.rate === 'plan'
      ? sql`(date_trunc('year', ${own} + ${shift}) - ${shift})::date`
      : query.rate === 'as-of'
        ? sql`${moment.day}::date`
        : own;
  if (query.rate === 'close' && fact !== 'closing')
    throw new WarehouseError(
      'wrong-use',
      'The rate at the close date exists for closed business only; ask for won or lost values, or use the plan or as-of rate',
    );
  const target = query.currency && query.currency !== settings.currency ? query.currency : null;
  const factor = target ? raw('(r.factor / t.factor)::decimal(18,9)') : raw('r.factor');
  const join = target
    ? sql` asof left join (select * from rate where currency = ${target}) t on t.starts_on <= b.rate_on`
    : raw('');
  return sql`select b.*, b.amount is not null as has_amount, ${factor} is not null as has_rate, coalesce(round(b.amount::decimal(38,2) * ${factor}, 2), 0)::decimal(18,2) as whole
    from (select *, ${day} as rate_on from ${raw(`${fact}_base`)} b) b asof left join rate r on r.currency = b.currency and r.starts_on <= b.rate_on${join}`;
}

/** Units of the reporting currency per unit, from a day on; before the first rate the first one holds. */
function rateSql(question: Question): SQL {
  const kind = question.query.rate === 'plan' ? 'plan' : 'dated';
  const own = question.settings.currency;
  return sql`select currency, case when row_number() over (partition by currency order by starts_on) = 1 then date '0001-01-01' else starts_on end as starts_on, factor from (
      select currency, starts_on, factor from rate_version where kind = ${kind} and currency <> ${own} and ${known(question)}
      union all select currency, starts_on, factor from rate_version where kind <> ${kind} and currency <> ${own} and ${known(question)}
        and currency not in (select currency from rate_version where kind = ${kind} and ${known(question)})
      union all select ${own}, date '0001-01-01', 1::decimal(18,9))`;
}

/** Facts with what they weigh, and divided by product lines when the question speaks of products. */
function allocatedSql(question: Question, fact: FactName, learned: boolean): SQL {
  const { from, to } = question.period;
  const today = sql`${question.moment.day}::date`;
  const bounds = sql`coalesce(period_on >= ${from}::date and period_on < ${to}::date, false)`;
  const inside =
    from === null
      ? raw('true')
      : fact === 'open'
        ? sql`(${bounds} and period_on >= ${today})`
        : bounds;
  const typed =
    question.metrics.some((name) => (metrics[name] as Metric).share === 'typed') && fact === 'open';
  const weights = sql`${typed ? raw('round(m.whole::decimal(38,2) * coalesce(m.probability, d.probability, e.probability, 0), 2)::decimal(18,2)') : raw('0::decimal(18,2)')} as typed_whole,
    ${learned && fact === 'open' ? raw('round(m.whole::decimal(38,2) * coalesce(p.probability, mean.probability, (select probability from learned where pipeline is null), 0), 2)::decimal(18,2)') : raw('0::decimal(18,2)')} as learned_whole`;
  const dictionary = sql`(select pipeline, label, probability from stage_version where ${known(question)} and ${during(question)})`;
  const joins = sql`${typed ? sql` left join ${dictionary} d on d.label = m.stage and d.pipeline = m.pipeline left join ${dictionary} e on e.label = m.stage and e.pipeline = ''` : raw('')}${learned && fact === 'open' ? raw(` left join learned p on p.stage = m.stage and p.pipeline = coalesce(m.pipeline, '') left join learned mean on mean.stage is null and mean.pipeline = coalesce(m.pipeline, '')`) : raw('')}`;
  const product = usesProduct(question) && fact !== 'quota';
  const part = (column: string) =>
    product
      ? `round(${column}::decimal(38,2) * coalesce(share_to, 1), 2)::decimal(18,2) - round(${column}::decimal(38,2) * coalesce(share_from, 0), 2)::decimal(18,2)`
      : column;
  const wanted = question.query.where.product;
  return sql`select * from (select w.*${raw(product ? ', product' : '')}, ${raw(`${part('whole')} as money, ${part('typed_whole')} as typed, ${part('learned_whole')} as learned`)},
      ${inside} as in_period, ${fact === 'open' ? sql`coalesce(period_on < ${today}, false) and ${from === null ? raw('true') : bounds}` : raw('false')} as is_overdue, period_on is null as is_undated
    from (select m.*, ${weights} from ${raw(`${fact}_money`)} m${joins}) w${raw(product ? ' left join line using (opportunity_id)' : '')})
    where ${product && wanted ? among(raw('product'), wanted) : raw('true')}`;
}
