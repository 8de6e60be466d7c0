import { sql } from 'drizzle-orm';
import type { Viewer } from './access.ts';
import type { AccountImage, Answer, Column, ContactItem, Row } from './answers.ts';
import { circumstance, type Source, toQuestion } from './ask.ts';
import { sumMoney } from './cents.ts';
import { fetchRows, readActivities, settle, type When } from './opportunities.ts';
import { inCurrency, orderOf, readStates, valuedSteps } from './opportunity-list.ts';
import { isoInstant } from './period.ts';
import { seenAccount, seenActivity, seenBy } from './relations.ts';
import { raw, statement } from './statement.ts';

const instant = (column: string): string =>
  `case when isfinite(${column}) then strftime(${column}, '%Y-%m-%dT%H:%M:%S.%gZ') end`;
const columns: Column[] = [
  { name: 'account', label: 'Id', unit: 'text', kind: 'attribute' },
  { name: 'name', label: 'Account', unit: 'text', kind: 'attribute' },
  { name: 'industry', label: 'Industry', unit: 'text', kind: 'attribute' },
  { name: 'region', label: 'Region', unit: 'text', kind: 'attribute' },
  { name: 'segment', label: 'Segment', unit: 'text', kind: 'attribute' },
  { name: 'owner', label: 'Owner', unit: 'text', kind: 'attribute' },
  { name: 'opportunities', label: 'Opportunities', unit: 'count', kind: 'attribute' },
  { name: 'openCount', label: 'Open', unit: 'count', kind: 'attribute' },
  { name: 'openPipeline', label: 'Open pipeline', unit: 'money', kind: 'attribute' },
  { name: 'wonCount', label: 'Won', unit: 'count', kind: 'attribute' },
  { name: 'wonValue', label: 'Won value', unit: 'money', kind: 'attribute' },
  { name: 'lastActivityOn', label: 'Last activity', unit: 'date', kind: 'attribute' },
];

/** Which accounts, in which order and which part of them. */
export interface AccountRequest {
  search?: string;
  sort?: string;
  limit: number;
  offset: number;
}

/** Accounts by name or id with what is open and won there now, by default those with the most open pipeline first. */
export async function listAccounts(
  source: Source,
  viewer: Viewer,
  { search = '', sort = '-openPipeline', limit, offset }: AccountRequest,
): Promise<Answer & { count: number }> {
  const question = await toQuestion(source, viewer, { metrics: ['openPipeline'] });
  const wanted = search.trim().toLowerCase();
  const matching = sql`(select account_id, name, industry, region, segment, owner_id from account_version
    where known_to = 'infinity' and valid_to = 'infinity' and not is_deleted and merged_into is null and (contains(lower(name), ${wanted}) or lower(account_id) = ${wanted})
      and ${seenAccount(question, raw('account_id'))})`;
  const { text, values } = statement(
    valuedSteps(question, raw('not is_deleted and merged_into is null')),
    sql`select a.account_id as account, a.name, a.industry, a.region, a.segment, u.name as owner, coalesce(o.opportunities, 0) as opportunities,
      coalesce(o."openCount", 0) as "openCount", coalesce(o."openPipeline", 0)::decimal(18,2) as "openPipeline", coalesce(o."wonCount", 0) as "wonCount", coalesce(o."wonValue", 0)::decimal(18,2) as "wonValue", l."lastActivityOn"
    from ${matching} a
    left join (select account_id, count(*)::integer as opportunities, count(*) filter (where outcome = 'open')::integer as "openCount", sum(whole) filter (where outcome = 'open') as "openPipeline",
      count(*) filter (where outcome = 'won')::integer as "wonCount", sum(whole) filter (where outcome = 'won') as "wonValue" from valued group by 1) o on o.account_id = a.account_id
    left join (select account, max(coalesce(completed_at, starts_at, due_on::timestamp))::date::varchar as "lastActivityOn" from fact_activity
      where ${seenActivity(question)} and not coalesce(deleted, false) and coalesce(completed_at, starts_at, due_on::timestamp) <= ${question.moment.instant}::timestamp group by 1) l on l.account = a.account_id
    left join (select distinct user_id, name from user_version where known_to = 'infinity' and valid_to = 'infinity') u on u.user_id = a.owner_id
    order by ${raw(orderOf(sort, columns, 'Accounts'))}, a.account_id limit ${limit} offset ${offset}`,
  );
  const count = await fetchRows(source, sql`select count(*)::integer as n from ${matching}`);
  return {
    ...circumstance(source, question),
    columns: inCurrency(columns, source),
    rows: (await source.reader.all(text, values)) as Row[],
    notes: [],
    count: Number(count[0]?.n),
  };
}

/** The whole image of an account: its people, parents and children, opportunities, activities and history. */
export async function findAccount(
  source: Source,
  viewer: Viewer,
  id: string,
  when: When,
): Promise<AccountImage | null> {
  const { at, known, isNow } = settle(source, when);
  const question = await toQuestion(source, viewer, {
    metrics: ['openPipeline'],
    asOf: isoInstant(at),
    knownAt: isoInstant(known),
  });
  const seen = seenAccount(question, sql.raw('account_id'));
  const versions = await fetchRows(
    source,
    sql`select v.*, u.name as owner, p.name as parent_name, p.account_id as seen_parent_id, ${sql.raw(instant('v.valid_from'))} as from_instant, ${sql.raw(instant('v.valid_to'))} as to_instant
    from (select * from account_version where account_id = ${id} and ${seen}) v
    left join (select distinct user_id, name from user_version where known_to = 'infinity' and valid_to = 'infinity') u on u.user_id = v.owner_id
    left join (select distinct account_id, name from account_version where known_to = 'infinity' and valid_to = 'infinity' and ${seen}) p on p.account_id = v.parent_id
    where v.known_from <= ${known}::timestamp and ${known}::timestamp < v.known_to and v.valid_from <= ${at}::timestamp order by v.valid_from`,
  );
  const now = versions.at(-1);
  if (!now) return null;
  const text = (name: string) => (now[name] as string | null) ?? null;
  const opportunities = await readStates(
    source,
    question,
    sql`account_id = ${id} and not is_deleted and merged_into is null`,
    { sort: '-closeOn', limit: 10_000, offset: 0 },
  );
  const sumOf = (outcome: string) =>
    sumMoney(
      opportunities
        .filter((row) => row.outcome === outcome)
        .map((row) => row.amount as string | null),
    );
  const children = await fetchRows(
    source,
    sql`select distinct account_id as id, name from account_version where parent_id = ${id} and known_to = 'infinity' and valid_to = 'infinity' and ${seen} order by name`,
  );
  const contacts = await fetchRows(
    source,
    sql`select id, coalesce(name, id) as name, title, null as role, false as "primary", email, phone from fact_contact where account = ${id} and not coalesce(deleted, false)
    qualify row_number() over (partition by record_key order by observed_at desc, load_no desc) = 1 order by name`,
  );
  return {
    asOf: isoInstant(at),
    knownAt: isoInstant(known),
    isNow,
    snapshot: source.snapshot,
    period: 'all',
    currency: source.settings.currency,
    rate: 'plan',
    account: id,
    name: String(now.name),
    industry: text('industry'),
    region: text('region'),
    segment: text('segment'),
    country: text('country'),
    owner: text('owner'),
    parentId: text('seen_parent_id'),
    parentName: text('parent_name'),
    children: children as { id: string; name: string }[],
    contacts: contacts as unknown as ContactItem[],
    opportunities,
    activities: await readActivities(
      source,
      question,
      sql`account = ${id} or opportunity in (select opportunity_id from opportunity where account_id = ${id} and ${seenBy(viewer)})`,
    ),
    history: versions.map((v) => ({
      from: v.from_instant as string,
      to: v.to_instant as string | null,
      industry: v.industry as string | null,
      region: v.region as string | null,
      segment: v.segment as string | null,
      owner: v.owner as string | null,
    })),
    openPipeline: sumOf('open'),
    wonValue: sumOf('won'),
  };
}
