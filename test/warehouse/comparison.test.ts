import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localViewer, type Viewer } from '#warehouse/access.ts';
import { type ComparisonInput, measureNames } from '#warehouse/comparison-request.ts';
import { type GridMeasure, gridMeasures } from '#warehouse/field-grid.ts';
import { openWarehouse } from '#warehouse/warehouse.ts';
import { anyFilters, loadSmallDemo, type SmallDemo, type Values, valuesOf } from './small-demo.ts';

const first = '2026-11-21T06:00:00Z';
const runs = (numRuns: number) => ({ seed: 20261120, numRuns, endOnFailure: true });

let demo: SmallDemo;
let values: Values;
beforeAll(async () => {
  demo = await loadSmallDemo(7, first);
  values = await valuesOf(demo.ask);
});
afterAll(() => demo.remove());

const fields = ['industry', 'region', 'team', 'leadSource', 'pipeline', 'product', 'currency'];
const anyComparison = (): fc.Arbitrary<ComparisonInput> =>
  fc.record({
    period: fc.constantFrom('all', '2025', '2026', '2026-Q3', '2025-11-21..2026-11-20'),
    asOf: fc.constantFrom(undefined, undefined, '2026-06-30', '2026-09-30T11:00:00Z'),
    where: anyFilters(values, fields),
  });

describe('any comparison', () => {
  it('has the closings and wins that the win rate is made of', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(anyComparison(), async (input) => {
        const found = await demo.warehouse.comparison(localViewer, input);
        const asked = { metrics: ['winRate', 'wonCount'], by: ['salesmanId'], ...input };
        const rows = await demo.ask(asked);
        const metrics = rows
          .filter((row) => Number(row.winRateN) > 0)
          .map((row) => [row.salesmanId, row.winRateN, row.wonCount]);
        const own = found.salesmen.map(({ salesman, closings, won }) => [salesman, closings, won]);
        expect(own.toSorted()).toEqual(metrics.toSorted());
        for (const { originated, inherited, closings, won } of found.salesmen)
          expect([
            originated.closings + inherited.closings,
            originated.won + inherited.won,
          ]).toEqual([closings, won]);
        compared += found.measures.winRate.pairs;
      }),
      runs(25),
    );
    expect(compared).toBeGreaterThan(20);
  });

  it('expects of all together what came, and holds every ratio in its interval', async () => {
    await fc.assert(
      fc.asyncProperty(anyComparison(), async (input) => {
        const { salesmen, measures } = await demo.warehouse.comparison(localViewer, input);
        const won = salesmen.reduce((sum, one) => sum + one.won, 0);
        const closings = salesmen.reduce((sum, one) => sum + one.closings, 0);
        const expected = salesmen.reduce(
          (sum, { originated, inherited }) => sum + originated.expectedWon + inherited.expectedWon,
          0,
        );
        // Where everything was won or lost, half a closing is held to be otherwise.
        if (closings)
          expect(Math.abs(expected - won)).toBeLessThan(won && won < closings ? 0.01 : 0.51);
        for (const { measures: own } of salesmen)
          for (const name of measureNames) {
            const { ratio, ratioLow, ratioHigh, place, adjusted, adjustedLow, adjustedHigh } =
              own[name];
            if (place === 'few') expect([ratio, adjusted]).toEqual([null, null]);
            else {
              expect(ratioLow).toBeLessThanOrEqual(Number(ratio));
              expect(ratio).toBeLessThanOrEqual(Number(ratioHigh));
              expect(adjustedLow).toBeLessThanOrEqual(Number(adjusted));
              expect(adjusted).toBeLessThanOrEqual(Number(adjustedHigh));
            }
            if (place === 'within')
              expect(adjusted).toBeLessThanOrEqual(Number(measures[name].band?.high));
          }
      }),
      runs(25),
    );
  });

  it('opens to closings that make its numbers', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyComparison(),
        fc.constantFrom(...measureNames),
        fc.constantFrom(undefined, 'originated' as const, 'inherited' as const),
        fc.nat(),
        async (input, measure, part, pick) => {
          const { salesmen } = await demo.warehouse.comparison(localViewer, input);
          const one = salesmen[pick % Math.max(1, salesmen.length)];
          if (!one?.salesman) return;
          const asked = { ...input, measure, part, salesman: one.salesman, limit: 1000 };
          const found = await demo.warehouse.comparisonRows(localViewer, asked);
          expect(found.adds).toBe(true);
          expect(found.rows.length).toBe(found.count);
          if (part === undefined) {
            expect(found.observed).toBe(one.measures[measure].observed);
            expect(found.expected).toBe(one.measures[measure].expected);
          }
        },
      ),
      runs(25),
    );
  });

  it('is the same twice, and for who sees less the same of what he sees', async () => {
    const input = { period: '2025-11-21..2026-11-20' };
    const all = await demo.warehouse.comparison(localViewer, input);
    const again = openWarehouse(demo.dataDir);
    expect(await again.comparison(localViewer, input)).toEqual(all);
    await again.close();
    for (const { salesman, measures, ...one } of all.salesmen.slice(0, 4)) {
      const viewer: Viewer = { id: 'v', salesman, role: 'salesman', scope: 'own' };
      const [mine, ...others] = (await demo.warehouse.comparison(viewer, input)).salesmen;
      expect(others).toEqual([]);
      expect(mine).toMatchObject(one);
      expect(mine?.measures.winRate.expected).toBe(measures.winRate.expected);
      expect(mine?.measures.winRate.ratio).toBe(measures.winRate.ratio);
    }
  });

  it('opens every stage of a salesman to stays that make it', async () => {
    const input = { period: '2025-11-21..2026-11-20' };
    const { salesmen } = await demo.warehouse.comparison(localViewer, input);
    let opened = 0;
    for (const { salesman } of salesmen.slice(0, 3)) {
      const asked = { ...input, salesman: String(salesman) };
      const profile = await demo.warehouse.salesman(localViewer, asked);
      for (const { pipeline, stage, entered, observed } of profile?.stages ?? []) {
        const rows = await demo.warehouse.stageRows(localViewer, { ...asked, pipeline, stage });
        expect(rows).toMatchObject({ adds: true, count: entered, observed });
        opened += 1;
      }
      const moneys = (profile?.discuss ?? []).map(({ money }) => Number(money));
      expect(moneys).toEqual(moneys.toSorted((a, b) => b - a));
      for (const { salesman: name, flags } of profile?.discuss ?? []) {
        expect(name).toBe(profile?.name);
        expect(flags.length).toBeGreaterThan(0);
      }
    }
    expect(opened).toBeGreaterThan(8);
  });
});

describe('any grid', () => {
  it('has in each cell what the metric says of it, and colours few cells of many', async () => {
    const measures = Object.keys(gridMeasures) as GridMeasure[];
    await fc.assert(
      fc.asyncProperty(
        anyComparison(),
        fc.constantFrom(...measures),
        fc.uniqueArray(fc.constantFrom('industry', 'region', 'leadSource', 'team', 'product'), {
          minLength: 2,
          maxLength: 2,
        }),
        fc.nat(),
        async (input, measure, [rows, columns], pick) => {
          const asked = {
            ...input,
            measure,
            rows: rows as 'industry',
            columns: columns as 'region',
          };
          const grid = await demo.warehouse.fieldGrid(localViewer, asked);
          expect(grid.cells).toHaveLength(grid.rows.length * grid.columns.length);
          expect(grid.told).toBeLessThanOrEqual(grid.judged);
          const filled = grid.cells.filter(({ n }) => n > 0);
          const cell = filled[pick % Math.max(1, filled.length)];
          if (!cell) return;
          const where = {
            ...input.where,
            [String(rows)]: [grid.rows[cell.row]?.value ?? null],
            [String(columns)]: [grid.columns[cell.column]?.value ?? null],
          };
          const [alone] = await demo.ask({ ...input, metrics: [measure], where });
          expect(alone?.[measure]).toEqual(cell.number);
          expect(await demo.warehouse.fieldGrid(localViewer, asked)).toEqual(grid);
        },
      ),
      runs(30),
    );
  });
});
