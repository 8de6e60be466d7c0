import { type SQL, sql } from 'drizzle-orm';
import type { Viewer } from './access.ts';
import type { ChangeItem, ChangeKind, Changes } from './movement-answer.ts';
import type { Row } from './answers.ts';
import { circumstance, type Source, toQuestion } from './ask.ts';
import { sumMoney } from './cents.ts';
import { valuedSteps } from './opportunity-list.ts';
import { isoInstant } from './period.ts';
import type { Question } from './question.ts';
import { during, known, seenBy } from './relations.ts';
import { raw, type Statement, statement, step } from './statement.ts';

const open = raw(`outcome = 'open' and not is_deleted and merged_into is null`);

/**
 * What changed in the open pipeline since the load before the newest one; after a single load, since a week before.
 * Each opportunity has one kind of change, so the bridge sums to the difference to the cent. `limit` bounds the items.
 */
export async function readChanges(source: Source, viewer: Viewer, limit: number): Promise<Changes> {
  const { settings } = source;
  const basis = await basisOf(source);
  const ask = (when: { asOf: string; knownAt: string }) =>
    toQuestion(source, viewer, { metrics: ['openPipeline'], ...when });
  const then = await ask({ asOf: isoInstant(basis.asOf), knownAt: isoInstant(basis.knownAt) });
  const now = await ask({ asOf: isoInstant(settings.asOf), knownAt: isoInstant(settings.knownAt) });
  const rows = ({ text, values }: Statement) => source.reader.all(text, values);
  const [sums, items] = await Promise.all([
    rows(statement(changedSteps(then, now), raw(sumsByKind))),
    rows(statement(changedSteps(then, now), sql`${raw(largest)} limit ${limit}`)),
  ]);
  const total = (column: string) => sums.reduce((sum, row) => sum + Number(row[column] ?? 0), 0);
  const money = (column: string) => sumMoney(sums.map((row) => row[column] as string | null));
  return {
    ...circumstance(source, now),
    basis: basis.name,
    since: isoInstant(basis.asOf),
    sinceKnownAt: isoInstant(basis.knownAt),
    before: { openPipeline: money('was'), openCount: total('were') },
    after: { openPipeline: money('is'), openCount: total('are') },
    bridge: kinds.flatMap((kind) => {
      const found = sums.find((row) => row.kind === kind);
      return found
        ? [{ kind, count: Number(found.n), delta: sumMoney([String(found.delta)]) }]
        : [];
    }),
    items: items.map((row) => toItem(row as Row)),
    count: sums.reduce((sum, row) => sum + (row.kind === null ? 0 : Number(row.n)), 0),
  };
}

const sumsByKind = `select kind, count(*) as n, sum(delta) as delta, sum(was_amount) as was, sum(amount) as "is",
  count(was_amount) as were, count(amount) as are from changed group by kind`;
const largest = `select * from changed where kind is not null order by abs(delta) desc, opportunity`;

/** `changed`: each opportunity that is open on either side, with its states then and now and what happened to it. */
function changedSteps(then: Question, now: Question): SQL[] {
  return [
    step('earlier', openSql(then)),
    step('later', openSql(now)),
    step('fate_now', fateSql(now, 'earlier', 'later')),
    step('fate_then', fateSql(then, 'later', 'earlier')),
    step(
      'changed',
      raw(`select *, ${kindSql} as kind from (
      select opportunity, coalesce(l.name, e.name) as name, coalesce(l.account, e.account) as account, coalesce(l.salesman, e.salesman) as salesman,
        l.stage, l.close_on, l.salesman as is_salesman, l.agreed, l.amount, e.stage as was_stage, e.close_on as was_close_on, e.salesman as was_salesman, e.agreed as was_agreed, e.amount as was_amount,
        coalesce(l.amount, 0) - coalesce(e.amount, 0) as delta, n.fate as fate_now, t.fate as fate_then
      from earlier e full join later l using (opportunity) left join fate_now n on n.opportunity_id = opportunity left join fate_then t on t.opportunity_id = opportunity)`),
    ),
  ];
}

const openSql = (question: Question): SQL =>
  sql`with ${sql.join(
    valuedSteps(question, open, { openOnly: true }),
    raw(', '),
  )} select opportunity_id as opportunity, name, account, salesman, stage, close_day as close_on, amount || ' ' || currency as agreed, whole as amount from valued`;

/** What those that are open on one side only are on the other: nothing where they do not exist then. */
const fateSql = (question: Question, here: string, there: string): SQL => sql`select opportunity_id,
  case when merged_into is not null then 'merged' when is_deleted then 'deleted' else outcome end as fate from opportunity_version
  where ${during(question)} and ${known(question)} and ${seenBy(question.viewer)}
    and opportunity_id in (select opportunity from ${raw(here)} where opportunity not in (select opportunity from ${raw(there)}))`;

const kindSql = `case
  when amount is null then case when fate_now in ('won', 'merged') then fate_now when fate_now in ('lost', 'withdrawn') then 'lost' else 'deleted' end
  when was_amount is null then case when fate_then is null then 'created' when fate_then in ('deleted', 'merged') then 'restored' else 'reopened' end
  when delta <> 0 and agreed is not distinct from was_agreed then 'revalued'
  when delta > 0 then 'raised' when delta < 0 then 'cut'
  when close_on is distinct from was_close_on then case when coalesce(close_on, 'infinity'::date) > coalesce(was_close_on, 'infinity'::date) then 'pushed' else 'pulled' end
  when stage is distinct from was_stage then 'moved'
  when is_salesman is distinct from was_salesman then 'transferred' end`;

async function basisOf({
  reader,
  settings,
}: Source): Promise<{ name: 'load' | 'week'; asOf: string; knownAt: string }> {
  const loads = await reader.all(
    `select strftime(as_of, '%Y-%m-%d %H:%M:%S.%g') as as_of, strftime(known_at, '%Y-%m-%d %H:%M:%S.%g') as known_at,
      strftime(timestamp '${settings.asOf}' - interval 7 day, '%Y-%m-%d %H:%M:%S.%g') as week from load order by load_no desc limit 2`,
  );
  const [newest, former] = loads;
  if (former) return { name: 'load', asOf: String(former.as_of), knownAt: String(former.known_at) };
  return { name: 'week', asOf: String(newest?.week), knownAt: settings.knownAt };
}

const toItem = (row: Row): ChangeItem => ({
  opportunity: String(row.opportunity),
  name: String(row.name ?? row.opportunity),
  account: row.account as string | null,
  salesman: row.salesman as string | null,
  kind: row.kind as ChangeKind,
  delta: String(row.delta),
  detail: detailOf(row),
});

function detailOf(row: Row): string {
  if (row.amount === null)
    return row.fate_now === 'withdrawn'
      ? 'closed without a decision'
      : `was in ${row.was_stage ?? 'no stage'}`;
  if (row.was_amount === null) return `in ${row.stage ?? 'no stage'}`;
  return told
    .map(([name, was, label]) => [row[name] ?? null, row[was] ?? null, label] as const)
    .filter(([is, was]) => is !== was)
    .map(([is, was, label]) => `${label} ${was ?? 'none'} → ${is ?? 'none'}`)
    .join(', ');
}

const told = [
  ['close_on', 'was_close_on', 'close date'],
  ['stage', 'was_stage', 'stage'],
  ['is_salesman', 'was_salesman', 'salesman'],
] as const;

const kinds: ChangeKind[] = [
  'created',
  'reopened',
  'restored',
  'raised',
  'cut',
  'revalued',
  'won',
  'lost',
  'deleted',
  'merged',
  'pushed',
  'pulled',
  'moved',
  'transferred',
];
