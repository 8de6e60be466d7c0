import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** A company to measure on: so many opportunities over four years, about eight events each. */
export interface CompanySize {
  name: string;
  opportunities: number;
}

export const sizes: Record<string, CompanySize> = {
  '10k': { name: '10k', opportunities: 10_000 },
  '100k': { name: '100k', opportunities: 100_000 },
  '1m': { name: '1m', opportunities: 1_000_000 },
  '10m': { name: '10m', opportunities: 10_000_000 },
};

/** The same text makes the same files; raise it when the SQL below changes. */
const edition = 'edition 2, seed 7';
export const zone = 'Europe/Ljubljana';
const start = '2022-03-03 00:00:00';
/** The end of 2 March 2026 in the reporting zone. */
export const observedAt = '2026-03-02T22:59:59.999Z';
const cut = '2026-03-02 22:59:59';
/** The end of 9 March 2026: one opportunity in a hundred has changed by then. */
const deltaObservedAt = '2026-03-09T22:59:59.999Z';
export const deltaConfig = (folder: string): string => join(folder, 'plumbline-delta.json');

export const industries = [
  'Aerospace',
  'Automotive',
  'Banking',
  'Chemicals',
  'Energy',
  'Food',
  'Health',
  'Insurance',
  'Logistics',
  'Machinery',
  'Retail',
  'Telecom',
];
export const regions = ['Alps', 'Baltic', 'Danube', 'Iberia', 'North'];
const stages = ['Prospecting', 'Qualification', 'Proposal', 'Negotiation'];

/** Writes the export files and the load config unless they are there; gives the config's path. */
export async function writeCompany(folder: string, size: CompanySize): Promise<string> {
  const stamp = join(folder, 'edition.txt');
  const config = join(folder, 'plumbline.json');
  const text = `${edition}, ${size.opportunities} opportunities\n`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === text) return config;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'exports'), { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: '10GB',
    temp_directory: join(folder, 'spill'),
  });
  const db = await instance.connect();
  try {
    await db.run(`set TimeZone = 'UTC'`);
    for (const statement of companySql(size)) await db.run(statement);
    for (const [name, select] of Object.entries(exports))
      await copyOut(db, join(folder, 'exports'), name, select);
    mkdirSync(join(folder, 'delta'));
    for (const [name, select] of Object.entries(delta))
      await copyOut(db, join(folder, 'delta'), name, select);
  } finally {
    db.closeSync();
    instance.closeSync();
  }
  rmSync(join(folder, 'spill'), { recursive: true, force: true });
  writeFileSync(config, `${JSON.stringify(loadConfig(observedAt), null, 2)}\n`);
  writeFileSync(deltaConfig(folder), `${JSON.stringify(loadConfig(deltaObservedAt), null, 2)}\n`);
  writeFileSync(stamp, text);
  return config;
}

const copyOut = (db: DuckDBConnection, folder: string, name: string, select: string) =>
  db.run(`copy (${select}) to '${join(folder, name)}.csv' (header)`);

const sinceStart = { since: start.slice(0, 10) };

const loadConfig = (taken: string) => ({
  company: 'Bench',
  zone,
  currency: 'EUR',
  sources: [
    {
      name: 'salesforce',
      preset: 'salesforce',
      folder: 'exports',
      observedAt: taken,
      inputs: {
        Opportunity: { file: 'Opportunity{,_*}.csv', extract: 'delta' },
        Account: { file: 'Account{,_*}.csv', extract: 'delta' },
      },
      objects: {
        user: sinceStart,
        role: sinceStart,
        account: { ...sinceStart, columns: { region: 'Region__c', segment: 'Segment__c' } },
        opportunity_field_history: {
          tracked: Object.fromEntries(
            ['salesman', 'account', 'nextStep', 'leadSource', 'type', 'category'].map((name) => [
              name,
              sinceStart.since,
            ]),
          ),
        },
      },
    },
  ],
});

const pick = (values: string[], at: string): string =>
  `([${values.map((value) => `'${value}'`).join(', ')}])[1 + floor(${at} * ${values.length})::integer]`;

/** Ids as Salesforce has them: a prefix, twelve figures, three check characters. */
const id = (prefix: string, number: string): string =>
  `'${prefix}' || lpad((${number})::varchar, 12, '0') || 'AAA'`;

function companySql({ opportunities }: CompanySize): string[] {
  const salesmen = Math.max(40, Math.round(Math.sqrt(opportunities) / 2));
  const accounts = Math.max(500, Math.round(opportunities / 20));
  const teams = Math.ceil(salesmen / 10);
  return [
    `create macro chance(i, what) as (hash(i, what, 7) >> 11)::double / 9007199254740992`,
    `create table team as select i::integer as i, (i // 6)::integer as director from range(${teams}) r(i)`,
    `create table salesman as select i::integer as i, (i % ${teams})::integer as team, 0.18 + 0.22 * chance(i, 'skill') as skill from range(${salesmen}) r(i)`,
    `create table account as select i::integer as i, ${pick(industries, `chance(i, 'industry')`)} as industry, ${pick(regions, `chance(i, 'region')`)} as region,
      ${pick(['Enterprise', 'Mid-market', 'Small'], `chance(i, 'segment')`)} as segment,
      case when chance(i, 'currency') < 0.6 then 'EUR' when chance(i, 'currency') < 0.85 then 'USD' else 'GBP' end as currency,
      floor(chance(i, 'owner') * ${salesmen})::integer as salesman from range(${accounts}) r(i)`,
    `create table opp as
      select o.*, a.currency, s.skill, created_at + to_seconds(cycle) as closes_at, created_at + to_seconds(cycle) <= timestamp '${cut}' as is_closed,
        chance(o.i, 'won') < s.skill as is_won
      from (select i::integer as i, timestamp '${start}' + to_seconds(floor(chance(i, 'created') * 1460 * 86400)::bigint) as created_at,
          5 * 86400 + least(500, -65 * ln(1 - chance(i, 'cycle'))) * 86400 // 1 as cycle,
          3 + floor(chance(i, 'events') * 6.6)::integer as n,
          round(exp(9 + 1.1 * 1.732 * (chance(i, 'a1') + chance(i, 'a2') + chance(i, 'a3') + chance(i, 'a4') - 2)), 2) as amount,
          floor(chance(i, 'salesman') * ${salesmen})::integer as salesman, floor(chance(i, 'account') * ${accounts})::integer as account,
          30 + floor(chance(i, 'plan') * 90)::integer as planned
        from range(${opportunities}) r(i)) o
      join account a on a.i = o.account join salesman s on s.i = o.salesman`,
    `create table event as
      with step as (select opp.*, unnest(range(n + 2))::integer as j from opp),
      placed as (select * exclude (planned, skill), planned, chance(i * 20 + j, 'kind') as k,
        case when j = 0 then created_at when j = n + 1 then closes_at
          else created_at + to_seconds(floor(cycle * (j + 0.8 * chance(i * 20 + j, 'at')) / (n + 1))::bigint) end as "at" from step),
      kinded as (select *, case when j = 0 then 'create' when j = n + 1 then 'close' when k < 0.45 then 'stage' when k < 0.67 then 'push' when k < 0.82 then 'amount'
        when k < 0.96 then 'next' else 'owner' end as kind from placed where "at" <= timestamp '${cut}'),
      summed as (select *, least(3, count(*) filter (where kind = 'stage') over w) as stage_no,
          sum(case when kind = 'push' then 10 + floor(chance(i * 20 + j, 'days') * 60)::integer - if(chance(i * 20 + j, 'pull') < 0.15, 45, 0) else 0 end) over w as moved,
          sum(case when kind = 'amount' then chance(i * 20 + j, 'change') - 0.45 else 0 end) over w as grown,
          count(*) filter (where kind = 'next') over w as next_no, count(*) filter (where kind = 'owner') over w as owner_no
        from kinded window w as (partition by i order by j))
      select i, j, "at", kind, currency, account,
        case when kind = 'close' then if(is_won, 'Closed Won', 'Closed Lost') else ([${stages.map((s) => `'${s}'`).join(', ')}])[1 + stage_no] end as stage,
        case when kind = 'close' then if(is_won, 100, 0) else ([10, 25, 50, 75])[1 + stage_no] end as probability,
        case when kind = 'close' then if(is_won, 'Closed', 'Omitted') else (['Pipeline', 'Pipeline', 'Best Case', 'Commit'])[1 + stage_no] end as category,
        case when chance(i, 'unpriced') < 0.01 and kind <> 'close' then null else round(amount * greatest(0.2, 1 + grown), 2)::decimal(18,2) end as amount,
        case when kind = 'close' then "at"::date else created_at::date + planned + moved::integer end as close_on,
        next_no, owner_no, case when owner_no = 0 then salesman else floor(chance(i * 20 + owner_no, 'owner') * ${salesmen})::integer end as salesman,
        case when owner_no < 2 then salesman else floor(chance(i * 20 + owner_no - 1, 'owner') * ${salesmen})::integer end as salesman_before
      from summed`,
  ];
}

const step = (n: string): string =>
  `${pick(['Call back', 'Send offer', 'Meet the board', 'Demonstrate', 'Clear the contract', 'Visit the plant'], `chance(i * 20 + ${n}, 'next')`)} || ' ' || (${n})`;
const instant = (column: string): string => `strftime(${column}, '%Y-%m-%dT%H:%M:%S.000+0000')`;

const exports: Record<string, string> = {
  UserRole: `select ${id('00E', '0')} as "Id", 'Company' as "Name", null as "ParentRoleId"
    union all select distinct ${id('00E', '1000 + director')}, 'Division ' || (director + 1), ${id('00E', '0')} from team
    union all select ${id('00E', '100000 + i')}, 'Team ' || lpad((i + 1)::varchar, 3, '0'), ${id('00E', '1000 + director')} from team order by 1`,
  User: `select ${id('005', 'i')} as "Id", 'Salesman ' || lpad((i + 1)::varchar, 4, '0') as "Name", 's' || i || '@example.com' as "Email",
      ${id('00E', '100000 + team')} as "UserRoleId", null as "ManagerId", true as "IsActive" from salesman order by i`,
  OpportunityStage: `select * from (values ('Prospecting', 1, false, false, 10, 'Pipeline', true), ('Qualification', 2, false, false, 25, 'Pipeline', true),
    ('Proposal', 3, false, false, 50, 'Best Case', true), ('Negotiation', 4, false, false, 75, 'Commit', true), ('Closed Won', 5, true, true, 100, 'Closed', true),
    ('Closed Lost', 6, true, false, 0, 'Omitted', true)) s("MasterLabel", "SortOrder", "IsClosed", "IsWon", "DefaultProbability", "ForecastCategoryName", "IsActive")`,
  Account: `select ${id('001', 'i')} as "Id", 'Account ' || lpad((i + 1)::varchar, 7, '0') || ' Ltd' as "Name", null as "ParentId", 'Customer' as "Type",
      industry as "Industry", segment as "Segment__c", region as "Region__c", 'Slovenia' as "BillingCountry", ${id('005', 'salesman')} as "OwnerId",
      '2020-01-01T08:00:00.000+0000' as "CreatedDate", false as "IsDeleted" from account order by i`,
  PlanRate: `select c as "IsoCode", (y || '-01-01')::date as "StartDate", round(f * (1 + 0.04 * (y - 2024)), 6)::decimal(18,6) as "ConversionRate"
    from (values ('USD', 1.1), ('GBP', 0.86)) r(c, f), range(2021, 2028) t(y) order by 1, 2`,
  DatedConversionRate: `select c as "IsoCode", m::date as "StartDate", round(f * (0.95 + 0.1 * chance(year(m) * 12 + month(m), c)), 6)::decimal(18,6) as "ConversionRate"
    from (values ('USD', 1.1), ('GBP', 0.86)) r(c, f), generate_series(date '2022-01-01', date '2026-03-01', interval 1 month) t(m) order by 1, 2`,
  ForecastingQuota: `select ${id('0J9', 'i * 100 + n')} as "Id", ${id('005', 'i')} as "QuotaOwnerId", (date '2022-01-01' + to_months(n::integer))::date as "StartDate",
      (40000 + 1000 * floor(40 * chance(i, 'quota')))::integer as "QuotaAmount", 'EUR' as "CurrencyIsoCode", '2021-12-01T08:00:00.000+0000' as "CreatedDate"
    from salesman, range(60) t(n) order by i, n`,
  OpportunityHistory: `select ${id('008', 'i * 20 + j')} as "Id", ${id('006', 'i')} as "OpportunityId", ${instant('"at"')} as "CreatedDate", stage as "StageName", amount as "Amount",
      close_on as "CloseDate", probability as "Probability", category as "ForecastCategory", false as "IsDeleted"
    from event where kind in ('create', 'stage', 'push', 'amount', 'close') order by "at", i, j`,
  OpportunityFieldHistory: `select ${id('017', 'i * 20 + j')} as "Id", ${id('006', 'i')} as "OpportunityId", ${instant('"at"')} as "CreatedDate", ${id('005', 'salesman')} as "CreatedById",
      if(kind = 'next', 'NextStep', 'Owner') as "Field", if(kind = 'next', if(next_no = 1, null, ${step('next_no - 1')}), ${id('005', 'salesman_before')}) as "OldValue",
      if(kind = 'next', ${step('next_no')}, ${id('005', 'salesman')}) as "NewValue"
    from event where kind = 'next' or (kind = 'owner' and salesman <> salesman_before) order by "at", i, j`,
  Opportunity: `select ${id('006', 'i')} as "Id", 'Opportunity ' || lpad((i + 1)::varchar, 8, '0') as "Name", ${id('001', 'account')} as "AccountId", ${id('005', 'salesman')} as "OwnerId",
      stage as "StageName", amount as "Amount", currency as "CurrencyIsoCode", close_on as "CloseDate", ${instant('o.created_at')} as "CreatedDate", probability as "Probability",
      category as "ForecastCategoryName", if(next_no = 0, null, ${step('next_no')}) as "NextStep", ${pick(['Web', 'Fair', 'Partner', 'Call', 'Existing'], `chance(i, 'lead')`)} as "LeadSource",
      if(chance(i, 'type') < 0.7, 'New business', 'Existing business') as "Type", o.is_closed as "IsClosed", o.is_closed and o.is_won as "IsWon", false as "IsDeleted",
      ${instant('"at"')} as "SystemModstamp"
    from (from event qualify row_number() over (partition by i order by j desc) = 1) e
    join (select i, created_at, is_closed, is_won from opp) o using (i) order by i`,
};

const lastEvent = `(select e.*, o.created_at as born, o.is_closed, o.is_won, list_position([${stages.map((s) => `'${s}'`).join(', ')}], e.stage) as place
  from (from event qualify row_number() over (partition by i order by j desc) = 1) e join opp o using (i) where i % 100 = 3)`;
/** Open ones go on, are won or lost; closed ones get another next step. */
const changed = `(select * replace (
    case when is_closed then stage when i % 500 = 3 then 'Closed Won' when i % 500 = 103 then 'Closed Lost'
      else ([${stages.map((s) => `'${s}'`).join(', ')}])[least(4, coalesce(place, 4) + 1)] end as stage,
    case when is_closed then amount else round(amount * 1.05, 2)::decimal(18,2) end as amount,
    case when is_closed then close_on when i % 500 in (3, 103) then date '2026-03-05' else close_on + 14 end as close_on,
    next_no + 1 as next_no, timestamp '2026-03-04 09:00:00' + to_seconds((i % 300000)::bigint) as "at") from ${lastEvent})`;

/** The week after: files of the same form with what is new. */
const delta: Record<string, string> = {
  OpportunityHistory_delta: `select ${id('008', 'i * 20 + 19')} as "Id", ${id('006', 'i')} as "OpportunityId", ${instant('"at"')} as "CreatedDate", stage as "StageName", amount as "Amount",
      close_on as "CloseDate", probability as "Probability", category as "ForecastCategory", false as "IsDeleted" from ${changed} where not is_closed order by i`,
  Opportunity_delta: `select ${id('006', 'i')} as "Id", 'Opportunity ' || lpad((i + 1)::varchar, 8, '0') as "Name", ${id('001', 'account')} as "AccountId", ${id('005', 'salesman')} as "OwnerId",
      stage as "StageName", amount as "Amount", currency as "CurrencyIsoCode", close_on as "CloseDate", ${instant('born')} as "CreatedDate", probability as "Probability",
      category as "ForecastCategoryName", ${step('next_no')} as "NextStep", ${pick(['Web', 'Fair', 'Partner', 'Call', 'Existing'], `chance(i, 'lead')`)} as "LeadSource",
      if(chance(i, 'type') < 0.7, 'New business', 'Existing business') as "Type", stage like 'Closed%' as "IsClosed", stage = 'Closed Won' as "IsWon", false as "IsDeleted",
      ${instant('"at"')} as "SystemModstamp" from ${changed} order by i`,
};
