import type { Viewer } from './access.ts';
import { type AccountRequest, findAccount, listAccounts } from './accounts.ts';
import type {
  AccountImage,
  Answer,
  Bridge,
  Changes,
  CheckResult,
  LoadSummary,
  MovedRows,
  OpportunityLife,
  Options,
  QuarantineRow,
  Receipt,
  Rewritten,
  Row,
  RowsAnswer,
  SearchHit,
  Since,
  SnapshotItem,
  Status,
  Vanished,
  Waterfall,
} from './answers.ts';
import { toArrow } from './arrow.ts';
import * as ask from './ask.ts';
import { readBridge, readBridgeRows } from './bridge.ts';
import type { BridgeInput, BridgeRowsInput } from './bridge-request.ts';
import { readSince, type SinceInput } from './bridge-since.ts';
import { catalog, type Catalog } from './catalog.ts';
import type { Settings } from './question.ts';
import { readChanges } from './changes.ts';
import { openReader } from './connection.ts';
import type { DimensionName } from './dimensions.ts';
import { WarehouseError } from './errors.ts';
import { type ListRequest, listOpportunities } from './opportunity-list.ts';
import * as options from './options.ts';
import { findOpportunity, type When } from './opportunities.ts';
import type { QueryInput } from './query.ts';
import { readRewritten, readRewrittenRows } from './rewritten.ts';
import type { RewrittenInput, RewrittenRowsInput } from './rewritten-request.ts';
import {
  findCurrent,
  listSnapshots,
  type ListedSnapshot,
  readPointer,
  type Snapshot,
  verifySnapshot,
} from './snapshot.ts';
import * as status from './status.ts';
import { readVanished } from './vanished.ts';
import type { VanishedInput } from './vanished-request.ts';
import { readWaterfall } from './waterfall.ts';
import type { WaterfallInput, WaterfallRowsInput } from './waterfall-request.ts';
import { readWaterfallRows } from './waterfall-rows.ts';

/** Everything that can be asked of an installation. Always answers from the snapshot that is current when it is asked. */
export interface Warehouse {
  answer(viewer: Viewer, query: QueryInput): Promise<Answer>;
  rows(viewer: Viewer, query: QueryInput): Promise<RowsAnswer>;
  receipt(viewer: Viewer, query: QueryInput): Promise<Receipt>;
  trend(viewer: Viewer, query: QueryInput, o: { weeks: number }): Promise<Answer>;
  arrow(viewer: Viewer, query: QueryInput): Promise<Uint8Array>;
  opportunity(viewer: Viewer, id: string, when: When): Promise<OpportunityLife | null>;
  account(viewer: Viewer, id: string, when: When): Promise<AccountImage | null>;
  accounts(viewer: Viewer, request: AccountRequest): Promise<Answer & { count: number }>;
  opportunities(viewer: Viewer, request: ListRequest): Promise<Answer & { count: number }>;
  search(viewer: Viewer, text: string): Promise<SearchHit[]>;
  /** What changed in the open pipeline since the load before; `limit` bounds the items only. */
  changes(viewer: Viewer, o: { limit: number }): Promise<Changes>;
  /** What happened to the pipeline of a period between two instants, in bars that add up. */
  waterfall(viewer: Viewer, input: WaterfallInput): Promise<Waterfall>;
  waterfallRows(viewer: Viewer, input: WaterfallRowsInput): Promise<MovedRows>;
  /** Why two numbers differ, in steps that add up. */
  bridge(viewer: Viewer, input: BridgeInput): Promise<Bridge>;
  bridgeRows(viewer: Viewer, input: BridgeRowsInput): Promise<MovedRows>;
  /** What changed in a number since somebody looked. */
  since(viewer: Viewer, input: SinceInput): Promise<Since>;
  /** What is told otherwise of the past than at an earlier load. */
  rewritten(viewer: Viewer, input: RewrittenInput & { limit?: number }): Promise<Rewritten>;
  rewrittenRows(viewer: Viewer, input: RewrittenRowsInput): Promise<MovedRows>;
  /** What was deleted, merged, or closed and made again. */
  vanished(viewer: Viewer, input: VanishedInput): Promise<Vanished>;
  options(viewer: Viewer): Promise<Options>;
  stages(): Promise<Row[]>;
  rates(): Promise<Row[]>;
  status(): Promise<Status>;
  loads(): Promise<LoadSummary[]>;
  quarantine(o: {
    limit: number;
    object?: string;
  }): Promise<{ rows: QuarantineRow[]; total: number }>;
  checks(): Promise<CheckResult[]>;
  snapshots(): Promise<SnapshotItem[]>;
  catalog(): Catalog;
  close(): Promise<void>;
}

interface Opened extends ask.Source {
  /** Why this is not the current snapshot. */
  warning: string | null;
  users: number;
  stale: boolean;
}

/** Opens an installation lazily; a new snapshot is taken up by the next question, the old one closed after its last. */
export function openWarehouse(dataDir: string): Warehouse {
  let current: Promise<Opened> | null = null;
  let pointed: string | null = null;

  async function source(): Promise<Opened> {
    const pointer = readPointer(dataDir);
    if (current && pointed === pointer) return current;
    const old = current;
    const next = openNewest(dataDir);
    pointed = pointer;
    current = next;
    if (old) void old.then(retire, () => undefined);
    next.catch(() => {
      if (current === next) current = null;
    });
    return next;
  }

  async function using<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
    const used = await source();
    used.users += 1;
    try {
      return await work(used);
    } finally {
      used.users -= 1;
      closeUnused(used);
    }
  }

  return {
    answer: (viewer, query) => using((s) => ask.answer(s, viewer, query)),
    rows: (viewer, query) => using((s) => ask.rows(s, viewer, query)),
    receipt: (viewer, query) => using((s) => ask.receipt(s, viewer, query)),
    trend: (viewer, query, o) => using((s) => ask.trend(s, viewer, query, o)),
    arrow: (viewer, query) => using(async (s) => toArrow(await ask.answer(s, viewer, query))),
    opportunity: (viewer, id, when) => using((s) => findOpportunity(s, viewer, id, when)),
    account: (viewer, id, when) => using((s) => findAccount(s, viewer, id, when)),
    accounts: (viewer, request) => using((s) => listAccounts(s, viewer, request)),
    opportunities: (viewer, request) => using((s) => listOpportunities(s, viewer, request)),
    search: (viewer, text) => using((s) => options.search(s, viewer, text)),
    changes: (viewer, { limit }) =>
      using((s) =>
        s.once(`changes ${limit} ${JSON.stringify(viewer)}`, () => readChanges(s, viewer, limit)),
      ),
    waterfall: (viewer, input) => using((s) => readWaterfall(s, viewer, input)),
    waterfallRows: (viewer, input) => using((s) => readWaterfallRows(s, viewer, input)),
    bridge: (viewer, input) => using((s) => readBridge(s, viewer, input)),
    bridgeRows: (viewer, input) => using((s) => readBridgeRows(s, viewer, input)),
    since: (viewer, input) => using((s) => readSince(s, viewer, input)),
    rewritten: (viewer, input) => using((s) => readRewritten(s, viewer, input)),
    rewrittenRows: (viewer, input) => using((s) => readRewrittenRows(s, viewer, input)),
    vanished: (viewer, input) => using((s) => readVanished(s, viewer, input)),
    options: (viewer) =>
      using((s) =>
        s.once(`options ${JSON.stringify(viewer)}`, () => options.readOptions(s, viewer)),
      ),
    stages: () => using(options.readStages),
    rates: () => using(options.readRates),
    status: () =>
      using(async (s) => ({
        ...(await s.once('status', () => status.readStatus(s))),
        warning: s.warning,
      })),
    loads: () => using((s) => status.readLoads(s)),
    quarantine: (o) => using((s) => status.readQuarantine(s, o)),
    checks: () => using((s) => status.readChecks(s)),
    snapshots: async () => listSnapshots(dataDir).map(toItem),
    catalog,
    close: async () => {
      const last = current;
      current = null;
      pointed = null;
      if (last) await last.then(retire, () => undefined);
    },
  };
}

/** Opens the current snapshot; when its file is damaged the newest whole one before it, and says so. */
async function openNewest(dataDir: string): Promise<Opened> {
  const complaints: string[] = [];
  for (const { id, path, manifest } of candidates(dataDir, complaints)) {
    const { ok, reason } = await verifySnapshot(dataDir, id);
    if (!ok) complaints.push(`Snapshot ${id} is damaged: ${reason}`);
    else {
      const shown = `Shown is ${id}, loaded ${manifest.publishedAt}`;
      return openSource(id, path, complaints.length ? [...complaints, shown].join('. ') : null);
    }
  }
  if (complaints.length)
    throw new WarehouseError('damaged-snapshot', `${complaints.join('. ')}. Load again`);
  throw new WarehouseError(
    'no-snapshot',
    'Nothing has been loaded yet. Run "npx plumbline load --config FILE" or "npx plumbline demo"',
  );
}

/** The current snapshot and those before it; all that there are when the pointer itself is damaged. */
function candidates(dataDir: string, complaints: string[]): Snapshot[] {
  try {
    const current = findCurrent(dataDir);
    if (!current) return [];
    return [current, ...listSnapshots(dataDir).filter(({ id }) => id < current.id)];
  } catch (error) {
    if (!(error instanceof WarehouseError)) throw error;
    complaints.push(error.message);
    return listSnapshots(dataDir);
  }
}

async function openSource(snapshot: string, path: string, warning: string | null): Promise<Opened> {
  const reader = await openReader(path);
  const settings = await readSettings(reader);
  const once = remember();
  const valuesOf = (name: DimensionName) =>
    once(`values of ${name}`, () => ask.distinctValues(reader, name, settings));
  return { reader, snapshot, settings, once, valuesOf, warning, users: 0, stale: false };
}

/** A snapshot never changes, so what was worked out once holds as long as it is open; a failure is not kept. */
function remember(): ask.Source['once'] {
  const known = new Map<string, Promise<unknown>>();
  return <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const found = known.get(key) as Promise<T> | undefined;
    if (found) return found;
    const made = work();
    known.set(key, made);
    made.catch(() => known.delete(key));
    return made;
  };
}

async function readSettings(reader: Opened['reader']): Promise<Settings> {
  const rows = await reader.all('select name, value from setting');
  const value = Object.fromEntries(rows.map((row) => [String(row.name), String(row.value)]));
  const known = await reader.all(
    `select strftime(max(known_at), '%Y-%m-%d %H:%M:%S.%g') as at_instant from load`,
  );
  return {
    zone: value.zone ?? 'UTC',
    currency: value.currency ?? 'EUR',
    fiscalYearStart: Number(value.fiscalYearStart ?? 1),
    company: value.company ?? '',
    asOf: value.asOf as string,
    knownAt: String(known[0]?.at_instant),
  };
}

/** What is told of a snapshot: not where it lies. */
export const toItem = ({ id, manifest, isCurrent }: ListedSnapshot): SnapshotItem => ({
  id,
  load: manifest.load,
  publishedAt: manifest.publishedAt,
  asOf: manifest.asOf,
  current: isCurrent,
});

function retire(old: Opened): void {
  old.stale = true;
  closeUnused(old);
}

function closeUnused(source: Opened): void {
  if (source.stale && source.users === 0) source.reader.close();
}
