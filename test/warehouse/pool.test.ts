import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { openCache } from '#warehouse/cache.ts';
import { openPool } from '#warehouse/pool.ts';

const endless =
  'select count(*) from range(1000000000) a, range(1000000000) b where a.range + b.range = 1';

test('a question that takes too long is stopped, and so is one that waits too long', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const pool = openPool(instance, 1, 300);
  const from = performance.now();
  const ask = (sql: string) => pool.use(sql, (db) => db.runAndReadAll(sql));
  const asked = await Promise.allSettled([ask(endless), ask('select 1')]);
  expect(
    asked.map((a) => (a.status === 'rejected' ? [a.reason.code, a.reason.message] : a)),
  ).toEqual([
    ['too-slow', expect.stringMatching(/took longer than 0.3 s/)],
    ['too-slow', expect.stringMatching(/waited longer than 0.3 s/)],
  ]);
  expect(performance.now() - from).toBeLessThan(5000);
  expect((await ask('select 42 as n')).getRowObjectsJson()).toEqual([{ n: 42 }]);
  pool.close();
});

test('connections are lent in the order of asking, never more than there are', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const pool = openPool(instance, 2, 5000);
  let [inUse, most] = [0, 0];
  const order: number[] = [];
  const work = (n: number) =>
    pool.use('', async (db) => {
      order.push(n);
      inUse += 1;
      most = Math.max(most, inUse);
      await db.run('select 1');
      inUse -= 1;
    });
  await Promise.all(Array.from({ length: 12 }, (_, n) => work(n)));
  expect(most).toBe(2);
  expect(order).toEqual(Array.from({ length: 12 }, (_, n) => n));
  pool.close();
});

test('the cache keeps what was used last within its bytes, and no failure', async () => {
  const cache = openCache(20_000);
  let runs = 0;
  const run = async () => {
    runs += 1;
    return [{ text: 'x'.repeat(500), n: runs }];
  };
  const n = async (key: string) => (await cache.rows(key, run))[0]?.n;
  expect(await n('first')).toBe(1);
  for (let i = 0; i < 40; i++) {
    await n(`other ${i}`);
    if (i % 5 === 0) expect(await n('first')).toBe(1);
  }
  expect(runs).toBe(41);
  expect(await n('other 0')).toBe(42);
  await expect(cache.rows('bad', async () => Promise.reject(new Error('no')))).rejects.toThrow(
    'no',
  );
  expect(await n('bad')).toBe(43);
  expect(Object.isFrozen((await cache.rows('first', run))[0])).toBe(true);
});
