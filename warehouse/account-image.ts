import { type SQL, sql } from 'drizzle-orm';
import type { Viewer } from './access.ts';
import type { AccountImage, AccountRelative } from './account-answer.ts';
import type { ContactItem, LeadItem } from './opportunity-answer.ts';
import { type Source, toQuestion } from './ask.ts';
import { sumMoney } from './cents.ts';
import { fetchRows, newest, readActivities, settle, toldBy, type When } from './opportunities.ts';
import { readStates, valuedSteps } from './opportunity-list.ts';
import { isoInstant } from './period.ts';
import type { Question } from './question.ts';
import { during, known, seenAccount, seenBy } from './relations.ts';
import { statement } from './statement.ts';

const instant = (column: string): string =>
  `case when isfinite(${column}) then strftime(${column}, '%Y-%m-%dT%H:%M:%S.%gZ') end`;

/** The whole image of an account: its people, relatives, leads, opportunities, activities and history. */
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
    sql`select v.*, u.name as owner, p.account_id as seen_parent_id, ${sql.raw(instant('v.valid_from'))} as from_instant, ${sql.raw(instant('v.valid_to'))} as to_instant
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
  const [relatives, contacts, leads] = await Promise.all([
    readRelatives(source, question, id, text('seen_parent_id')),
    readContacts(source, question, id),
    readLeads(source, question, id),
  ]);
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
    relatives,
    contacts,
    leads,
    opportunities,
    activities: await readActivities(
      source,
      question,
      sql`(${ofAccount(question, id)}) or opportunity in (select opportunity_id from opportunity where account_id = ${id} and ${seenBy(viewer)})`,
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

/** What hangs on the account, when it may be seen. */
const ofAccount = (question: Question, id: string): SQL =>
  sql`account = ${id} and ${seenAccount(question, sql`account`)}`;

/** Parent and children that may be seen, each with what is open and won there. */
async function readRelatives(
  source: Source,
  question: Question,
  id: string,
  parentId: string | null,
): Promise<AccountRelative[]> {
  const then = sql`${known(question)} and ${during(question)}`;
  const family = sql`(select account_id, name, parent_id from account_version where ${then} and not is_deleted and merged_into is null
    and (parent_id = ${id} or account_id = ${parentId}) and ${seenAccount(question, sql`account_id`)})`;
  const ofFamily = sql`not is_deleted and merged_into is null and account_id in (select account_id from ${family})`;
  const { text, values } = statement(
    valuedSteps(question, ofFamily),
    sql`select f.account_id as id, f.name, case when f.parent_id = ${id} then 'child' else 'parent' end as relation,
      coalesce(sum(whole) filter (where outcome = 'open'), 0)::decimal(18,2) as "openPipeline", coalesce(sum(whole) filter (where outcome = 'won'), 0)::decimal(18,2) as "wonValue"
    from ${family} f left join valued using (account_id) group by all order by relation desc, name, id`,
  );
  return (await source.reader.all(text, values)) as unknown as AccountRelative[];
}

/** Its contacts, with the roles that they have in its opportunities and in how many. */
async function readContacts(
  source: Source,
  question: Question,
  id: string,
): Promise<ContactItem[]> {
  const told = toldBy(question);
  const sold = sql`(select opportunity_id from opportunity_version where ${known(question)} and ${during(question)} and account_id = ${id} and not is_deleted and ${seenBy(question.viewer)})`;
  const roles = newest('contact_role', sql`opportunity in ${sold}`, told);
  const rows = await fetchRows(
    source,
    sql`select c.id, coalesce(c.name, c.id) as name, c.title, r.role, coalesce(r."primary", false) as "primary", c.email, c.phone, coalesce(r.opportunities, 0)::integer as opportunities
    from ${newest('contact', ofAccount(question, id), told)} c
    left join (select contact, string_agg(distinct role, ', ' order by role) as role, bool_or(coalesce("primary", false)) as "primary", count(distinct opportunity) as opportunities
      from ${roles} where not coalesce(deleted, false) group by 1) r on r.contact = c.id
    where not coalesce(c.deleted, false) order by opportunities desc, name, c.id`,
  );
  return rows as unknown as ContactItem[];
}

/** Leads that became this account or one of its opportunities, oldest first. */
async function readLeads(source: Source, question: Question, id: string): Promise<LeadItem[]> {
  const at = sql`${question.moment.instant}::timestamp`;
  const iso = (column: string): SQL => sql.raw(`strftime(${column}, '%Y-%m-%dT%H:%M:%S.%gZ')`);
  const rows = await fetchRows(
    source,
    sql`select l.id, l.name, l.status, l.source, ${iso('l.created_at')} as "createdAt", case when l.converted_at <= ${at} then ${iso('l.converted_at')} end as "convertedAt",
      case when l.converted_at <= ${at} then o.opportunity_id end as opportunity, case when l.converted_at <= ${at} then o.name end as "opportunityName"
    from ${newest('lead', ofAccount(question, id), toldBy(question))} l
    left join (select opportunity_id, name from opportunity_version where ${known(question)} and ${during(question)} and ${seenBy(question.viewer)}) o on o.opportunity_id = l.opportunity
    where l.created_at <= ${at} order by l.created_at, l.id`,
  );
  return rows as unknown as LeadItem[];
}
