import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localViewer, type Viewer } from '#warehouse/access.ts';
import type { FieldGrid, FieldGridInput } from '#warehouse/field-grid.ts';
import { type Loaded, loadOnce } from './loading.ts';
import { files, options } from './twelve.ts';

let twelve: Loaded;
beforeAll(async () => {
  twelve = await loadOnce(options, files, '2026-07-01T06:00:00Z');
});
afterAll(() => twelve.remove());

const ask = (input: Partial<FieldGridInput> = {}, viewer = localViewer): Promise<FieldGrid> =>
  twelve.warehouse.fieldGrid(viewer, {
    measure: 'createdCount',
    rows: 'pipeline',
    columns: 'salesman',
    ...input,
  });
/** One thing of each cell, as a table. */
const table = <T>(
  { rows, columns, cells }: FieldGrid,
  of: (cell: FieldGrid['cells'][number]) => T,
) =>
  Object.fromEntries(
    rows.map(({ value }, r) => [
      value ?? '-',
      Object.fromEntries(
        columns.map((column, c) => {
          const cell = cells.find((one) => one.row === r && one.column === c);
          return [column.value ?? '-', cell && of(cell)];
        }),
      ),
    ]),
  );

describe('the twelve in a grid', () => {
  it('counts who created what, and what independence would have made', async () => {
    const grid = await ask();
    // New business: Ana o1 o2 o6 o8, Ben o4, Cid o5 o7 o10; renewals: Ana o12, Ben o3 o11.
    expect(table(grid, ({ number }) => number)).toEqual({
      'New business': { Ana: 4, Ben: 1, Cid: 3 },
      Renewal: { Ana: 1, Ben: 2, Cid: 0 },
    });
    // 8 × 5 / 11, 8 × 3 / 11, …
    expect(table(grid, ({ expected }) => expected)).toEqual({
      'New business': { Ana: 3.636364, Ben: 2.181818, Cid: 2.181818 },
      Renewal: { Ana: 1.363636, Ben: 0.818182, Cid: 0.818182 },
    });
    expect([grid.judged, grid.told]).toEqual([0, 0]);
    expect(grid.rows.map(({ value, n }) => [value, n])).toEqual([
      ['New business', 8],
      ['Renewal', 3],
    ]);
  });

  it('has the win rate of every cell, and says how many closings are missing', async () => {
    const grid = await ask({ measure: 'winRate' });
    expect(table(grid, ({ number, n }) => [number, n])).toEqual({
      'New business': { Ana: [1, 2], Ben: [null, 0], Cid: [0, 1] },
      Renewal: { Ana: [0, 1], Ben: [1, 1], Cid: [null, 0] },
    });
    for (const { missing, side } of grid.cells) {
      expect(missing).toBeGreaterThan(10);
      expect(side).toBe(null);
    }
  });

  it('has sizes and days as their receipts have them', async () => {
    const size = await ask({ measure: 'averageWonSize', columns: 'industry' });
    expect(table(size, ({ number }) => number)).toEqual({
      'New business': { Steel: '1750.00', Paper: null },
      Renewal: { Steel: null, Paper: '100.00' },
    });
    const days = await ask({ measure: 'daysToClose', columns: 'industry' });
    expect(table(days, ({ number }) => number)).toEqual({
      'New business': { Steel: 98, Paper: null },
      Renewal: { Steel: null, Paper: 73 },
    });
  });

  it('is of the day, the filters and the viewer', async () => {
    const march = await ask({ measure: 'wonCount', asOf: '2026-03-31' });
    expect(table(march, ({ number }) => number)).toEqual({ 'New business': { Ana: 1 } });
    const paper = await ask({ where: { industry: ['Paper'] } });
    expect(table(paper, ({ number }) => number)).toEqual({
      'New business': { Ana: 0, Ben: 1, Cid: 2 },
      Renewal: { Ana: 1, Ben: 1, Cid: 0 },
    });
    const cid: Viewer = { id: 'cid', salesman: 'cid', role: 'salesman', scope: 'own' };
    expect(table(await ask({}, cid), ({ number }) => number)).toEqual({
      'New business': { Cid: 3 },
    });
  });

  it('needs two dimensions', async () => {
    await expect(ask({ columns: 'pipeline' })).rejects.toThrow(/needs two dimensions/);
  });
});
