import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localViewer, type Viewer } from '#warehouse/access.ts';
import type { Rewritten } from '#warehouse/movement-answer.ts';
import { sumMoney } from '#warehouse/cents.ts';
import type { RewrittenMetric } from '#warehouse/rewritten-request.ts';
import { loadSmallDemo, type SmallDemo } from './small-demo.ts';

const first = '2026-11-21T06:00:00Z';
let demo: SmallDemo;
let found: Rewritten;
beforeAll(async () => {
  demo = await loadSmallDemo(7, first);
  await demo.nextWeek('2026-11-28T06:00:00Z');
  found = await demo.warehouse.rewritten(localViewer, { limit: 1000 });
});
afterAll(() => demo.remove());

interface Planted {
  kind: string;
  id: string;
}
const planted = (): Planted[] => {
  const truth = JSON.parse(readFileSync(join(demo.folder, 'truth.json'), 'utf8')) as {
    stories: { rewrites: (Planted & { week: number })[] };
  };
  return truth.stories.rewrites.filter(({ week }) => week === 1);
};

describe('twelve planted rewrites of the past', () => {
  it('are all found, and nothing else is', () => {
    const ids = new Set(planted().map(({ id }) => id));
    expect(ids.size).toBe(12);
    expect(new Set(found.edits.map(({ id }) => id))).toEqual(ids);
  });

  it.each([
    ['back-dated amount', 'backDatedAmount'],
    ['back-dated close date', 'backDatedCloseDate'],
    ['amount of a won one changed', 'closedAmount'],
    ['amount of a won one overwritten', 'backDatedAmount'],
    ['deleted', 'deleted'],
    ['vanished from the extract', 'deleted'],
    ['restored', 'restored'],
    ['re-owned, back-dated', 'reowned'],
    ['re-owned', 'handedOver'],
    ['account merged', 'accountMerged'],
    ['reopened', 'reopened'],
  ])('%s is told as %s', (kind, reason) => {
    const ids = planted()
      .filter((one) => one.kind === kind)
      .map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(0);
    for (const id of ids)
      expect(found.edits.filter((edit) => edit.id === id).map((edit) => edit.reason)).toContain(
        reason,
      );
  });
});

describe('a number of the past', () => {
  const check = async (grain: 'month' | 'week', where: Record<string, string[]>) => {
    const { numbers, since } = await demo.warehouse.rewritten(localViewer, {
      grain,
      where,
      periods: 30,
    });
    for (const { metric, begins, day, was, is, delta, reasons } of numbers) {
      const isOpen = metric === 'openPipeline';
      const query = {
        metrics: [metric],
        where,
        ...(isOpen ? { asOf: day } : { period: `${begins}..${day}` }),
      };
      const then = { ...query, knownAt: first, ...(isOpen ? {} : { asOf: since }) };
      const [a, b] = [await demo.ask(then), await demo.ask(query)];
      expect([metric, day, was, is]).toEqual([metric, day, a[0]?.[metric], b[0]?.[metric]]);
      expect(sumMoney([was, delta])).toBe(is);
      expect(sumMoney(reasons.map((one) => one.delta))).toBe(delta);
      const asked = { grain, where, periods: 30, metric: metric as RewrittenMetric, day };
      const rows = await demo.warehouse.rewrittenRows(localViewer, asked);
      expect(rows).toMatchObject({ sum: delta, total: delta, adds: true });
      expect(sumMoney(rows.rows.map((row) => row.value as string))).toBe(delta);
    }
    return numbers;
  };

  it.each(['month', 'week'] as const)(
    'by %s is what was answered then and is answered now',
    async (grain) => {
      const numbers = await check(grain, {});
      expect(new Set(numbers.map(({ metric }) => metric)).size).toBe(3);
    },
  );

  it('within a scope, too', async () => {
    const [row] = await demo.ask({ metrics: ['openCount'], by: ['region'], sort: '-openCount' });
    await check('month', { region: [String(row?.region)] });
  });

  it('that was not rewritten is not told', async () => {
    const told = new Set(found.numbers.map(({ metric, day }) => `${metric} ${day}`));
    for (const asOf of ['2026-06-30', '2026-09-30', '2026-10-31']) {
      const asked = { metrics: ['openPipeline'], asOf };
      const [a, b] = [await demo.ask({ ...asked, knownAt: first }), await demo.ask(asked)];
      expect(told.has(`openPipeline ${asOf}`)).toBe(a[0]?.openPipeline !== b[0]?.openPipeline);
    }
  });

  it('and its edits are none for a viewer who may see nothing', async () => {
    const nobody: Viewer = { id: 'x', salesman: null, role: 'salesman', scope: 'own' };
    const empty = await demo.warehouse.rewritten(nobody, {});
    expect([empty.numbers, empty.edits]).toEqual([[], []]);
  });
});
