import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localViewer } from '#warehouse/access.ts';
import type { StageConversion } from '#warehouse/stage-answer.ts';
import type { ConversionInput } from '#warehouse/conversion-request.ts';
import { conversionOutcomes, conversionRuleNames } from '#warehouse/conversion-rules.ts';
import { incidenceOf } from '#warehouse/incidence.ts';
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

const days = ['2024-06-30', '2025-03-31', '2025-12-31', '2026-06-30', '2026-11-13', '2026-11-20'];
const anyConversion = (): fc.Arbitrary<ConversionInput> =>
  fc.record({
    rule: fc.constantFrom(...conversionRuleNames),
    where: anyFilters(values),
    period: fc.constantFrom('all', '2024', '2025', '2026', '2025-Q3', '2026-Q1', '2026-10'),
    asOf: fc.constantFrom(...days),
  });
const ask = async (input: ConversionInput) =>
  (await demo.warehouse.conversion(localViewer, input)).stages;
const sumOf = (stage: StageConversion) =>
  conversionOutcomes.reduce((sum, outcome) => sum + stage[outcome], 0);

describe('any conversion', () => {
  it('accounts for everything that entered, and its shares are shares', async () => {
    let counted = 0;
    await fc.assert(
      fc.asyncProperty(anyConversion(), async (input) => {
        for (const stage of await ask(input)) {
          const { entered, advanced, estimate, low, high, toWon } = stage;
          counted += entered;
          if (input.rule === 'anyStage') {
            expect(entered - sumOf(stage)).toBeLessThanOrEqual(0);
            continue;
          }
          expect(sumOf(stage)).toBe(entered);
          if (input.rule !== 'cohort')
            expect(estimate).toBe(entered ? Math.round((advanced / entered) * 1e8) / 1e8 : null);
          if (estimate === null) continue;
          for (const share of [estimate, low, high, toWon ?? 0]) {
            expect(share).toBeGreaterThanOrEqual(0);
            expect(share).toBeLessThanOrEqual(1);
          }
          expect(low).toBeLessThanOrEqual(estimate);
          expect(high).toBeGreaterThanOrEqual(estimate);
        }
      }),
      runs(150),
    );
    expect(counted).toBeGreaterThan(5000);
  });

  it('opens to as many opportunities as it says, each once', async () => {
    await fc.assert(
      fc.asyncProperty(anyConversion(), fc.nat(), async (input, pick) => {
        const stages = await ask(input);
        const stage = stages[pick % (stages.length || 1)];
        if (!stage) return;
        const { pipeline } = stage;
        for (const outcome of ['entered', ...conversionOutcomes] as const) {
          const { pipeline: _, ...where } = input.where ?? {};
          const found = await demo.warehouse.conversionRows(localViewer, {
            ...input,
            where,
            pipeline,
            stage: stage.stage,
            outcome,
            limit: 1000,
          });
          expect(found).toMatchObject({ count: stage[outcome], adds: true });
          const ids = found.rows.map((row) => row.opportunity);
          expect(new Set(ids).size).toBe(Math.min(1000, found.count));
        }
      }),
      runs(30),
    );
  });

  it('adds up over salesmen and over the quarters of a year', async () => {
    for (const rule of ['cohort', 'stepwise', 'wonEverywhere'] as const) {
      const asked = { rule, asOf: '2026-06-30' };
      const whole = await ask({ ...asked, period: '2025' });
      const quarters = [1, 2, 3, 4].map((n) => ask({ ...asked, period: `2025-Q${n}` }));
      const people = (values.salesman ?? []).map((name) =>
        ask({ ...asked, period: '2025', where: { salesman: [name] } }),
      );
      for (const parts of [await Promise.all(quarters), await Promise.all(people)])
        for (const { pipeline, stage, entered, advanced } of whole) {
          const mine = parts.map((part) =>
            part.find((one) => one.pipeline === pipeline && one.stage === stage),
          );
          const sum = (name: 'entered' | 'advanced') =>
            mine.reduce((total, one) => total + (one?.[name] ?? 0), 0);
          expect([sum('entered'), sum('advanced')]).toEqual([entered, advanced]);
        }
    }
  });

  it('is the same by the layout as now and by the versions as known at the load', async () => {
    const asked = fc.sample(anyConversion(), { seed: 5, numRuns: isLong ? 40 : 14 });
    const before: StageConversion[][] = [];
    for (const input of asked) before.push(await ask(input));
    await demo.nextWeek(second);
    for (const [i, input] of asked.entries())
      expect(await ask({ ...input, knownAt: first }), JSON.stringify(input)).toEqual(before[i]);
    const newest = (await demo.warehouse.conversion(localViewer, {})).stages;
    expect(newest).not.toEqual(
      (await demo.warehouse.conversion(localViewer, { asOf: '2026-11-20' })).stages,
    );
  });
});

describe('any durations', () => {
  const anyDays = fc
    .array(fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 9 })), { maxLength: 12 })
    .map((list) => ({ days: list.map(([day]) => day), n: list.map(([, n]) => n) }));
  const none = { days: [], n: [] };
  const total = (list: { n: number[] }) => list.n.reduce((sum, n) => sum + n, 0);
  const kinds = ['advanced', 'lost', 'withdrawn'] as const;
  const anyEnded = fc.record({ advanced: anyDays, lost: anyDays, withdrawn: anyDays });

  it('have plain shares and binomial variances when nobody waits', () => {
    fc.assert(
      fc.property(anyEnded, (ended) => {
        const n = kinds.reduce((sum, kind) => sum + total(ended[kind]), 0);
        for (const kind of kinds) {
          const found = incidenceOf({ ended, waiting: none }, kind);
          if (n === 0) {
            expect(found).toBeNull();
            return;
          }
          const share = total(ended[kind]) / n;
          expect(found?.share).toBeCloseTo(share, 10);
          expect(found?.variance).toBeCloseTo((share * (1 - share)) / n, 10);
        }
      }),
      { seed: 20261120 },
    );
  });

  it('have shares that make one with what still waits', () => {
    fc.assert(
      fc.property(anyEnded, anyDays, (ended, waiting) => {
        const found = kinds.map((kind) => incidenceOf({ ended, waiting }, kind));
        if (!found[0]) return;
        const sum = found.reduce((whole, one) => whole + (one?.share ?? 0), 0);
        expect(sum + found[0].waiting).toBeCloseTo(1, 10);
        for (const one of found) expect(one?.variance).toBeGreaterThanOrEqual(0);
      }),
      { seed: 20261120 },
    );
  });
});
