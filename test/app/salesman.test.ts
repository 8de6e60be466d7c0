import { expect, test } from 'vitest';
import { sinceBegun, yearUntil } from '#app/salesmen/[id]/over-time.ts';
import { quartersUntil } from '#app/salesmen/quarters.ts';
import { salesmanSentence, type Told } from '#app/salesmen/[id]/sentence.ts';
import { placeInWords, verdictOf } from '#app/salesmen/[id]/words.ts';
import type { Compared } from '#warehouse/comparison-answer.ts';
import type { StageStrength } from '#warehouse/salesman-answer.ts';

const measure = (more: Partial<Compared> = {}) =>
  ({
    n: 40,
    observed: 0.4,
    expected: 0.41,
    ratio: 1,
    ratioLow: 0.8,
    ratioHigh: 1.2,
    ...more,
  }) as Compared;
const compared = (more: { [name: string]: Compared } = {}) =>
  ({
    closings: 40,
    won: 16,
    measures: { winRate: measure(), size: measure(), days: measure(), ...more },
  }) as unknown as NonNullable<Told['compared']>;
const weak = {
  stage: 'Demo',
  observed: 0.31,
  expected: 0.48,
  entered: 42,
  ratio: 0.7,
  verdict: 'weak',
} as StageStrength;
const stake = (money: string) => ({ money }) as Told['discuss'][number];

const pieces = (more: Partial<Told>, past = false) =>
  salesmanSentence(
    {
      name: 'Ana',
      compared: compared(),
      stages: [],
      gap: null,
      discuss: [],
      currency: 'EUR',
      ...more,
    },
    { period: 'Q1 2026', past },
  );
const said = (more: Partial<Told>, past = false) =>
  pieces(more, past)
    .map(({ text }) => text)
    .join('');

test('a weak stage is what help is needed with, and what it costs is said', () => {
  const gap = { pipeline: '', stage: 'Demo', more: 7.1, worth: '210000.00' };
  expect(said({ stages: [weak], gap })).toBe(
    'Ana needs help in Demo: 31 % of 42 went on, of like ones with others 48 %; closing the gap would be worth about € 210 k in as long a time.',
  );
  expect(said({ stages: [weak] }, true)).toBe(
    'Ana needed help in Demo: 31 % of 42 went on, of like ones with others 48 %.',
  );
  expect(pieces({ stages: [weak] }).find(({ metric }) => metric)?.metric).toBe('stage');
});

test('results that surely lie below come next, the win rate before the others', () => {
  const winRate = measure({ ratioHigh: 0.9, observed: 0.22, expected: 0.35 });
  expect(said({ compared: compared({ winRate }) })).toBe(
    'Ana wins less than such opportunities let one expect: 22 %, expected 35 %, n = 40: beyond chance.',
  );
  const size = measure({ ratioHigh: 0.9, observed: 9000, expected: 14000 });
  expect(said({ compared: compared({ size }) }, true)).toBe(
    'Ana won smaller ones than such opportunities let one expect: € 9,000, expected € 14 k, n = 40: beyond chance.',
  );
  const days = measure({ ratioLow: 1.1, observed: 120, expected: 86 });
  expect(said({ compared: compared({ days }) })).toContain('takes longer to win');
});

test('where nothing is beyond chance nobody is called better or worse', () => {
  expect(said({})).toBe(
    'Nothing says that Ana needs help. 16 of 40 won, where such a mix lets one expect 16.4: no more apart than by chance.',
  );
  expect(said({}, true)).toContain('Nothing said that Ana needed help.');
  const winRate = measure({ ratioLow: 1.1, observed: 0.6, expected: 0.41 });
  expect(said({ compared: compared({ winRate }) })).toContain('more than the 16.4');
});

test('too little and nothing at all are said to be so', () => {
  const winRate = measure({ ratio: null, ratioLow: null, ratioHigh: null, n: 7 });
  expect(said({ compared: { ...compared({ winRate }), closings: 7, won: 3 } })).toBe(
    'Too little of Ana was closed in Q1 2026 to tell whether help is needed: 3 of 7 won.',
  );
  expect(said({ compared: null })).toBe(
    'Ana closed nothing in Q1 2026: there is nothing to compare.',
  );
});

test('what is at stake is summed to the cent and leads to the list', () => {
  const found = pieces({ discuss: [stake('20000.10'), stake('15000.20')] });
  expect(found.at(-2)).toMatchObject({
    text: '€ 35 k is at stake in two opportunities',
    metric: 'discuss',
  });
  expect(said({ discuss: [stake('0.00')] })).not.toContain('stake');
});

test('from whom one can be told is named, and from nobody is said too', () => {
  const measures = { winRate: { band: { salesmen: 5 } } } as never;
  const names = { b: 'Ben', c: 'Cai' };
  const place = (more: Partial<Compared>) =>
    placeInWords({
      compared: compared({ winRate: measure({ surelyAbove: [], surelyBelow: [], ...more }) }),
      measures,
      names,
    });
  expect(place({})).toContain('cannot be told apart from 4 others');
  expect(place({ surelyAbove: ['b'], surelyBelow: ['c'] })).toContain(
    'surely above Ben; surely below Cai',
  );
  expect(place({ surelyAbove: ['b', 'c', 'd', 'e', 'f', 'g'] })).toContain(
    'surely above Ben, Cai, d, e, f and 1 more.',
  );
  expect(place({ place: 'few', further: 3 })).toContain('About 3 more closings would help');
  expect(verdictOf({ verdict: null, ratio: null })).toBe('too few');
  expect(verdictOf({ verdict: null, ratio: 0.9 })).toBe('cannot be told apart');
  expect(verdictOf(weak)).toBe('weak');
});

test('quarters are those that are over, none before the history, in the fiscal year', () => {
  const quarters = quartersUntil('2026-03-02', { firstDay: '2025-02-01', fiscalYearStart: 2 });
  expect(quarters.map(({ text }) => text)).toEqual(['2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4']);
  expect(quarters.at(-1)).toMatchObject({ from: '2025-11-01', last: '2026-01-31' });
  expect(yearUntil('2025-12-31')).toBe('2025-01-01..2025-12-31');
});

test('time begins with the first quarter in which something was', () => {
  const quarter = (last: string, won: string | null) => ({
    text: last,
    from: last,
    last,
    won,
    done: null,
    rate: undefined,
  });
  const all = [quarter('2025-03-31', null), quarter('2025-06-30', '0'), quarter('2025-09-30', '5')];
  expect(sinceBegun([...all, quarter('2025-12-31', null)], []).from).toBe('2025-09-30');
  const weeks = [{ week: '2025-05-04', openPipeline: '12.00' }];
  expect(sinceBegun([...all, quarter('2025-12-31', null)], weeks).from).toBe('2025-06-30');
});
