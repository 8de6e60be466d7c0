import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localViewer, type Viewer } from '#warehouse/access.ts';
import { type Deal, dealFiles, table } from './deals.ts';
import { type Loaded, loadOnce } from './loading.ts';
import { at, dayOf, deal, files as staged, options } from './stages.ts';

/**
 * `mine` came to Qualify on day 100 at noon. As of the end of day 120 it is there 20.5 days (less a millisecond); so long
 * the others are looked at, each from when it came to Qualify.
 */
const day = 120;
const changed = (id: string, amounts: [number, string, string][]): Deal => ({
  ...deal(id, []),
  moves: amounts.map(([on, stage, amount]) => `${at(on)} ${stage} ${amount} 2026-12-01 -`),
});
const deals: Deal[] = [
  deal('mine', ['100 Qualify']),
  // Like mine: |ln(101/101)| + |ln(21.5/21.5)| twice = 0. Won 50 - 20.5 = 29.5 days later.
  deal('alike', ['0 Qualify', '30 Discover', '50 Won']),
  // What became of its amount on day 25 was not to be seen on day 20.5.
  changed('later', [
    [0, 'Qualify', '100.00'],
    [25, 'Qualify', '9000.00'],
    [30, 'Lost', '9000.00'],
  ]),
  // Its first stay in Qualify was too short: looked at 20.5 days into the second, 35.5 days old. 2 ln(36.5/21.5) = 1.059.
  deal('again', ['0 Qualify', '10 Discover', '15 Qualify', '40 Lost']),
  // |ln(1001/101)| = 2.294.
  deal('dear', ['0 Qualify', '25 Withdrawn'], { amount: '1000.00' }),
  // As alike, but for another field of business: 1. Who sees Ana's opportunities only does not see it.
  deal('foreign', ['0 Qualify', '60 Won'], { account: 'bolt', salesman: 'ben' }),
  // No twins: gone from the stage too soon, still open, closed after the day asked about, never there.
  deal('quick', ['0 Qualify', '12 Won']),
  deal('open', ['0 Qualify', '30 Discover']),
  deal('future', ['0 Qualify', '130 Won']),
  deal('elsewhere', ['0 Discover', '30 Won']),
];
const activity = (id: string, on: number) => ({
  id: `${id}-${on}`,
  kind: 'task',
  opportunity: id,
  salesman: 'ana',
  subject: 'Call',
  createdAt: at(0),
  completedAt: at(on),
  closed: 'true',
});

let loaded: Loaded;
beforeAll(async () => {
  loaded = await loadOnce(
    { ...options, objects: { ...options.objects, account: { since: '2025-01-01' } } },
    {
      'user.csv': staged['user.csv'] as string,
      'stage.csv': staged['stage.csv'] as string,
      ...dealFiles(deals),
      'account.csv': 'id,name,industry\nacme,Acme,Tools\nbolt,Bolt,Food',
      // Two within 30 days after day 20.5 and before the end, one before, one after.
      'activity.csv': table([
        ...[0, 21, 40, 51].map((on) => activity('alike', on)),
        activity('later', 40),
      ]),
    },
    '2026-06-20T06:00:00Z',
  );
});
afterAll(() => loaded.remove());

const ask = (id: string, viewer = localViewer, on = day) =>
  loaded.warehouse.twins(viewer, id, { asOf: dayOf(on) });

describe('twins', () => {
  it('are the closed ones that looked most like it after as long in the stage, the nearest first', async () => {
    const found = await ask('mine');
    expect(found).toMatchObject({ stage: 'Qualify', candidates: 5, won: 2, share: 0.4 });
    expect(found?.stageDays).toBeCloseTo(20.5, 6);
    expect(found?.twins.map(({ opportunity, distance }) => [opportunity, distance])).toEqual([
      ['alike', 0],
      ['later', 0],
      ['foreign', 1],
      ['again', 1.059],
      ['dear', 2.294],
    ]);
  });

  it('are told as they stood then, with what became of them since', async () => {
    const [alike, later, foreign, again] = (await ask('mine'))?.twins ?? [];
    expect(alike).toMatchObject({
      outcome: 'won',
      at: `${dayOf(20)}T23:59:59.999Z`,
      endedAt: at(50).replace('Z', '.000Z'),
      days: 30,
      value: '100.00',
      ageDays: 20,
      idleDays: 20,
      pushes: 0,
      touches: 2,
      movedTo: 'Discover',
    });
    expect(later).toMatchObject({ value: '100.00', outcome: 'lost', touches: 0, movedTo: 'Lost' });
    expect(foreign).toMatchObject({ field: 'Food', sameField: false });
    expect(again).toMatchObject({ ageDays: 35, outcome: 'lost' });
  });

  it('have a median way to the win and of what was done', async () => {
    // Won 29.5 and 39.5 days later: rounded 30 and 40, in the middle 35. Touches of won: 2 and 0; of lost: all 0.
    expect(await ask('mine')).toMatchObject({ daysToWin: 35, touchesOfWon: 1, touchesOfLost: 0 });
  });

  it('of an earlier day know nothing of what came after it', async () => {
    const found = await ask('mine', localViewer, 101);
    expect(found?.stageDays).toBeCloseTo(1.5, 6);
    expect(found?.twins.map(({ opportunity }) => opportunity).sort()).toEqual(
      ['again', 'alike', 'dear', 'foreign', 'later', 'quick'].sort(),
    );
    expect(await ask('open', localViewer, 20)).toMatchObject({
      candidates: 0,
      twins: [],
      share: null,
    });
  });

  it('are there for open opportunities only', async () => {
    expect(await ask('alike')).toBeNull();
    expect(await ask('none')).toBeNull();
    expect(await ask('mine', localViewer, 90)).toBeNull();
  });

  it('are of what the viewer may see', async () => {
    const viewer: Viewer = { id: 'ana', salesman: 'ana', role: 'salesman', scope: 'own' };
    const found = await ask('mine', viewer);
    expect(found?.twins.map(({ opportunity }) => opportunity)).not.toContain('foreign');
    expect(found?.candidates).toBe(4);
    expect(await ask('mine', { ...viewer, salesman: 'ben' })).toBeNull();
  });
});
