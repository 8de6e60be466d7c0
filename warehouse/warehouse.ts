import type { Viewer } from './access.ts';
import { findAccount } from './account-image.ts';
import { type AccountRequest, listAccounts } from './accounts.ts';
import type { AccountImage } from './account-answer.ts';
import type { Answer, Options, Receipt, Row, RowsAnswer, SearchHit } from './answers.ts';
import type { Backtest, ForecastAnswer } from './forecasts/answer.ts';
import type {
  Bridge,
  Changes,
  MovedRows,
  Rewritten,
  Since,
  Vanished,
  Waterfall,
} from './movement-answer.ts';
import type {
  CheckResult,
  LoadSummary,
  QuarantineRow,
  SnapshotItem,
  Status,
} from './status-answer.ts';
import type { Conversion, StageAge, StageOdds } from './stage-answer.ts';
import type { OpportunityLife } from './opportunity-answer.ts';
import type { RiskItem, Risks } from './risks/answer.ts';
import type { Twins } from './twins-answer.ts';
import * as ask from './ask.ts';
import { readBridge, readBridgeRows } from './bridge.ts';
import type { BridgeInput, BridgeRowsInput } from './bridge-request.ts';
import { readSince, type SinceInput } from './bridge-since.ts';
import { readComparison } from './comparison.ts';
import { readComparedRows } from './comparison-rows.ts';
import type { ComparedRows, Comparison } from './comparison-answer.ts';
import type {
  ComparisonInput,
  ComparisonRowsInput,
  SalesmanInput,
  StageRowsInput,
} from './comparison-request.ts';
import { catalog, type Catalog } from './catalog.ts';
import { readChanges } from './changes.ts';
import { readConversion } from './conversion.ts';
import type { ConversionInput, ConversionRowsInput } from './conversion-request.ts';
import { readConversionRows } from './conversion-rows.ts';
import {
  type OpenColumnsInput,
  type OpenNamesInput,
  readOpenColumns,
  readOpenNames,
} from './open-columns.ts';
import { type Loading, readLoading, readLoadList } from './loading.ts';
import { type BacktestRequest, readBacktest } from './forecasts/backtest.ts';
import { readForecast } from './forecasts/forecast.ts';
import { freeze, type FreezeHooks, type FreezeRequest } from './forecasts/freeze.ts';
import { frozenReader } from './forecasts/frozen.ts';
import type { ForecastInput } from './forecasts/request.ts';
import { type FieldGrid, type FieldGridInput, readFieldGrid } from './field-grid.ts';
import { type ListRequest, listOpportunities } from './opportunity-list.ts';
import * as options from './options.ts';
import { findOpportunity, type When } from './opportunities.ts';
import type { QueryInput } from './query.ts';
import { readRewritten, readRewrittenRows } from './rewritten.ts';
import { findRisks, prepareRisks, readRiskRules, readRisks } from './risks/read.ts';
import type { RiskRulesInput, RisksInput } from './risks/request.ts';
import type { RewrittenInput, RewrittenRowsInput } from './rewritten-request.ts';
import { closeUnused, openInstallation, type Opened, retire } from './opening.ts';
import { listSnapshots, type ListedSnapshot, readPointer } from './snapshot.ts';
import { readSalesman } from './salesman.ts';
import { findPerson } from './salesman-person.ts';
import { readStageRows } from './stage-rows.ts';
import type { Person, SalesmanProfile } from './salesman-answer.ts';
import * as status from './status.ts';
import { readTwins } from './twins.ts';
import { readStageAge } from './stage-age.ts';
import type { OddsInput, StageAgeInput, StageAgeRowsInput } from './stage-age-request.ts';
import { readStageAgeRows } from './stage-age-rows.ts';
import { oddsAt } from './stage-odds.ts';
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
  /** The open pipeline by columns, for charts that filter each other. */
  openColumns(viewer: Viewer, input: OpenColumnsInput): Promise<Uint8Array>;
  openNames(viewer: Viewer, input: OpenNamesInput): Promise<Row[]>;
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
  /** Open opportunities that a risk rule names, and what each rule is worth. */
  risks(viewer: Viewer, input: RisksInput): Promise<Risks>;
  riskRules(viewer: Viewer, input: RiskRulesInput): ReturnType<typeof readRiskRules>;
  /** The flags of one open opportunity, hygiene included. */
  opportunityRisks(viewer: Viewer, id: string, when: When): Promise<RiskItem | null>;
  /** Past opportunities that looked like it at the same age in its stage; null when it is not open or not seen. */
  twins(viewer: Viewer, id: string, when: When): Promise<Twins | null>;
  /** How opportunities pass from stage to stage, by a named rule. */
  conversion(viewer: Viewer, input: ConversionInput): Promise<Conversion>;
  conversionRows(viewer: Viewer, input: ConversionRowsInput): Promise<MovedRows>;
  /** Salesmen beside each other, each against what his mix lets one expect. */
  comparison(viewer: Viewer, input: ComparisonInput): Promise<Comparison>;
  /** The closings behind one number of a comparison. */
  comparisonRows(viewer: Viewer, input: ComparisonRowsInput): Promise<ComparedRows>;
  /** Who a salesman is, by the key of the source. */
  person(viewer: Viewer, id: string, when: When): Promise<Person | null>;
  /** One salesman in a period; null when there is none whom the viewer may see. */
  salesman(viewer: Viewer, input: SalesmanInput): Promise<SalesmanProfile | null>;
  /** The stays of a salesman in a stage. */
  stageRows(viewer: Viewer, input: StageRowsInput): Promise<ComparedRows>;
  /** A metric by two dimensions, with the cells that differ beyond noise. */
  fieldGrid(viewer: Viewer, input: FieldGridInput): Promise<FieldGrid>;
  /** How long open opportunities have been in their stages, against those that were won from there. */
  stageAge(viewer: Viewer, input: StageAgeInput): Promise<StageAge>;
  stageAgeRows(viewer: Viewer, input: StageAgeRowsInput): Promise<MovedRows>;
  /** How those went that sat in a stage at least so many days. */
  stageOdds(viewer: Viewer, input: OddsInput): Promise<StageOdds>;
  /** What a period will bring, from stored points. */
  forecast(viewer: Viewer, input: ForecastInput): Promise<ForecastAnswer>;
  /** How wrong stored forecasts were. */
  backtest(viewer: Viewer, request: BacktestRequest): Promise<Backtest>;
  /** Works out forecasts that are not stored yet and hands them out to be stored; seconds to minutes, never for a page. */
  freeze(
    viewer: Viewer,
    request: FreezeRequest,
    hooks: Omit<FreezeHooks, 'frozen'>,
  ): Promise<{ stored: number; fitted: number }>;
  options(viewer: Viewer): Promise<Options>;
  stages(): Promise<Row[]>;
  rates(): Promise<Row[]>;
  status(): Promise<Status>;
  /** The loads that the snapshot contains. */
  loads(): Promise<LoadSummary[]>;
  /** The load under way or the last one, and all that were tried, failed ones too. */
  loading(): Promise<{ now: Loading | null; loads: LoadSummary[] }>;
  quarantine(
    viewer: Viewer,
    o: { limit: number; object?: string },
  ): Promise<{ rows: QuarantineRow[]; total: number }>;
  checks(viewer: Viewer): Promise<CheckResult[]>;
  snapshots(): Promise<SnapshotItem[]>;
  catalog(): Catalog;
  close(): Promise<void>;
}

/** How an installation is opened. */
export interface Opening {
  /**
   * Whether the whole snapshot is compared with its published hash before the first answer or behind it; what is
   * cheap to tell is always looked at before. Default before: one question, one answer, and it is right.
   */
  verify?: 'before' | 'behind';
  /** How much memory kept answers may take; 0 keeps none. Default 64 MB. */
  cacheBytes?: number;
  /** Whether what takes seconds to learn is learned of each snapshot behind its first answer. Default false. */
  prepares?: boolean;
}

/** Opens an installation lazily; a new snapshot is taken up by the next question, the old one closed after its last. */
export function openWarehouse(dataDir: string, opening: Opening = {}): Warehouse {
  const frozen = frozenReader(dataDir);
  let current: Promise<Opened> | null = null;
  let pointed: string | null = null;
  const opener = openInstallation(dataDir, {
    verify: opening.verify ?? 'before',
    cacheBytes: opening.cacheBytes ?? 64 * 2 ** 20,
    onDamage: () => replace(null),
  });

  /** The one before is closed when its last question has been answered. */
  function replace(next: Promise<Opened> | null): void {
    const old = current;
    current = next;
    if (old) void old.then(retire, () => undefined);
  }

  async function source(): Promise<Opened> {
    const pointer = readPointer(dataDir);
    if (current && pointed === pointer) return current;
    const next = opener.openNewest();
    pointed = pointer;
    replace(next);
    next.catch(() => {
      if (current === next) current = null;
    });
    return next;
  }

  async function using<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
    let used = await source();
    // Between the promise and here it may have been replaced and closed.
    while (used.stale) used = await source();
    used.users += 1;
    try {
      return await work(used);
    } finally {
      used.users -= 1;
      closeUnused(used);
      opener.answered(used);
      prepare(used);
    }
  }

  const prepared = new WeakSet<Opened>();
  function prepare(opened: Opened): void {
    if (!opening.prepares || opened.stale || prepared.has(opened)) return;
    prepared.add(opened);
    using(prepareRisks).catch((error: Error) => process.emitWarning(error));
  }

  return {
    answer: (viewer, query) => using((s) => ask.answer(s, viewer, query)),
    rows: (viewer, query) => using((s) => ask.rows(s, viewer, query)),
    receipt: (viewer, query) => using((s) => ask.receipt(s, viewer, query)),
    trend: (viewer, query, o) => using((s) => ask.trend(s, viewer, query, o)),
    arrow: (viewer, query) => using((s) => ask.arrow(s, viewer, query)),
    openColumns: (viewer, input) => using((s) => readOpenColumns(s, viewer, input)),
    openNames: (viewer, input) => using((s) => readOpenNames(s, viewer, input)),
    opportunity: (viewer, id, when) => using((s) => findOpportunity(s, viewer, id, when)),
    account: (viewer, id, when) => using((s) => findAccount(s, viewer, id, when)),
    accounts: (viewer, request) => using((s) => listAccounts(s, viewer, request)),
    opportunities: (viewer, request) => using((s) => listOpportunities(s, viewer, request)),
    search: (viewer, text) => using((s) => options.search(s, viewer, text)),
    changes: (viewer, { limit }) => using((s) => readChanges(s, viewer, limit)),
    waterfall: (viewer, input) => using((s) => readWaterfall(s, viewer, input)),
    waterfallRows: (viewer, input) => using((s) => readWaterfallRows(s, viewer, input)),
    bridge: (viewer, input) => using((s) => readBridge(s, viewer, input)),
    bridgeRows: (viewer, input) => using((s) => readBridgeRows(s, viewer, input)),
    since: (viewer, input) => using((s) => readSince(s, viewer, input)),
    rewritten: (viewer, input) => using((s) => readRewritten(s, viewer, input)),
    rewrittenRows: (viewer, input) => using((s) => readRewrittenRows(s, viewer, input)),
    vanished: (viewer, input) => using((s) => readVanished(s, viewer, input)),
    risks: (viewer, input) => using((s) => readRisks(s, viewer, input)),
    riskRules: (viewer, input) => using((s) => readRiskRules(s, viewer, input)),
    opportunityRisks: (viewer, id, when) => using((s) => findRisks(s, viewer, id, when)),
    twins: (viewer, id, when) => using((s) => readTwins(s, viewer, id, when)),
    conversion: (viewer, input) => using((s) => readConversion(s, viewer, input)),
    conversionRows: (viewer, input) => using((s) => readConversionRows(s, viewer, input)),
    comparison: (viewer, input) => using((s) => readComparison(s, viewer, input)),
    comparisonRows: (viewer, input) => using((s) => readComparedRows(s, viewer, input)),
    person: (viewer, id, when) => using((s) => findPerson(s, viewer, id, when)),
    salesman: (viewer, input) => using((s) => readSalesman(s, viewer, input)),
    stageRows: (viewer, input) => using((s) => readStageRows(s, viewer, input)),
    fieldGrid: (viewer, input) => using((s) => readFieldGrid(s, viewer, input)),
    stageAge: (viewer, input) => using((s) => readStageAge(s, viewer, input)),
    stageAgeRows: (viewer, input) => using((s) => readStageAgeRows(s, viewer, input)),
    stageOdds: (viewer, input) => using((s) => oddsAt(s, viewer, input)),
    forecast: (viewer, input) => using((s) => readForecast(s, viewer, { input, frozen })),
    backtest: (viewer, request) => using((s) => readBacktest(s, viewer, { request, frozen })),
    freeze: (viewer, request, hooks) =>
      using((s) => freeze(s, viewer, request, { ...hooks, frozen })),
    options: (viewer) => using((s) => options.readOptions(s, viewer)),
    stages: () => using(options.readStages),
    rates: () => using(options.readRates),
    status: () =>
      using(async (s) => ({
        ...(await status.readStatus(s)),
        warning: s.warning,
      })),
    loads: () => using((s) => status.readLoads(s)),
    loading: async () => ({ now: readLoading(dataDir), loads: readLoadList(dataDir) }),
    quarantine: (viewer, o) => using((s) => status.readQuarantine(s, viewer, o)),
    checks: (viewer) => using((s) => status.readChecks(s, viewer)),
    snapshots: async () => listSnapshots(dataDir).map(toItem),
    catalog,
    close: async () => {
      const last = current;
      replace(null);
      pointed = null;
      opener.close();
      await last?.catch(() => undefined);
    },
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
