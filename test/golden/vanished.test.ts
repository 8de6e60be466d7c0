import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localViewer } from '#warehouse/access.ts';
import { dealFiles } from './deals.ts';
import { type Loaded, loadOnce } from './loading.ts';
import { files, options } from './waterfall.ts';

const day = '2026-08-15';
const deal = (id: string, name: string, moves: string[], more: Record<string, string> = {}) => ({
  id,
  name,
  account: 'acme',
  salesman: 'ana',
  currency: 'EUR',
  type: 'New',
  moves,
  ...more,
});
const open = (at: string, amount = '500.00') => `${at}T12:00:00Z Qualify ${amount} ${day} 20`;
const lost = (at: string, amount = '500.00') => `${at}T12:00:00Z Lost ${amount} ${day} 0`;

/** "Boiler" is lost on 1 May after 100 days and made again on 3 May; the others only look like it. */
const deals = [
  deal('boiler', 'Acme - Boiler', [open('2026-01-21'), lost('2026-05-01')]),
  deal('again', 'Acme - boiler (2)', [open('2026-05-03')]),
  deal('pump', 'Acme - Pump', [open('2026-02-01', '300.00'), lost('2026-05-10', '300.00')]),
  deal('pump-27', 'Acme - Pump 2027', [open('2026-05-11', '300.00')]),
  deal('crane', 'Acme - Crane', [open('2026-02-01', '200.00'), lost('2026-05-10', '200.00')]),
  deal('crane-ben', 'Acme - Crane', [open('2026-05-11', '200.00')], { salesman: 'ben' }),
  deal('valve', 'Acme - Valve', [open('2026-02-01', '90.00'), lost('2026-03-10', '90.00')]),
  deal('valve-late', 'Acme - Valve', [open('2026-05-11', '90.00')]),
  deal('pipe', 'Acme - Pipe', [open('2026-02-01', '80.00'), lost('2026-05-10', '80.00')]),
  deal('pipe-dear', 'Acme - Pipe', [open('2026-05-11', '800.00')]),
  deal('gone', 'Acme - Gone', [open('2026-03-02', '70.00')], { deleted: 'true' }),
  deal('loser', 'Acme - Loser', [open('2026-03-12', '60.00')], { mergedInto: 'again' }),
  deal('won', 'Acme - Won', [
    open('2026-03-12', '60.00'),
    `2026-05-01T12:00:00Z Won 60.00 ${day} 100`,
  ]),
];

let loaded: Loaded;
beforeAll(async () => {
  const { 'opportunity_2026-03-15.csv': _, 'opportunity_field_history.csv': __, ...rest } = files;
  loaded = await loadOnce(options, { ...rest, ...dealFiles(deals) }, '2026-07-01T06:00:00Z');
});
afterAll(() => loaded.remove());

describe('the ledger of vanished pipeline', () => {
  it('names what was deleted, merged and made again, each once, with its value and age', async () => {
    const found = await loaded.warehouse.vanished(localViewer, {});
    const rows = Object.fromEntries(found.rows.map((row) => [row.opportunity, row]));
    expect(Object.keys(rows).sort()).toEqual(['boiler', 'gone', 'loser']);
    expect(rows.boiler).toMatchObject({
      kind: 'cloned',
      cause: 'lost',
      value: '500.00',
      salesman: 'Ana',
      at: '2026-05-01T12:00:00.000Z',
      into: 'again',
      intoName: 'Acme - boiler (2)',
      clonedAt: '2026-05-03T12:00:00.000Z',
      ageDays: 100,
    });
    expect(rows.gone).toMatchObject({ kind: 'deleted', was: 'open', value: '70.00', into: null });
    expect(rows.loser).toMatchObject({ kind: 'merged', value: '60.00', into: 'again' });
    expect(rows.gone?.at).toBe('2026-06-30T20:00:00.000Z');
    expect(rows.gone?.detectedAt).toBe('2026-07-01T06:00:00.000Z');
  });

  it('has totals that are the sums of its rows', async () => {
    const found = await loaded.warehouse.vanished(localViewer, {});
    expect(found.totals).toMatchObject([
      { kind: 'deleted', count: 1, value: '70.00' },
      { kind: 'merged', count: 1, value: '60.00' },
      { kind: 'cloned', count: 1, value: '500.00', ageDays: 100 },
    ]);
    expect([found.count, found.value]).toEqual([3, '630.00']);
    const merged = await loaded.warehouse.vanished(localViewer, { kind: 'merged' });
    expect([merged.count, merged.value, merged.rows.length]).toEqual([1, '60.00', 1]);
  });

  it('says what it does to the win rate', async () => {
    const found = await loaded.warehouse.vanished(localViewer, {});
    // One won; lost are boiler, pump, crane, valve and pipe; boiler was lost only to be made again.
    expect([found.winRate, found.winRateWithout]).toEqual([0.16666667, 0.2]);
  });

  it('goes by how many days, by when it went, and by scope', async () => {
    const count = async (more: object) =>
      (await loaded.warehouse.vanished(localViewer, more)).rows
        .map((row) => row.opportunity)
        .sort();
    expect(await count({ within: 1 })).toEqual(['gone', 'loser']);
    expect(await count({ within: 90 })).toEqual(['boiler', 'gone', 'loser', 'valve']);
    expect(await count({ period: '2026-05' })).toEqual(['boiler']);
    expect(await count({ where: { team: ['South'] } })).toEqual([]);
    expect(await count({ asOf: '2026-05-02' })).toEqual([]);
  });
});
