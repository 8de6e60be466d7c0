import { type SQL, sql } from 'drizzle-orm';
import { visible } from './access.ts';
import type { RewrittenEdit } from './movement-answer.ts';
import type { Source } from './ask.ts';
import { reasonLabels } from './bridge-reasons.ts';
import { filters } from './filters.ts';
import { isoInstant } from './period.ts';
import type { Question } from './question.ts';
import { known, seenEver } from './relations.ts';
import type { Rewriting } from './rewritten-request.ts';
import { touchedSql } from './rewritten-numbers.ts';
import { raw, statement } from './statement.ts';
import { describedVersions } from './waterfall-states.ts';

/** What of a version counts as told, its column, the kind of an edit of it, and its name where nobody tracked it. */
const told: [attribute: string, column: string, reason: string, unknown: string][] = [
  ['deleted', 'is_deleted', 'deleted', ''],
  ['mergedInto', 'merged_into', 'merged', ''],
  ['stage', 'stage', 'backDatedStage', 'stage'],
  ['amount', 'amount', 'backDatedAmount', 'amount'],
  ['currency', 'currency', 'backDatedAmount', ''],
  ['closeOn', 'close_on', 'backDatedCloseDate', 'closeDate'],
  ['salesman', 'salesman', 'reowned', 'salesman'],
  ['account', 'account', 'reclassified', 'account'],
  ['pipeline', 'pipeline', 'reclassified', ''],
  ['type', 'type', 'reclassified', 'type'],
  ['leadSource', 'lead_source', 'reclassified', 'leadSource'],
  ['category', 'category', 'reclassified', 'category'],
  ['industry', 'industry', 'reclassified', ''],
  ['region', 'region', 'reclassified', ''],
  ['segment', 'segment', 'reclassified', ''],
  ['team', 'team', 'reorganised', ''],
  ['name', 'name', 'backDatedName', ''],
];

/**
 * Every rewrite of the past since a load, one row per opportunity and attribute: what is told otherwise of the time
 * before its extract, and what has become since of what was over by then (deleted, merged, restored, reopened, amount
 * or salesman of a closed one edited). Newest knowledge first.
 */
export async function readEdits(source: Source, rewriting: Rewriting): Promise<RewrittenEdit[]> {
  const { text, values } = statement(
    editSteps(rewriting),
    raw('select * from edit order by "knownAt" desc, "at" desc, id, attribute'),
  );
  const rows = await source.reader.all(text, values);
  return rows.map((row) => {
    const at = row.at === null ? null : isoInstant(String(row.at));
    const label = reasonLabels[String(row.reason)] ?? String(row.reason);
    return { ...row, at, knownAt: isoInstant(String(row.knownAt)), label } as RewrittenEdit;
  });
}

const instantText = (column: string): string => `strftime(${column}, '%Y-%m-%d %H:%M:%S.%g')`;
const kept = (name: string, body: SQL): SQL => sql`${raw(name)} as materialized (${body})`;

function editSteps({ then, now }: Rewriting): SQL[] {
  const cut = sql`${then.moment.instant}::timestamp`;
  const versions = (question: Question) =>
    sql`select * from opportunity_version where ${known(question)} and ${seenEver(question)} and opportunity_id in (select opportunity_id from touched)`;
  return [
    kept('touched', sql`select * from (${touchedSql(then)}) where ${scoped(now)}`),
    kept('a', sql`${versions(then)} and valid_from <= ${cut}`),
    kept('b', versions(now)),
    kept(
      'pair',
      sql`select a.opportunity_id as id, greatest(a.valid_from, b.valid_from) as began, b.known_from as learned, a.unknown as untracked, a as a, b as b
      from a join b on b.opportunity_id = a.opportunity_id and a.valid_from < b.valid_to and b.valid_from < a.valid_to and b.valid_from <= ${cut} and b.known_from > ${sql`${then.knownAt ?? '9999-01-01'}::timestamp`}
      where greatest(a.valid_from, b.valid_from) <= ${cut} and ${seen(now, 'b')}`,
    ),
    kept('at_cut', sql`select * from b where valid_from <= ${cut} and ${cut} < valid_to`),
    kept(
      'since',
      sql`select * from b where valid_from > ${cut} and valid_from <= ${now.moment.instant}::timestamp`,
    ),
    kept(
      'seen_account',
      sql`select distinct account_id from opportunity_version v where ${known(now)} and ${seen(now, 'v')} and ${scoped(now)}`,
    ),
    sql`edit as (${sql.join([backDated, births(then, now), aftermath(now), accounts(then, now)], raw(' union all '))})`,
  ];
}

/** Told otherwise of the same time: the earliest such time of each attribute. */
const backDated: SQL = raw(
  told
    .map(([attribute, column, reason, unknown]) => {
      const first = unknown
        ? ` and not (a.${column} is null and contains(',' || untracked || ',', ',${unknown},'))`
        : '';
      const kind =
        column === 'is_deleted'
          ? `case when arg_min(b.is_deleted, began) then 'deleted' else 'restored' end`
          : `'${reason}'`;
      return `select 'opportunity' as object, id, ${kind} as reason, '${attribute}' as attribute, arg_min(a.${column}, began)::varchar as old, arg_min(b.${column}, began)::varchar as new,
        ${instantText('min(began)')} as "at", ${instantText('max(learned)')} as "knownAt", any_value(b.name) as name from pair where a.${column} is distinct from b.${column}${first} group by id`;
    })
    .join(' union all '),
);

/** Existed before the load's extract, and the load did not know it; or earlier or later than had been told. */
const births = ({ moment }: Question, now: Question): SQL =>
  sql`select 'opportunity', b.opportunity_id, case when a.opportunity_id is null then 'lateRow' else 'backDatedHistory' end, 'created', ${raw(instantText('a.born'))}, ${raw(instantText('b.born'))}, ${raw(instantText('b.born'))}, ${raw(instantText('b.learned'))}, b.name
    from (select opportunity_id, min(valid_from) as born, min(known_from) as learned, any_value(name) as name from b where ${seen(now, 'b')} group by 1) b left join (select opportunity_id, min(valid_from) as born from a group by 1) a using (opportunity_id)
    where b.born <= ${moment.instant}::timestamp and a.born is distinct from b.born`;

/** What has become since of what was over, deleted or merged at the extract's instant. */
const aftermath = (now: Question): SQL => {
  const change = (test: string, reason: string, attribute: string, column: string) =>
    sql`select 'opportunity', s.opportunity_id, ${raw(reason)}, ${raw(`'${attribute}'`)}, arg_min(${raw(`c.${column}`)}, s.valid_from)::varchar, arg_min(${raw(`s.${column}`)}, s.valid_from)::varchar, ${raw(instantText('min(s.valid_from)'))}, ${raw(instantText('min(s.known_from)'))}, any_value(s.name)
      from since s join at_cut c using (opportunity_id) where ${raw(test)} and ${seen(now, 's')} group by s.opportunity_id`;
  const over = `c.outcome <> 'open' and not c.is_deleted and c.merged_into is null and not s.is_deleted and s.merged_into is null`;
  return sql.join(
    [
      change(
        's.is_deleted and not c.is_deleted and s.merged_into is null',
        `'deleted'`,
        'deleted',
        'is_deleted',
      ),
      change('c.is_deleted and not s.is_deleted', `'restored'`, 'deleted', 'is_deleted'),
      change(
        'c.merged_into is null and s.merged_into is not null',
        `'merged'`,
        'mergedInto',
        'merged_into',
      ),
      change(`${over} and s.outcome = 'open'`, `'reopened'`, 'stage', 'stage'),
      change(`${over} and s.outcome not in ('open', c.outcome)`, `'reclosed'`, 'stage', 'stage'),
      change(
        `${over} and s.outcome = c.outcome and (s.amount, s.currency) is distinct from (c.amount, c.currency)`,
        `'closedAmount'`,
        'amount',
        'amount',
      ),
      change(
        `not c.is_deleted and not s.is_deleted and c.outcome = 'open' and s.salesman_id is distinct from c.salesman_id`,
        `'handedOver'`,
        'salesman',
        'salesman',
      ),
      change(
        `${over} and s.outcome = c.outcome and s.salesman_id is distinct from c.salesman_id`,
        `'closedOwner'`,
        'salesman',
        'salesman',
      ),
    ],
    raw(' union all '),
  );
};

/** Accounts that were merged away since, under whoever may see one of their opportunities. */
const accounts = (then: Question, now: Question): SQL =>
  sql`select 'account', n.account_id, 'accountMerged', 'mergedInto', null, any_value(n.merged_into), ${raw(instantText('min(n.valid_from)'))}, ${raw(instantText('min(n.known_from)'))}, any_value(n.name)
    from account_version n where ${known(now)} and n.merged_into is not null and n.known_from > ${then.knownAt ?? '9999-01-01'}::timestamp
      and n.account_id not in (select account_id from account_version where ${known(then)} and merged_into is not null and account_id in (from seen_account))
      and n.account_id in (from seen_account) group by n.account_id`;

/** Whether the viewer may see a version. */
const seen = ({ viewer }: Question, alias: string): SQL =>
  visible(viewer, {
    salesmanId: raw(`${alias}.salesman_id`),
    managerPath: raw(`${alias}.manager_path`),
  });

/** Opportunities that are within the filters in some version. */
function scoped(question: Question): SQL {
  if (!Object.keys(question.query.where).length) return raw('true');
  const versions = sql`(select * from opportunity_version where ${known(question)} and ${seenEver(question)})`;
  return sql`opportunity_id in (select opportunity_id from ${describedVersions(question, versions)} d where ${filters(question, 'open')})`;
}
