import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CrossTable, cross, largest, noPicks, type Picks } from '#components/cross.ts';

/** Six rows: stage a b a b c c, team x x y y x y, amounts 1 2 4 8 16 none, ages 10 20 30 40 50 60. */
const table: CrossTable = {
  length: 6,
  coded: {
    stage: { codes: Uint8Array.of(0, 1, 0, 1, 2, 2), words: ['a', 'b', 'c'] },
    team: { codes: Uint8Array.of(0, 0, 1, 1, 0, 1), words: ['x', null] },
  },
  numbers: {
    amount: Float64Array.of(1, 2, 4, 8, 16, NaN),
    age: Float64Array.of(10, 20, 30, 40, 50, 60),
  },
};
const plain = (picks: Picks) => {
  const { groups, count, sum } = cross(table, 'amount', picks);
  const stage = [...(groups.stage?.sums ?? [])];
  const team = [...(groups.team?.sums ?? [])];
  return { stage, team, count, sum, counts: [...(groups.stage?.counts ?? [])] };
};

describe('picks of several charts', () => {
  test('none: all rows count', () => {
    expect(plain(noPicks)).toEqual({
      stage: [1 + 4, 2 + 8, 16],
      team: [1 + 2 + 16, 4 + 8],
      count: 6,
      sum: 31,
      counts: [2, 2, 2],
    });
  });

  test('one chart filters the others, not itself', () => {
    expect(plain({ codes: { stage: [0] }, ranges: {} })).toEqual({
      stage: [5, 10, 16],
      team: [1, 4],
      count: 2,
      sum: 5,
      counts: [2, 2, 2],
    });
  });

  test('two charts and a range', () => {
    const found = plain({ codes: { stage: [0, 1], team: [1] }, ranges: { age: [30, 60] } });
    expect(found).toEqual({
      stage: [4, 8, 0],
      team: [0, 12],
      count: 2,
      sum: 12,
      counts: [1, 1, 1],
    });
  });

  test('an unknown number is in no range', () => {
    expect(plain({ codes: {}, ranges: { amount: [0, 100] } }).count).toBe(5);
  });
});

test('the largest that pass, rows without a number last', () => {
  const all = cross(table, 'amount', noPicks);
  expect(largest(table, 'amount', all, 3)).toEqual([4, 3, 2]);
  expect(largest(table, 'amount', all, 9)).toEqual([4, 3, 2, 1, 0, 5]);
  const picked = cross(table, 'amount', { codes: { team: [1] }, ranges: {} });
  expect(largest(table, 'amount', picked, 9)).toEqual([3, 2, 5]);
});

test('any picks give what filtering row by row gives', () => {
  const row = fc.record({ a: fc.nat(3), b: fc.nat(2), n: fc.integer({ min: 0, max: 50 }) });
  const picked = fc.record({
    a: fc.uniqueArray(fc.nat(3)),
    b: fc.uniqueArray(fc.nat(2)),
    from: fc.nat(50),
    to: fc.nat(50),
    ranged: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), picked, (rows, { a, b, from, to, ranged }) => {
      const found = cross(
        {
          length: rows.length,
          coded: {
            a: { codes: Uint8Array.from(rows, (r) => r.a), words: ['0', '1', '2', '3'] },
            b: { codes: Uint8Array.from(rows, (r) => r.b), words: ['0', '1', '2'] },
          },
          numbers: { n: Float64Array.from(rows, (r) => r.n) },
        },
        'n',
        { codes: { a, b }, ranges: ranged ? { n: [from, to] } : {} },
      );
      const inA = (r: { a: number }) => a.length === 0 || a.includes(r.a);
      const inB = (r: { b: number }) => b.length === 0 || b.includes(r.b);
      const inN = (r: { n: number }) => !ranged || (r.n >= from && r.n <= to);
      const total = (of: typeof rows) => of.reduce((sum, { n }) => sum + n, 0);
      expect(found.sum).toBe(total(rows.filter((r) => inA(r) && inB(r) && inN(r))));
      for (let code = 0; code < 4; code++)
        expect(found.groups.a?.sums[code]).toBe(
          total(rows.filter((r) => r.a === code && inB(r) && inN(r))),
        );
    }),
  );
});
