import type { Viewer } from './access.ts';
import { findAccount, listAccounts } from './accounts.ts';
import type {
  AccountImage,
  Answer,
  CheckResult,
  LoadSummary,
  OpportunityLife,
  QuarantineRow,
  Receipt,
  Row,
  RowsAnswer,
  SnapshotItem,
  Status,
} from './answers.ts';
import { toArrow } from './arrow.ts';
import * as ask from './ask.ts';
import { catalog, type Catalog } from './catalog.ts';
import type { Settings } from './compile.ts';
import { openReader } from './connection.ts';
import type { DimensionName } from './dimensions.ts';
import { WarehouseError } from './errors.ts';
import { findOpportunity, type When } from './opportunities.ts';
import type { QueryInput } from './query.ts';
import { findCurrent, listSnapshots } from './snapshots.ts';
import * as status from './status.ts';

/** Everything that can be asked of an installation. Always answers from the snapshot that is current when it is asked. */
export interface Warehouse {
  answer(viewer: Viewer, query: QueryInput): Promise<Answer>;
  rows(viewer: Viewer, query: QueryInput): Promise<RowsAnswer>;
  receipt(viewer: Viewer, query: QueryInput): Promise<Receipt>;
  arrow(viewer: Viewer, query: QueryInput): Promise<Uint8Array>;
  opportunity(viewer: Viewer, id: string, when: When): Promise<OpportunityLife | null>;
  account(viewer: Viewer, id: string, when: When): Promise<AccountImage | null>;
  accounts(
    viewer: Viewer,
    o: { search?: string; limit: number; offset: number },
  ): Promise<{ rows: Row[]; count: number }>;
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
  users: number;
  stale: boolean;
}

/** Opens an installation lazily; a new snapshot is taken up by the next question, the old one closed after its last. */
export function openWarehouse(dataDir: string): Warehouse {
  let current: Promise<Opened> | null = null;
  let opened: string | null = null;

  async function source(): Promise<Opened> {
    const snapshot = findCurrent(dataDir);
    if (!snapshot)
      throw new WarehouseError(
        'no-snapshot',
        'Nothing has been loaded yet. Run "npx plumbline load --config FILE" or "npx plumbline demo"',
      );
    if (current && opened === snapshot.id) return current;
    const old = current;
    opened = snapshot.id;
    current = openSource(snapshot.id, snapshot.path);
    if (old) void old.then(retire);
    return current;
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
    arrow: (viewer, query) => using(async (s) => toArrow(await ask.answer(s, viewer, query))),
    opportunity: (viewer, id, when) => using((s) => findOpportunity(s, viewer, id, when)),
    account: (viewer, id, when) => using((s) => findAccount(s, viewer, id, when)),
    accounts: (viewer, o) => using((s) => listAccounts(s, viewer, o)),
    status: () => using((s) => status.readStatus(s)),
    loads: () => using((s) => status.readLoads(s)),
    quarantine: (o) => using((s) => status.readQuarantine(s, o)),
    checks: () => using((s) => status.readChecks(s)),
    snapshots: async () => listSnapshots(dataDir),
    catalog,
    close: async () => {
      const last = current;
      current = null;
      opened = null;
      if (last) await last.then(retire);
    },
  };
}

async function openSource(snapshot: string, path: string): Promise<Opened> {
  const reader = await openReader(path);
  const settings = await readSettings(reader);
  const values = new Map<DimensionName, Promise<(string | null)[]>>();
  const valuesOf = (name: DimensionName) => {
    const found = values.get(name) ?? ask.distinctValues(reader, name, settings);
    values.set(name, found);
    return found;
  };
  return { reader, snapshot, settings, valuesOf, users: 0, stale: false };
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

function retire(old: Opened): void {
  old.stale = true;
  closeUnused(old);
}

function closeUnused(source: Opened): void {
  if (source.stale && source.users === 0) source.reader.close();
}
