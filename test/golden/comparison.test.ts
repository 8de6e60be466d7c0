import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localViewer, type Viewer } from '#warehouse/access.ts';
import type { Comparison } from '#warehouse/comparison-answer.ts';
import type { ComparisonInput, ComparisonRowsInput } from '#warehouse/comparison-request.ts';
import { files, later, options } from './handed.ts';
import { type Loaded, loadOnce, plainConfig } from './loading.ts';

const first = '2026-07-01T06:00:00Z';
let loaded: Loaded;
beforeAll(async () => {
  loaded = await loadOnce(options, files, first);
});
afterAll(() => loaded.remove());

const ask = (input: ComparisonInput = {}, viewer = localViewer): Promise<Comparison> =>
  loaded.warehouse.comparison(viewer, input);
const rowsOf = (more: Partial<ComparisonRowsInput> = {}) =>
  loaded.warehouse.comparisonRows(localViewer, { salesman: 'ana', ...more });
const own = (salesman: string): Viewer => ({
  id: salesman,
  salesman,
  role: 'salesman',
  scope: 'own',
});
const counts = ({ salesmen }: Comparison) =>
  Object.fromEntries(
    salesmen.map(({ salesman, closings, won, originated, inherited }) => [
      salesman,
      [closings, won, originated.closings, originated.won, inherited.closings, inherited.won],
    ]),
  );

describe('salesmen who hand opportunities to each other', () => {
  it('have what they closed, and what they had first apart from what came to them', async () => {
    // Ana: own-won, own-lost, lent (hers first, and hers in the end) and taken; Ben: ben-won, ben-lost, late and given.
    expect(counts(await ask())).toEqual({ ana: [4, 3, 3, 2, 1, 1], ben: [4, 1, 3, 1, 1, 0] });
  });

  it('are expected to win as much together as they did', async () => {
    const { salesmen, measures } = await ask();
    const parts = salesmen.flatMap(({ originated, inherited }) => [originated, inherited]);
    expect(parts.reduce((sum, { expectedWon }) => sum + expectedWon, 0)).toBeCloseTo(4, 4);
    expect(measures.winRate.average).toBe(0.5);
    expect(salesmen.map((one) => one.measures.winRate.observed)).toEqual([0.75, 0.25]);
  });

  it('are too few to be compared, and are told how many closings that takes', async () => {
    const { salesmen, measures } = await ask();
    for (const { measures: own } of salesmen) {
      expect(own.winRate).toMatchObject({ place: 'few', ratio: null, adjusted: null });
      expect(own.winRate.further).toBeGreaterThan(2);
      expect(own.size.further).toBe(5 - own.size.n);
    }
    expect(measures.winRate).toMatchObject({ pairs: 0, told: 0, band: null });
  });

  it('took on what they closed in the stage in which it came', async () => {
    const { rows, adds, count } = await rowsOf();
    const told = Object.fromEntries(rows.map((row) => [row.opportunity, [row.stage, row.came]]));
    expect(told).toEqual({
      'own-won': ['Qualify', 'originated'],
      'own-lost': ['Qualify', 'originated'],
      lent: ['Qualify', 'originated'],
      taken: ['Offer', 'inherited'],
    });
    expect([adds, count]).toEqual([true, 4]);
    const sum = rows.reduce((total, row) => total + Number(row.value), 0);
    expect(sum).toBe(3);
  });

  it('had them for as long as they were theirs', async () => {
    const { rows } = await rowsOf({ measure: 'days' });
    const held = Object.fromEntries(rows.map((row) => [row.opportunity, row.value]));
    // 10 January to 15 March; 20 January to 1 May; taken on 20 February, won on 1 April.
    expect(held).toEqual({ 'own-won': 64, lent: 101, taken: 40 });
  });

  it('won amounts whose geometric mean is that of the rows', async () => {
    const found = await rowsOf({ measure: 'size' });
    expect(found.observed).toBeCloseTo((1100 * 900 * 300) ** (1 / 3), 2);
    expect(found).toMatchObject({ adds: true, count: 3, unit: 'money' });
    const inherited = await rowsOf({ measure: 'size', part: 'inherited' });
    expect(inherited.rows.map((row) => [row.opportunity, row.value])).toEqual([
      ['taken', '900.00'],
    ]);
    expect(inherited.observed).toBeCloseTo(900, 2);
  });
});

describe('a comparison', () => {
  it('knows of a past day only what had been closed by then', async () => {
    expect(counts(await ask({ asOf: '2026-03-31' }))).toEqual({ ana: [2, 1, 2, 1, 0, 0] });
    // A day in April: "taken" came in February, "given" is still Ana's and open.
    expect(counts(await ask({ asOf: '2026-04-10' }))).toEqual({
      ana: [3, 2, 2, 1, 1, 1],
      ben: [1, 1, 1, 1, 0, 0],
    });
  });

  it('is of the period and of what is filtered', async () => {
    expect(counts(await ask({ period: '2026-05' }))).toEqual({
      ana: [1, 1, 1, 1, 0, 0],
      ben: [1, 0, 0, 0, 1, 0],
    });
    expect(counts(await ask({ where: { salesman: ['Ben'] } }))).toEqual({
      ben: [4, 1, 3, 1, 1, 0],
    });
    expect(counts(await ask({ where: { leadSource: [null] } }))).toEqual({});
  });

  it('shows a salesman himself alone, against the same expectation', async () => {
    const [all, mine] = [await ask(), await ask({}, own('ben'))];
    expect(mine.salesmen).toEqual(all.salesmen.filter(({ salesman }) => salesman === 'ben'));
    expect((await ask({}, own('nobody'))).salesmen).toEqual([]);
    const rows = await loaded.warehouse.comparisonRows(own('ben'), { salesman: 'ana' });
    expect([rows.count, rows.observed]).toEqual([0, null]);
  });

  it('is as it was, as known before a later load changed the past', async () => {
    const then = { asOf: '2026-06-30T20:00:00Z', knownAt: first };
    const before = await ask();
    await loaded.load(plainConfig(options), later, '2026-07-16T06:00:00Z');
    const replayed = await ask(then);
    expect(replayed.salesmen).toEqual(before.salesmen);
    expect(replayed.measures).toEqual(before.measures);
    expect(counts(await ask())).toEqual({ ana: [4, 3, 3, 2, 1, 1], ben: [4, 2, 3, 2, 1, 0] });
  });
});
