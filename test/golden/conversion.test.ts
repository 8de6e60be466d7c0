import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localViewer, type Viewer } from '#warehouse/access.ts';
import type { StageConversion } from '#warehouse/stage-answer.ts';
import type { ConversionInput, ConversionRowsInput } from '#warehouse/conversion-request.ts';
import type { ConversionRuleName } from '#warehouse/conversion-rules.ts';
import { incidenceOf } from '#warehouse/incidence.ts';
import { jeffreys } from '#warehouse/interval.ts';
import { dealFiles } from './deals.ts';
import { type Exports, type Loaded, loadOnce, plainConfig } from './loading.ts';
import { asOf, deal, files, options } from './stages.ts';

const loadedAt = '2026-03-03T06:00:00Z';
let loaded: Loaded;
beforeAll(async () => {
  loaded = await loadOnce(options, files, loadedAt);
});
afterAll(() => loaded.remove());

const ask = async (input: ConversionInput = {}, viewer = localViewer) =>
  (await loaded.warehouse.conversion(viewer, { asOf, ...input })).stages;
type Counts = [entered: number, advanced: number, lost: number, withdrawn: number, still: number];
const countsOf = (stages: StageConversion[]) =>
  Object.fromEntries(
    stages.map(({ stage, entered, advanced, lost, withdrawn, still }): [string, Counts] => [
      stage,
      [entered, advanced, lost, withdrawn, still],
    ]),
  );
const rowsOf = async (
  stage: string,
  outcome: ConversionRowsInput['outcome'],
  more: Partial<ConversionRowsInput> = {},
) =>
  loaded.warehouse.conversionRows(localViewer, { asOf, pipeline: null, stage, outcome, ...more });

describe('conversion from stage to stage', () => {
  /*
   * Qualify, 9 in: all but withdrawn reach a higher stage or are won: 8/9.
   * Discover, 8 in: skipper and jumper pass it at once (day 0), lost after 3 days, back moves on after 10 when gone was
   *   last seen, straight and reopened after 20, sitting waits for 45: 2/8 + 3/4 · 5/6 · 1/5 + 1/2 · 2/3 = 17/24.
   * Offer, 6 in: jumper 0, late 3, straight 10, back 30 (it moved back in between), reopened waits for 32, skipper is
   *   lost after 40: 1/6 + 5/6 · 1/5 + 4/6 · 1/4 + 3/6 · 1/3 = 2/3.
   * Close, 4 in: jumper and late pass it by being won, straight is won, back is lost: 3/4.
   */
  const golden: [stage: string, counts: Counts, estimate: number][] = [
    ['Qualify', [9, 8, 0, 1, 0], 8 / 9],
    ['Discover', [8, 5, 1, 0, 2], 17 / 24],
    ['Offer', [6, 4, 1, 0, 1], 2 / 3],
    ['Close', [4, 3, 1, 0, 0], 3 / 4],
  ];

  it('is what one works out on paper', async () => {
    const stages = await ask();
    expect(countsOf(stages)).toEqual(
      Object.fromEntries(golden.map(([stage, counts]) => [stage, counts])),
    );
    for (const [i, [, , estimate]] of golden.entries())
      expect(stages[i]?.estimate).toBeCloseTo(estimate, 8);
    expect(stages.map(({ viaSkip, back, gone }) => [viaSkip, back, gone])).toEqual([
      [0, 0, 0],
      [2, 0, 1],
      [1, 0, 0],
      [2, 0, 0],
    ]);
  });

  it('tells moves back per hundred entries', async () => {
    // Of six that entered Offer one moved back to Discover.
    const stages = await ask();
    expect(stages.map((stage) => stage.regressionsPer100)).toEqual([0, 0, 16.66666667, 0]);
  });

  it('tells the share that is won in the end', async () => {
    // Of nine in Qualify: jumper is won on day 5, one is withdrawn (7), one lost (9), one last seen (14), straight won
    // (50), two lost (55, 60) and two wait: 1/9 + 6/9 · 1/5 = 11/45. Of Close three of four.
    const stages = await ask();
    expect(stages[0]?.toWon).toBeCloseTo(11 / 45, 8);
    expect(stages[3]?.toWon).toBeCloseTo(3 / 4, 8);
  });

  it('has the interval of a plain share where nobody waits, a wider one where some do', async () => {
    const [qualify, discover] = await ask();
    const { low, high } = jeffreys(8, 9);
    expect(qualify?.low).toBeCloseTo(low, 5);
    expect(qualify?.high).toBeCloseTo(high, 5);
    const plain = jeffreys((17 / 24) * 8, 8);
    expect(discover?.low).toBeLessThan(plain.low);
    expect(discover?.high).toBeGreaterThan(plain.high);
    expect(discover).toMatchObject({ waiting: 0.16666667, horizon: 20 });
  });

  it('opens every number to its opportunities', async () => {
    for (const { stage, ...counts } of await ask())
      for (const outcome of ['entered', 'advanced', 'lost', 'withdrawn', 'still'] as const) {
        const found = await rowsOf(stage, outcome);
        expect(found).toMatchObject({ count: counts[outcome], total: counts[outcome], adds: true });
        expect(found.rows).toHaveLength(counts[outcome]);
      }
    const { rows } = await rowsOf('Discover', 'entered');
    expect(rows.map(({ opportunity, how, to, days }) => [opportunity, how, to, days])).toEqual([
      ['skipper', 'skipped', 'Offer', 0],
      ['sitting', 'here', null, 45],
      ['straight', 'advanced', 'Offer', 20],
      ['reopened', 'advanced', 'Offer', 20],
      ['lost', 'lost', null, 3],
      ['back', 'advanced', 'Offer', 10],
      ['jumper', 'skipped', 'Won', 0],
      ['gone', 'gone', null, 10],
    ]);
    expect(rows[1]).toMatchObject({
      name: 'The sitting',
      salesman: 'Ben',
      enteredAt: '2026-01-16T12:00:00.000Z',
      leftAt: null,
    });
    const part = await rowsOf('Discover', 'entered', { limit: 3, offset: 2 });
    expect(part.rows.map((row) => row.opportunity)).toEqual(['straight', 'reopened', 'lost']);
  });

  it('counts entries within the period only, whenever they end', async () => {
    // After day 20: straight and back enter Close, jumper and late had passed it by then.
    expect(countsOf(await ask({ period: '2026-01-22..2026-02-28' }))).toEqual({
      Qualify: [0, 0, 0, 0, 0],
      Discover: [0, 0, 0, 0, 0],
      Offer: [2, 1, 0, 0, 1],
      Close: [2, 1, 1, 0, 0],
    });
  });

  it('as of an earlier day knows nothing of what came later', async () => {
    // Day 13: reopened is lost, sitting and skipper are in Qualify, straight in Discover, gone is there still.
    expect(countsOf(await ask({ asOf: '2026-01-14' }))).toEqual({
      Qualify: [9, 6, 0, 1, 2],
      Discover: [6, 1, 2, 0, 3],
      Offer: [2, 2, 0, 0, 0],
      Close: [2, 2, 0, 0, 0],
    });
    const waiting = await rowsOf('Discover', 'still', { asOf: '2026-01-14' });
    expect(waiting.rows.map(({ opportunity, how }) => [opportunity, how])).toEqual([
      ['straight', 'here'],
      ['back', 'here'],
      ['gone', 'here'],
    ]);
    // Day 30: back has been in Offer and is in Discover again.
    const back = await rowsOf('Offer', 'still', { asOf: '2026-01-31' });
    expect(back.rows.map(({ opportunity, how }) => [opportunity, how])).toEqual([
      ['straight', 'here'],
      ['reopened', 'here'],
      ['skipper', 'here'],
      ['back', 'back'],
    ]);
    expect((await ask({ asOf: '2026-01-31' }))[2]).toMatchObject({ still: 4, back: 1 });
  });

  it('is that of whose it was, for viewers as for filters', async () => {
    const ben: Viewer = { id: 'ben', salesman: 'ben', role: 'salesman', scope: 'own' };
    const mine = await ask({}, ben);
    expect(countsOf(mine)).toMatchObject({ Qualify: [2, 2, 0, 0, 0], Discover: [2, 1, 0, 0, 1] });
    expect(mine).toEqual(await ask({ where: { salesman: ['Ben'] } }));
    const rows = await loaded.warehouse.conversionRows(ben, {
      asOf,
      pipeline: null,
      stage: 'Discover',
      outcome: 'entered',
    });
    expect(rows.rows.map((row) => row.opportunity)).toEqual(['sitting', 'reopened']);
  });

  it('says what is not there', async () => {
    await expect(rowsOf('Discovery', 'entered')).rejects.toMatchObject({ code: 'wrong-value' });
    await expect(ask({ pipeline: 'No such' })).rejects.toMatchObject({ code: 'wrong-value' });
    const twice = { pipeline: null, where: { pipeline: [null] } };
    await expect(ask(twice)).rejects.toMatchObject({ code: 'wrong-use' });
  });
});

describe('the rules of others', () => {
  const golden: [rule: ConversionRuleName, counts: Record<string, Counts>, shares: number[]][] = [
    [
      // Skipper, jumper and late jumped; sitting, gone and reopened stand where they are; what back passed at first
      // was cancelled when it moved back, what it passed later counts.
      'direct',
      {
        Qualify: [7, 6, 0, 1, 0],
        Discover: [4, 3, 1, 0, 0],
        Offer: [3, 2, 1, 0, 0],
        Close: [2, 1, 1, 0, 0],
      },
      [6 / 7, 3 / 4, 2 / 3, 1 / 2],
    ],
    [
      // The jumps of skipper (lost) and jumper (won) are no steps; late was in Offer and never in Close.
      'stepwise',
      {
        Qualify: [9, 6, 1, 1, 1],
        Discover: [6, 3, 1, 0, 2],
        Offer: [5, 2, 1, 0, 2],
        Close: [2, 1, 1, 0, 0],
      },
      [6 / 9, 3 / 6, 2 / 5, 1 / 2],
    ],
    [
      // In Offer neither skipper nor late count, who were not in all stages before.
      'everyStage',
      {
        Qualify: [9, 6, 1, 1, 1],
        Discover: [6, 3, 1, 0, 2],
        Offer: [3, 2, 0, 0, 1],
        Close: [2, 1, 1, 0, 0],
      },
      [6 / 9, 3 / 6, 2 / 3, 1 / 2],
    ],
    [
      // Five touched Offer per six that touched Discover; three were won per two that touched Close.
      'anyStage',
      {
        Qualify: [9, 6, 1, 1, 1],
        Discover: [6, 5, 1, 0, 2],
        Offer: [5, 2, 1, 0, 2],
        Close: [2, 3, 1, 0, 0],
      },
      [6 / 9, 5 / 6, 2 / 5, 3 / 2],
    ],
    [
      // Seven are closed: straight, jumper and late won; lost after Offer, Close and Discover; withdrawn after Qualify.
      'wonEverywhere',
      {
        Qualify: [7, 6, 0, 1, 0],
        Discover: [6, 5, 1, 0, 0],
        Offer: [5, 4, 1, 0, 0],
        Close: [4, 3, 1, 0, 0],
      },
      [6 / 7, 5 / 6, 4 / 5, 3 / 4],
    ],
  ];

  it.each(golden)('%s', async (rule, counts, shares) => {
    const stages = await ask({ rule });
    expect(countsOf(stages)).toEqual(counts);
    for (const [i, share] of shares.entries()) expect(stages[i]?.estimate).toBeCloseTo(share, 8);
    const product = shares.reduce((whole, share) => whole * share, 1);
    expect(stages[0]?.toWon).toBeCloseTo(product, 8);
    for (const { stage, ...found } of stages)
      for (const outcome of ['entered', 'advanced', 'lost', 'still'] as const)
        expect(await rowsOf(stage, outcome, { rule })).toMatchObject({
          count: found[outcome],
          adds: true,
        });
  });

  it('name themselves and where they come from', async () => {
    const { label, source } = await loaded.warehouse.conversion(localViewer, { rule: 'direct' });
    expect([label, source]).toEqual([
      'Direct moves only',
      'Metric 2.4, rule (1): ClosingDealz, pipeline analytics',
    ]);
  });
});

describe('B13: a funnel of survivors', () => {
  it('keeps the lost ones, and counts a stage once for who enters it again', async () => {
    const { rows } = await rowsOf('Discover', 'entered');
    const ids = rows.map((row) => row.opportunity);
    expect(ids.filter((id) => id === 'lost' || id === 'back')).toEqual(['lost', 'back']);
    // Had it left out who is lost now, nobody would ever have failed.
    expect((await ask())[1]?.estimate).toBeLessThan(1);
  });
});

describe('the same history told otherwise', () => {
  const backwards = (text: string) => {
    const [head, ...lines] = text.trim().split('\n');
    return [head, ...lines.reverse()].join('\n');
  };

  it('in another order gives the same', async () => {
    const shuffled = Object.fromEntries(
      Object.entries(files).map(([name, text]) => [name, backwards(text)]),
    );
    const other = await loadOnce(options, shuffled, loadedAt);
    const found = await other.warehouse.conversion(localViewer, { asOf });
    expect(found.stages).toEqual(await ask());
    await other.remove();
  });

  it('rewritten later stays as it was known', async () => {
    const before = await ask();
    const byRule = await ask({ rule: 'wonEverywhere' });
    const rows = await rowsOf('Offer', 'entered');
    // A later load says that sitting had reached Offer on day 40 already, and that another was there.
    const told = [
      deal('sitting', ['40 Offer'], { salesman: 'ben' }),
      deal('forgotten', ['1 Qualify', '2 Lost']),
    ];
    const later: Exports = Object.fromEntries(
      Object.entries(dealFiles(told)).map(([name, text]) => [
        name.replace('.csv', '_2026-03-20.csv'),
        text.replaceAll('"sitting-0"', '"sitting-9"'),
      ]),
    );
    await loaded.load(plainConfig(options), later, '2026-03-21T06:00:00Z');
    const now = countsOf(await ask());
    expect([now.Qualify, now.Discover]).toEqual([
      [10, 8, 1, 1, 0],
      [8, 6, 1, 0, 1],
    ]);
    const then = { knownAt: loadedAt };
    expect(await ask(then)).toEqual(before);
    expect(await ask({ ...then, rule: 'wonEverywhere' })).toEqual(byRule);
    expect((await rowsOf('Offer', 'entered', then)).rows).toEqual(rows.rows);
    const ben: Viewer = { id: 'ben', salesman: 'ben', role: 'salesman', scope: 'own' };
    expect(await ask(then, ben)).toEqual(await ask({ ...then, where: { salesman: ['Ben'] } }));
  });
});

describe('the estimate', () => {
  const times = (list: number[]) => ({ days: list, n: list.map(() => 1) });

  it('is the plain share with its variance when nobody waits', () => {
    const ended = {
      won: { days: [1, 3, 5], n: [2, 1, 4] },
      lost: { days: [5, 2, 1], n: [2, 3, 1] },
    };
    const found = incidenceOf({ ended, waiting: times([]) }, 'won');
    expect(found?.share).toBeCloseTo(7 / 13, 12);
    expect(found?.variance).toBeCloseTo((7 / 13) * (6 / 13) * (1 / 13), 12);
    expect(found?.waiting).toBeCloseTo(0, 12);
  });

  it('has the variance that one works out on paper when some wait', () => {
    // Won 1, last seen 2, lost 3, won 4: F = 1/4 + 3/4 · 1/2 = 5/8, and 3/8 of it comes after day 1 and after day 3.
    // Day 1, four at risk: (3/8)² · 1/(4·3) + 3/4³ − 2 · 3/8 · 1/4². Day 3, two: (3/8)² · 1/(2·1). Day 4, one: 0.
    const ended = { won: times([1, 4]), lost: times([3]) };
    const found = incidenceOf({ ended, waiting: times([2]) }, 'won');
    expect(found?.share).toBeCloseTo(5 / 8, 12);
    const variance = 9 / 64 / 12 + 9 / 64 / 2 + 3 / 64 - (2 * 3) / 8 / 16;
    expect(found?.variance).toBeCloseTo(variance, 12);
  });

  it('is nothing when none has ended', () => {
    expect(incidenceOf({ ended: {}, waiting: times([3, 4]) }, 'won')).toBeNull();
    expect(incidenceOf({ ended: { lost: times([3]) }, waiting: times([4]) }, 'won')?.share).toBe(0);
  });

  it('does not mind the order', () => {
    const ended = { won: times([9, 1, 4]), lost: times([7, 3]) };
    const turned = { lost: times([3, 7]), won: times([4, 9, 1]) };
    expect(incidenceOf({ ended: turned, waiting: times([8, 2]) }, 'won')).toEqual(
      incidenceOf({ ended, waiting: times([2, 8]) }, 'won'),
    );
  });
});
