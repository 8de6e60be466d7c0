import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localViewer } from '#warehouse/access.ts';
import type { Cell, Row } from '#warehouse/answers.ts';
import { toCents } from '#warehouse/cents.ts';
import type { Metric } from '#warehouse/definitions.ts';
import { type DimensionName, dimensions } from '#warehouse/dimensions.ts';
import { WarehouseError } from '#warehouse/errors.ts';
import { type MetricName, metricNames, metrics } from '#warehouse/metrics/index.ts';
import type { QueryInput } from '#warehouse/query.ts';
import { anyQuery, loadSmallDemo, type SmallDemo, type Values, valuesOf } from './small-demo.ts';

const first = { seed: 7, at: '2026-11-21T06:00:00Z' };
/** Every property is tried with the same questions in each run. */
const runs = (numRuns: number) => ({ seed: 20261120, numRuns, endOnFailure: true });

let demo: SmallDemo;
let values: Values;
beforeAll(async () => {
  demo = await loadSmallDemo(first.seed, first.at);
  values = await valuesOf(demo.ask);
});
afterAll(() => demo.remove());

const metricOf = (query: QueryInput): Metric => metrics[query.metrics[0] as MetricName];
/** Exact: money in cents, counts as they are. */
const exact = (cell: Cell | undefined): bigint =>
  typeof cell === 'string' ? toCents(cell) : BigInt(Number(cell ?? 0));
const sumOf = (rows: Row[], name: string): bigint =>
  rows.reduce((sum, row) => sum + exact(row[name]), 0n);

/** The work's result; a question that makes no sense must end in a WarehouseError and gives null. */
async function answered<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof WarehouseError && error.code === 'wrong-use') return null;
    throw error;
  }
}

/** The answer to more metrics than one question takes, as one. Rows without an equal in one part have none of its numbers. */
async function inParts(
  names: MetricName[],
  ask: (names: MetricName[]) => Promise<Row[]>,
  by: string[] = [],
): Promise<Row[]> {
  const merged = new Map<string, Row>();
  for (let start = 0; start < names.length; start += 20)
    for (const row of await ask(names.slice(start, start + 20))) {
      const key = JSON.stringify(by.map((name) => row[name]));
      merged.set(key, { ...merged.get(key), ...row });
    }
  return [...merged.values()];
}

describe('any question', () => {
  it('has rows that sum to its number', async () => {
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(anyQuery(values), async (query) => {
        const found = await answered(demo.warehouse.rows(localViewer, { ...query, limit: 5000 }));
        if (!found) return;
        asked += 1;
        expect(found.adds).toBe(true);
        expect(found.rows.length).toBe(found.count);
        const name = query.metrics[0] as string;
        if (metricOf(query).aggregate === 'sum')
          expect(sumOf(found.rows, name)).toBe(exact(found.total));
      }),
      runs(200),
    );
    expect(asked).toBeGreaterThan(120);
  });

  it('adds up over any breakdown', async () => {
    await fc.assert(
      fc.asyncProperty(anyQuery(values), async (query) => {
        const name = query.metrics[0] as string;
        const { additive, unit, from } = metricOf(query);
        if (query.by?.some((by) => dimensions[by as DimensionName].not?.includes(from))) return;
        if (!additive || (unit === 'count' && query.by?.includes('product'))) return;
        const rows = await answered(demo.ask(query));
        if (!rows) return;
        const [whole] = await demo.ask({ ...query, by: [] });
        expect(sumOf(rows, name)).toBe(exact(whole?.[name]));
      }),
      runs(200),
    );
  });

  it('gives each row of a breakdown again when it is asked for that row alone', async () => {
    await fc.assert(
      fc.asyncProperty(anyQuery(values), fc.nat(), async (query, pick) => {
        const by = query.by?.[0];
        const name = query.metrics[0] as string;
        if (!by || query.where?.[by]) return;
        const rows = await answered(demo.ask({ ...query, by: [by] }));
        const row = rows?.[pick % rows.length];
        if (!row || row[name] === null) return;
        const where = { ...query.where, [by]: [row[by] as string | null] };
        const [alone] = await demo.ask({ ...query, by: [], where });
        expect(alone?.[name]).toEqual(row[name]);
      }),
      runs(100),
    );
  });

  it('has months and quarters that sum to the year', async () => {
    const names = metricNames.filter(
      (name) => metrics[name].additive && !name.startsWith('undated'),
    );
    const two = (n: number) => String(n).padStart(2, '0');
    for (const asOf of ['2025-12-31', '2026-06-01', '2026-11-20'])
      for (const year of ['2025', '2026']) {
        const ask = async (period: string) =>
          (await inParts(names, (metrics) => demo.ask({ metrics, asOf, period })))[0] as Row;
        const whole = await ask(year);
        const months = await each(12, (n) => ask(`${year}-${two(n + 1)}`));
        const quarters = await each(4, (n) => ask(`${year}-Q${n + 1}`));
        for (const name of names) {
          const told = `${name} of ${year} as of ${asOf}`;
          expect(sumOf(months, name), `months: ${told}`).toBe(exact(whole[name]));
          expect(sumOf(quarters, name), `quarters: ${told}`).toBe(exact(whole[name]));
        }
      }
  });

  it('has salesmen who sum to teams and teams that sum to directors', async () => {
    const names = metricNames.filter((name) => metrics[name].additive);
    for (const asOf of ['2025-12-31', '2026-11-20']) {
      const ask = (by: string[]) =>
        inParts(names, (metrics) => demo.ask({ metrics, asOf, by, period: '2026' }), by);
      const directors = await ask(['director']);
      const teams = await ask(['director', 'team']);
      const salesmen = await ask(['director', 'team', 'salesman']);
      expect(directors.length).toBeGreaterThan(2);
      for (const name of names)
        for (const { director, ...whole } of directors) {
          const below = (rows: Row[]) => rows.filter((row) => row.director === director);
          expect(sumOf(below(teams), name), `${name} ${director}`).toBe(exact(whole[name]));
          expect(sumOf(below(salesmen), name), `${name} ${director}`).toBe(exact(whole[name]));
        }
    }
  });

  it('is the same as of now, of the instant of the extract, and of the end of its day', async () => {
    await fc.assert(
      fc.asyncProperty(anyQuery(values), async (query) => {
        const now = await answered(
          demo.warehouse.answer(localViewer, { ...query, asOf: undefined }),
        );
        if (!now) return;
        expect(await demo.ask({ ...query, asOf: now.asOf })).toEqual(now.rows);
        expect(await demo.ask({ ...query, asOf: '2026-11-20' })).toEqual(now.rows);
      }),
      runs(60),
    );
  });

  it('is the same at the end of a past day and a millisecond before', async () => {
    const ends = {
      '2026-06-01': '2026-06-01T21:59:59.998Z',
      '2025-12-31': '2025-12-31T22:59:59.998Z',
    };
    await fc.assert(
      fc.asyncProperty(
        anyQuery(values),
        fc.constantFrom(...Object.entries(ends)),
        async (query, [day, instant]) => {
          const end = await answered(demo.ask({ ...query, asOf: day }));
          if (end) expect(await demo.ask({ ...query, asOf: instant })).toEqual(end);
        },
      ),
      runs(60),
    );
  });

  it('has weeks that say what their last day says alone', async () => {
    const days = fc.constantFrom('2026-11-20', '2026-06-01', '2025-12-31');
    await fc.assert(
      fc.asyncProperty(anyQuery(values), days, async (query, asOf) => {
        const ask = { ...query, asOf };
        const trend = await answered(demo.warehouse.trend(localViewer, ask, { weeks: 3 }));
        if (!trend) return;
        for (const weeksBack of [0, 1, 2]) {
          const day = new Date(Date.parse(asOf) - weeksBack * 7 * 86_400_000)
            .toISOString()
            .slice(0, 10);
          const rows = trend.rows.filter(({ week }) => week === day);
          // A week without any facts has no row; a question without dimensions always has one.
          if (!rows.length && !query.by?.length) continue;
          const alone = await demo.ask({ ...ask, asOf: day });
          expect(
            rows.map(({ week: _week, ...row }) => row),
            `${JSON.stringify(ask)} in the week until ${day}`,
          ).toEqual(alone);
        }
      }),
      runs(80),
    );
  });

  it('compares with what the other period says alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyQuery(values),
        fc.constantFrom('2025', '2026-Q2', '2025-06-30'),
        async (query, compare) => {
          const name = query.metrics[0] as string;
          const ask = { ...query, by: [] };
          const beside = await answered(demo.ask({ ...ask, compare }));
          if (!beside) return;
          const other = compare.length === 10 ? { asOf: compare } : { period: compare };
          const [alone] = await demo.ask({ ...ask, ...other });
          expect(beside[0]?.[`${name}Before`]).toEqual(alone?.[name]);
        },
      ),
      runs(60),
    );
  });
});

describe('any question asked again after a later load', () => {
  it('has the same answer as of then, as known then', async () => {
    const queries = fc
      .sample(anyQuery(values), { seed: 99, numRuns: 120 })
      .map((query) => ({ ...query, asOf: query.asOf ?? '2026-11-20' }));
    const before: (Row[] | null)[] = [];
    for (const query of queries) before.push(await answered(demo.ask(query)));
    await demo.nextWeek('2026-11-28T06:00:00Z');
    for (const [i, query] of queries.entries())
      expect(
        await answered(demo.ask({ ...query, knownAt: first.at })),
        JSON.stringify(query),
      ).toEqual(before[i]);
    const changed = await demo.warehouse.answer(localViewer, { metrics: ['openPipeline'] });
    expect(changed.asOf > '2026-11-26').toBe(true);
  });
});

async function each<T>(n: number, make: (i: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let i = 0; i < n; i++) made.push(await make(i));
  return made;
}
