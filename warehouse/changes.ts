import { sql } from 'drizzle-orm';
import type { Viewer } from './access.ts';
import type { ChangeItem, ChangeKind, Changes, Row } from './answers.ts';
import { circumstance, type Source, toQuestion } from './ask.ts';
import { fromCents, toCents } from './cents.ts';
import { readStates } from './opportunity-list.ts';
import { isoInstant } from './period.ts';
import type { Question } from './question.ts';

const open = sql`outcome = 'open' and not is_deleted and merged_into is null`;
const everything = { limit: 10_000_000, offset: 0, sort: 'opportunity' };

/**
 * What changed in the open pipeline since the load before the newest one; after a single load, since a week before.
 * Each opportunity has one kind of change, so the bridge sums to the difference to the cent.
 */
export async function readChanges(source: Source, viewer: Viewer): Promise<Changes> {
  const { settings } = source;
  const basis = await basisOf(source);
  const ask = (when: { asOf: string; knownAt: string }) =>
    toQuestion(source, viewer, { metrics: ['openPipeline'], ...when });
  const then = await ask({ asOf: isoInstant(basis.asOf), knownAt: isoInstant(basis.knownAt) });
  const now = await ask({ asOf: isoInstant(settings.asOf), knownAt: isoInstant(settings.knownAt) });
  const before = await readStates(source, then, open, everything);
  const after = await readStates(source, now, open, everything);
  const items = await compare(source, { now, then, before, after });
  return {
    ...circumstance(source, now),
    basis: basis.name,
    since: isoInstant(basis.asOf),
    sinceKnownAt: isoInstant(basis.knownAt),
    before: totals(before),
    after: totals(after),
    bridge: bridgeOf(items),
    items,
    count: items.length,
  };
}

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

const totals = (rows: Row[]): { openPipeline: string; openCount: number } => ({
  openPipeline: fromCents(
    rows.reduce((sum, row) => sum + toCents(row.amount as string | null), 0n),
  ),
  openCount: rows.length,
});

interface Sides {
  now: Question;
  then: Question;
  before: Row[];
  after: Row[];
}

async function compare(source: Source, { now, then, before, after }: Sides): Promise<ChangeItem[]> {
  const was = new Map(before.map((row) => [row.opportunity as string, row]));
  const is = new Map(after.map((row) => [row.opportunity as string, row]));
  const gone = before.filter((row) => !is.has(row.opportunity as string));
  const come = after.filter((row) => !was.has(row.opportunity as string));
  const ends = await fates(source, now, gone);
  const origins = await fates(source, then, come);
  const items = [
    ...gone.map((row) => left(row, ends.get(row.opportunity as string))),
    ...come.map((row) => entered(row, origins.get(row.opportunity as string))),
    ...after.flatMap((row) => stayed(was.get(row.opportunity as string), row)),
  ];
  return items.sort(
    (a, b) =>
      Math.abs(Number(b.delta)) - Math.abs(Number(a.delta)) ||
      (a.opportunity < b.opportunity ? -1 : 1),
  );
}

type Fate = 'open' | 'won' | 'lost' | 'withdrawn' | 'deleted' | 'merged';

/** What opportunities that are not in the open pipeline of a question are instead. */
async function fates(source: Source, question: Question, rows: Row[]): Promise<Map<string, Fate>> {
  if (!rows.length) return new Map();
  const ids = JSON.stringify(rows.map((row) => row.opportunity));
  const found = await source.reader.all(
    `select opportunity_id, case when merged_into is not null then 'merged' when is_deleted then 'deleted' else outcome end as fate from opportunity_version
    where opportunity_id in (select unnest($1::json::varchar[])) and valid_from <= $2::timestamp and $2::timestamp < valid_to and known_from <= $3::timestamp and $3::timestamp < known_to`,
    [ids, question.moment.instant, question.knownAt ?? question.settings.knownAt],
  );
  return new Map(found.map((row) => [String(row.opportunity_id), row.fate as Fate]));
}

const item = (row: Row, kind: ChangeKind, cents: bigint, detail: string): ChangeItem => ({
  opportunity: String(row.opportunity),
  name: String(row.name ?? row.opportunity),
  account: row.account as string | null,
  salesman: row.salesman as string | null,
  kind,
  delta: fromCents(cents),
  detail,
});

function left(row: Row, fate: Fate | undefined): ChangeItem {
  const kind =
    fate === 'won' || fate === 'merged'
      ? fate
      : fate === 'lost' || fate === 'withdrawn'
        ? 'lost'
        : 'deleted';
  const detail =
    fate === 'withdrawn' ? 'closed without a decision' : `was in ${row.stage ?? 'no stage'}`;
  return item(row, kind, -toCents(row.amount as string | null), detail);
}

function entered(row: Row, fate: Fate | undefined): ChangeItem {
  const kind =
    fate === undefined
      ? 'created'
      : fate === 'deleted' || fate === 'merged'
        ? 'restored'
        : 'reopened';
  return item(row, kind, toCents(row.amount as string | null), `in ${row.stage ?? 'no stage'}`);
}

const told = [
  ['closeOn', 'close date'],
  ['stage', 'stage'],
  ['salesman', 'salesman'],
] as const;

function stayed(was: Row | undefined, row: Row): ChangeItem[] {
  if (!was) return [];
  const delta = toCents(row.amount as string | null) - toCents(was.amount as string | null);
  const changed = told.filter(([name]) => was[name] !== row[name]);
  if (delta === 0n && !changed.length) return [];
  const detail = changed
    .map(([name, label]) => `${label} ${was[name] ?? 'none'} → ${row[name] ?? 'none'}`)
    .join(', ');
  return [item(row, kindOf(was, row, delta), delta, detail)];
}

function kindOf(was: Row, row: Row, delta: bigint): ChangeKind {
  if (delta !== 0n && was.agreed === row.agreed) return 'revalued';
  if (delta !== 0n) return delta > 0n ? 'raised' : 'cut';
  if (was.closeOn !== row.closeOn)
    return String(row.closeOn ?? '9999') > String(was.closeOn ?? '9999') ? 'pushed' : 'pulled';
  return was.stage !== row.stage ? 'moved' : 'transferred';
}

function bridgeOf(items: ChangeItem[]): Changes['bridge'] {
  const sums = new Map<ChangeKind, { count: number; cents: bigint }>();
  for (const { kind, delta } of items) {
    const sum = sums.get(kind) ?? { count: 0, cents: 0n };
    sums.set(kind, { count: sum.count + 1, cents: sum.cents + toCents(delta) });
  }
  return kinds.flatMap((kind) => {
    const sum = sums.get(kind);
    return sum ? [{ kind, count: sum.count, delta: fromCents(sum.cents) }] : [];
  });
}

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
