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
  it('has what came of those that entered while they were his, wherever they went', async () => {
    // Qualify: own-won and lent were won, own-lost and given (Ben's in the end) were not. "put-off" still waits.
    expect(await stages('ana')).toEqual({ Qualify: [4, 2] });
    // ben-won, and taken, which Ana won: it went to Offer and was won from there; ben-lost and late were lost.
    expect(await stages('ben')).toEqual({ Qualify: [4, 2], Offer: [1, 1] });
  });

  it('is of the period, and of what was known by the day', async () => {
    expect(await stages('ben', { period: '2026-04' })).toEqual({ Qualify: [2, 1], Offer: [1, 1] });
    expect(await stages('ben', { asOf: '2026-02-28' })).toEqual({ Qualify: [1, 1] });
  });

  it('stands beside peers: all others, and what all together lets one expect', async () => {
    const [qualify] = (await profile('ben')).stages;
    expect(qualify).toMatchObject({ observed: 0.5, peers: 0.5, peersEntered: 4 });
    // Jeffreys 2 of 4: the quantiles of Beta(2.5, 2.5), found by summing its density.
    expect(qualify?.low).toBeCloseTo(0.122754, 4);
    expect(qualify?.high).toBeCloseTo(0.877246, 4);
    const [ana] = (await profile('ana')).stages;
    const together = Number(qualify?.expectedAdvanced) + Number(ana?.expectedAdvanced);
    expect(together).toBeCloseTo(4, 3);
    expect(qualify?.verdict).toBe(null);
  });

  it('opens to the stays that make it', async () => {
    const found = await stay('Qualify');
    const told = Object.fromEntries(found.rows.map((row) => [row.opportunity, row.value]));
    expect(told).toEqual({ 'ben-won': 1, taken: 1, 'ben-lost': 0, late: 0 });
    expect(found).toMatchObject({ adds: true, count: 4, observed: 0.5 });
    expect((await stay('Offer')).rows.map((row) => row.opportunity)).toEqual(['taken']);
  });
});

describe('what to discuss with a salesman', () => {
  it('is what he has open and a rule names, the largest first where no rule could be measured', async () => {
    // "small" is young and has a meeting ahead: nothing stands against it.
    const { discuss } = await profile('ana');
    expect(discuss.map(({ opportunity, amount }) => [opportunity, amount])).toEqual([
      ['open', '5000.00'],
      ['put-off', '2000.00'],
    ]);
    expect(discuss.flatMap(({ flags }) => flags).every(({ demoted }) => demoted)).toBe(true);
  });

  it('is what was known on a past day, when nothing was closed yet to learn from', async () => {
    const { discuss } = await profile('ana', { asOf: '2026-02-28' });
    expect(discuss.every(({ closeOn }) => (closeOn ?? '') >= '2026-03-31')).toBe(true);
    expect((await profile('ana', { asOf: '2026-02-28' })).stages).toEqual([]);
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
    expect(await loaded.warehouse.person(ana, 'ben', {})).toBe(null);
    expect(await loaded.warehouse.person(localViewer, 'nobody', {})).toBe(null);
    expect(await loaded.warehouse.person(ana, 'ana', {})).toMatchObject({
      name: 'Ana',
      team: 'North',
    });
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
