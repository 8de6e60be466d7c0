import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localViewer } from '#warehouse/access.ts';
import type { StageAge } from '#warehouse/stage-answer.ts';
import { sumMoney } from '#warehouse/cents.ts';
import type { StageAgeInput } from '#warehouse/stage-age-request.ts';
import { oddsOf } from '#warehouse/stage-odds.ts';
import {
  anyFilters,
  isLong,
  loadSmallDemo,
  runs,
  type SmallDemo,
  type Values,
  valuesOf,
} from './small-demo.ts';

const first = '2026-11-21T06:00:00Z';
const second = '2026-11-28T06:00:00Z';

let demo: SmallDemo;
let values: Values;
beforeAll(async () => {
  demo = await loadSmallDemo(7, first);
  values = await valuesOf(demo.ask);
});
afterAll(() => demo.remove());

const anyStageAge = (): fc.Arbitrary<StageAgeInput> =>
  fc.record({
    where: anyFilters(values),
    period: fc.constantFrom('all', '2026', '2027-Q1'),
    asOf: fc.constantFrom(
      '2025-03-31',
      '2025-12-31',
      '2026-06-30',
      '2026-09-30T10:00:00Z',
      '2026-11-20',
    ),
    rate: fc.constantFrom('plan' as const, 'as-of' as const),
    currency: fc.constantFrom(undefined, 'USD'),
  });
const ask = (input: StageAgeInput) => demo.warehouse.stageAge(localViewer, input);

describe('any time in stage', () => {
  it('has all that the open pipeline has, each in one age and at most one flag', async () => {
    let open = 0;
    await fc.assert(
      fc.asyncProperty(anyStageAge(), async (input) => {
        const { stages } = await ask(input);
        const [whole] = await demo.ask({ metrics: ['openPipeline', 'openCount'], ...input });
        const count = stages.reduce((sum, stage) => sum + stage.open.count, 0);
        open += count;
        expect(sumMoney(stages.map((stage) => stage.open.value))).toBe(whole?.openPipeline);
        if (!input.where?.product) expect(count).toBe(whole?.openCount);
        for (const { ages, open: all, watch, stalled } of stages) {
          expect(ages.reduce((sum, age) => sum + age.count, 0)).toBe(all.count);
          expect(watch.count + stalled.count).toBeLessThanOrEqual(all.count);
        }
      }),
      runs(60),
    );
    expect(open).toBeGreaterThan(200);
  });

  it('has rows as many as it says, whose flags follow from their days', async () => {
    await fc.assert(
      fc.asyncProperty(anyStageAge(), async (input) => {
        const { stages } = await ask(input);
        for (const flag of ['watch', 'stalled'] as const) {
          const found = await demo.warehouse.stageAgeRows(localViewer, {
            ...input,
            flag,
            limit: 1000,
          });
          expect(found.adds).toBe(true);
          expect(found.count).toBe(stages.reduce((sum, stage) => sum + stage[flag].count, 0));
          expect(sumMoney(found.rows.map((row) => row.value as string))).toBe(found.sum);
          for (const { age, cumAge, totalAge, p80, p95 } of found.rows as Record<
            string,
            number
          >[]) {
            expect(age).toBeGreaterThanOrEqual(
              Math.max(1, (flag === 'watch' ? p80 : p95) as number),
            );
            if (flag === 'watch') expect(age).toBeLessThan(Math.max(1, p95 as number));
            expect(cumAge).toBeGreaterThanOrEqual(age as number);
            expect(totalAge).toBeGreaterThanOrEqual(age as number);
          }
        }
      }),
      runs(20),
    );
  });

  it('has percentiles in order and stays that only grow with time', async () => {
    const all = await Promise.all(
      ['2025-03-31', '2025-12-31', '2026-11-20'].map((asOf) => ask({ asOf })),
    );
    for (const { stages } of all)
      for (const { benchmark, bands } of stages)
        for (const one of [benchmark, ...bands])
          if (one)
            expect(one.p25 <= one.p50 && one.p50 <= one.p80 && one.p80 <= one.p95).toBe(true);
    const stays = all.map(({ stages }) =>
      stages.reduce((sum, { benchmark }) => sum + (benchmark?.n ?? 0), 0),
    );
    expect(stays).toEqual([...stays].sort((a, b) => a - b));
    expect(stays.at(-1)).toBeGreaterThan(100);
  });

  it('is the same by the layout as now and by the versions as known at the load', async () => {
    const asked = fc.sample(anyStageAge(), { seed: 5, numRuns: isLong ? 30 : 10 });
    const before: StageAge['stages'][] = [];
    for (const input of asked) before.push((await ask(input)).stages);
    await demo.nextWeek(second);
    for (const [i, input] of asked.entries())
      expect((await ask({ ...input, knownAt: first })).stages, JSON.stringify(input)).toEqual(
        before[i],
      );
  });
});

describe('any odds', () => {
  it('are of ever fewer the longer one sat', () => {
    const anyStays = fc
      .array(fc.tuple(fc.nat(50), fc.nat(9), fc.nat(9)), { minLength: 1, maxLength: 10 })
      .map((list) => ({
        days: list.map(([day]) => day),
        n: list.map(([, won, lost]) => won + lost),
        won: list.map(([, won]) => won),
      }));
    fc.assert(
      fc.property(anyStays, fc.nat(50), fc.nat(50), (stays, a, b) => {
        const [some, fewer] = [oddsOf(stays, Math.min(a, b)), oddsOf(stays, Math.max(a, b))];
        expect(fewer.n).toBeLessThanOrEqual(some.n);
        expect(oddsOf(stays, 0)).toMatchObject({ n: some.allN, won: some.allWon });
        if (some.share === null) {
          expect([some.n, some.low, some.high]).toEqual([0, null, null]);
          return;
        }
        expect(some.low).toBeLessThanOrEqual(some.share);
        expect(some.high).toBeGreaterThanOrEqual(some.share);
      }),
      { seed: 20261120 },
    );
  });
});
