import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localViewer } from '#warehouse/access.ts';
import type { Waterfall } from '#warehouse/movement-answer.ts';
import type { WaterfallInput, WaterfallRowsInput } from '#warehouse/waterfall-request.ts';
import { type Loaded, loadOnce, plainConfig } from './loading.ts';
import { end, files, golden, later, options, question, start, told } from './waterfall.ts';

let loaded: Loaded;
beforeAll(async () => {
  loaded = await loadOnce(options, files, '2026-07-01T06:00:00Z');
});
afterAll(() => loaded.remove());

type More = Partial<WaterfallInput>;
const asked = { ...question, where: { team: ['North'], type: ['New'] } };
const ask = (more: More = {}): Promise<Waterfall> =>
  loaded.warehouse.waterfall(localViewer, { ...asked, ...more });
const rowsOf = (bar: string, more: More = {}) =>
  loaded.warehouse.waterfallRows(localViewer, { ...asked, ...more, bar } as WaterfallRowsInput);
const inner = ({ bars }: Waterfall) =>
  bars.filter(({ kind }) => kind !== 'total').map(({ bar, value, count }) => [bar, value, count]);
const partsOf = async (bar: string, more: More = {}) =>
  Object.fromEntries((await rowsOf(bar, more)).rows.map((row) => [row.opportunity, row.value]));

describe('a waterfall with every bar', () => {
  it('has the bars, in order, that one writes on paper', async () => {
    const found = await ask();
    expect(inner(found)).toEqual(golden.map(([bar, value, count]) => [bar, value, count]));
    expect([found.start, found.end, found.residual]).toEqual([start, end, '0.00']);
    expect(found.bars[0]).toMatchObject({ bar: 'start', value: start, count: 14 });
    expect(found.bars.at(-1)).toMatchObject({ bar: 'end', value: end, count: 12 });
  });

  it.each(golden.map(([bar, value, count, parts]) => ({ bar, value, count, parts })))(
    '$bar opens to its opportunities',
    async ({ bar, value, count, parts }) => {
      const found = await rowsOf(bar);
      expect(await partsOf(bar)).toEqual(parts);
      expect(found).toMatchObject({ count, sum: value, total: value, adds: true });
      for (const row of found.rows) {
        const change = told[row.opportunity as string];
        if (bar !== 'increased' || row.opportunity === 'grown')
          expect(row).toMatchObject(change ?? {});
      }
    },
  );

  it('tells the won of its stage and of its amount', async () => {
    expect((await rowsOf('won')).rows[0]).toMatchObject({
      attribute: 'stage',
      old: 'Offer',
      new: 'Won',
      at: '2026-05-11T12:00:00.000Z',
    });
    const grown = (await rowsOf('increased')).rows.find((row) => row.opportunity === 'won');
    expect(grown).toMatchObject({ attribute: 'amount', old: '1000.00', new: '1200.00' });
  });

  it('shows what moved only because a team did', async () => {
    const { bars } = await ask();
    const of = (name: string) => bars.find(({ bar }) => bar === name)?.reorganised;
    expect([of('transferredIn'), of('transferredOut'), of('new')]).toEqual([
      '140.00',
      '-75.00',
      undefined,
    ]);
  });

  it('with through-flow has what came and went as two bars each, so that Won is what was booked', async () => {
    const found = await ask({ throughFlow: true });
    const bar = (name: string) => found.bars.find((one) => one.bar === name);
    // new 700 + quick-win 640 + quick-loss 70; won 1200 + 640; lost 250 + 70.
    expect(bar('new')).toMatchObject({ value: '1410.00', count: 3 });
    expect(bar('won')).toMatchObject({ value: '-1840.00', count: 2 });
    expect(bar('lost')).toMatchObject({ value: '-320.00', count: 2 });
    expect([found.start, found.end, found.residual]).toEqual([start, end, '0.00']);
    const booked = await loaded.total({
      metrics: ['wonValue'],
      where: asked.where,
      period: '2026-04-01..2026-06-30',
    });
    expect(booked.wonValue).toBe('1840.00');
    expect(await partsOf('new', { throughFlow: true })).toEqual({
      new: '700.00',
      'quick-win': '640.00',
      'quick-loss': '70.00',
    });
  });

  it('in another currency closes too', async () => {
    // 5625 EUR are 9000 USD at 1.60, 4180 EUR are 8360 USD at 2.00: all that is agreed in EUR is revalued.
    const found = await ask({ currency: 'USD' });
    expect([found.start, found.end, found.residual]).toEqual(['9000.00', '8360.00', '0.00']);
    // Of what stayed (1870) and what left (3525), 5395 EUR, each has 0.40 USD more; in USD nothing changed for dollar.
    const currency = found.bars.find(({ bar }) => bar === 'currency');
    expect(currency).toMatchObject({ value: '2158.00', count: 13 });
  });
});

describe('when a later load told more of the past', () => {
  const then = { fromKnownAt: '2026-07-01T06:00:00Z' };
  beforeAll(async () => {
    await loaded.load(plainConfig(options), later, '2026-07-16T06:00:00Z');
  });

  it('the start stays as it was known then, and what was told later is a bar of its own', async () => {
    const found = await ask(then);
    const backDated = found.bars.find(({ bar }) => bar === 'backDated');
    // kept 1080 − 1000, forgotten 40.
    expect(backDated).toMatchObject({ value: '120.00', count: 2 });
    expect([found.start, found.end, found.residual]).toEqual(['5625.00', '4300.00', '0.00']);
    expect(await partsOf('backDated', then)).toEqual({ kept: '80.00', forgotten: '40.00' });
    const { rows } = await rowsOf('backDated', then);
    const at = '2026-07-16T06:00:00.000Z';
    expect(rows[0]).toMatchObject({ attribute: 'amount', old: '1000.00', new: '1080.00', at });
    expect(rows[1]).toMatchObject({ attribute: 'opportunity', old: null, new: 'Offer', at });
  });

  it('as all is known now there is no such bar', async () => {
    const found = await ask();
    expect(found.bars.some(({ bar }) => bar === 'backDated')).toBe(false);
    expect([found.start, found.end]).toEqual(['5745.00', '4300.00']);
  });

  it('and as it was known then nothing has changed', async () => {
    const found = await ask({ knownAt: '2026-07-01T06:00:00Z' });
    expect(inner(found)).toEqual(golden.map(([bar, value, count]) => [bar, value, count]));
    expect([found.start, found.end]).toEqual([start, end]);
  });
});
