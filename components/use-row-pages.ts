'use client';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { type Endpoint, fetchFrom, type RowPages, rowPages, type TableRow } from './row-pages.ts';

/** The pages of a list, and its order in the address, so that a link and a way back keep it. */
export function useRowPages({
  names,
  endpoint,
  ...first
}: {
  /** Columns it may be sorted by. */
  names: readonly string[];
  endpoint: Endpoint;
  rows: TableRow[];
  count: number;
  pageSize: number;
  sort: string;
}) {
  const [pages] = useState(() => rowPages({ ...first, fetchPart: fetchFrom(endpoint) }));
  const seen = useSyncExternalStore(pages.subscribe, pages.seen, pages.seen);
  // A page that comes back from the browser's memory was made for another order than its address now says.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the list appears
  useEffect(() => {
    const order = new URLSearchParams(window.location.search).get('sort');
    if (order && names.includes(order.replace(/^-/, ''))) pages.sortBy(order);
    return pages.stop;
  }, [pages]);
  return { seen, pages: { ...pages, sortBy: inAddress(pages) } };
}

const inAddress = (pages: RowPages) => (sort: string) => {
  pages.sortBy(sort);
  const url = new URL(window.location.href);
  url.searchParams.set('sort', sort);
  window.history.replaceState(null, '', url);
};
