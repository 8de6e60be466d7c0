import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localViewer } from '#warehouse/access.ts';
import type { Bridge } from '#warehouse/movement-answer.ts';
import type { Cell } from '#warehouse/answers.ts';
import { canBridge } from '#warehouse/bridge-request.ts';
import { toUnits } from '#warehouse/bridge-shares.ts';
import { WarehouseError } from '#warehouse/errors.ts';
import { type MetricName, metricNames, metrics } from '#warehouse/metrics/index.ts';
import type { QueryInput } from '#warehouse/query.ts';
import {
  anyQuery,
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
  await demo.nextWeek(second);
});
afterAll(() => demo.remove());

const ofUnit = (unit: string) =>
  metricNames.filter((name) => canBridge(metrics[name]) && metrics[name].unit === unit);

/** Two questions whose numbers are of one kind, alike in none, some or all circumstances. */
const anyPair = (): fc.Arbitrary<[QueryInput, QueryInput]> =>
  fc
    .record({
      names: fc
        .constantFrom('money', 'money', 'count')
        .chain((unit) =>
          fc.tuple(fc.constantFrom(...ofUnit(unit)), fc.constantFrom(...ofUnit(unit))),
        ),
      queries: fc.tuple(anyQuery(values), anyQuery(values)),
      knownAt: fc.tuple(fc.constantFrom(undefined, first), fc.constantFrom(undefined, first)),
      currency: fc.constantFrom(undefined, undefined, 'USD'),
      alike: fc.record({
        name: fc.boolean(),
        where: fc.boolean(),
        period: fc.boolean(),
        rate: fc.boolean(),
      }),
    })
    .map(({ names, queries: [a, b], knownAt, currency, alike }) => {
      const from = { ...a, metrics: [names[0]], knownAt: knownAt[0] };
      const to = {
        ...b,
        metrics: [alike.name ? names[0] : names[1]],
        knownAt: knownAt[1],
        where: alike.where ? a.where : b.where,
        period: alike.period ? a.period : b.period,
        rate: alike.rate ? a.rate : b.rate,
        currency,
      };
      return [from, to];
    });

async function bridged(from: QueryInput, to: QueryInput): Promise<Bridge | null> {
  try {
    return await demo.warehouse.bridge(localViewer, { from, to });
  } catch (error) {
    if (error instanceof WarehouseError && error.code === 'wrong-use') return null;
    throw error;
  }
}
const exact = (cell: Cell | undefined) => toUnits(cell ?? null);
const numberOf = async (query: QueryInput) => {
  const [row] = await demo.ask({ ...query, by: [] });
  return row?.[query.metrics[0] as string];
};
const reverse = ({ steps }: Bridge) =>
  steps.map(({ step, delta }) => [step, String(-exact(delta))] as const);
const forward = ({ steps }: Bridge) =>
  steps.map(({ step, delta }) => [step, String(exact(delta))] as const);
const byStep = (list: (readonly [string, string])[]) => {
  const sums: Record<string, string> = {};
  for (const [step, delta] of list) sums[step] = String(BigInt(sums[step] ?? 0) + BigInt(delta));
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== '0'));
};

describe('any bridge', () => {
  it('leads from one number to the other, without a rest', async () => {
    let stepped = 0;
    await fc.assert(
      fc.asyncProperty(anyPair(), async ([from, to]) => {
        const found = await bridged(from, to);
        if (!found) return;
        const [a, b] = [await numberOf(from), await numberOf(to)];
        expect([found.from, found.to]).toEqual([a, b]);
        const sum = found.steps.reduce((total, { delta }) => total + exact(delta), 0n);
        expect(exact(found.from) + sum).toBe(exact(found.to));
        expect(exact(found.residual)).toBe(0n);
        if (found.steps.length) stepped += 1;
      }),
      runs(120),
    );
    expect(stepped).toBeGreaterThan(isLong ? 30 : 10);
  });

  it('opens every step to opportunities that sum to it', async () => {
    await fc.assert(
      fc.asyncProperty(anyPair(), async ([from, to]) => {
        const found = await bridged(from, to);
        for (const { step, reason, delta, count } of found?.steps ?? []) {
          const asked = { from, to, step, reason, limit: 1000 };
          const rows = await demo.warehouse.bridgeRows(localViewer, asked);
          expect(rows).toMatchObject({ count, sum: delta, total: delta, adds: true });
          expect(rows.rows.length).toBe(Math.min(1000, count));
        }
      }),
      runs(12),
    );
  });

  it('of the open pipeline is, step by step, the other way round on the way back', async () => {
    const names = ['openPipeline', 'openCount'] satisfies MetricName[];
    await fc.assert(
      fc.asyncProperty(anyPair(), fc.constantFrom(...names), async ([a, b], name) => {
        const [from, to] = [
          { ...a, metrics: [name], rate: 'plan' as const, currency: undefined },
          { ...b, metrics: [name], rate: 'plan' as const, currency: undefined, where: a.where },
        ];
        const there = await bridged(from, { ...to, period: from.period });
        const back = await bridged({ ...to, period: from.period }, from);
        if (there && back) expect(byStep(reverse(back))).toEqual(byStep(forward(there)));
      }),
      runs(25),
    );
  });

  it('from a number to itself is empty', async () => {
    const query: QueryInput = { metrics: ['weightedPipeline'], period: '2026-Q4' };
    const found = await demo.warehouse.bridge(localViewer, { from: query, to: query });
    expect(found.steps).toEqual([]);
    expect(found.from).toBe(found.to);
  });

  it('tells what was recorded otherwise', async () => {
    const query: QueryInput = { metrics: ['openPipeline'] };
    const is = String(await numberOf(query));
    const found = await demo.warehouse.bridge(localViewer, {
      from: query,
      to: query,
      recorded: { from: '1.00' },
    });
    expect(found.steps).toMatchObject([{ step: 'recorded.from', reason: 'recorded' }]);
    expect([found.from, found.to, found.residual]).toEqual(['1.00', is, '0.00']);
  });
});

describe('a bridge that cannot stand', () => {
  const refused = async (from: QueryInput, to: QueryInput) => {
    const asked = demo.warehouse.bridge(localViewer, { from, to });
    return asked.then(
      () => null,
      (error: WarehouseError) => [error.code, error.message],
    );
  };
  const open: QueryInput = { metrics: ['openPipeline'] };

  it.each([
    ['a rate', { metrics: ['winRate'] }, 'not a sum'],
    ['a count', { metrics: ['openCount'] }, 'one kind'],
    ['two numbers', { metrics: ['openPipeline', 'wonValue'] }, 'has 2'],
  ])('to %s', async (_, to, words) => {
    const [code, message] = (await refused(open, to)) ?? [];
    expect(code).toBe('wrong-use');
    expect(message).toContain(words);
  });

  it('to a metric that does not exist', async () => {
    expect((await refused(open, { metrics: ['openPipelin'] }))?.[0]).toBe('wrong-name');
  });
});

describe('since somebody looked', () => {
  it('leads from what was shown then to what is shown now, with the largest moves', async () => {
    const then = await demo.ask({ metrics: ['openPipeline'], asOf: '2026-11-20', knownAt: first });
    const now = await demo.ask({ metrics: ['openPipeline'] });
    const found = await demo.warehouse.since(localViewer, {
      since: '2026-11-23T09:00:00Z',
      top: 5,
    });
    expect([found.from, found.to]).toEqual([then[0]?.openPipeline, now[0]?.openPipeline]);
    expect(found.since.slice(0, 10)).toBe('2026-11-20');
    const steps = new Set(found.steps.map(({ step }) => step));
    expect([...steps]).toEqual(['knownAt', 'asOf']);
    expect(found.top).toHaveLength(5);
    const sizes = found.top.map((row) => Math.abs(Number(row.value)));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  it('says so when nothing was loaded by then', async () => {
    const asked = demo.warehouse.since(localViewer, { since: '2020-01-01' });
    await expect(asked).rejects.toMatchObject({ code: 'wrong-use' });
  });
});
