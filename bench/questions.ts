import { tableFromIPC } from 'apache-arrow';
import type { Row } from '#warehouse/answers.ts';
import type { QueryInput } from '#warehouse/query.ts';
import { regions } from './company.ts';
import {
  inside,
  dayOf,
  filtered,
  learned,
  localDay,
  type Parameters,
  select,
  type Tables,
  valued,
  whereOf,
} from './plain-sql.ts';

/** One question of a page: how the product answers it, and the SQL that a person would write. */
export interface Question {
  name: string;
  page: string;
  /** Ten sets, taken in turn. */
  parameters: Parameters[];
  /** The address at which the product answers; the whole path is from there to the bytes of the answer. */
  path(p: Parameters): string;
  /** The rows in those bytes that must equal the SQL's. */
  read(bytes: Uint8Array): Row[];
  sql(tables: Tables, p: Parameters): string;
  /** PostgreSQL answers the SQL on the layouts as it is. */
  inPostgres?: boolean;
}

const filters: Parameters[] = [
  {},
  ...regions.map((region) => ({ region })),
  { segment: 'Enterprise' },
  { segment: 'Small' },
  { industry: 'Energy' },
  { industry: 'Retail', region: 'Alps' },
];
const days: Parameters[] = [
  '2022-12-31',
  '2023-03-26',
  '2023-08-15',
  '2024-01-31',
  '2024-02-29',
  '2024-10-27',
  '2025-03-31',
  '2025-07-14',
  '2025-12-31',
  '2026-02-01',
].map((asOf) => ({ asOf }));
const periods: Parameters[] = [
  '2023',
  '2024',
  '2025',
  '2023-Q1',
  '2023-Q4',
  '2024-Q2',
  '2024-Q3',
  '2025-Q1',
  '2025-Q4',
  '2026-Q1',
].map((period) => ({ period }));
const ids: Parameters[] = Array.from({ length: 10 }, (_, i) => ({
  id: `006${String(i * 977 + 13).padStart(12, '0')}AAA`,
}));

const queryOf = (p: Parameters, query: QueryInput): QueryInput => ({
  ...query,
  where: whereOf(p),
  ...(p.asOf ? { asOf: p.asOf } : {}),
  ...(p.period ? { period: p.period } : {}),
});

const arrowRows = (bytes: Uint8Array): Row[] =>
  tableFromIPC(bytes)
    .toArray()
    .map((row) => (row as { toJSON(): Row }).toJSON());
const parsed = <T>(bytes: Uint8Array): T => JSON.parse(Buffer.from(bytes).toString()) as T;

interface Numbers extends Omit<Question, 'path' | 'read'> {
  query: QueryInput;
}

/** A query whose answer leaves as Arrow. */
const numbers = ({ query, ...rest }: Numbers): Question => ({
  ...rest,
  path: (p) => `/api/arrow?${new URLSearchParams({ query: JSON.stringify(queryOf(p, query)) })}`,
  read: arrowRows,
});

/** A call of the API; its answer leaves as JSON. */
const call = (procedure: string, input: unknown): string =>
  `/api/trpc/${procedure}?${new URLSearchParams({ input: JSON.stringify(input) })}`;
const answered = <T>(bytes: Uint8Array): T => parsed<{ result: { data: T } }>(bytes).result.data;
const answeredRows = (bytes: Uint8Array): Row[] => answered<{ rows: Row[] }>(bytes).rows;

const rateNow = (p: Parameters): string => `date '${dayOf(p)}'`;
const ratio = `round(count(*) filter (where outcome = 'won') / count(*), 8)`;

export const questions: Question[] = [
  numbers({
    name: 'open by stage',
    inPostgres: true,
    page: 'outlook, pipeline',
    parameters: filters,
    query: { metrics: ['openPipeline', 'openCount'], by: ['stage'] },
    sql: (t, p) =>
      select(
        [],
        `select stage, sum(money) as "openPipeline", count(*) as "openCount" from ${valued(t.open(p), rateNow(p))} group by 1`,
      ),
  }),
  numbers({
    name: 'open, typed and learned by stage',
    page: 'pipeline',
    parameters: filters,
    query: {
      metrics: ['openPipeline', 'openCount', 'typedWeightedPipeline', 'weightedPipeline'],
      by: ['stage'],
    },
    sql: (t, p) =>
      select(
        learned(t, p),
        `select stage, sum(money) as "openPipeline", count(*) as "openCount", sum(round(money::decimal(38,2) * coalesce(v.probability, 0), 2)) as "typedWeightedPipeline",
          sum(round(money::decimal(38,2) * l.probability, 2)) as "weightedPipeline"
        from ${valued(t.open(p), rateNow(p))} v left join learned l using (stage) group by 1`,
      ),
  }),
  numbers({
    name: 'open by stage, as of a past day',
    inPostgres: true,
    page: 'pipeline',
    parameters: days,
    query: { metrics: ['openPipeline', 'openCount'], by: ['stage'] },
    sql: (t, p) =>
      select(
        [],
        `select stage, sum(money) as "openPipeline", count(*) as "openCount" from ${valued(t.open(p), rateNow(p))} group by 1`,
      ),
  }),
  numbers({
    name: 'typed weighted by team and close month',
    inPostgres: true,
    page: 'pipeline',
    parameters: filters,
    query: { metrics: ['typedWeightedPipeline', 'openPipeline'], by: ['team', 'closeMonth'] },
    sql: (t, p) =>
      select(
        [],
        `select team, strftime(close_on, '%Y-%m') as "closeMonth", sum(round(money::decimal(38,2) * coalesce(probability, 0), 2)) as "typedWeightedPipeline", sum(money) as "openPipeline"
        from ${valued(t.open(p), rateNow(p))} group by 1, 2`,
      ),
  }),
  numbers({
    name: 'open by salesman',
    page: 'salesmen',
    parameters: filters,
    query: { metrics: ['openPipeline', 'openCount', 'medianOpenSize'], by: ['salesman'] },
    sql: (t, p) =>
      select(
        [],
        `select salesman, sum(money) as "openPipeline", count(*) as "openCount", round(quantile_cont(money, 0.5) filter (where amount is not null), 2) as "medianOpenSize"
        from ${valued(t.open(p), rateNow(p))} group by 1`,
      ),
  }),
  {
    name: 'trend of open, 104 weeks',
    inPostgres: true,
    page: 'pipeline',
    parameters: filters,
    path: (p) =>
      call('trend', {
        query: queryOf(p, { metrics: ['openPipeline', 'openCount'], by: [] }),
        weeks: 104,
      }),
    read: answeredRows,
    sql: (t, p) =>
      select(
        [],
        `select week, sum(money) as "openPipeline", count(*) as "openCount" from ${valued(`select * from (${t.weekly}) where ${filtered(p)}`, 'x.week')} group by 1`,
      ),
  },
  {
    name: 'trend of typed and learned, 104 weeks',
    page: 'pipeline',
    parameters: [{}],
    path: (p) =>
      call('trend', {
        query: queryOf(p, { metrics: ['typedWeightedPipeline', 'weightedPipeline'], by: [] }),
        weeks: 104,
      }),
    read: (bytes) => answeredRows(bytes).map(({ weightedPipeline, ...row }) => row),
    sql: (t) =>
      select(
        [],
        `select week, sum(round(money::decimal(38,2) * coalesce(probability, 0), 2)) as "typedWeightedPipeline" from ${valued(t.weekly, 'x.week')} group by 1`,
      ),
  },
  numbers({
    name: 'won and lost by month',
    inPostgres: true,
    page: 'outlook, results',
    parameters: filters,
    query: { metrics: ['wonValue', 'wonCount', 'lostCount'], by: ['closeMonth'] },
    sql: (t, p) =>
      select(
        [],
        `select strftime(closed_on, '%Y-%m') as "closeMonth", coalesce(sum(money) filter (where outcome = 'won'), 0) as "wonValue", count(*) filter (where outcome = 'won') as "wonCount",
          count(*) filter (where outcome = 'lost') as "lostCount" from ${valued(t.closings(p), 'x.closed_on')} group by 1`,
      ),
  }),
  numbers({
    name: 'win rate by industry in a period',
    inPostgres: true,
    page: 'fields',
    parameters: periods,
    query: { metrics: ['winRate'], by: ['industry'] },
    sql: (t, p) =>
      select(
        [],
        `select industry, ${ratio} as "winRate" from (${t.closings({})}) where ${inside('closed_on', p)} group by 1`,
      ),
  }),
  numbers({
    name: 'results by team in a period',
    page: 'salesmen',
    parameters: periods,
    query: {
      metrics: ['wonValue', 'lostValue', 'winRate', 'daysToClose', 'medianWonSize'],
      by: ['team'],
    },
    sql: (t, p) =>
      select(
        [],
        `select team, coalesce(sum(money) filter (where outcome = 'won'), 0) as "wonValue", coalesce(sum(money) filter (where outcome = 'lost'), 0) as "lostValue", ${ratio} as "winRate",
          quantile_cont(days, 0.5) filter (where outcome = 'won' and days >= 0) as "daysToClose", round(quantile_cont(money, 0.5) filter (where outcome = 'won' and amount is not null), 2) as "medianWonSize"
        from ${valued(`select * from (${t.closings({})}) where ${inside('closed_on', p)}`, 'x.closed_on')} group by 1`,
      ),
  }),
  numbers({
    name: 'results of a period, as of a past day',
    page: 'outlook',
    parameters: days.map((p) => ({ ...p, period: p.asOf?.slice(0, 4) ?? '' })),
    query: { metrics: ['wonValue', 'wonCount', 'winRate'], by: ['region'] },
    sql: (t, p) =>
      select(
        [],
        `select region, coalesce(sum(money) filter (where outcome = 'won'), 0) as "wonValue", count(*) filter (where outcome = 'won') as "wonCount", ${ratio} as "winRate"
        from ${valued(`select * from (${t.closings({ asOf: dayOf(p) })}) where ${inside('closed_on', p)}`, 'x.closed_on')} group by 1`,
      ),
  }),
  numbers({
    name: 'won against quota by salesman in a period',
    page: 'outlook, salesmen',
    parameters: periods,
    query: { metrics: ['wonValue', 'quota', 'attainment'], by: ['salesman'] },
    sql: (t, p) =>
      select(
        [
          `asked as (select u.name as salesman, sum(q.amount) as quota from quota_version q join user_version u on u.user_id = q.salesman_id
            where q.known_to = 'infinity' and q.valid_to = 'infinity' and u.known_to = 'infinity' and u.valid_to = 'infinity' and ${inside('q.starts_on', p)} group by 1)`,
          `won as (select salesman, sum(money) as won from ${valued(`select * from (${t.closings({})}) where outcome = 'won' and ${inside('closed_on', p)}`, 'x.closed_on')} group by 1)`,
        ],
        `select salesman, coalesce(won, 0) as "wonValue", quota, round(coalesce(won, 0)::double / quota::double, 8) as attainment from asked full join won using (salesman)`,
      ),
  }),
  numbers({
    name: 'created by quarter',
    page: 'pipeline',
    parameters: filters,
    query: { metrics: ['createdPipeline', 'createdCount'], by: ['createdQuarter'] },
    sql: (t, p) =>
      select(
        [],
        `select year(created_on) || '-Q' || quarter(created_on) as "createdQuarter", sum(money) as "createdPipeline", count(*) as "createdCount" from ${valued(t.creations(p), 'x.created_on')} group by 1`,
      ),
  }),
  {
    name: 'rows of a number, the first 200',
    page: 'every page',
    parameters: [
      ...filters.slice(0, 6),
      ...['Proposal', 'Negotiation'].map((stage) => ({ stage })),
    ],
    path: (p) => call('rows', { ...queryOf(p, { metrics: ['openPipeline'] }), limit: 200 }),
    read: (bytes) =>
      answeredRows(bytes).map(({ opportunity, openPipeline }) => ({
        opportunity: opportunity ?? null,
        openPipeline: openPipeline ?? null,
      })),
    sql: (t, p) =>
      select(
        [],
        `select opportunity_id as opportunity, money as "openPipeline" from ${valued(t.open(p), rateNow(p))} order by money desc, 1 limit 200`,
      ),
  },
  {
    name: 'receipt of won in a period',
    page: 'every page',
    parameters: periods,
    path: (p) => call('receipt', queryOf(p, { metrics: ['wonValue'] })),
    read: (bytes) => {
      const { value, rowCount } = answered<{ value: string; rowCount: number }>(bytes);
      return [{ value, n: rowCount }];
    },
    sql: (t, p) =>
      select(
        [],
        `select sum(money) as value, count(*) as n from ${valued(`select * from (${t.closings({})}) where outcome = 'won' and ${inside('closed_on', p)}`, 'x.closed_on')}`,
      ),
  },
  {
    name: 'opportunities, a page of 100',
    page: 'opportunities',
    parameters: filters.map((p, i) => ({ ...p, outcome: i % 2 ? 'all' : 'open', offset: i * 10 })),
    path: ({ outcome = 'all', offset = 0, ...p }) =>
      call('opportunities', { where: whereOf(p), outcome, limit: 100, offset }),
    read: (bytes) =>
      answeredRows(bytes).map(({ opportunity, amount, createdOn }) => ({
        opportunity: opportunity ?? null,
        amount: amount ?? null,
        createdOn: createdOn ?? null,
      })),
    sql: (t, { outcome, offset = 0, ...p }) =>
      select(
        [],
        `select opportunity_id as opportunity, if(amount is null, null, money) as amount, ${localDay('created_at')}::varchar as "createdOn"
        from ${valued(`select * from (${t.states(p)}) where ${outcome === 'open' ? `outcome = 'open'` : 'true'}`, `coalesce(${localDay('x.closed_at')}, ${rateNow(p)})`)}
        order by 2 desc nulls last, 1 limit 100 offset ${offset}`,
      ),
  },
  {
    name: 'opportunities found by a part of the name',
    page: 'opportunities',
    parameters: ['0000123', '777', '9 Ltd', '00042', '31 Ltd'].map((text) => ({ text })),
    path: ({ text = '' }) =>
      call('opportunities', { search: text, outcome: 'all', limit: 50, offset: 0 }),
    read: (bytes) =>
      answeredRows(bytes).map(({ opportunity }) => ({ opportunity: opportunity ?? null })),
    sql: (t, { text = '' }) =>
      select(
        [],
        `select opportunity from (select opportunity_id as opportunity, if(amount is null, null, money) as amount
        from ${valued(`select * from (${t.states({})}) where contains(lower(name), '${text.toLowerCase()}') or contains(lower(account), '${text.toLowerCase()}')`, `coalesce(${localDay('x.closed_at')}, date '2026-03-02')`)}
        order by amount desc nulls last, 1 limit 50)`,
      ),
  },
  {
    name: "one opportunity's life",
    page: 'opportunity',
    parameters: ids,
    path: ({ id }) => call('opportunity', { id }),
    read: (bytes) =>
      answered<{ versions: { validFrom: string; stage: string; amount: string }[] }>(
        bytes,
      ).versions.map(({ validFrom, stage, amount }) => ({
        validFrom: validFrom.slice(0, 19).replace('T', ' '),
        stage,
        amount,
      })),
    sql: (_, { id }) =>
      `select strftime(valid_from, '%Y-%m-%d %H:%M:%S') as "validFrom", stage, amount from opportunity_version where opportunity_id = '${id}' and known_to = 'infinity' order by valid_from`,
  },
  {
    name: 'one account',
    page: 'account',
    parameters: Array.from({ length: 10 }, (_, i) => ({
      id: `001${String(i * 37 + 5).padStart(12, '0')}AAA`,
    })),
    path: ({ id }) => call('account', { id }),
    read: (bytes) =>
      answered<{ opportunities: { opportunity: string }[] }>(bytes).opportunities.map((o) => ({
        opportunity: o.opportunity,
      })),
    sql: (t, { id }) =>
      `select opportunity_id as opportunity from (${t.states({})}) where account_id = '${id}'`,
  },
  {
    name: 'what changed since the last load',
    page: 'outlook',
    parameters: [{}],
    path: () => call('changes', { limit: 20 }),
    read: (bytes) => {
      const { before, after } = answered<{ before: Row; after: Row }>(bytes);
      return [{ before: before.openCount ?? null, after: after.openCount ?? null }];
    },
    sql: (t) =>
      `select (select count(*) from (${t.open({ asOf: '2026-02-23' })})) as before, (select count(*) from (${t.open({})})) as after`,
  },
  {
    name: 'search of everything',
    page: 'palette',
    parameters: ['Account 00000', 'Opportunity 000001', 'Salesman 001'].map((text) => ({ text })),
    path: ({ text }) => call('search', { text }),
    read: (bytes) => [{ found: answered<unknown[]>(bytes).length > 0 }],
    sql: (t, { text = '' }) =>
      `select count(*) > 0 as found from ((select name from (${t.states({})}) where contains(lower(name), '${text.toLowerCase()}') limit 10) union all
        (select name from account_version where known_to = 'infinity' and valid_to = 'infinity' and contains(lower(name), '${text.toLowerCase()}') limit 10) union all
        (select name from user_version where known_to = 'infinity' and valid_to = 'infinity' and contains(lower(name), '${text.toLowerCase()}') limit 10))`,
  },
];
