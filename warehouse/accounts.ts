import { sql } from 'drizzle-orm';
import type { Viewer } from './access.ts';
import type { Answer, Column, Row } from './answers.ts';
import { circumstance, type Source, toQuestion } from './ask.ts';
import { fetchRows } from './opportunities.ts';
import { inCurrency, orderOf, valuedSteps } from './opportunity-list.ts';
import { seenAccount, seenActivity } from './relations.ts';
import { raw, statement } from './statement.ts';

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
