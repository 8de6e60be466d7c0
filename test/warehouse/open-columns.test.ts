import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localViewer } from '#warehouse/access.ts';
import { toCents } from '#warehouse/cents.ts';
import type { OpenColumnsInput } from '#warehouse/open-columns.ts';
import { loadSmallDemo, type SmallDemo } from './small-demo.ts';

let demo: SmallDemo;
beforeAll(async () => {
  demo = await loadSmallDemo(9, '2026-11-21T06:00:00Z');
  await demo.nextWeek('2026-11-28T06:00:00Z');
}, 240_000);
afterAll(() => demo.remove());

/** Sums of the amounts in cents by the words of one field. */
async function sumsBy(field: string, input: OpenColumnsInput) {
  const table = tableFromIPC(await demo.warehouse.openColumns(localViewer, input));
  const words: (string | null)[] = JSON.parse(
    table.schema.fields.find(({ name }) => name === field)?.metadata.get('words') ?? '[]',
  );
  const codes = table.getChild(field);
  const amounts = table.getChild('amount');
  const sums = new Map<string | null, number>();
  for (let row = 0; row < table.numRows; row++) {
    const word = words[codes?.get(row)] ?? null;
    sums.set(word, (sums.get(word) ?? 0) + Math.round((amounts?.get(row) ?? 0) * 100));
  }
  return { sums, table };
}

const fields = ['stage', 'team', 'salesman', 'industry', 'region', 'leadSource', 'closeMonth'];
const input = fc.record({
  period: fc.constantFrom('all', '2026-Q4', '2027'),
  asOf: fc.constantFrom(undefined, '2026-11-20', '2026-06-30', '2025-12-31'),
  knownAt: fc.constantFrom(undefined, '2026-11-22T00:00:00Z'),
  rate: fc.constantFrom('plan' as const, 'as-of' as const),
});

test('columns of the open pipeline sum to its metric by every field', { timeout: 240_000 }, () =>
  fc.assert(
    fc.asyncProperty(input, fc.constantFrom(...fields), async (asked, field) => {
      const { sums } = await sumsBy(field, asked);
      const answer = await demo.warehouse.answer(localViewer, {
        ...asked,
        metrics: ['openPipeline'],
        by: [field],
      });
      const expected = new Map(
        answer.rows
          .map((row) => [row[field] ?? null, Math.round(Number(row.openPipeline) * 100)] as const)
          .filter(([, cents]) => cents !== 0),
      );
      expect(new Map([...sums].filter(([, cents]) => cents !== 0))).toEqual(expected);
    }),
    { numRuns: process.env.PLUMBLINE_LONG ? 200 : 25 },
  ),
);

test('flags are those of the time in stage, and change no other column', { timeout: 240_000 }, () =>
  fc.assert(
    fc.asyncProperty(input, async (asked) => {
      const { sums, table } = await sumsBy('flag', { ...asked, flags: true });
      const { stages } = await demo.warehouse.stageAge(localViewer, asked);
      for (const flag of ['watch', 'stalled'] as const) {
        const cents = stages.reduce((sum, stage) => sum + Number(toCents(stage[flag].value)), 0);
        expect(sums.get(flag) ?? 0, flag).toBe(cents);
      }
      const [ages, stays] = [table.getChild('age'), table.getChild('stageAge')];
      for (let row = 0; row < table.numRows; row++)
        expect(stays?.get(row) ?? 0).toBeLessThanOrEqual(ages?.get(row));
      const { sums: stageSums } = await sumsBy('stage', { ...asked, flags: true });
      expect(stageSums).toEqual((await sumsBy('stage', asked)).sums);
    }),
    { numRuns: process.env.PLUMBLINE_LONG ? 60 : 10 },
  ),
);

test('words stand in the order of the field, ids and ages are there', async () => {
  const { table } = await sumsBy('stage', {});
  const words = table.schema.fields.map(({ name, metadata }) => [name, metadata.get('words')]);
  expect(Object.fromEntries(words).stage).toMatch(/^\["(Qualify|Prepare)"/);
  const [ids, ages] = [table.getChild('opportunity'), table.getChild('age')];
  expect(new Set(ids).size).toBe(table.numRows);
  for (const age of ages ?? []) expect(age).toBeGreaterThanOrEqual(0);
});
