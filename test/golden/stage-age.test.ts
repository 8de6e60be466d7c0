import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localViewer, type Viewer } from '#warehouse/access.ts';
import { amountOfStep } from '#warehouse/amount-step.ts';
import type { StageAging } from '#warehouse/stage-answer.ts';
import type { StageAgeInput } from '#warehouse/stage-age-request.ts';
import { dealFiles } from './deals.ts';
import { type Loaded, loadOnce, plainConfig } from './loading.ts';
import { asOf, company, deal, options } from './stages.ts';

/** From 50 days before the first on, an opportunity in Offer that is closed after so many days. */
const closed = (id: string, days: number, end: string, amount = '100.00') =>
  deal(id, ['-50 Offer', `${days - 50} ${end}`], { amount });

const days = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const deals = [
  // Won after 1 to 15 days; five large ones after 20 to 100.
  ...days(15).map((day) => closed(`won-${day}`, day, 'Won')),
  ...[20, 40, 60, 80, 100].map((day) => closed(`large-${day}`, day, 'Won', '1000.00')),
  ...days(4).map((n) => closed(`lost-${n}`, 30, 'Lost')),
  closed('quick-1', 2, 'Lost'),
  closed('quick-2', 2, 'Withdrawn'),
  // Open on day 60.
  deal('fresh', ['50 Offer']),
  deal('slow', ['44 Offer'], { salesman: 'ben', amount: '120.00' }),
  deal('big', ['0 Offer'], { amount: '1400.00' }),
  deal('dead', ['-40 Offer']),
  deal('unpriced', ['40 Offer'], { amount: '-' }),
  deal('returned', ['10 Offer', '20 Discover', '55 Offer']),
];
const files = {
  ...company,
  'rate.csv': `
    kind,currency,startsOn,rate
    plan,USD,2025-01-01,2.00`,
  ...dealFiles(deals),
};
const loadedAt = '2026-03-03T06:00:00Z';

let loaded: Loaded;
beforeAll(async () => {
  loaded = await loadOnce(options, files, loadedAt);
});
afterAll(() => loaded.remove());

const ask = async (input: StageAgeInput = {}, viewer = localViewer) =>
  (await loaded.warehouse.stageAge(viewer, { asOf, ...input })).stages;
const offer = async (input: StageAgeInput = {}, viewer = localViewer) =>
  (await ask(input, viewer)).find(({ stage }) => stage === 'Offer') as StageAging;
const flagsOf = async (more = {}, viewer = localViewer) => {
  const { rows } = await loaded.warehouse.stageAgeRows(viewer, { asOf, ...more });
  return Object.fromEntries(rows.map(({ opportunity, age, flag }) => [opportunity, [age, flag]]));
};

/*
 * Twenty stays ended upward of opportunities that were won: 1 ... 15, 20, 40, 60, 80, 100 days. The 5th, 10th, 16th and
 * 19th are 5, 10, 20, 80. Bands: 100.00 is the small third, 1000.00 the large one. A band's own stay weighs 20 (the
 * stage has twenty), each stay of the stage 20 more:
 *   small: 1 ... 15 weigh 40 each, the five long ones 20: of 700 in all, 175 is reached at 5, 350 at 9, 560 at 14, and
 *     665 at 80 (600 + 4 · 20 = 680).
 *   large: 1 ... 15 weigh 20, the long ones 40: of 500, 125 at 7, 250 at 13, 400 at 60 (300 + 3 · 40), 475 at 100.
 */
const golden = {
  stage: { n: 20, p25: 5, p50: 10, p80: 20, p95: 80 },
  small: { n: 15, p25: 5, p50: 9, p80: 14, p95: 80 },
  large: { n: 5, p25: 7, p50: 13, p80: 60, p95: 100 },
};
const flags = {
  dead: [100, 'stalled'],
  big: [60, 'watch'],
  unpriced: [20, 'watch'],
  slow: [16, 'watch'],
  fresh: [10, null],
  returned: [5, null],
};

describe('time in stage', () => {
  it('has the benchmark that one works out on paper', async () => {
    const { benchmark, bands } = await offer();
    expect(benchmark).toEqual(golden.stage);
    const [small, , large] = bands;
    expect(small).toEqual({ band: 'small', from: null, to: '150.00', ...golden.small });
    expect(large).toEqual({ band: 'large', from: '150.00', to: null, ...golden.large });
  });

  it('flags the open ones and says what stands in each flag', async () => {
    expect(await flagsOf()).toEqual(flags);
    // 100 + 120 + 1400 + 100 + nothing + 100; watched 120 + 1400 + nothing.
    expect(await offer()).toMatchObject({
      open: { count: 6, value: '1820.00' },
      // Of 5, 10, 16, 20, 60, 100.
      medianAge: 16,
      watch: { count: 3, value: '1520.00' },
      stalled: { count: 1, value: '100.00' },
    });
    const { notes } = await loaded.warehouse.stageAge(localViewer, { asOf });
    expect(notes[0]).toBe('1 without amount count as 0');
  });

  it('spreads the open ones over ages', async () => {
    const { ages } = await offer();
    expect(ages.map(({ from, to, count, value }) => [from, to, count, value])).toEqual([
      [0, 7, 1, '100.00'],
      [7, 14, 1, '100.00'],
      [14, 30, 2, '120.00'],
      [30, 60, 0, '0.00'],
      [60, 90, 1, '1400.00'],
      [90, 180, 1, '100.00'],
      [180, null, 0, '0.00'],
    ]);
  });

  it('tells of one that came back how long it was there in all', async () => {
    const { rows } = await loaded.warehouse.stageAgeRows(localViewer, { asOf, ageTo: 7 });
    expect(rows).toMatchObject([
      {
        opportunity: 'returned',
        age: 5,
        cumAge: 15,
        totalAge: 50,
        p80: 14,
        p95: 80,
        value: '100.00',
      },
    ]);
  });

  it('opens flags and ages to their opportunities', async () => {
    const { watch, stalled, ages } = await offer();
    const rowsOf = (more: object) =>
      loaded.warehouse.stageAgeRows(localViewer, { asOf, stage: 'Offer', ...more });
    const wanted = { ...watch, sum: watch.value };
    expect(await rowsOf({ flag: 'watch' })).toMatchObject({
      count: wanted.count,
      sum: wanted.sum,
      adds: true,
    });
    expect(await rowsOf({ flag: 'stalled' })).toMatchObject({ count: 1, sum: stalled.value });
    for (const { from, to, count, value } of ages)
      expect(await rowsOf({ ageFrom: from, ...(to === null ? {} : { ageTo: to }) })).toMatchObject({
        count,
        sum: value,
        adds: true,
      });
    expect((await rowsOf({ limit: 2, offset: 1 })).rows.map((row) => row.opportunity)).toEqual([
      'big',
      'unpriced',
    ]);
  });

  it('does not depend on the currency in which it is shown', async () => {
    const { open } = await offer({ currency: 'USD' });
    expect(open.value).toBe('3640.00');
    expect(await flagsOf({ currency: 'USD', rate: 'as-of' })).toEqual(flags);
  });

  it('shows a viewer the own ones by the benchmark of all', async () => {
    const ben: Viewer = { id: 'ben', salesman: 'ben', role: 'salesman', scope: 'own' };
    expect(await flagsOf({}, ben)).toEqual({ slow: [16, 'watch'] });
    const mine = await offer({}, ben);
    expect(mine.benchmark).toEqual(golden.stage);
    expect(mine.open).toEqual({ count: 1, value: '120.00' });
  });

  it('as of an earlier day learns from what was over by then', async () => {
    // Day −35: 1 ... 15 days are over, dead has been there for 5 days.
    const { benchmark, open } = await offer({ asOf: '2025-11-27' });
    expect(benchmark).toEqual({ n: 15, p25: 4, p50: 8, p80: 12, p95: 15 });
    expect(open.count).toBe(5 + 4 + 1);
    expect(await flagsOf({ asOf: '2025-11-27' })).toMatchObject({
      dead: [5, null],
      'lost-1': [15, 'stalled'],
      'large-100': [15, 'stalled'],
    });
  });
});

describe('the odds of those that sat as long', () => {
  const odds = (more = {}) =>
    loaded.warehouse.stageOdds(localViewer, {
      asOf,
      pipeline: null,
      stage: 'Offer',
      days: 20,
      ...more,
    });

  it('are counted over what is closed', async () => {
    // 20 days or more: five large ones were won, four were lost. Of all, 20 of 26.
    expect(await odds()).toMatchObject({ n: 9, won: 5, share: 0.55555556, allN: 26, allWon: 20 });
    expect((await odds()).allShare).toBe(0.76923077);
    expect(await odds({ days: 31 })).toMatchObject({ n: 4, won: 4, share: 1, high: 1 });
    expect(await odds({ days: 200 })).toMatchObject({ n: 0, share: null, low: null, high: null });
  });

  it('stand beside what is watched, and beside each opportunity at its own age', async () => {
    expect((await offer()).odds).toMatchObject({ days: 20, n: 9, won: 5 });
    const { rows } = await loaded.warehouse.stageAgeRows(localViewer, { asOf, flag: 'watch' });
    expect(rows.map(({ opportunity, oddsN, odds: share }) => [opportunity, oddsN, share])).toEqual([
      ['big', 3, 1],
      ['unpriced', 9, 0.55555556],
      ['slow', 9, 0.55555556],
    ]);
  });

  it('count one that came back once, by its longest stay', async () => {
    // Back and forth: 3 days in Offer, then 12, lost at last.
    const again = [deal('again', ['-50 Offer', '-47 Discover', '-40 Offer', '-28 Lost'])];
    const other = await loadOnce(
      options,
      { ...company, ...dealFiles([...deals, ...again]) },
      loadedAt,
    );
    const at = (least: number) =>
      other.warehouse.stageOdds(localViewer, { asOf, pipeline: null, stage: 'Offer', days: least });
    expect([(await at(0)).n, (await at(12)).n, (await at(13)).n]).toEqual([27, 14, 12]);
    await other.remove();
  });

  it('say where nothing is closed', async () => {
    await expect(odds({ stage: 'Qualify' })).rejects.toMatchObject({ code: 'wrong-value' });
  });
});

describe('when a later load told more', () => {
  it('stays as it was known then', async () => {
    const before = [await ask(), await flagsOf()];
    const told = [closed('forgotten', 70, 'Won'), deal('fresh', ['20 Offer'])];
    const later = Object.fromEntries(
      Object.entries(dealFiles(told)).map(([name, text]) => [
        name.replace('.csv', '_2026-03-20.csv'),
        text.replaceAll('"fresh-0"', '"fresh-9"'),
      ]),
    );
    await loaded.load(plainConfig(options), later, '2026-03-21T06:00:00Z');
    expect((await offer()).benchmark?.n).toBe(21);
    expect((await flagsOf()).fresh).toEqual([40, 'watch']);
    const then = { knownAt: loadedAt };
    expect([await ask(then), await flagsOf(then)]).toEqual(before);
  });
});

it('amounts go by steps that one can read', () => {
  expect([0, 1, 2, 6, 7, 12, 13, 17, 24, 25].map(amountOfStep)).toEqual([
    '1.00',
    '1.50',
    '2.00',
    '10.00',
    '15.00',
    '100.00',
    '150.00',
    '700.00',
    '10000.00',
    '15000.00',
  ]);
});
