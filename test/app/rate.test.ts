import { expect, test } from 'vitest';
import { insteadOf, surenessOf } from '#app/rate.ts';

const row = (n: number, rate: number | null = 0.4) => ({
  winRate: rate,
  winRateLow: 0.334,
  winRateHigh: 0.466,
  winRateN: n,
});

test('a rate says how sure it is', () => {
  expect(surenessOf(row(619), 'winRate')).toBe('33–47 %, n = 619');
  expect(insteadOf(row(619), 'winRate')).toBeNull();
});

test('a rate of fewer than five is not shown, and says of how many', () => {
  expect([surenessOf(row(4), 'winRate'), insteadOf(row(4), 'winRate')]).toEqual([
    'n = 4',
    'n too small',
  ]);
  expect(insteadOf(row(5), 'winRate')).toBeNull();
});

test('a rate of nothing is none, never 0', () => {
  expect(insteadOf(row(0, null), 'winRate')).toBe('–');
});

test('what is no rate says nothing', () => {
  expect(surenessOf({ wonValue: '1.00' }, 'wonValue')).toBeNull();
  expect(insteadOf({ wonValue: '1.00' }, 'wonValue')).toBeNull();
  expect(surenessOf(undefined, 'winRate')).toBeNull();
});
