import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueryInput } from '#warehouse/query.ts';
import { type Deal, dealFiles } from './deals.ts';
import { type Loaded, loadOnce, stages } from './loading.ts';

const start = '2026-01-05T09:00:00Z Offer 100.00 2026-02-10 50';

/** Close dates that move: each opportunity by its salesman's name. */
const deals: Deal[] = [
  // Twice within a day, once more a week later: two pushes.
  {
    id: 'twice',
    salesman: 'twice',
    moves: [
      start,
      '2026-01-10T09:00:00Z Offer 100.00 2026-02-11 50',
      '2026-01-10T20:00:00Z Offer 100.00 2026-03-11 50',
      '2026-01-17T09:00:00Z Offer 100.00 2026-04-20 50',
    ],
  },
  // Just 24 hours apart.
  {
    id: 'apart',
    salesman: 'apart',
    moves: [
      start,
      '2026-01-10T09:00:00Z Offer 100.00 2026-02-11 50',
      '2026-01-11T09:00:00Z Offer 100.00 2026-02-12 50',
    ],
  },
  // Earlier, then back to where it was: a pull and a push.
  {
    id: 'back',
    salesman: 'back',
    moves: [
      start,
      '2026-01-10T09:00:00Z Offer 100.00 2026-01-31 50',
      '2026-01-20T09:00:00Z Offer 100.00 2026-02-10 50',
    ],
  },
  // The source writes the day of winning over the close date.
  {
    id: 'stamped',
    salesman: 'stamped',
    moves: [start, '2026-02-20T09:00:00Z Won 100.00 2026-02-20 100'],
  },
  // Pushed while another attribute changes, then lost.
  {
    id: 'raised',
    salesman: 'raised',
    moves: [
      start,
      '2026-01-12T09:00:00Z Offer 150.00 2026-02-25 50',
      '2026-03-01T09:00:00Z Lost 150.00 2026-02-25 0',
    ],
  },
  // Without a date at first: the first date is no push.
  {
    id: 'dated',
    salesman: 'dated',
    moves: [
      '2026-01-05T09:00:00Z Offer 100.00 - 50',
      '2026-01-12T09:00:00Z Offer 100.00 2026-02-25 50',
    ],
  },
  // Pushed, then deleted.
  {
    id: 'gone',
    salesman: 'gone',
    deleted: 'true',
    moves: [start, '2026-01-12T09:00:00Z Offer 100.00 2026-02-25 50'],
  },
];

let at: Loaded;
beforeAll(async () => {
  at = await loadOnce(
    {
      zone: 'UTC',
      observedAt: '2026-03-31T20:00:00Z',
      objects: { opportunity: { carryBack: true } },
    },
    { ...dealFiles(deals), 'stage.csv': stages },
    '2026-04-01T06:00:00Z',
  );
});
afterAll(() => at.remove());

const metrics = ['pushes', 'periodPushes', 'quarterPushes'];
const counts = async (salesman: string, query: Partial<QueryInput> = {}) =>
  Object.values(await at.total({ metrics, where: { salesman: [salesman] }, ...query }));

describe('pushes', () => {
  it('within 24 hours are one, from the first date to the last', async () => {
    // 10 February to 11 March, 11 March to 20 April.
    expect(await counts('twice')).toEqual([2, 2, 1]);
    expect(await counts('twice', { period: '2026-01-10..2026-01-16' })).toEqual([1, 1, 0]);
    // Before the second move of the day it was within the month.
    expect(await counts('twice', { asOf: '2026-01-10T12:00:00Z' })).toEqual([1, 0, 0]);
    expect(await counts('apart')).toEqual([2, 0, 0]);
  });

  it('are moves to a later date only, made by hand on an open opportunity', async () => {
    expect(await counts('back')).toEqual([1, 1, 0]);
    expect(await counts('stamped')).toEqual([0, 0, 0]);
    expect(await counts('raised')).toEqual([1, 0, 0]);
    expect(await counts('dated')).toEqual([0, 0, 0]);
  });

  it('of what was deleted since count until then', async () => {
    expect(await counts('gone', { asOf: '2026-03-30' })).toEqual([1, 0, 0]);
    expect(await counts('gone')).toEqual([0, 0, 0]);
  });

  it('slip by the distance to the first date', async () => {
    const { daysSlipped } = await at.total({
      metrics: ['daysSlipped'],
      where: { salesman: ['twice'] },
    });
    // 10 February to 20 April: 18 + 31 + 20.
    expect(daysSlipped).toBe(69);
  });
});

describe('the slip rate', () => {
  it('tells what is still open and what was moved beyond the period', async () => {
    const row = await at.total({ metrics: ['slipRate'], period: '2026-02' });
    // On 31 January February expects: apart 100, back 100, stamped 100, raised 150, dated 100, gone 100.
    expect(row).toEqual({
      // Stamped is won; raised was lost on 1 March only.
      slipRate: 0.84615385,
      slipRateMoved: 0,
      slipRateValue: '550.00',
      slipRateExpected: '650.00',
      slipRateN: 6,
      slipRateReason: null,
    });
  });

  it('of a running period stands as of the day', async () => {
    const ask = async (asOf: string) =>
      (await at.total({ metrics: ['slipRate'], period: '2026-02', asOf })).slipRate;
    expect(await ask('2026-02-10')).toBe(1);
    expect(await ask('2026-02-20T08:59:59Z')).toBe(1);
    expect(await ask('2026-02-20T09:00:00Z')).toBe(0.84615385);
    expect(await ask('2026-01-31')).toBeNull();
  });
});
