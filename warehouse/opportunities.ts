import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { visible, type Viewer } from './access.ts';
import type { ActivityItem, ContactItem, LifeEvent, OpportunityLife, Version } from './answers.ts';
import type { Source } from './ask.ts';
import { findState } from './opportunity-list.ts';
import { isoInstant, parseMoment } from './period.ts';

/** As of which instant, as known when. */
export interface When {
  asOf?: string;
  knownAt?: string;
}

const dialect = new PgDialect();
const iso = (column: string): string => `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%gZ')`;

/** Runs a drizzle statement. */
export function fetchRows(
  { reader }: Pick<Source, 'reader'>,
  statement: SQL,
): Promise<Record<string, unknown>[]> {
  const { sql: text, params } = dialect.sqlToQuery(statement);
  return reader.all(text, params);
}

/** The instants of a look back, settled. */
export function settle(
  { settings }: Source,
  { asOf, knownAt }: When,
): { at: string; known: string; isNow: boolean } {
  const at = asOf ? parseMoment(asOf, settings.zone).instant : settings.asOf;
  const wanted = knownAt ? parseMoment(knownAt, settings.zone).instant : settings.knownAt;
  const known = [wanted, settings.knownAt].sort()[0] as string;
  return { at, known, isNow: at === settings.asOf && known === settings.knownAt };
}

/** Everything about one opportunity as of an instant; null when there is none that this viewer may see. */
export async function findOpportunity(
  source: Source,
  viewer: Viewer,
  id: string,
  when: When,
): Promise<OpportunityLife | null> {
  const { at, known, isNow } = settle(source, when);
  const versions = await readVersions(source, viewer, id, known);
  const now = versions.filter((v) => v.valid_from <= at).at(-1) ?? versions[0];
  if (!now) return null;
  const shown = versions.map(toVersion);
  const state = toVersion(now);
  const { settings, snapshot } = source;
  const valued = await findState(source, viewer, id, {
    asOf: isoInstant(at),
    knownAt: isoInstant(known),
  });
  return {
    asOf: isoInstant(at),
    knownAt: isoInstant(known),
    isNow,
    snapshot,
    period: 'all',
    currency: settings.currency,
    rate: 'plan',
    opportunity: id,
    name: now.name ?? id,
    accountId: now.account_id,
    accountName: now.account,
    salesman: state.salesman,
    team: state.team,
    stage: state.stage,
    pipeline: state.pipeline,
    outcome: state.outcome,
    amount: state.amount,
    amountCurrency: state.currency,
    amountReporting: (valued?.amount as string | null) ?? null,
    closeOn: state.closeOn,
    closedAt: state.outcome === 'open' ? null : (lastClosing(shown, state.outcome) ?? null),
    createdAt: shown[0]?.validFrom ?? null,
    nextStep: state.nextStep,
    probability: state.probability,
    learnedProbability: (valued?.learned as number | null) ?? null,
    leadSource: now.lead_source,
    type: now.type,
    isDeleted: state.isDeleted,
    mergedInto: now.merged_into,
    lines: await readLines(source, id, at, known, state.amount),
    contacts: await readContacts(source, id),
    activities: await readActivities(source, sql`opportunity = ${id}`),
    versions: shown,
    events: eventsOf(shown),
  };
}

interface StoredVersion {
  valid_from: string;
  valid_to: string;
  known_from: string;
  known_to: string;
  name: string | null;
  account_id: string | null;
  account: string | null;
  lead_source: string | null;
  type: string | null;
  merged_into: string | null;
  [column: string]: string | boolean | number | null;
}

async function readVersions(
  source: Source,
  viewer: Viewer,
  id: string,
  known: string,
): Promise<StoredVersion[]> {
  const seen = visible(viewer, {
    salesmanId: sql.raw('salesman_id'),
    managerPath: sql.raw('manager_path'),
  });
  const rows = await fetchRows(
    source,
    sql`select * replace (${sql.raw(`strftime(valid_from, '%Y-%m-%d %H:%M:%S.%g')`)} as valid_from,
      ${sql.raw(`case when isfinite(valid_to) then strftime(valid_to, '%Y-%m-%d %H:%M:%S.%g') end`)} as valid_to, ${sql.raw(iso('known_from'))} as known_from,
      ${sql.raw(`case when isfinite(known_to) then ${iso('known_to')} end`)} as known_to)
    from opportunity_version where opportunity_id = ${id} and known_from <= ${known}::timestamp and ${known}::timestamp < known_to and ${seen} order by opportunity_version.valid_from`,
  );
  return rows as unknown as StoredVersion[];
}

function toVersion(v: StoredVersion): Version {
  const text = (name: string) => (v[name] as string | null) ?? null;
  return {
    validFrom: isoInstant(v.valid_from),
    validTo: v.valid_to ? isoInstant(v.valid_to) : null,
    knownFrom: v.known_from,
    knownTo: v.known_to,
    stage: text('stage'),
    pipeline: text('pipeline'),
    outcome: v.outcome as Version['outcome'],
    amount: text('amount'),
    currency: text('currency'),
    closeOn: text('close_on'),
    salesman: text('salesman'),
    team: text('team'),
    account: text('account'),
    category: text('category'),
    probability: v.probability === null ? null : Number(v.probability),
    nextStep: text('next_step'),
    isDeleted: v.is_deleted === true,
    evidence: String(v.evidence),
    unknown: String(v.unknown ?? '')
      .split(',')
      .filter(Boolean),
  };
}

function lastClosing(versions: Version[], outcome: string): string | undefined {
  let at: string | undefined;
  for (const [i, version] of versions.entries())
    if (version.outcome === outcome && versions[i - 1]?.outcome !== outcome) at = version.validFrom;
  return at;
}

const attributes = [
  'stage',
  'amount',
  'closeOn',
  'salesman',
  'team',
  'account',
  'category',
  'probability',
  'nextStep',
  'isDeleted',
] as const;

/** Each change between two versions that follow each other, with what it means. */
export function eventsOf(versions: Version[]): LifeEvent[] {
  const first = versions[0];
  if (!first) return [];
  const events: LifeEvent[] = [
    {
      at: first.validFrom,
      knownAt: first.knownFrom,
      kind: 'created',
      attribute: 'opportunity',
      old: null,
      new: first.stage,
      evidence: first.evidence,
    },
  ];
  for (const [i, version] of versions.entries()) {
    const before = versions[i - 1];
    if (!before) continue;
    for (const attribute of attributes) {
      if (before[attribute] === version[attribute]) continue;
      events.push({
        at: version.validFrom,
        knownAt: version.knownFrom,
        kind: kindOf(attribute, before, version),
        attribute,
        old: before[attribute],
        new: version[attribute],
        evidence: version.evidence,
      });
    }
  }
  return events;
}

function kindOf(attribute: (typeof attributes)[number], before: Version, after: Version): string {
  if (before.unknown.includes(attribute === 'closeOn' ? 'closeDate' : attribute))
    return 'first seen';
  switch (attribute) {
    case 'stage':
      return before.outcome === 'open' && after.outcome !== 'open'
        ? 'close'
        : before.outcome !== 'open' && after.outcome === 'open'
          ? 'reopen'
          : 'stage';
    case 'amount':
      return Number(after.amount ?? 0) > Number(before.amount ?? 0) ? 'raise' : 'cut';
    case 'closeOn':
      return (after.closeOn ?? '9999') > (before.closeOn ?? '9999') ? 'push' : 'pull';
    case 'salesman':
    case 'team':
      return 'transfer';
    case 'account':
      return 'reclassify';
    case 'isDeleted':
      return after.isDeleted ? 'delete' : 'restore';
    default:
      return 'edit';
  }
}

async function readLines(
  source: Source,
  id: string,
  at: string,
  known: string,
  amount: string | null,
): Promise<OpportunityLife['lines']> {
  const rows = await fetchRows(
    source,
    sql`select product, (round(${amount ?? '0'}::decimal(38,2) * share_to, 2) - round(${amount ?? '0'}::decimal(38,2) * share_from, 2))::decimal(18,2) as amount, (share_to - share_from)::double as share
    from line_version where opportunity_id = ${id} and valid_from <= ${at}::timestamp and ${at}::timestamp < valid_to and known_from <= ${known}::timestamp and ${known}::timestamp < known_to order by share_from`,
  );
  return rows.map((row) => ({
    product: String(row.product ?? ''),
    amount: String(row.amount),
    share: Number(row.share),
  }));
}

/** The newest record of each key among those that ever matched; what matched once may not any more. */
const newest = (object: string, which: SQL): SQL => {
  const table = sql.raw(`fact_${object}`);
  return sql`(select * from (select * from ${table} where record_key in (select record_key from ${table} where ${which})
    qualify row_number() over (partition by record_key order by observed_at desc, load_no desc) = 1) where ${which})`;
};

async function readContacts(source: Source, id: string): Promise<ContactItem[]> {
  const rows = await fetchRows(
    source,
    sql`select c.id, coalesce(c.name, c.id) as name, c.title, r.role, coalesce(r."primary", false) as "primary", c.email, c.phone
    from ${newest('contact_role', sql`opportunity = ${id}`)} r join ${newest('contact', sql`id in (select contact from fact_contact_role where opportunity = ${id})`)} c on c.id = r.contact
    where not coalesce(r.deleted, false) order by "primary" desc, name`,
  );
  return rows as unknown as ContactItem[];
}

/** Tasks and events, newest first; `which` is a predicate over fact_activity. */
export async function readActivities(source: Source, which: SQL): Promise<ActivityItem[]> {
  const rows = await fetchRows(
    source,
    sql`select a.id, a.kind, a.subject, a.type, a.status, a.due_on::varchar as "dueOn", ${sql.raw(iso('a.starts_at'))} as "startsAt", ${sql.raw(iso('a.completed_at'))} as "doneAt",
      coalesce(a.closed, a.completed_at is not null, false) or (a.kind = 'event' and coalesce(a.ends_at, a.starts_at, timezone(${sql.raw(`'${source.settings.zone}'`)}, (a.due_on + 1)::timestamp)::timestamp, 'infinity') <= ${source.settings.asOf}::timestamp) as done, u.name as salesman, c.name as contact, a.opportunity, o.name as "opportunityName"
    from (select * from ${newest('activity', which)} where not coalesce(deleted, false) and not coalesce(child, false)) a
    left join (select user_id, name from user_version where known_to = 'infinity' and valid_to = 'infinity') u on u.user_id = a.salesman
    left join (select id, any_value(name) as name from fact_contact group by id) c on c.id = a.contact left join opportunity o on o.opportunity_id = a.opportunity
    order by coalesce(a.starts_at, a.due_on::timestamp, a.created_at) desc nulls last, a.id limit 500`,
  );
  return rows as unknown as ActivityItem[];
}
