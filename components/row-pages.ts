import { AnswerError, answerErrorOf, type Failure, failureOf } from './answer-error.ts';
import type { Shown } from './format.ts';

export type TableRow = Record<string, Shown>;

/** A part of a list: its rows, and how many there are in all. */
export interface Part {
  rows: TableRow[];
  count: number;
}

export interface PartRequest {
  sort: string;
  offset: number;
  limit: number;
}

export type FetchPart = (request: PartRequest, signal: AbortSignal) => Promise<Part>;

/** What is known of a list at one moment; never changed, only replaced. */
export interface Seen {
  sort: string;
  count: number;
  pages: ReadonlyMap<number, readonly TableRow[]>;
  isLoading: boolean;
  failure: Failure | null;
}

export interface RowPagesOptions extends Part {
  sort: string;
  pageSize: number;
  fetchPart: FetchPart;
  /** Milliseconds a place must stay wanted before it is asked for, so that a flight over the list asks for nothing. */
  patience?: number;
}

export type RowPages = ReturnType<typeof rowPages>;

/**
 * Rows of a list of any length, asked for in pages as they are wanted. A page that is no longer wanted is called off; one
 * that failed waits for `retry`. When a page tells another count than before, the list has changed and the rest is asked
 * for anew.
 */
export function rowPages({
  rows,
  count,
  sort,
  pageSize,
  fetchPart,
  patience = 60,
}: RowPagesOptions) {
  let seen: Seen = { sort, count, pages: new Map([[0, rows]]), isLoading: false, failure: null };
  let wanted: readonly number[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const answered = new Set<number>(rows.length >= Math.min(pageSize, count) ? [0] : []);
  const failed = new Set<number>();
  const running = new Map<number, AbortController>();
  const listeners = new Set<() => void>();

  const change = (changes: Partial<Seen>) => {
    seen = { ...seen, ...changes, isLoading: running.size > 0 };
    for (const listener of listeners) listener();
  };
  const callOff = (isStale: (page: number) => boolean) => {
    for (const [page, controller] of running)
      if (isStale(page)) {
        running.delete(page);
        controller.abort();
      }
  };
  const take = (page: number, part: Part) => {
    const isSame = part.count === seen.count;
    if (!isSame) answered.clear();
    answered.add(page);
    const kept = isSame ? seen.pages : [];
    change({ count: part.count, pages: new Map([...kept, [page, part.rows]]) });
    if (!isSame) load();
  };
  const ask = async (page: number) => {
    const controller = new AbortController();
    running.set(page, controller);
    const isCurrent = () => running.get(page) === controller;
    try {
      const request = { sort: seen.sort, offset: page * pageSize, limit: pageSize };
      const part = await fetchPart(request, controller.signal);
      if (!isCurrent()) return;
      running.delete(page);
      take(page, part);
    } catch (error) {
      if (!isCurrent()) return;
      running.delete(page);
      failed.add(page);
      change({ failure: failureOf(error) });
    }
  };
  const load = () => {
    clearTimeout(timer);
    callOff((page) => !wanted.includes(page));
    const missing = wanted.filter(
      (page) => !answered.has(page) && !failed.has(page) && !running.has(page),
    );
    for (const page of missing) void ask(page);
    if (missing.length || seen.isLoading !== running.size > 0) change({});
  };

  return {
    /** What is known now; the same object until something changes. */
    seen: (): Seen => seen,
    rowAt: (index: number): TableRow | undefined =>
      seen.pages.get(Math.floor(index / pageSize))?.[index % pageSize],
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Says which rows are looked at: from the first to the last, both counted. */
    want: (first: number, last: number) => {
      wanted = pagesBetween(first, last, { pageSize, count: seen.count });
      clearTimeout(timer);
      timer = setTimeout(load, patience);
    },
    /** Orders the list anew, at its server; nothing of the old order stays. */
    sortBy: (order: string) => {
      if (order === seen.sort) return;
      callOff(() => true);
      answered.clear();
      failed.clear();
      wanted = [0];
      change({ sort: order, pages: new Map(), failure: null });
      load();
    },
    retry: () => {
      failed.clear();
      change({ failure: null });
      load();
    },
    stop: () => {
      clearTimeout(timer);
      callOff(() => true);
    },
  };
}

function pagesBetween(
  first: number,
  last: number,
  { pageSize, count }: { pageSize: number; count: number },
): number[] {
  const end = Math.min(last, count - 1);
  const from = Math.floor(Math.max(0, first) / pageSize);
  const to = Math.floor(end / pageSize);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}

export interface Endpoint {
  url: string;
  params: Record<string, string>;
}

/** Asks `url?params&sort=&offset=&limit=` for `{ rows, count }`. Throws AnswerError with the server's words when it refuses. */
export const fetchFrom =
  ({ url, params }: Endpoint, send: typeof fetch = fetch): FetchPart =>
  async ({ sort, offset, limit }, signal) => {
    const search = new URLSearchParams({
      ...params,
      sort,
      offset: String(offset),
      limit: String(limit),
    });
    const answer = await send(`${url}?${search}`, {
      signal,
      headers: { accept: 'application/json' },
    });
    if (!answer.ok) throw await answerErrorOf(answer);
    const body: unknown = await answer.json();
    if (isPart(body)) return body;
    throw new AnswerError('The server answered something that is not a list.', null);
  };

const isPart = (body: unknown): body is Part =>
  typeof body === 'object' && body !== null && 'rows' in body && 'count' in body;
