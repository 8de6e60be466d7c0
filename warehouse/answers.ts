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
