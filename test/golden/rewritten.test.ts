import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localViewer } from '#warehouse/access.ts';
import { type Loaded, loadOnce, plainConfig } from './loading.ts';
import { files, later, options } from './waterfall.ts';

let loaded: Loaded;
beforeAll(async () => {
  loaded = await loadOnce(options, files, '2026-07-01T06:00:00Z');
});
afterAll(() => loaded.remove());

const ask = (more = {}) => loaded.warehouse.rewritten(localViewer, { periods: 6, ...more });

describe('what was rewritten about the past', () => {
  it('is nothing after one load', async () => {
    await expect(ask()).rejects.toMatchObject({ code: 'wrong-use' });
  });

  it('is what a later load told of it, month by month and edit by edit', async () => {
    await loaded.load(plainConfig(options), later, '2026-07-16T06:00:00Z');
    const { numbers, edits, editCount, since, sinceKnownAt } = await ask();
    expect([since, sinceKnownAt]).toEqual(['2026-06-30T20:00:00.000Z', '2026-07-01T06:00:00.000Z']);
    // forgotten 40 was there since January, kept had 80 more since 20 March.
    const late = { reason: 'lateRow', label: 'Became known later', delta: '40.00', count: 1 };
    const amount = {
      reason: 'backDatedAmount',
      label: 'Back-dated amount',
      delta: '80.00',
      count: 1,
    };
    expect(numbers.map(({ metric, day, delta, reasons }) => [metric, day, delta, reasons])).toEqual(
      [
        ...['2026-06-30', '2026-05-31', '2026-04-30', '2026-03-31'].map((day) => [
          'openPipeline',
          day,
          '120.00',
          [amount, late],
        ]),
        ['openPipeline', '2026-02-28', '40.00', [late]],
        ['openPipeline', '2026-01-31', '40.00', [late]],
      ],
    );
    expect(editCount).toBe(2);
    expect(edits).toMatchObject([
      {
        id: 'kept',
        reason: 'backDatedAmount',
        attribute: 'amount',
        old: '1000.00',
        new: '1080.00',
        at: '2026-03-20T12:00:00.000Z',
        knownAt: '2026-07-16T06:00:00.000Z',
      },
      { id: 'forgotten', reason: 'lateRow', attribute: 'created', old: null },
    ]);
  });

  it('each number opens to its opportunities', async () => {
    const march = { metric: 'openPipeline' as const, day: '2026-03-31', periods: 6 };
    const all = await loaded.warehouse.rewrittenRows(localViewer, march);
    expect(all).toMatchObject({ count: 2, sum: '120.00', total: '120.00', adds: true });
    expect(all.rows).toMatchObject([
      { opportunity: 'kept', before: '1000.00', after: '1080.00', value: '80.00', old: '1000.00' },
      { opportunity: 'forgotten', before: null, after: '40.00', value: '40.00' },
    ]);
    const one = await loaded.warehouse.rewrittenRows(localViewer, { ...march, reason: 'lateRow' });
    expect(one).toMatchObject({ count: 1, sum: '40.00', adds: true });
    const wrong = loaded.warehouse.rewrittenRows(localViewer, { ...march, day: '2026-03-30' });
    await expect(wrong).rejects.toMatchObject({ code: 'wrong-use' });
  });
});
