import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AnswerError } from '#components/answer-error.ts';
import { fetchFrom, type PartRequest, type Part, rowPages } from '#components/row-pages.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Call extends PartRequest {
  signal: AbortSignal;
  answer: (part?: Partial<Part>) => void;
  fail: (error: unknown) => void;
}

const rowsFrom = (offset: number, limit: number) =>
  Array.from({ length: limit }, (_, i) => ({ id: offset + i }));

/** A list of 1,000 rows in pages of 10, whose first page is there; the test answers what is asked. */
function list(more: Partial<Part> = {}) {
  const calls: Call[] = [];
  const pages = rowPages({
    rows: rowsFrom(0, 10),
    count: 1000,
    sort: 'id',
    pageSize: 10,
    ...more,
    fetchPart: (request, signal) =>
      new Promise((resolve, reject) => {
        const { offset, limit } = request;
        const answer = (part: Partial<Part> = {}) =>
          resolve({ rows: rowsFrom(offset, limit), count: 1000, ...part });
        calls.push({ ...request, signal, answer, fail: reject });
      }),
  });
  const look = async (first: number, last: number) => {
    pages.want(first, last);
    await vi.advanceTimersByTimeAsync(100);
  };
  return { pages, calls, look };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

test('rows that are there are not asked for', async () => {
  const { pages, calls, look } = list();
  await look(0, 9);
  expect(calls).toEqual([]);
  expect(pages.rowAt(3)).toEqual({ id: 3 });
  expect(pages.rowAt(10)).toBeUndefined();
});

test('what comes into view is asked for by pages, once', async () => {
  const { pages, calls, look } = list();
  await look(15, 31);
  await look(16, 32);
  expect(calls.map(({ offset, limit, sort }) => [offset, limit, sort])).toEqual([
    [10, 10, 'id'],
    [20, 10, 'id'],
    [30, 10, 'id'],
  ]);
  expect(pages.seen().isLoading).toBe(true);
  for (const call of calls) call.answer();
  await settle();
  expect(pages.rowAt(27)).toEqual({ id: 27 });
  expect(pages.seen().isLoading).toBe(false);
});

test('a flight over the list asks only for where it ends', async () => {
  const { pages, calls } = list();
  for (let at = 0; at < 900; at += 10) {
    pages.want(at, at + 9);
    await vi.advanceTimersByTimeAsync(16);
  }
  await vi.advanceTimersByTimeAsync(100);
  expect(calls.map(({ offset }) => offset)).toEqual([890]);
});

test('a page that is no longer wanted is called off, and what it still answers is not taken', async () => {
  const { pages, calls, look } = list();
  await look(100, 109);
  await look(500, 509);
  expect(calls.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  calls[0]?.answer();
  await settle();
  expect(pages.rowAt(100)).toBeUndefined();
});

test('nothing beyond the last row is asked for', async () => {
  const { calls, look } = list();
  await look(985, 1400);
  expect(calls.map(({ offset }) => offset)).toEqual([980, 990]);
});

test('a new order forgets the old rows and starts from the top', async () => {
  const { pages, calls, look } = list();
  await look(100, 109);
  pages.sortBy('-id');
  expect(calls[0]?.signal.aborted).toBe(true);
  expect(pages.rowAt(0)).toBeUndefined();
  expect(calls[1]).toMatchObject({ sort: '-id', offset: 0 });
  calls[1]?.answer({ rows: [{ id: 999 }] });
  await settle();
  expect(pages.rowAt(0)).toEqual({ id: 999 });
});

test('what failed is said with its id, waits, and comes by trying again', async () => {
  const { pages, calls, look } = list();
  await look(100, 109);
  calls[0]?.fail(new AnswerError('That took too long.', 'ab12cd34'));
  await settle();
  expect(pages.seen().failure).toEqual({ message: 'That took too long.', id: 'ab12cd34' });
  await look(101, 109);
  expect(calls.length).toBe(1);
  pages.retry();
  expect(pages.seen().failure).toBeNull();
  calls[1]?.answer();
  await settle();
  expect(pages.rowAt(100)).toEqual({ id: 100 });
});

test('a lost connection is said in words', async () => {
  const { pages, calls, look } = list();
  await look(100, 109);
  calls[0]?.fail(new TypeError('fetch failed'));
  await settle();
  expect(pages.seen().failure).toEqual({ message: 'The server cannot be reached.', id: null });
});

test('when the list has changed, the rows of before are asked for anew', async () => {
  const { pages, calls, look } = list();
  await look(5, 14);
  calls[0]?.answer({ count: 800 });
  await settle();
  expect(pages.seen().count).toBe(800);
  expect(pages.rowAt(0)).toBeUndefined();
  expect(calls.map(({ offset }) => offset)).toEqual([10, 0]);
});

test('a first page that is not whole is completed', async () => {
  const { calls, look } = list({ rows: rowsFrom(0, 4) });
  await look(0, 9);
  expect(calls.map(({ offset }) => offset)).toEqual([0]);
});

test('each change tells its listeners, with another value', async () => {
  const { pages, calls, look } = list();
  const told: object[] = [];
  const leave = pages.subscribe(() => told.push(pages.seen()));
  await look(100, 109);
  calls[0]?.answer();
  await settle();
  expect(new Set(told).size).toBe(2);
  leave();
  pages.sortBy('-id');
  expect(told.length).toBe(2);
});

const endpoint = { url: '/api/list', params: { of: 'things', query: '{"search":"a&b"}' } };
const request = { sort: '-size', offset: 200, limit: 100 };
const fetched = (response: Response) => {
  const asked: string[] = [];
  const send = async (url: RequestInfo | URL) => {
    asked.push(String(url));
    return response;
  };
  return { asked, part: fetchFrom(endpoint, send)(request, new AbortController().signal) };
};

test('an endpoint is asked with order, offset and limit', async () => {
  const { asked, part } = fetched(Response.json({ rows: [], count: 0 }));
  expect(await part).toEqual({ rows: [], count: 0 });
  expect(asked).toEqual([
    '/api/list?of=things&query=%7B%22search%22%3A%22a%26b%22%7D&sort=-size&offset=200&limit=100',
  ]);
});

test.each([
  [Response.json({ error: { message: 'No.', data: { id: 'x1' } } }, { status: 400 }), 'No.', 'x1'],
  [new Response('<html>', { status: 502 }), 'The server answered 502 without words.', null],
  [Response.json([1]), 'The server answered something that is not a list.', null],
])('a refusal keeps its words %#', async (response, message, id) => {
  await expect(fetched(response).part).rejects.toMatchObject({ message, id });
});
