import type { Query } from './query.ts';
import type { Circumstance, Column, Row } from './answers.ts';

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
