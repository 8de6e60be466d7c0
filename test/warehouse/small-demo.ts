import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { readConfig } from '#etl/config.ts';
import { writeDemo, writeNextWeek } from '#etl/demo/index.ts';
import { runJob } from '#etl/job.ts';
import { localViewer } from '#warehouse/access.ts';
import type { Row } from '#warehouse/answers.ts';
import { dimensionNames } from '#warehouse/dimensions.ts';
import { metricNames } from '#warehouse/metrics/index.ts';
import type { QueryInput } from '#warehouse/query.ts';
import { openWarehouse, type Warehouse } from '#warehouse/warehouse.ts';

/** A third of the runs of a property by default; all of them in the long form. */
export const isLong = process.env.PLUMBLINE_LONG === '1';
export const runs = (numRuns: number) => ({
  seed: 20261120,
  numRuns: isLong ? numRuns : Math.ceil(numRuns / 3),
  endOnFailure: true,
});

/** The demo company at a twentieth of its size, loaded; it can grow by a week. */
export interface SmallDemo {
  /** Where the exports are, and beside them what was planted. */
  folder: string;
  dataDir: string;
  warehouse: Warehouse;
  ask(query: QueryInput): Promise<Row[]>;
  nextWeek(at: string): Promise<void>;
  remove(): Promise<void>;
}

export async function loadSmallDemo(seed: number, at: string): Promise<SmallDemo> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-small-demo-'));
  const dataDir = join(folder, 'data');
  const load = async (instant: string) => {
    const config = readConfig(join(folder, 'plumbline.json'));
    await runJob({ config, dataDir, clock: () => new Date(instant) });
  };
  await writeDemo({ folder, seed, today: '2026-11-20', scale: 0.05, stories: true });
  await load(at);
  const warehouse = openWarehouse(dataDir);
  return {
    folder,
    dataDir,
    warehouse,
    ask: async (query) => (await warehouse.answer(localViewer, query)).rows,
    nextWeek: async (instant) => {
      await writeNextWeek({ folder });
      await load(instant);
    },
    remove: async () => {
      await warehouse.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Values = Record<string, (string | null)[]>;

/** What every dimension can be asked for. */
export async function valuesOf(ask: SmallDemo['ask']): Promise<Values> {
  const values: Values = {};
  for (const name of dimensionNames) {
    const rows = await ask({ metrics: ['openCount', 'wonCount', 'createdCount'], by: [name] });
    values[name] = rows.map((row) => row[name] as string | null);
  }
  return values;
}

const periods = [
  'all',
  '2024',
  '2025',
  '2026',
  '2025-Q2',
  '2026-Q3',
  '2026-Q4',
  '2027-Q1',
  '2025-12',
  '2026-03',
  '2026-11',
  '2026-12',
  '2026-03-15..2026-04-14',
  '2026-10-25..2026-10-25',
  '2026-11-20..2027-02-28',
];
const days = [
  '2024-06-30',
  '2025-03-30',
  '2025-12-31',
  '2026-02-28',
  '2026-06-01',
  '2026-10-25',
  '2026-11-13',
  '2026-11-13T11:00:00Z',
  '2026-11-20',
];

/** Any question of one metric. */
export const anyQuery = (values: Values): fc.Arbitrary<QueryInput> =>
  fc
    .record({
      metric: fc.constantFrom(...metricNames),
      by: fc.uniqueArray(fc.constantFrom(...dimensionNames), { maxLength: 2 }),
      where: fc.option(anyFilter(values), { nil: {}, freq: 1 }),
      period: fc.constantFrom(...periods),
      asOf: fc.option(fc.constantFrom(...days), { nil: undefined }),
      rate: fc.constantFrom('plan' as const, 'as-of' as const, 'close' as const),
    })
    .map(({ metric, ...query }) => ({ metrics: [metric], ...query }));

const anyFilter = (values: Values): fc.Arbitrary<Record<string, (string | null)[]>> =>
  fc
    .constantFrom(...Object.keys(values).filter((name) => values[name]?.length))
    .chain((name) =>
      fc
        .uniqueArray(fc.constantFrom(...(values[name] ?? [])), { minLength: 1, maxLength: 3 })
        .map((chosen) => ({ [name]: chosen })),
    );

/** Up to two filters together, of some dimensions, each with a few of its values. */
export const anyFilters = (values: Values, names = Object.keys(values)): fc.Arbitrary<Values> =>
  fc
    .uniqueArray(fc.constantFrom(...names.filter((name) => values[name]?.length)), { maxLength: 2 })
    .chain((chosen) =>
      fc.record(
        Object.fromEntries(
          chosen.map((name) => [
            name,
            fc.uniqueArray(fc.constantFrom(...(values[name] ?? [])), {
              minLength: 1,
              maxLength: 4,
            }),
          ]),
        ),
      ),
    );
