import type { Options } from '#warehouse/answers.ts';
import type { Query, QueryInput } from '#warehouse/query.ts';

/** What the address says: the only state of a page. */
export interface View {
  period: string;
  asOf?: string;
  knownAt?: string;
  currency?: string;
  rate: Query['rate'];
  /** Dimension -> values; `-` is none. */
  where: Record<string, (string | null)[]>;
}

export type Params = Record<string, string | string[] | undefined>;

const rates = ['plan', 'as-of', 'close'] as const;
const one = (value: string | string[] | undefined): string | undefined =>
  (Array.isArray(value) ? value[0] : value) || undefined;
const many = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : (Array.isArray(value) ? value : [value]).filter(Boolean);

/** Reads the view from the address; a filter is a parameter named as its dimension, `in` the currency of display. */
export function readView(params: Params, options: Options): View {
  const where = Object.keys(options.values).flatMap((name) => {
    const values = many(params[name]).map((value) => (value === '-' ? null : value));
    return values.length ? [[name, values] as const] : [];
  });
  return {
    period: one(params.period) ?? options.currentPeriod,
    asOf: one(params.asOf),
    knownAt: one(params.knownAt),
    currency: one(params.in),
    rate: rates.find((rate) => rate === one(params.rate)) ?? 'plan',
    where: Object.fromEntries(where),
  };
}

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
export const receiptHref = (path: string, params: Params, query: QueryInput): string =>
  hrefOf(path, params, { receipt: JSON.stringify(query) });

export const exportHref = (
  of: 'answer' | 'rows' | 'opportunities' | 'accounts',
  format: 'csv' | 'parquet',
  query: object,
): string => `/api/export?${new URLSearchParams({ of, format, query: JSON.stringify(query) })}`;

/** What goes along to another page: everything but an open receipt. */
export const lasting = (params: Params): Params => ({ ...params, receipt: undefined });
