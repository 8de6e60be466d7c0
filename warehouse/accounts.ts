import { sql } from 'drizzle-orm';
import { visible, type Viewer } from './access.ts';
import type { AccountImage, ContactItem, Row } from './answers.ts';
import type { Source } from './ask.ts';
import { fetchRows, readActivities, settle, type When } from './opportunities.ts';
import { isoInstant } from './period.ts';

const instant = (column: string): string =>
  `case when isfinite(${column}) then strftime(${column}, '%Y-%m-%dT%H:%M:%S.%gZ') end`;
const seen = (viewer: Viewer) =>
  visible(viewer, { salesmanId: sql.raw('o.salesman_id'), managerPath: sql.raw('o.manager_path') });

/** Accounts by name, those with most open pipeline first, with what is open and won (in their own currencies' amounts as they stand). */
export async function listAccounts(
  source: Source,
  viewer: Viewer,
  { search = '', limit, offset }: { search?: string; limit: number; offset: number },
): Promise<{ rows: Row[]; count: number }> {
  const matching = sql`(select account_id, name, industry, region, segment from account_version where known_to = 'infinity' and valid_to = 'infinity' and not is_deleted and contains(lower(name), lower(${search})))`;
  const rows = await fetchRows(
    source,
    sql`select a.account_id as account, a.name, a.industry, a.region, a.segment, count(o.opportunity_id) filter (where o.outcome = 'open')::integer as "openCount",
      count(o.opportunity_id) filter (where o.outcome = 'won')::integer as "wonCount"
    from ${matching} a left join opportunity o on o.account_id = a.account_id and not o.is_deleted and ${seen(viewer)}
    group by all order by "openCount" desc, a.name limit ${limit} offset ${offset}`,
  );
  const count = await fetchRows(source, sql`select count(*)::integer as n from ${matching}`);
  return { rows: rows as unknown as Row[], count: Number(count[0]?.n) };
}

/** The whole image of an account: its people, parents and children, opportunities, activities and history. */
export async function findAccount(
  source: Source,
  viewer: Viewer,
  id: string,
  when: When,
): Promise<AccountImage | null> {
  const { at, known, isNow } = settle(source, when);
  const versions = await fetchRows(
    source,
    sql`select v.*, u.name as owner, p.name as parent_name, ${sql.raw(instant('v.valid_from'))} as from_instant, ${sql.raw(instant('v.valid_to'))} as to_instant
    from account_version v left join (select distinct user_id, name from user_version where known_to = 'infinity' and valid_to = 'infinity') u on u.user_id = v.owner_id
    left join (select distinct account_id, name from account_version where known_to = 'infinity' and valid_to = 'infinity') p on p.account_id = v.parent_id
    where v.account_id = ${id} and v.known_from <= ${known}::timestamp and ${known}::timestamp < v.known_to and v.valid_from <= ${at}::timestamp order by v.valid_from`,
  );
  const now = versions.at(-1);
  if (!now) return null;
  const text = (name: string) => (now[name] as string | null) ?? null;
  const opportunities = await fetchRows(
    source,
    sql`select o.opportunity_id as opportunity, o.name, o.stage, o.outcome, o.amount, o.currency, o.close_on::varchar as "closeOn", o.salesman
    from opportunity o where o.account_id = ${id} and not o.is_deleted and ${seen(viewer)} order by o.outcome <> 'open', o.close_on desc nulls last, o.opportunity_id`,
  );
  const children = await fetchRows(
    source,
    sql`select distinct account_id as id, name from account_version where parent_id = ${id} and known_to = 'infinity' and valid_to = 'infinity' order by name`,
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
    parentId: text('parent_id'),
    parentName: text('parent_name'),
    children: children as { id: string; name: string }[],
    contacts: contacts as unknown as ContactItem[],
    opportunities: opportunities as unknown as Row[],
    activities: await readActivities(
      source,
      sql`account = ${id} or opportunity in (select opportunity_id from opportunity where account_id = ${id})`,
    ),
    history: versions.map((v) => ({
      from: v.from_instant as string,
      to: v.to_instant as string | null,
      industry: v.industry as string | null,
      region: v.region as string | null,
      segment: v.segment as string | null,
      owner: v.owner as string | null,
    })),
    openPipeline: '0.00',
    wonValue: '0.00',
  };
}
