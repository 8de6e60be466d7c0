import type { Query } from './query.ts';

/** What the warehouse answers: plain values, the same for command line, page and export. */
export type Unit = 'money' | 'count' | 'ratio' | 'times' | 'days' | 'text' | 'date' | 'instant';

/** Units whose cells are numbers, or text that holds one. */
export const isNumeric = (unit: Unit): boolean =>
  ['money', 'count', 'ratio', 'times', 'days'].includes(unit);

export type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;

/** `money` cells are exact decimal strings, `ratio` 0..1, `times` how many times as much, `date` YYYY-MM-DD, `instant` ISO with zone. */
export interface Column {
  name: string;
  label: string;
  unit: Unit;
  kind: 'dimension' | 'metric' | 'companion' | 'attribute';
  currency?: string;
  /** In Arrow only: the cells are places in this list. */
  words?: (string | null)[];
}

/** The circumstances under which a number was asked for; printed with it everywhere. */
export interface Circumstance {
  asOf: string;
  knownAt: string;
  /** true when asOf is the newest extract and knownAt is now. */
  isNow: boolean;
  snapshot: string;
  period: string;
  currency: string;
  rate: 'plan' | 'as-of' | 'close';
}

export interface Answer extends Circumstance {
  columns: Column[];
  rows: Row[];
  /** Words the tile must show: opportunities without amount, without a rate, too small n. */
  notes: string[];
}

/** The rows behind a number. `sum` is their sum, `total` the number itself, `adds` whether they agree. */
export interface RowsAnswer extends Answer {
  count: number;
  sum: string | number | null;
  total: string | number | null;
  adds: boolean | null;
}

/** Everything that proves one number. */
export interface Receipt {
  metric: string;
  label: string;
  unit: Unit;
  value: Cell;
  currency: string | null;
  meaning: string;
  formula: string;
  source: string;
  version: string;
  filters: string[];
  circumstance: Circumstance;
  sql: string;
  parameters: Cell[];
  columns: Column[];
  rows: Row[];
  rowCount: number;
  sum: string | number | null;
  adds: boolean | null;
  notes: string[];
}

export interface Version {
  validFrom: string;
  validTo: string | null;
  knownFrom: string;
  knownTo: string | null;
  stage: string | null;
  pipeline: string | null;
  outcome: 'open' | 'won' | 'lost' | 'withdrawn';
  amount: string | null;
  currency: string | null;
  closeOn: string | null;
  salesman: string | null;
  team: string | null;
  account: string | null;
  category: string | null;
  probability: number | null;
  nextStep: string | null;
  isDeleted: boolean;
  evidence: string;
  unknown: string[];
}

/** One change in the life of an opportunity. `kind`: created advance regress push pull raise cut transfer
 *  close reopen delete restore merge reclassify edit. */
export interface LifeEvent {
  at: string;
  knownAt: string;
  kind: string;
  attribute: string;
  old: Cell;
  new: Cell;
  evidence: string;
}

export interface ActivityItem {
  id: string;
  kind: 'task' | 'event';
  subject: string | null;
  type: string | null;
  status: string | null;
  dueOn: string | null;
  startsAt: string | null;
  doneAt: string | null;
  done: boolean;
  salesman: string | null;
  contact: string | null;
  opportunity: string | null;
  opportunityName: string | null;
}

export interface ContactItem {
  id: string;
  name: string;
  title: string | null;
  role: string | null;
  primary: boolean;
  email: string | null;
  phone: string | null;
  /** Of an account's contact: in how many of its opportunities. */
  opportunities?: number;
}

export interface AccountRelative {
  id: string;
  name: string;
  relation: 'parent' | 'child';
  openPipeline: string;
  wonValue: string;
}

/** A lead, and what it became. */
export interface LeadItem {
  id: string;
  name: string | null;
  status: string | null;
  source: string | null;
  createdAt: string | null;
  convertedAt: string | null;
  opportunity: string | null;
  opportunityName: string | null;
}

export interface OpportunityLife extends Circumstance {
  opportunity: string;
  /** Whether it had been created by the as-of instant; if not, only name and `createdAt` are told. */
  exists: boolean;
  name: string;
  accountId: string | null;
  accountName: string | null;
  salesmanId: string | null;
  salesman: string | null;
  team: string | null;
  stage: string | null;
  pipeline: string | null;
  outcome: 'open' | 'won' | 'lost' | 'withdrawn';
  amount: string | null;
  amountCurrency: string | null;
  amountReporting: string | null;
  closeOn: string | null;
  closedAt: string | null;
  createdAt: string | null;
  nextStep: string | null;
  probability: number | null;
  learnedProbability: number | null;
  leadSource: string | null;
  type: string | null;
  isDeleted: boolean;
  mergedInto: string | null;
  lines: { product: string; amount: string; share: number }[];
  contacts: ContactItem[];
  activities: ActivityItem[];
  versions: Version[];
  events: LifeEvent[];
}

export interface AccountImage extends Circumstance {
  account: string;
  name: string;
  industry: string | null;
  region: string | null;
  segment: string | null;
  country: string | null;
  owner: string | null;
  relatives: AccountRelative[];
  contacts: ContactItem[];
  leads: LeadItem[];
  opportunities: Row[];
  activities: ActivityItem[];
  history: {
    from: string;
    to: string | null;
    industry: string | null;
    region: string | null;
    segment: string | null;
    owner: string | null;
  }[];
  openPipeline: string;
  wonValue: string;
}

export interface SourceStatus {
  source: string;
  freshAt: string | null;
  error: string | null;
}

export interface Status {
  company: string | null;
  snapshot: string | null;
  loadedAt: string | null;
  asOf: string | null;
  sources: SourceStatus[];
  /** When the newest extract of each object was taken. */
  objects: { source: string; object: string; freshAt: string | null }[];
  counts: Record<string, number>;
  warning: string | null;
}

export interface LoadSummary {
  load: string;
  startedAt: string;
  /** When the newest extract known by then was taken; null for a load that published nothing. */
  asOf: string | null;
  finishedAt: string | null;
  status: string;
  seconds: number | null;
  error: string | null;
  sources: { source: string; objects: ObjectCount[] }[];
}

export interface ObjectCount {
  object: string;
  rowsIn: number;
  loaded: number;
  quarantined: number;
  superseded: number;
}

export interface QuarantineRow {
  load: string;
  object: string;
  file: string;
  line: number;
  column: string | null;
  value: string | null;
  reason: string;
  raw: string | null;
}

export interface CheckResult {
  check: string;
  severity: 'stop' | 'warn';
  meaning: string;
  failing: number;
  example: string | null;
}

export interface SnapshotItem {
  id: string;
  load: string;
  publishedAt: string;
  asOf: string;
  current: boolean;
}

/** What a page offers to choose from. */
export interface Options {
  zone: string;
  currency: string;
  currencies: string[];
  fiscalYearStart: number;
  company: string;
  /** The day of the default as-of. */
  today: string;
  /** The first day of the history. */
  firstDay: string;
  currentPeriod: string;
  /** Fiscal years and quarters from the first day to a year ahead, oldest first. */
  periods: string[];
  values: Record<string, (string | null)[]>;
  teams: { director: string | null; team: string | null; salesman: string | null }[];
}

export interface SearchHit {
  kind: 'opportunity' | 'account' | 'salesman';
  id: string;
  label: string;
  detail: string;
}

/** What happened to the open pipeline between two instants; the deltas of `bridge` sum to after − before. */
export interface Changes extends Circumstance {
  /** What the earlier state is: that of the load before, or that of a week before when there was only one. */
  basis: 'load' | 'week';
  since: string;
  sinceKnownAt: string;
  before: { openPipeline: string; openCount: number };
  after: { openPipeline: string; openCount: number };
  bridge: { kind: ChangeKind; count: number; delta: string }[];
  items: ChangeItem[];
  /** How many opportunities changed; `items` may hold fewer. */
  count: number;
}

export type ChangeKind =
  | 'created'
  | 'reopened'
  | 'restored'
  | 'won'
  | 'lost'
  | 'deleted'
  | 'merged'
  | 'raised'
  | 'cut'
  | 'revalued'
  | 'pushed'
  | 'pulled'
  | 'moved'
  | 'transferred';

export interface ChangeItem {
  opportunity: string;
  name: string;
  account: string | null;
  salesman: string | null;
  kind: ChangeKind;
  /** What it adds to the open pipeline, exact, signed. */
  delta: string;
  detail: string;
}

/** What happened to the pipeline of a period between two instants; money exact, `residual` always 0.00. */
export interface Waterfall extends Circumstance {
  from: string;
  to: string;
  throughFlow: boolean;
  bars: WaterfallBar[];
  start: string;
  end: string;
  residual: string;
  notes: string[];
}

export interface WaterfallBar {
  bar: string;
  label: string;
  kind: 'total' | 'up' | 'down' | 'neutral';
  meaning: string;
  /** What it adds, signed; of start and end the level. */
  value: string;
  /** How many opportunities are behind it. */
  count: number;
  /** Of a transfer: the part that moved only because the salesman's team changed. */
  reorganised?: string;
}

/** The opportunities behind one bar or step, largest first; `sum` is over all of them, `adds` whether it is `total`. */
export interface MovedRows extends Circumstance {
  columns: Column[];
  rows: Row[];
  count: number;
  sum: string | number;
  total: string | number;
  adds: boolean;
}

/** Why two numbers differ: the deltas sum to `to` − `from` exactly, so `residual` is always 0. Money is text, counts numbers. */
export interface Bridge extends Circumstance {
  metric: string;
  unit: 'money' | 'count';
  steps: BridgeStep[];
  from: string | number;
  to: string | number;
  residual: string | number;
  /** Both questions with all their circumstances settled. */
  queries: { from: Query; to: Query };
}

/** One reason within one change of circumstance: definition, where.<dimension>, period, knownAt, asOf, rate, currency. */
export interface BridgeStep {
  step: string;
  reason: string;
  label: string;
  delta: string | number;
  count: number;
}

/** What changed in one number since somebody looked, with the opportunities that did most. */
export interface Since extends Bridge {
  /** The load that was newest then: as of when its extract was taken, and when it was known. */
  since: string;
  sinceKnownAt: string;
  top: Row[];
}

/** What was rewritten about the past between an earlier load and now; every delta is the sum of its reasons. */
export interface Rewritten extends Circumstance {
  since: string;
  sinceKnownAt: string;
  /** Numbers of past months or weeks that are told otherwise now, newest first. */
  numbers: RewrittenNumber[];
  /** What was edited, newest knowledge first; `editCount` says how many there are. */
  edits: RewrittenEdit[];
  editCount: number;
}

export interface RewrittenNumber {
  metric: string;
  label: string;
  /** First and last day of the month or week. */
  begins: string;
  day: string;
  /** As known then, and as known now. */
  was: string;
  is: string;
  delta: string;
  reasons: { reason: string; label: string; delta: string; count: number }[];
}

/** One attribute of an opportunity (or account) told otherwise: from when on it is so, and when that was learned. */
export interface RewrittenEdit {
  object: 'opportunity' | 'account';
  id: string;
  name: string | null;
  reason: string;
  label: string;
  attribute: string;
  old: string | null;
  new: string | null;
  at: string | null;
  knownAt: string;
}

/** Pipeline that vanished; `count` and `value` are over all rows asked for, `totals` over all kinds. */
export interface Vanished extends Circumstance {
  totals: {
    kind: 'deleted' | 'merged' | 'cloned';
    count: number;
    value: string;
    ageDays: number;
  }[];
  count: number;
  value: string;
  /** opportunity, name, account, salesman, team, kind, cause, was, value, at, detectedAt, into, intoName, clonedAt, ageDays. */
  rows: Row[];
  winRate: number | null;
  /** Had no closed one been deleted, and none been lost only to be made again. */
  winRateWithout: number | null;
}

/** Open opportunities at risk, by the money at stake; `count`, `money` and `exposed` are over all asked for. */
export interface Risks extends Circumstance {
  /** The last day until which a win counts: chances are those to be won by then. */
  until: string;
  opportunities: RiskItem[];
  count: number;
  /** Expected value lost to what the rules warn of, each opportunity counted once. */
  money: string;
  /** Value of the opportunities themselves. */
  exposed: string;
  rules: RiskRule[];
  /** What the lifts were measured on: opportunities, how often they were looked at, and the month end until which. */
  basis: { opportunities: number; states: number; learnedOn: string };
  notes: string[];
}

export interface RiskItem {
  opportunity: string;
  name: string;
  account: string | null;
  salesman: string | null;
  team: string | null;
  stage: string | null;
  pipeline: string | null;
  closeOn: string | null;
  /** In the reporting currency; null without amount or rate. */
  amount: string | null;
  /** At stake: amount × (chance without the flags − chance with them). */
  money: string;
  /** To be won by `until`: as it stands, and without what the flags warn of. */
  chance: number;
  chanceWithout: number;
  flags: RiskFlag[];
}

/** One rule that names an opportunity; the moneys of its flags sum to that of the opportunity. */
export interface RiskFlag {
  rule: string;
  label: string;
  evidence: string;
  money: string;
  /** Wins of flagged ones against those of like ones; null when none could be compared. */
  lift: number | null;
  n: number;
  /** Without measured lift: hygiene, with no money of its own. */
  demoted: boolean;
  step: string;
}

/** What a rule is worth, measured on the past, and whom it names today. */
export interface RiskRule {
  rule: string;
  label: string;
  meaning: string;
  limit: string;
  lift: number | null;
  low: number | null;
  high: number | null;
  /** Different opportunities that it named in the past. */
  n: number;
  observed: number;
  expected: number;
  /** Hygiene: the interval holds 1, or fewer than 50 were seen. */
  demoted: boolean;
  /** The measurement in a sentence. */
  words: string;
  /** Named now in the scope: how many, of what value, with what at stake. */
  count: number;
  exposed: string;
  money: string;
}

/** How opportunities pass the stages, by a named rule. */
export interface Conversion extends Circumstance {
  rule: string;
  label: string;
  meaning: string;
  source: string;
  /** By pipeline and order. */
  stages: StageConversion[];
  notes: string[];
}

/**
 * One stage: entered = advanced + lost + withdrawn + still, but by the rule `anyStage`. What only our own rule tells is
 * null by the others.
 */
export interface StageConversion {
  pipeline: string | null;
  stage: string;
  order: number;
  entered: number;
  advanced: number;
  lost: number;
  withdrawn: number;
  /** Not advanced, lost or withdrawn so far (by other rules won ones that passed otherwise, too); `back` of them are in a lower stage, `gone` were deleted or merged. */
  still: number;
  back: number | null;
  gone: number | null;
  /** Of those that advanced: passed the stage without a stay. */
  viaSkip: number | null;
  /** Moves back from this stage to a lower one per 100 entries. */
  regressionsPer100: number | null;
  /** Share that reaches a higher stage or is won, with its 95 % interval; null when nothing has ended. */
  estimate: number | null;
  low: number | null;
  high: number | null;
  /** The share of which nothing can be told yet, and the days that the estimate reaches. */
  waiting: number | null;
  horizon: number | null;
  /** Share that is won in the end. */
  toWon: number | null;
  toWonLow: number | null;
  toWonHigh: number | null;
}

/** Closed opportunities most like an open one as they looked at the same age in the same stage, and how they went. */
export interface Twins extends Circumstance {
  opportunity: string;
  stage: string;
  /** Days it has been in the stage by the instant; so old each twin is looked at. */
  stageDays: number;
  /** How many stood in the stage as long; of very many the newest. */
  candidates: number;
  /** The nearest first. */
  twins: Twin[];
  won: number;
  /** Share of the twins that was won, with its 95 % interval; null without twins. */
  share: number | null;
  low: number | null;
  high: number | null;
  /** Median days from the matching instant to the win. */
  daysToWin: number | null;
  /** Median number of activities in the 30 days after it. */
  touchesOfWon: number | null;
  touchesOfLost: number | null;
}

/** What holds at the instant that matches is told as it stood then. */
export interface Twin {
  opportunity: string;
  name: string;
  account: string | null;
  salesman: string | null;
  field: string | null;
  sameField: boolean;
  outcome: 'won' | 'lost' | 'withdrawn';
  /** The instant that matches. */
  at: string;
  endedAt: string;
  /** From the instant that matches to the end. */
  days: number;
  /** In the reporting currency at the plan rate; null without amount or rate. */
  value: string | null;
  ageDays: number;
  idleDays: number;
  pushes: number;
  /** Activities in the 30 days after, until the end. */
  touches: number;
  /** Where it went from the stage. */
  movedTo: string | null;
  distance: number;
}

/** What tells a total beside the others at the same cut-offs; `hazard` is the model before it is blended. */
export type ForecastMethod =
  | 'default'
  | 'hazard'
  | 'naive'
  | 'lastYear'
  | 'typedWeighted'
  | 'learnedWeighted'
  | 'sameDayRatio'
  | 'calls';

/** A forecast of a period as it was stored at one cut-off, never changed since. Money at plan rates. */
export interface ForecastPoint {
  /** The day at whose end it stands; it was made from what was known by then. */
  cutOff: string;
  /** Whole weeks from the cut-off to the end of the period. */
  weeksToEnd: number;
  p10: string;
  p50: string;
  p90: string;
  mean: string;
  /** Parts of the mean that add up to it; `existing` and `new` are null where no model could be fitted. */
  won: string;
  existing: string | null;
  new: string | null;
  /** P(total ≥ the target as it is now); null without target. */
  pTarget: number | null;
  /** The period's total as each method saw it; null where it could not tell. */
  totals: Record<ForecastMethod, string | null>;
  method: 'default' | 'naive';
  /** SHA-256 of what it was worked out from. */
  inputHash: string;
  codeVersion: number;
  madeAt: string;
  /** Worked out after its week was over, from what had been known then. */
  isBackfilled: boolean;
}

/** How wrong a method was in past periods, from forecasts as they were stored. */
export interface ForecastError {
  method: ForecastMethod;
  label: string;
  meaning: string;
  /** Σ|error| / Σ actual, and Σ error / Σ actual (above 0: too high). */
  wape: number | null;
  bias: number | null;
  /** Mean pinball loss over 0.05..0.95 relative to the mean result. */
  pinball: number | null;
  /** How often the result lay within P10..P90, of `n`; null for methods that tell one number. */
  held: number | null;
  n: number;
  /** In words: "held 26 of 32 times, 9 % off on the mean". */
  words: string;
}

/** What a period will bring, as stored, with how wrong such forecasts were. */
export interface ForecastAnswer extends Circumstance {
  /** Day of the newest stored forecast by the as-of day; null when there is none. */
  cutOff: string | null;
  p10: string | null;
  p50: string | null;
  p90: string | null;
  mean: string | null;
  won: string | null;
  existing: string | null;
  new: string | null;
  target: string | null;
  pTarget: number | null;
  method: 'default' | 'naive' | null;
  /** Why less is told than could be, in words; null when everything is. */
  abstains: string | null;
  /** Every stored forecast of the period up to the as-of day, oldest first: how it moved. */
  points: ForecastPoint[];
  /** As far before the end of past periods as now, a week more or less. */
  errors: ForecastError[];
  /** The weeks to the period's end at which the errors were measured, and on how many periods. */
  errorsAt: { weeksToEnd: number; periods: number } | null;
  notes: string[];
}

/** How long open opportunities have been in their stages, against those that were won from there. */
export interface StageAge extends Circumstance {
  /** By pipeline and order; a stage without an order comes last. */
  stages: StageAging[];
  notes: string[];
}

/** Days of stays that ended upward of opportunities that were won: the share in the name was as long or shorter. */
export interface Benchmark {
  /** How many stays; with fewer than 5 in the stage no opportunity is flagged. */
  n: number;
  p25: number;
  p50: number;
  p80: number;
  p95: number;
}

export interface StageAging {
  pipeline: string | null;
  /** Null: nobody knows. */
  stage: string | null;
  order: number | null;
  benchmark: Benchmark | null;
  /** The same by amounts, drawn to that of the stage where few are; `[from, to)` in the reporting currency. */
  bands: (Benchmark & { band: string; from: string | null; to: string | null })[];
  open: Standing;
  /** Of the open ones, in days so far. */
  medianAge: number | null;
  /** As long as 80 % of those that were won, or longer; `stalled`: as 95 %. */
  watch: Standing;
  stalled: Standing;
  /** Open ones by days in the stage, `[from, to)`. */
  ages: (Standing & { from: number; to: number | null })[];
  /** How those went that sat as long as what is watched from on. */
  odds: Odds | null;
}

/** How many opportunities stand somewhere, and their money. */
export interface Standing {
  count: number;
  value: string;
}

/** Of closed opportunities that sat at least `days` in a stage, how many were won; beside it of all that stood there. */
export interface Odds {
  days: number;
  n: number;
  won: number;
  share: number | null;
  low: number | null;
  high: number | null;
  allN: number;
  allWon: number;
  allShare: number | null;
}

export interface StageOdds extends Circumstance, Odds {
  pipeline: string | null;
  stage: string;
}

/** One line of the scoreboard: a method in the windows of one kind, `weeksToEnd` weeks before they end when told so. */
export interface BacktestScore {
  method: ForecastMethod;
  window: string;
  weeksToEnd?: number;
  wape: number | null;
  bias: number | null;
  coverage: number | null;
  pinball: number | null;
  /** How many forecasts, of how many windows. */
  n: number;
  periods: number;
}

/** How wrong stored forecasts were. */
export interface Backtest extends Circumstance {
  windows: string;
  from: string;
  to: string;
  methods: BacktestScore[];
  byHorizon: BacktestScore[];
  points: (ForecastPoint & { period: string; window: string; actual: string })[];
  notes: string[];
}
