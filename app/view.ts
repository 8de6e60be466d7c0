import type { Options } from '#warehouse/answers.ts';
import type { Query, QueryInput } from '#warehouse/query.ts';

/** What the address says: the only state of a page. */
export interface View {
  period: string;
  asOf?: string;
  knownAt?: string;
  currency?: string;
  rate: Query['rate'];
  /** `load` (the one before), `week`, `start` (of the period), `year`, or a day. */
  compare: string;
  /** Dimension -> values; `-` is none. */
  where: Record<string, (string | null)[]>;
}

export type Params = Record<string, string | string[] | undefined>;

export const rates = ['plan', 'as-of', 'close'] as const;
export const comparisons = ['load', 'week', 'start', 'year'] as const;

export const isDay = (text: string | undefined): text is string =>
  /^\d{4}-\d{2}-\d{2}$/.test(text ?? '');
export const one = (value: string | string[] | undefined): string | undefined =>
  (Array.isArray(value) ? value[0] : value) || undefined;
const many = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : (Array.isArray(value) ? value : [value]).filter(Boolean);

/** Reads the view from the address; a filter is a parameter named as its dimension, `in` the currency of display. */
export function readView(params: Params, options: Options): View {
  const where = Object.keys(options.values).flatMap((name) => {
    const values = many(params[name]).map((value) => (value === '-' ? null : value));
    return values.length ? [[name, values] as const] : [];
  });
  const compare = one(params.compare);
  return {
    period: one(params.period) ?? options.currentPeriod,
    asOf: one(params.asOf),
    knownAt: one(params.knownAt),
    currency: one(params.in),
    rate: rates.find((rate) => rate === one(params.rate)) ?? 'plan',
    compare: comparisons.find((each) => each === compare) ?? (isDay(compare) ? compare : 'load'),
    where: Object.fromEntries(where),
  };
}

/** Whether the view looks back: at another day, or with what was known at another time. */
export const isPast = ({ asOf, knownAt }: View): boolean =>
  asOf !== undefined || knownAt !== undefined;

/** The last day that the view sees. */
export const dayOf = ({ asOf }: View, { today }: Pick<Options, 'today'>): string =>
  asOf?.slice(0, 10) ?? today;

/** The view's question for some metrics. */
export function toQuery(view: View, metrics: string[], more: Partial<QueryInput> = {}): QueryInput {
  const { period, asOf, knownAt, currency, rate, where } = view;
  return { metrics, period, asOf, knownAt, currency, rate, where, ...more };
}

/** The address of a page with this view and some other parameters; null takes one away. */
export function hrefOf(
  path: string,
  params: Params,
  changes: Record<string, string | string[] | null> = {},
): string {
  const all: Params = { ...params };
  for (const [name, value] of Object.entries(changes)) all[name] = value ?? undefined;
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(all))
    for (const each of many(value)) search.append(name, each);
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

/** The same page with the receipt of one number open. */
export const receiptHref = (path: string, params: Params, query: object): string =>
  hrefOf(path, params, { receipt: JSON.stringify(query) });

export const exportHref = (
  of: 'answer' | 'rows' | 'opportunities' | 'accounts',
  format: 'csv' | 'parquet',
  query: object,
): string => `/api/export?${new URLSearchParams({ of, format, query: JSON.stringify(query) })}`;

/** What stays when another page is shown: the view, not what one page alone keeps (a receipt, a search, an order). */
export function lasting(params: Params): Params {
  const own = [
    'receipt',
    'search',
    'outcome',
    'sort',
    'from',
    'by',
    'since',
    'kind',
    'picks',
    'trend',
    'measure',
    'field',
    'across',
  ];
  return Object.fromEntries(Object.entries(params).filter(([name]) => !own.includes(name)));
}
