import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localViewer } from '#warehouse/access.ts';
import type { Row } from '#warehouse/answers.ts';
import { type Deal, dealFiles, table } from '../golden/deals.ts';
import { type Loaded, loadOnce, stages } from '../golden/loading.ts';

/** Faults found in other products; each salesman (b1, b2 ...) has the opportunities of one of them. */
const deal = (id: string, moves: string[], more: Record<string, string> = {}): Deal => ({
  id,
  salesman: id.slice(0, id.search(/[a-z]?$/)) || id,
  currency: 'EUR',
  ...more,
  moves,
});

const deals: Deal[] = [
  // Won once, lost never.
  deal('b1a', [
    '2026-01-10T09:00:00Z Offer 100.00 2026-02-10 50',
    '2026-02-10T09:00:00Z Won 100.00 2026-02-10 100',
  ]),
  deal('b2a', ['2026-01-10T09:00:00Z Offer 1000.00 2026-12-10 50']),
  deal('b3a', [
    '2026-01-10T09:00:00Z Offer 100.00 2026-03-04 50',
    '2026-03-04T09:00:00Z Won 100.00 2026-03-04 100',
  ]),
  // Entered after the fact: won before it was created.
  deal('b3b', ['2026-03-20T09:00:00Z Won 100.00 2026-03-01 100'], {
    closedAt: '2026-03-01T09:00:00Z',
  }),
  ...['Pipeline', 'BestCase', 'MostLikely', 'Forecast', 'Omitted'].map((category, i) =>
    deal(`b4${'abcde'[i]}`, ['2026-01-10T09:00:00Z Offer 10.00 2026-12-10 50'], { category }),
  ),
  deal('b5a', ['2026-01-10T09:00:00Z Offer 10.00 2026-12-10 50']),
  deal('b6a', ['2026-01-10T09:00:00Z Offer 10.00 2026-12-10 50']),
  deal('b6b', [
    '2026-01-11T09:00:00Z Offer 20.00 2026-02-10 50',
    '2026-02-10T09:00:00Z Won 25.00 2026-02-10 100',
  ]),
  deal('b6c', [
    '2026-01-12T09:00:00Z Offer 40.00 2026-02-11 50',
    '2026-02-11T09:00:00Z Lost 40.00 2026-02-11 0',
  ]),
  // Created, raised and won within one day.
  deal('b7a', [
    '2026-02-10T08:00:00Z Qualify 50.00 2026-02-10 20',
    '2026-02-10T12:00:00Z Offer 60.00 2026-02-10 50',
    '2026-02-10T15:00:00Z Won 70.00 2026-02-10 100',
  ]),
  deal(
    'b8a',
    [
      '2026-01-10T09:00:00Z Offer 100.00 2026-03-31 50',
      '2026-03-31T09:00:00Z Won 100.00 2026-03-31 100',
    ],
    { currency: 'USD' },
  ),
  deal(
    'b8b',
    [
      '2026-01-10T09:00:00Z Offer 100.00 2026-04-01 50',
      '2026-04-01T09:00:00Z Won 100.00 2026-04-01 100',
    ],
    { currency: 'USD' },
  ),
  deal('b9a', [
    '2026-01-10T09:00:00Z Offer 100.00 2026-06-10 50',
    '2026-03-10T09:00:00Z Lost 100.00 2026-06-10 100',
  ]),
  deal('b9b', ['2026-01-10T09:00:00Z Offer 100.00 2026-06-10 50']),
  deal('b9c', [
    '2026-01-10T09:00:00Z Offer 100.00 2026-06-10 50',
    '2026-03-10T09:00:00Z Won 90.00 2026-06-10 100',
  ]),
  deal('b10a', [
    '2026-01-10T09:00:00Z Offer 100.00 2026-05-31 50',
    '2026-02-10T09:00:00Z Won 100.00 2026-05-31 100',
  ]),
  deal('b10b', [
    '2026-02-12T09:00:00Z Offer 30.00 2026-05-31 50',
    '2026-03-10T09:00:00Z Won 30.00 2026-05-31 100',
  ]),
  ...['2026-02-01', '2026-02-28', '2026-01-04', '2026-01-31', '2026-01-03', '2026-03-01'].map(
    (day, i) =>
      deal(`b11${'abcdef'[i]}`, [
        '2025-12-10T09:00:00Z Offer 1.00 2026-01-01 50',
        `${day}T09:00:00Z Won 1.00 ${day} 100`,
      ]),
  ),
  deal('b12a', [
    '2026-01-10T09:00:00Z Offer 100.00 2026-12-31 50',
    '2026-02-20T09:00:00Z Lost 100.00 2026-12-31 0',
  ]),
  // In pipeline P13: won after Qualify and Offer; lost after Qualify twice (back from Offer); open.
  deal(
    'b13a',
    [
      '2026-01-10T09:00:00Z Qualify 100.00 2026-06-30 20',
      '2026-01-20T09:00:00Z Offer 100.00 2026-06-30 50',
      '2026-02-10T09:00:00Z Won 100.00 2026-06-30 100',
    ],
    { pipeline: 'P13' },
  ),
  deal(
    'b13b',
    [
      '2026-01-10T09:00:00Z Qualify 100.00 2026-06-30 20',
      '2026-01-20T09:00:00Z Offer 100.00 2026-06-30 50',
      '2026-01-25T09:00:00Z Qualify 100.00 2026-06-30 20',
      '2026-02-10T09:00:00Z Lost 100.00 2026-06-30 0',
    ],
    { pipeline: 'P13' },
  ),
  deal('b13c', ['2026-01-10T09:00:00Z Qualify 1000.00 2026-12-31 20'], { pipeline: 'P13' }),
  deal('b14a', [
    '2024-12-10T09:00:00Z Offer 1.00 2025-02-10 50',
    '2025-02-10T09:00:00Z Won 1.00 2025-02-10 100',
  ]),
  deal('b14b', [
    '2025-12-10T09:00:00Z Offer 2.00 2026-02-10 50',
    '2026-02-10T09:00:00Z Won 2.00 2026-02-10 100',
  ]),
  deal('b14c', ['2026-01-10T09:00:00Z Offer 100.00 2026-12-10 50'], { currency: 'USD' }),
  deal('b15a', ['2026-01-10T09:00:00Z Pondering 100.00 2026-12-10 50']),
  deal('b16a', ['2026-01-10T09:00:00Z Offer 16.00 2026-12-10 50'], { salesman: '' }),
  deal('b17a', ['2026-01-10T09:00:00Z Offer 100.00 2026-12-10 50'], { currency: 'EUR' }),
  deal('b17b', ['2026-01-10T09:00:00Z Offer 100.00 2026-12-10 50'], { currency: 'USD' }),
  deal('b17c', ['2026-01-10T09:00:00Z Offer 100.00 2026-12-10 50'], { currency: 'CHF' }),
  deal(
    'b18a',
    [
      '2026-01-10T09:00:00Z Qualify 100.00 2026-12-10 20',
      '2026-02-10T09:00:00Z Offer 180.00 2026-12-10 50',
    ],
    { deleted: 'true' },
  ),
  deal('b19a', ['2026-01-10T09:00:00Z Offer 100.00 2026-12-10 50'], { leadSource: 'Web' }),
  deal('b19b', ['2026-01-10T09:00:00Z Offer 50.00 2026-12-10 50'], { leadSource: 'Fair' }),
  deal('b19c', ['2026-01-10T09:00:00Z Qualify 25.00 2026-12-10 20'], { leadSource: 'Web' }),
  deal('b20a', ['2026-01-10T09:00:00Z Offer 300.00 2026-06-15 50']),
  deal('b20b', [
    '2026-01-10T09:00:00Z Offer 100.00 2026-04-10 50',
    '2026-04-10T09:00:00Z Won 100.00 2026-04-10 100',
  ]),
];

let at: Loaded;
beforeAll(async () => {
  const names = [...new Set(deals.map((d) => d.salesman as string))].filter(Boolean);
  at = await loadOnce(
    {
      zone: 'UTC',
      observedAt: '2026-05-31T20:00:00Z',
      objects: { opportunity: { carryBack: true }, user: { since: '2024-01-01' } },
    },
    {
      ...dealFiles(deals),
      'stage.csv': stages,
      'user.csv': table(names.map((id) => ({ id, name: id }))),
      'rate.csv': `
        kind,currency,startsOn,rate
        plan,USD,2026-01-01,1.25
        dated,USD,2026-01-01,1.60
        dated,USD,2026-04-01,2.00
        plan,GBP,2026-01-01,0.50`,
      'quota.csv': `
        salesman,start,months,amount,currency
        b20,2026-04-01,1,100.00,EUR
        b20,2026-05-01,2,100.00,EUR`,
      'activity.csv': `
        id,kind,opportunity,subject,dueOn,closed,completedAt,startsAt,endsAt,child,deleted,salesman
        t1,task,b5a,done,2026-02-01,true,2026-02-02T09:00:00Z,,,,,b5
        t2,task,b5a,overdue,2026-02-01,false,,,,,,b5
        t3,task,b5a,removed,2026-02-01,true,2026-02-02T09:00:00Z,,,,true,b5
        e1,event,b5a,held,,,,2026-03-01T09:00:00Z,2026-03-01T10:00:00Z,false,,b5
        e2,event,b5a,held,,,,2026-03-01T09:00:00Z,2026-03-01T10:00:00Z,true,,b5
        e3,event,b5a,to come,,,,2026-07-01T09:00:00Z,2026-07-01T10:00:00Z,false,,b5`,
    },
    '2026-06-01T06:00:00Z',
  );
});
afterAll(() => at.remove());

const of = (salesman: string, more: object = {}) => ({ where: { salesman: [salesman] }, ...more });
const keyed = (rows: Row[], name: string, metric: string) =>
  Object.fromEntries(rows.map((row) => [String(row[name] ?? '-'), row[metric]]));

describe('faults of others that must not be ours (metrics.md 2.22)', () => {
  test('B1 the undefeated have a win rate of 1, not 0', async () => {
    const row = await at.total({ metrics: ['winRate', 'winRateByValue'], ...of('b1') });
    expect([row.winRate, row.winRateByValue, row.winRateN]).toEqual([1, 1, 1]);
    const [byName] = await at.ask({ metrics: ['winRate'], ...of('b1', { by: ['salesman'] }) });
    expect(byName?.winRate).toBe(1);
    expect((await at.total({ metrics: ['winRate'], ...of('b2') })).winRate).toBeNull();
  });

  test('B2 a probability of 50 percent is one half', async () => {
    const row = await at.total({ metrics: ['typedWeightedPipeline'], ...of('b2') });
    expect(row.typedWeightedPipeline).toBe('500.00');
  });

  test('B3 days to close are positive, and an entry after the fact does not make them negative', async () => {
    // 10 January to 4 March: 21 + 28 + 4.
    const row = await at.total({ metrics: ['daysToClose'], ...of('b3') });
    const { rows } = await at.warehouse.rows(localViewer, {
      metrics: ['daysToClose'],
      ...of('b3'),
    });
    expect(rows.find((r) => r.opportunity === 'b3a')?.daysToClose).toBe(53);
    expect(rows.every((r) => Number(r.daysToClose) >= 0)).toBe(true);
    expect(Number(row.daysToClose)).toBeGreaterThanOrEqual(0);
  });

  test('B4 MostLikely and Omitted are open', async () => {
    const rows = await at.ask({ metrics: ['openPipeline'], ...of('b4', { by: ['category'] }) });
    expect(keyed(rows, 'category', 'openPipeline')).toEqual({
      Pipeline: '10.00',
      BestCase: '10.00',
      MostLikely: '10.00',
      Forecast: '10.00',
      Omitted: '10.00',
    });
  });

  test('B5 a task is done when it is closed, not when it is due; copies of events are not counted', async () => {
    const { activities } = await at.life('b5a');
    const done = Object.fromEntries(activities.map(({ id, done }) => [id, done]));
    expect(done).toEqual({ t1: true, t2: false, e1: true, e3: false });
    const metrics = ['activitiesDone', 'activitiesPlanned'];
    const count = (more: object) => at.total({ metrics, ...of('b5', more) });
    expect(await count({})).toEqual({ activitiesDone: 2, activitiesPlanned: 2 });
    // By the day of completion, not the day it was due.
    expect((await count({ period: '2026-02-01..2026-02-01' })).activitiesDone).toBe(0);
    expect((await count({ period: '2026-02-02..2026-02-02' })).activitiesDone).toBe(1);
    expect((await count({ asOf: '2026-03-01T09:30:00Z' })).activitiesDone).toBe(1);
  });

  test('B6 created pipeline keeps what was won and lost since', async () => {
    const row = await at.total({
      metrics: ['createdPipeline', 'createdCount'],
      ...of('b6', { period: '2026-01' }),
    });
    // 10 + 20 + 40, at their first amounts.
    expect(row).toMatchObject({ createdPipeline: '70.00', createdCount: 3 });
  });

  test('B7 an opportunity created and won within a day is seen, open and won', async () => {
    const open = (asOf: string) =>
      at.total({ metrics: ['openPipeline', 'wonValue'], ...of('b7', { asOf }) });
    expect(await open('2026-02-10T09:00:00Z')).toEqual({ openPipeline: '50.00', wonValue: '0.00' });
    expect(await open('2026-02-10T13:00:00Z')).toEqual({ openPipeline: '60.00', wonValue: '0.00' });
    expect(await open('2026-02-10')).toEqual({ openPipeline: '0.00', wonValue: '70.00' });
    const row = await at.total({ metrics: ['createdCount', 'daysToClose'], ...of('b7') });
    expect(row).toMatchObject({ createdCount: 1, daysToClose: 0 });
  });

  test('B8 the day before a new rate has the old rate', async () => {
    const won = (period: string) =>
      at.total({ metrics: ['wonValue'], ...of('b8', { rate: 'close', period }) });
    expect((await won('2026-03-31..2026-03-31')).wonValue).toBe('62.50');
    expect((await won('2026-04-01..2026-04-01')).wonValue).toBe('50.00');
    const { notes } = await at.warehouse.answer(localViewer, {
      metrics: ['wonValue'],
      ...of('b8', { rate: 'close' as const }),
    });
    expect(notes.filter((note) => note.includes('exchange rate'))).toEqual([]);
  });

  test('B9 what is lost weighs nothing and what is won is not weighted', async () => {
    const row = await at.total({
      metrics: ['typedWeightedPipeline', 'wonValue', 'openPipeline'],
      ...of('b9'),
    });
    expect(row).toEqual({
      typedWeightedPipeline: '50.00',
      wonValue: '90.00',
      openPipeline: '100.00',
    });
  });

  test('B10 won is won on the day of winning in every metric', async () => {
    const metrics = ['wonValue', 'wonCount', 'averageWonSize', 'medianWonSize'];
    const one = {
      wonValue: '100.00',
      wonCount: 1,
      averageWonSize: '100.00',
      medianWonSize: '100.00',
    };
    const february = await at.total({ metrics, ...of('b10', { period: '2026-02' }) });
    expect(february).toEqual(one);
    const months = await at.ask({ metrics: ['wonValue'], ...of('b10', { by: ['closeMonth'] }) });
    expect(keyed(months, 'closeMonth', 'wonValue')).toEqual({
      '2026-02': '100.00',
      '2026-03': '30.00',
    });
    const { rows } = await at.warehouse.rows(localViewer, {
      metrics: ['wonValue'],
      ...of('b10', { period: '2026-02' }),
    });
    expect(rows.map((row) => [row.opportunity, row.closeOn])).toEqual([['b10a', '2026-02-10']]);
  });

  test('B11 a period and the one before it are of equal length, both ends included', async () => {
    const row = await at.total({
      metrics: ['wonCount'],
      ...of('b11', { period: '2026-02-01..2026-02-28', compare: '2026-01-04..2026-01-31' }),
    });
    expect(row).toEqual({ wonCount: 2, wonCountBefore: 2 });
  });

  test('B12 the lost have a day on which they were lost', async () => {
    const rows = await at.ask({ metrics: ['lostCount'], ...of('b12', { by: ['closeMonth'] }) });
    expect(keyed(rows, 'closeMonth', 'lostCount')).toEqual({ '2026-02': 1 });
    expect((await at.life('b12a')).closedAt).toBe('2026-02-20T09:00:00.000Z');
  });

  test('B13 the lost count in what is learned of a stage, and each opportunity once', async () => {
    // P13: 1 won of 2, mean ½. Qualify and Offer: each 1 of 2, so ½ whatever the shrinkage; 1000 × ½.
    const row = await at.total({ metrics: ['weightedPipeline'], ...of('b13') });
    expect(row.weightedPipeline).toBe('500.00');
  });

  test('B14 a month has a year, a handed-over opportunity counts once, each currency has its own rate', async () => {
    const rows = await at.ask({ metrics: ['wonValue'], ...of('b14', { by: ['closeMonth'] }) });
    expect(keyed(rows, 'closeMonth', 'wonValue')).toEqual({ '2025-02': '1.00', '2026-02': '2.00' });
    const inCurrency = async (currency: string) =>
      (await at.total({ metrics: ['openPipeline'], ...of('b14', { currency }) })).openPipeline;
    // 100 USD = 80 EUR = 40 GBP.
    expect(await inCurrency('EUR')).toBe('80.00');
    expect(await inCurrency('GBP')).toBe('40.00');
    expect(await inCurrency('USD')).toBe('100.00');
  });

  test('B15 a stage that no dictionary lists is open, not lost', async () => {
    const row = await at.total({ metrics: ['openPipeline', 'lostCount'], ...of('b15') });
    expect(row).toEqual({ openPipeline: '100.00', lostCount: 0 });
    const checks = await at.warehouse.checks(localViewer);
    expect(checks.find((c) => c.check === 'stage_unlisted')).toMatchObject({
      failing: 1,
      example: 'Pondering',
    });
  });

  test('B16 what has no salesman is a row of its own', async () => {
    const rows = await at.ask({ metrics: ['openPipeline'], by: ['salesman'] });
    expect(keyed(rows, 'salesman', 'openPipeline')['-']).toBe('16.00');
    const none = await at.total({ metrics: ['openPipeline'], where: { salesman: [null] } });
    expect(none.openPipeline).toBe('16.00');
    const whole = await at.total({ metrics: ['openPipeline'] });
    expect(sum(rows, 'openPipeline')).toBe(Number(whole.openPipeline));
  });

  test('B17 currencies are converted before they are added, a missing rate is told', async () => {
    const answer = await at.warehouse.answer(localViewer, {
      metrics: ['openPipeline'],
      ...of('b17'),
    });
    // 100 EUR + 100 USD × 0.8; CHF has no rate and counts 0.
    expect(answer.rows[0]?.openPipeline).toBe('180.00');
    expect(answer.notes.join()).toMatch(/1 without an exchange rate/);
    const checks = await at.warehouse.checks(localViewer);
    expect(checks.find((c) => c.check === 'rate_missing')).toMatchObject({ failing: 1 });
  });

  test('B18 the history of a deleted opportunity stays', async () => {
    const open = async (asOf: string) =>
      (await at.total({ metrics: ['openPipeline'], ...of('b18', { asOf }) })).openPipeline;
    expect(await open('2026-01-31')).toBe('100.00');
    expect(await open('2026-02-28')).toBe('180.00');
    expect(await open('2026-05-31')).toBe('0.00');
    const { versions } = await at.life('b18a');
    expect(versions.map((v) => [v.amount, v.isDeleted])).toEqual([
      ['100.00', false],
      ['180.00', false],
      ['180.00', true],
    ]);
  });

  test('B19 the rows behind a number keep its filters', async () => {
    const query = { metrics: ['openPipeline'], where: { salesman: ['b19'], leadSource: ['Web'] } };
    const rows = await at.ask({ ...query, by: ['stage'] });
    expect(keyed(rows, 'stage', 'openPipeline')).toEqual({ Qualify: '25.00', Offer: '100.00' });
    for (const { stage, openPipeline } of rows) {
      const behind = await at.warehouse.rows(localViewer, {
        ...query,
        where: { ...query.where, stage: [stage as string] },
      });
      expect([behind.count, behind.total, behind.adds]).toEqual([1, openPipeline, true]);
    }
  });

  test('B20 coverage grows with the pipeline and shrinks with what remains to be won', async () => {
    const ask = (period: string) => at.total({ metrics: ['coverage'], ...of('b20', { period }) });
    // 300 open, 200 asked, 100 won: 3, not a third.
    expect(await ask('2026-Q2')).toEqual({ coverage: 3, coverageReason: null });
    expect(await ask('2026-04')).toEqual({ coverage: null, coverageReason: 'target met' });
    expect((await ask('2026-06')).coverage).toBe(6);
  });
});

const sum = (rows: Row[], name: string): number =>
  rows.reduce((cents, row) => cents + Math.round(Number(row[name]) * 100), 0) / 100;
