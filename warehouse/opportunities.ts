import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Viewer } from './access.ts';
import type {
  ActivityItem,
  ContactItem,
  LifeEvent,
  OpportunityLife,
  Version,
} from './opportunity-answer.ts';
import { type Source, toQuestion } from './ask.ts';
import { findState } from './opportunity-list.ts';
import { isoInstant, parseMoment } from './period.ts';
import type { Question } from './question.ts';
import { during, known, seenActivity, seenBy, seenOpportunity } from './relations.ts';

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
  const { at, known: knownAt, isNow } = settle(source, when);
  const versions = await readVersions(source, viewer, id, knownAt);
  const past = versions.filter((v) => v.valid_from <= at);
  const now = past.at(-1);
  // Whoever saw it for a while only does not see it afterwards.
  if (now ? now.valid_to !== null && now.valid_to <= at : !versions[0]?.is_whole) return null;
  const { settings, snapshot } = source;
  const instants = { asOf: isoInstant(at), knownAt: isoInstant(knownAt) };
  const question = await toQuestion(source, viewer, { metrics: ['openPipeline'], ...instants });
  const shown = past.map((v) =>
    toVersion(v.valid_to !== null && v.valid_to > at ? { ...v, valid_to: null } : v),
  );
  const stored = now ?? { ...unborn, name: versions[0]?.name ?? null };
  const state = toVersion({ ...unborn, ...stored });
  const [valued, lines, contacts, activities] = await Promise.all([
    now ? findState(source, viewer, id, instants) : null,
    readLines(source, question, id, state.amount),
    now ? readContacts(source, question, id) : [],
    now
      ? readActivities(
          source,
          question,
          sql`opportunity = ${id} and ${seenOpportunity(question, sql`opportunity`)}`,
        )
      : [],
  ]);
  return {
    ...instants,
    isNow,
    snapshot,
    period: 'all',
    currency: settings.currency,
    rate: 'plan',
    opportunity: id,
    exists: now !== undefined,
    name: stored.name ?? id,
    accountId: stored.account_id,
    accountName: stored.account,
    salesmanId: (now?.salesman_id as string | null | undefined) ?? null,
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
    createdAt: versions[0] ? isoInstant(versions[0].valid_from) : null,
    nextStep: state.nextStep,
    probability: state.probability,
    learnedProbability: (valued?.learned as number | null) ?? null,
    leadSource: stored.lead_source,
    type: stored.type,
    isDeleted: state.isDeleted,
    mergedInto: stored.merged_into,
    lines,
    contacts,
    activities,
    versions: shown,
    events: eventsOf(shown),
  };
}

interface StoredVersion {
  valid_from: string;
  valid_to: string | null;
  known_from: string;
  known_to: string | null;
  name: string | null;
  account_id: string | null;
  account: string | null;
  lead_source: string | null;
  type: string | null;
  merged_into: string | null;
  [column: string]: string | boolean | number | null;
}

/** What is shown of an opportunity on a day before it was created. */
const unborn: StoredVersion = {
  valid_from: '1970-01-01 00:00:00.000',
  valid_to: null,
  known_from: '1970-01-01T00:00:00.000Z',
  known_to: null,
  name: null,
  account_id: null,
  account: null,
  lead_source: null,
  type: null,
  merged_into: null,
  outcome: 'open',
  probability: null,
};

/** All versions of an opportunity that is in scope today, else those of the time when it was. */
async function readVersions(
  source: Source,
  viewer: Viewer,
  id: string,
  knownAt: string,
): Promise<StoredVersion[]> {
  const seen = seenBy(viewer);
  const whole = sql`exists (from opportunity_version where opportunity_id = ${id} and known_to = 'infinity' and valid_to = 'infinity' and ${seen})`;
  const rows = await fetchRows(
    source,
    sql`select *, ${whole} as is_whole from (select * replace (${sql.raw(`strftime(valid_from, '%Y-%m-%d %H:%M:%S.%g')`)} as valid_from,
      ${sql.raw(`case when isfinite(valid_to) then strftime(valid_to, '%Y-%m-%d %H:%M:%S.%g') end`)} as valid_to, ${sql.raw(iso('known_from'))} as known_from,
      ${sql.raw(`case when isfinite(known_to) then ${iso('known_to')} end`)} as known_to)
    from opportunity_version where opportunity_id = ${id} and known_from <= ${knownAt}::timestamp and ${knownAt}::timestamp < known_to and (${seen} or ${whole})) order by valid_from`,
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
  question: Question,
  id: string,
  amount: string | null,
): Promise<OpportunityLife['lines']> {
  const rows = await fetchRows(
    source,
    sql`select product, (round(${amount ?? '0'}::decimal(38,2) * share_to, 2) - round(${amount ?? '0'}::decimal(38,2) * share_from, 2))::decimal(18,2) as amount, (share_to - share_from)::double as share
    from line_version where opportunity_id = ${id} and ${during(question)} and ${known(question)} and ${seenOpportunity(question, sql`opportunity_id`)} order by share_from`,
  );
  return rows.map((row) => ({
    product: String(row.product ?? ''),
    amount: String(row.amount),
    share: Number(row.share),
  }));
}

/** Only what was loaded by the known-at instant. */
export const toldBy = ({ knownAt }: Pick<Question, 'knownAt'>): SQL =>
  knownAt === null
    ? sql`true`
    : sql`load_no in (select load_no from load where known_at <= ${knownAt}::timestamp)`;

/** The newest record of each key among those that ever matched; what matched once may not any more. */
export const newest = (object: string, which: SQL, told: SQL = sql`true`): SQL => {
  const table = sql.raw(`fact_${object}`);
  return sql`(select * from (select * from ${table} where record_key in (select record_key from ${table} where ${which}) and ${told}
    qualify row_number() over (partition by record_key order by observed_at desc, load_no desc) = 1) where ${which})`;
};

async function readContacts(
  source: Source,
  question: Question,
  id: string,
): Promise<ContactItem[]> {
  const mine = sql`opportunity = ${id} and ${seenOpportunity(question, sql`opportunity`)}`;
  const rows = await fetchRows(
    source,
    sql`select c.id, coalesce(c.name, c.id) as name, c.title, r.role, coalesce(r."primary", false) as "primary", c.email, c.phone
    from ${newest('contact_role', mine)} r join ${newest('contact', sql`id in (select contact from fact_contact_role where ${mine})`)} c on c.id = r.contact
    where not coalesce(r.deleted, false) order by "primary" desc, name`,
  );
  return rows as unknown as ContactItem[];
}

/**
 * Tasks and events as they stood at the question's instant: what was made by then, `is_done` when it was done by then,
 * `done_at` when that was. A task that was closed without a date counts as done from the day on which it was due. `which`
 * is a predicate over fact_activity.
 */
export function activitySql(question: Question, which: SQL): SQL {
  const { zone, asOf } = question.settings;
  const at = sql`${question.moment.instant}::timestamp`;
  const isNewest = question.moment.instant === asOf;
  const made = sql`coalesce(a.created_at, a.starts_at, a.completed_at, a.due_on::timestamp, ${at}) <= ${at}`;
  const dayOver = sql.raw(`timezone('${zone}', (a.due_on + 1)::timestamp)::timestamp`);
  const eventEnd = sql`coalesce(a.ends_at, a.starts_at, ${dayOver}, 'infinity')`;
  const ended = sql`a.completed_at <= ${at} or (a.kind = 'event' and ${eventEnd} <= ${at})`;
  const closed = isNewest
    ? sql`coalesce(a.closed, false)`
    : sql`(coalesce(a.closed, false) and a.completed_at is null and a.due_on::timestamp <= ${at})`;
  const told = toldBy(question);
  return sql`select a.*, coalesce(${ended}, false) or ${closed} as is_done, a.completed_at <= ${at} as is_completed, coalesce(a.completed_at, a.ends_at, a.starts_at, a.due_on::timestamp) as done_at
    from ${newest('activity', which, told)} a where not coalesce(deleted, false) and not coalesce(child, false) and ${seenActivity(question)} and ${isNewest ? sql`true` : made}`;
}

/** Tasks and events with names, newest first; `which` is a predicate over fact_activity. */
export async function readActivities(
  source: Source,
  question: Question,
  which: SQL,
): Promise<ActivityItem[]> {
  const isNewest = question.moment.instant === source.settings.asOf;
  const activity = activitySql(question, which);
  const rows = await fetchRows(
    source,
    sql`select a.id, a.kind, a.subject, a.type, case when a.is_done or not coalesce(a.closed, a.completed_at is not null, false) then a.status end as status, a.due_on::varchar as "dueOn", ${sql.raw(iso('a.starts_at'))} as "startsAt",
      case when a.is_completed or ${isNewest} then ${sql.raw(iso('a.completed_at'))} end as "doneAt", a.is_done as done, u.name as salesman, c.name as contact, a.opportunity, o.name as "opportunityName"
    from (${activity}) a
    left join (select user_id, name from user_version where known_to = 'infinity' and valid_to = 'infinity') u on u.user_id = a.salesman
    left join (select id, any_value(name) as name from fact_contact group by id) c on c.id = a.contact
    left join (select opportunity_id, name from opportunity_version where ${known(question)} and ${during(question)} and ${seenBy(question.viewer)}) o on o.opportunity_id = a.opportunity
    order by coalesce(a.starts_at, a.due_on::timestamp, a.created_at) desc nulls last, a.id limit 500`,
  );
  return rows as unknown as ActivityItem[];
}
