import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localViewer, type Viewer } from '#warehouse/access.ts';
import { sumMoney } from '#warehouse/cents.ts';
import { loadSmallDemo, type SmallDemo } from './small-demo.ts';

const first = '2026-11-21T06:00:00Z';
let demo: SmallDemo;
beforeAll(async () => {
  demo = await loadSmallDemo(7, first);
  await demo.nextWeek('2026-11-28T06:00:00Z');
});
afterAll(() => demo.remove());

describe('the vanished of the demo company', () => {
  it('hold every planted clone with its original', async () => {
    const truth = JSON.parse(readFileSync(join(demo.folder, 'truth.json'), 'utf8')) as {
      stories: { clones: { lost: string; again: string }[] };
    };
    const { clones } = truth.stories;
    const { rows } = await demo.warehouse.vanished(localViewer, { kind: 'cloned', limit: 1000 });
    const pairs = new Map(rows.map((row) => [row.opportunity, row.into]));
    expect(clones.length).toBeGreaterThan(0);
    expect(clones.map(({ lost }) => pairs.get(lost))).toEqual(clones.map(({ again }) => again));
    // What else looks like a clone is the same thing of the same account at the same price.
    expect(rows.length - clones.length).toBeLessThanOrEqual(1);
  });

  it('sum to their totals, now and as known before', async () => {
    for (const when of [{}, { knownAt: first }, { asOf: '2026-06-30' }, { period: '2026-11' }]) {
      const { rows, totals, count, value } = await demo.warehouse.vanished(localViewer, {
        ...when,
        limit: 1000,
      });
      expect(rows.length).toBe(count);
      expect(sumMoney(rows.map((row) => row.value as string))).toBe(value);
      expect(sumMoney(totals.map((one) => one.value))).toBe(value);
      for (const { kind, value: whole } of totals) {
        const mine = rows.filter((row) => row.kind === kind).map((row) => row.value as string);
        expect(sumMoney(mine)).toBe(whole);
      }
    }
  });

  it('grow by what the later load no longer held', async () => {
    const before = await demo.warehouse.vanished(localViewer, {
      asOf: '2026-11-20',
      knownAt: first,
    });
    const after = await demo.warehouse.vanished(localViewer, { limit: 1000 });
    const deleted = (list: typeof after) =>
      list.totals.find(({ kind }) => kind === 'deleted')?.count ?? 0;
    // Two are planted to go, one to come back; others may go by themselves.
    expect(deleted(after)).toBeGreaterThan(deleted(before));
    const late = after.rows.filter(
      (row) => String(row.detectedAt) > first && row.kind === 'deleted',
    );
    expect(late.length).toBeGreaterThanOrEqual(2);
  });

  it('are not shown to a viewer who may see nothing', async () => {
    const nobody: Viewer = { id: 'x', salesman: null, role: 'salesman', scope: 'own' };
    expect((await demo.warehouse.vanished(nobody, {})).count).toBe(0);
  });
});
