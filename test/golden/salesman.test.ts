import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localViewer, type Viewer } from '#warehouse/access.ts';
import type { StageRowsInput } from '#warehouse/comparison-request.ts';
import { files, options } from './handed.ts';
import { type Loaded, loadOnce } from './loading.ts';

let loaded: Loaded;
beforeAll(async () => {
  loaded = await loadOnce(options, files, '2026-07-01T06:00:00Z');
});
afterAll(() => loaded.remove());

const profile = async (salesman: string, more: object = {}, viewer = localViewer) => {
  const found = await loaded.warehouse.salesman(viewer, { salesman, ...more });
  if (!found) throw new Error(`no salesman ${salesman}`);
  return found;
};
const stages = async (salesman: string, more: object = {}) =>
  Object.fromEntries(
    (await profile(salesman, more)).stages.map(({ stage, entered, advanced }) => [
      stage,
      [entered, advanced],
    ]),
  );
const stay = (stage: string, more: Partial<StageRowsInput> = {}) =>
  loaded.warehouse.stageRows(localViewer, { salesman: 'ben', pipeline: 'New', stage, ...more });

describe('one salesman, stage by stage', () => {
  it('has what was decided while it was his, wherever it went later', async () => {
    // Qualify: own-won and lent were won, own-lost was not; Offer: taken was won. "open" still sits in Offer.
    expect(await stages('ana')).toEqual({ Qualify: [3, 2], Offer: [1, 1] });
    // ben-won and taken, which went to Offer while it was his; ben-lost, given and late were lost.
    expect(await stages('ben')).toEqual({ Qualify: [5, 2] });
  });

  it('is of the period, and of what was known by the day', async () => {
    expect(await stages('ben', { period: '2026-04' })).toEqual({ Qualify: [2, 1] });
    expect(await stages('ben', { asOf: '2026-02-28' })).toEqual({ Qualify: [1, 1] });
  });

  it('stands beside peers: all others, and what all together lets one expect', async () => {
    const [qualify] = (await profile('ben')).stages;
    expect(qualify).toMatchObject({ observed: 0.4, peers: 0.666667, peersEntered: 3 });
    // Jeffreys 2 of 5, as R says: qbeta(c(.025, .975), 2.5, 3.5).
    expect(qualify?.low).toBeCloseTo(0.09439, 4);
    expect(qualify?.high).toBeCloseTo(0.790583, 4);
    const [ana] = (await profile('ana')).stages;
    const together = Number(qualify?.expectedAdvanced) + Number(ana?.expectedAdvanced);
    expect(together).toBeCloseTo(4, 3);
    expect(qualify?.verdict).toBe(null);
  });

  it('opens to the stays that make it', async () => {
    const found = await stay('Qualify');
    const told = Object.fromEntries(found.rows.map((row) => [row.opportunity, row.value]));
    expect(told).toEqual({ 'ben-won': 1, taken: 1, 'ben-lost': 0, given: 0, late: 0 });
    expect(found).toMatchObject({ adds: true, count: 5, observed: 0.4 });
    expect((await stay('Offer')).count).toBe(0);
  });
});

describe('what to discuss with a salesman', () => {
  it('is the money times the strength of what stands against it, in words', async () => {
    const { discuss } = await profile('ana');
    // open: never touched in 121 days (1), nothing planned (0.3): 5000 × 1.3. put-off: twice of five times (0.4), 20 of
    // 90 days overdue (0.222): 2000 × 0.622. small is young and has a meeting ahead: nothing stands against it.
    expect(discuss.map(({ opportunity, score }) => [opportunity, score])).toEqual([
      ['open', 6500],
      ['put-off', 1244],
    ]);
    expect(discuss[0]?.reasons.map(({ words }) => words)).toEqual([
      'nothing was ever done in 121 days',
      'no next step and nothing planned',
    ]);
    expect(discuss[1]?.reasons.map(({ words }) => words)).toEqual([
      'its close date was put off 2 times',
      'its close date passed 20 days ago',
    ]);
  });

  it('is what was known on a past day', async () => {
    const { discuss } = await profile('ana', { asOf: '2026-04-15' });
    const putOff = discuss.find(({ opportunity }) => opportunity === 'put-off');
    expect(putOff?.reasons.map(({ reason }) => reason)).toEqual(['silent']);
    expect(putOff?.closeOn).toBe('2026-05-31');
  });
});

describe('a salesman', () => {
  it('has his activities beside those of who has something open', async () => {
    expect((await profile('ana')).activity).toEqual({
      done: 1,
      low: 2,
      middle: 2,
      high: 2,
      peers: 1,
    });
    expect((await profile('ben', { period: '2026-04' })).activity?.done).toBe(0);
  });

  it('is called as he is, and is not there for who may not see him', async () => {
    expect(await profile('ben')).toMatchObject({ name: 'Ben', team: 'North' });
    const ana: Viewer = { id: 'ana', salesman: 'ana', role: 'salesman', scope: 'own' };
    expect(await loaded.warehouse.salesman(ana, { salesman: 'ben' })).toBe(null);
    expect(await loaded.warehouse.salesman(localViewer, { salesman: 'nobody' })).toBe(null);
    const mine = await profile('ana', {}, ana);
    expect(mine.names).toEqual({ ana: 'Ana' });
    expect(mine.stages).toEqual((await profile('ana')).stages);
    expect(mine.discuss).toEqual((await profile('ana')).discuss);
    const stays = await loaded.warehouse.stageRows(ana, {
      salesman: 'ben',
      pipeline: 'New',
      stage: 'Qualify',
    });
    expect(stays.count).toBe(0);
  });
});
