import { describe, expect, it } from 'vitest';
import { type Call, isStale, standing } from '#app/state/calls.ts';
import { isCounted, readBoard } from '#app/state/board.ts';
import { judgedByAuthor, readResults } from '#app/state/judged.ts';
import { type Branch, maybeFind, rollUp, scopesOf } from '#app/state/roll-up.ts';
import { localViewer } from '#warehouse/access.ts';
import type { Row } from '#warehouse/answers.ts';
import type { Warehouse } from '#warehouse/warehouse.ts';
import { aCall } from './harness.ts';

let seq = 0;
const said = (more: Parameters<typeof aCall>[1]): Call => {
  const { follows: _, ...made } = aCall(`call-${++seq}`, more);
  return { ...made, seq, at: '2026-11-20T08:00:00.000Z', supersedes: null };
};

const leaf = (scope: string, counted: string): Branch => ({
  ...{ level: 'salesman', scope, counted, won: '0.00', below: [] },
  open: counted,
});

/** Whole 10 of nobody's + EMEA (Ana 100, Bor 50) + APAC (Cai 30, and 5 of a team leader's own). */
const company: Branch = {
  ...{ level: 'whole', scope: null, open: '10.00', won: '0.00', counted: '10.00' },
  below: [
    {
      ...{ level: 'director', scope: 'Dora', open: '0.00', won: '0.00', counted: '0.00' },
      below: [
        {
          ...{ level: 'team', scope: 'EMEA', open: '0.00', won: '0.00', counted: '0.00' },
          below: [leaf('Ana', '100.00'), leaf('Bor', '50.00')],
        },
        {
          ...{ level: 'team', scope: 'APAC', open: '5.00', won: '0.00', counted: '5.00' },
          below: [leaf('Cai', '30.00')],
        },
      ],
    },
  ],
};

const rolled = (...calls: Call[]) => rollUp(company, { calls, currency: 'EUR' });

describe('the roll-up', () => {
  it('is the sum of the opportunities while nobody judges', () => {
    expect(rolled()).toMatchObject({ value: '195.00', said: '195.00', call: null, delta: null });
    expect(scopesOf(rolled(), 'salesman')).toEqual(['Ana', 'Bor', 'Cai']);
  });

  it('goes from salesman over manager to director, each step beside the one below', () => {
    const ana = said({ level: 'salesman', scope: 'Ana', value: '80.00' });
    const emea = said({ level: 'team', scope: 'EMEA', value: '120.00' });
    const dora = said({ level: 'director', scope: 'Dora', value: '170.00' });
    const found = rolled(ana, emea, dora);
    expect(maybeFind(found, ana)).toMatchObject({
      said: '100.00',
      value: '80.00',
      delta: '-20.00',
    });
    expect(maybeFind(found, emea)).toMatchObject({
      ...{ said: '130.00', value: '120.00', delta: '-10.00', counted: '150.00' },
    });
    expect(maybeFind(found, dora)).toMatchObject({ said: '155.00', value: '170.00' });
    expect(found).toMatchObject({ said: '180.00', value: '180.00', counted: '195.00' });
  });

  it('leaves the calls below as they were said when the step above is adjusted or taken back', () => {
    const ana = said({ level: 'salesman', scope: 'Ana', value: '80.00' });
    const emea = said({ level: 'team', scope: 'EMEA', value: '120.00' });
    const back = said({ level: 'team', scope: 'EMEA', value: null });
    const after = rolled(...standing([ana, emea, back]));
    expect(maybeFind(after, ana)?.call).toEqual(ana);
    expect(maybeFind(after, emea)).toMatchObject({ call: back, value: '130.00', delta: null });
  });

  it('does not add a call of another currency', () => {
    const ana = said({ level: 'salesman', scope: 'Ana', value: '80.00', currency: 'USD' });
    expect(maybeFind(rolled(ana), ana)).toMatchObject({ call: null, value: '100.00' });
  });

  it('of a scope, period and category the newest call stands', () => {
    const first = said({ value: '1.00' });
    const next = said({ value: '2.00' });
    const other = said({ category: 'bestCase', value: '3.00' });
    expect(standing([first, other, next])).toEqual([next, other]);
  });

  it('marks a call as stale when open and won moved by more than the stated share', () => {
    const call = said({});
    const [then, share] = ['340000.00', 0.1];
    expect(isStale(call, { open: then, won: '0.00' })).toBe(false);
    expect(isStale(call, { open: '300000.00', won: '74000.00' }, share)).toBe(false);
    expect(isStale(call, { open: '300000.00', won: '74000.01' }, share)).toBe(true);
    expect(isStale(call, { open: '305999.99', won: '0.00' }, share)).toBe(true);
    expect(isStale(call, { open: '374000.01', won: '0.00' }, 0.2)).toBe(false);
    const nothing = { ...call, seen: { ...call.seen, open: '0.00', won: '0.00' } };
    expect(isStale(nothing, { open: '0.01', won: '0.00' })).toBe(true);
    expect(isStale(nothing, { open: '0.00', won: '0.00' })).toBe(false);
  });
});

describe('the board', () => {
  const open: Row[] = [
    { salesman: 'Ana', category: 'Commit', openPipeline: '100.00' },
    { salesman: 'Ana', category: 'Best Case', openPipeline: '30.00' },
    { salesman: 'Ana', category: 'Omitted', openPipeline: '7.00' },
    { salesman: null, category: null, openPipeline: '2.00' },
  ];
  const won: Row[] = [
    { director: 'Dora', team: 'APAC', salesman: 'Ana', wonValue: '10.00', wonCount: 9 },
    { director: 'Dora', team: 'EMEA', salesman: 'Ana', wonValue: '5.00', wonCount: 1 },
    { director: null, team: 'Old', salesman: 'Eva', wonValue: '4.00', wonCount: 1 },
  ];
  const owners: Row[] = [{ director: 'Dora', team: 'EMEA', salesman: 'Ana', openCount: 4 }];
  const teams = [
    { director: 'Dora', team: 'APAC', salesman: 'Fay' },
    { director: 'Dora', team: 'APAC', salesman: 'Eva' },
  ];
  const circumstance = { snapshot: 'S1', asOf: 'a', knownAt: 'k', currency: 'EUR' };
  const ask = (isNow: boolean) =>
    ({
      answer: async (_viewer: unknown, { metrics }: { metrics: string[] }) => ({
        ...circumstance,
        isNow,
        rows: metrics[0] === 'openPipeline' ? open : metrics[0] === 'wonValue' ? won : owners,
      }),
      options: async () => ({ teams }),
    }) as unknown as Pick<Warehouse, 'answer' | 'options'>;
  const board = async (category: 'commit' | 'bestCase' | 'pipeline', isNow = true) => {
    const { whole } = await readBoard(ask(isNow), localViewer, { period: '2026-Q4', category });
    return rollUp(whole, { calls: [], currency: 'EUR' });
  };
  type Found = Awaited<ReturnType<typeof board>>;
  const teamsOf = (found: Found): Found[] =>
    found.below.flatMap((each) => (each.level === 'team' ? [each] : each.below));
  const placeOf = (found: Found, salesman: string) =>
    teamsOf(found).find((team) => scopesOf(team, 'salesman').includes(salesman))?.scope;

  it('counts won and what is open in the category or a better one, each salesman once', async () => {
    expect(await board('commit')).toMatchObject({
      counted: '119.00',
      open: '139.00',
      won: '19.00',
    });
    expect(await board('bestCase')).toMatchObject({ counted: '149.00' });
    expect(await board('pipeline')).toMatchObject({ counted: '151.00' });
    expect(scopesOf(await board('commit'), 'salesman').sort()).toEqual(['Ana', 'Eva', 'Fay']);
  });

  it('puts a salesman where his open opportunities are, then where he stood by the day', async () => {
    const now = await board('commit');
    expect(placeOf(now, 'Ana')).toBe('EMEA');
    expect(placeOf(now, 'Eva')).toBe('APAC');
    // In the past the team of that time comes before the team of today.
    const then = await board('commit', false);
    expect(placeOf(then, 'Eva')).toBe('Old');
  });

  it('knows the categories of the sources by their names', () => {
    for (const name of ['Commit', 'commit', 'Forecast'])
      expect(isCounted(name, 'commit')).toBe(true);
    for (const name of ['Best Case', 'BestCase', 'best_case']) {
      expect(isCounted(name, 'bestCase')).toBe(true);
      expect(isCounted(name, 'commit')).toBe(false);
    }
    expect(isCounted(null, 'pipeline')).toBe(true);
    expect(isCounted('Omitted', 'pipeline')).toBe(false);
    expect(isCounted('MostLikely', 'mostLikely')).toBe(true);
    expect(isCounted('constructor', 'pipeline')).toBe(true);
  });
});

describe('what an author’s calls were worth', () => {
  const at = (day: string) => `${day}T08:00:00.000Z`;
  const made = (day: string, more: Parameters<typeof aCall>[1] = {}): Call => ({
    ...said(more),
    at: at(day),
  });
  const resultOf = ({ period, at: when }: Call) =>
    period === '2026-Q4' ? { actual: '100.00', isForesight: when < at('2027-01-01') } : undefined;

  it('takes the last call of each scope made before the period was over', () => {
    const calls = [
      made('2026-10-01', { author: 'ana', value: '90.00' }),
      made('2026-12-31', { author: 'ana', value: '95.00' }),
      made('2027-01-02', { author: 'ana', value: '100.00' }),
      made('2026-10-01', { author: 'ana', scope: 'APAC', value: '7.00' }),
      made('2026-11-01', { author: 'bor', value: '120.00' }),
      made('2026-11-01', { author: 'bor', scope: 'APAC', value: null }),
      made('2026-11-01', { author: 'bor', period: '2027-Q1' }),
    ];
    const judged = { period: '2026-Q4', before: '110000.00', actual: '100.00' };
    expect(Object.fromEntries(judgedByAuthor(calls, resultOf))).toEqual({
      ana: [
        { ...judged, after: '95.00' },
        { ...judged, after: '7.00' },
      ],
      bor: [{ ...judged, after: '120.00' }],
    });
  });

  it('reads the result of periods that are over, by the scope of each call', async () => {
    const answer = async (_viewer: unknown, { metrics }: { metrics: string[] }) => ({
      currency: 'EUR',
      isNow: true,
      rows: metrics.includes('wonValue')
        ? [{ director: null, team: 'EMEA', salesman: 'Ana', wonValue: '50.00', wonCount: 1 }]
        : [],
    });
    const options = async () => ({
      ...{ today: '2026-11-20', zone: 'Europe/Ljubljana', fiscalYearStart: 1, teams: [] },
    });
    const ask = { answer, options } as unknown as Pick<Warehouse, 'answer' | 'options'>;
    const calls = [
      made('2026-09-30', { period: '2026-Q3' }),
      { ...made('2026-09-30', { period: '2026-Q3' }), at: '2026-09-30T22:30:00.000Z' },
      made('2026-09-01', { period: '2026-Q3', scope: 'Gone' }),
      made('2026-11-01', { period: '2026-Q4' }),
    ];
    const results = await readResults(ask, localViewer, calls);
    expect(calls.map(results)).toEqual([
      { actual: '50.00', isForesight: true },
      // Half past midnight in Ljubljana.
      { actual: '50.00', isForesight: false },
      undefined,
      undefined,
    ]);
  });
});
