import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localViewer } from '#warehouse/access.ts';
import type { Answer, Row } from '#warehouse/answers.ts';
import { metricNames } from '#warehouse/metrics/index.ts';
import type { QueryInput } from '#warehouse/query.ts';
import { anyQuery, loadSmallDemo, type SmallDemo, type Values, valuesOf } from './small-demo.ts';

let demo: SmallDemo;
let values: Values;
beforeAll(async () => {
  demo = await loadSmallDemo(8, '2026-11-21T06:00:00Z');
  values = await valuesOf(demo.ask);
}, 120_000);
afterAll(() => demo.remove());

async function arrowRows(query: QueryInput): Promise<Row[]> {
  const table = tableFromIPC(await demo.warehouse.arrow(localViewer, query));
  return table.toArray().map((row) => (row as { toJSON(): Row }).toJSON());
}

/** Numbers as Arrow has them. */
const plain = ({ columns, rows }: Answer): Row[] =>
  rows.map((row) =>
    Object.fromEntries(
      columns.map(({ name, unit }) => {
        const cell = row[name] ?? null;
        return [name, cell === null || unit === 'text' ? cell : Number(cell)];
      }),
    ),
  );

const sorted = (names: string[]): fc.Arbitrary<string | undefined> =>
  fc.option(fc.constantFrom(...names.flatMap((name) => [name, `-${name}`])), { nil: undefined });

test('Arrow holds the cells of the answer, in its order', { timeout: 120_000 }, async () => {
  const query = anyQuery(values).chain((one) =>
    fc.record({
      query: fc.constant(one),
      sort: sorted([...one.metrics, ...(one.by ?? [])]),
      limit: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(query, async ({ query: one, ...more }) => {
      const rate = one.rate === 'close' ? 'plan' : one.rate;
      const asked = { ...one, rate, ...more };
      const answer = await demo.warehouse.answer(localViewer, asked);
      expect(await arrowRows(asked)).toEqual(plain(answer));
    }),
    { numRuns: process.env.PLUMBLINE_LONG ? 500 : 60 },
  );
});

test('Arrow holds long texts, texts that are none, and more rows than one chunk', async () => {
  const by = ['account', 'createdMonth', 'stage', 'product'];
  const query = { metrics: ['openPipeline', 'wonValue', 'medianWonSize', 'createdCount'], by };
  const answer = await demo.warehouse.answer(localViewer, query);
  expect(answer.rows.length).toBeGreaterThan(2048);
  expect(answer.rows.some((row) => String(row.account).length > 12)).toBe(true);
  expect(answer.rows.some((row) => by.some((name) => row[name] === null))).toBe(true);
  expect(await arrowRows(query)).toEqual(plain(answer));
});

test('SEC-1: where Arrow has no value there is nothing else either', async () => {
  const by = ['account', 'createdMonth', 'stage', 'product'];
  const query = { metrics: ['medianWonSize', 'daysToClose', 'medianOpenSize'], by };
  const table = tableFromIPC(await demo.warehouse.arrow(localViewer, query));
  let nulls = 0;
  for (const name of query.metrics)
    for (const { length, values: cells, ...data } of table.getChild(name)?.data ?? [])
      for (let row = 0; row < length; row++)
        if (((data.nullBitmap?.[row >> 3] ?? 255) & (1 << (row & 7))) === 0) {
          nulls += 1;
          expect(cells[row]).toBe(0);
        }
  expect(nulls).toBeGreaterThan(1000);
});

test('Arrow tells what its numbers are', async () => {
  const metrics = metricNames.slice(0, 3);
  const bytes = await demo.warehouse.arrow(localViewer, { metrics, by: ['team'] });
  const { schema } = tableFromIPC(bytes);
  const answer = await demo.warehouse.answer(localViewer, { metrics, by: ['team'] });
  expect(Object.fromEntries(schema.metadata)).toEqual({
    snapshot: answer.snapshot,
    asOf: answer.asOf,
    knownAt: answer.knownAt,
  });
  for (const [i, column] of answer.columns.entries())
    expect(Object.fromEntries(schema.fields[i]?.metadata ?? [])).toMatchObject({
      label: column.label,
      unit: column.unit,
    });
});
