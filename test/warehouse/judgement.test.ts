import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tQuantile } from '#warehouse/interval.ts';
import { biasOf, type Judged, valueAdded } from '#warehouse/judgement.ts';

const quarter = (i: number) => `${2020 + Math.floor(i / 4)}-Q${(i % 4) + 1}`;
const money = (value: number) => value.toFixed(2);

/** Periods with results around 1,000 and a before and after that miss them by factors. */
const series = (n: number, before: (i: number) => number, after: (i: number) => number): Judged[] =>
  Array.from({ length: n }, (_, i) => {
    const actual = 1000 + 40 * (i % 5);
    return {
      period: quarter(i),
      before: money(actual * before(i)),
      after: money(actual * after(i)),
      actual: money(actual),
    };
  });

/** A bounded noise that every run makes alike. */
const noise = (i: number) => ((i * 0.618034 + 0.3) % 1) - 0.5;

describe('value added by judgement', () => {
  it('is the WAPE before less the WAPE after, as computed by hand', () => {
    const judged = [
      { period: '2026-Q1', before: '120.00', after: '110.00', actual: '100.00' },
      { period: '2026-Q2', before: '150.00', after: '190.00', actual: '200.00' },
      { period: '2026-Q3', before: '90.00', after: '60.00', actual: '100.00' },
    ];
    const found = valueAdded(judged);
    expect(found).toMatchObject({ periods: 3, n: 3 });
    expect(found.wapeBefore).toBeCloseTo((20 + 50 + 10) / 400, 12);
    expect(found.wapeAfter).toBeCloseTo((10 + 10 + 40) / 400, 12);
    expect(found.valueAdded).toBeCloseTo(0.05, 12);
    expect(found.low).toBeLessThan(0);
    expect(found.high).toBeGreaterThan(0);
  });

  it('tells one who helps from one who harms and from one who changes nothing', () => {
    const helps = valueAdded(
      series(
        12,
        (i) => 1.3 + noise(i) / 10,
        (i) => 1.05 + noise(i) / 10,
      ),
    );
    expect(helps.low).toBeGreaterThan(0);
    const harms = valueAdded(
      series(
        12,
        (i) => 1.05 + noise(i) / 10,
        (i) => 1.3 + noise(i) / 10,
      ),
    );
    expect(harms.high).toBeLessThan(0);
    const neither = valueAdded(
      series(
        12,
        () => 1.2,
        () => 0.8,
      ),
    );
    expect(neither.low).toBeLessThanOrEqual(0);
    expect(neither.high).toBeGreaterThanOrEqual(0);
  });

  it('gives the same interval again, in whatever order the judgements come', () => {
    const judged = series(
      9,
      (i) => 1 + noise(i),
      (i) => 1 + noise(i + 3) / 2,
    );
    const found = valueAdded(judged);
    expect(valueAdded([...judged].reverse())).toEqual(found);
    expect(valueAdded(structuredClone(judged))).toEqual(found);
  });

  it('draws periods, not judgements: ten calls of one period are one piece of evidence', () => {
    const one = series(
      3,
      (i) => 1.2 + noise(i),
      (i) => 1.1 + noise(i) / 3,
    );
    const ten = one.flatMap((each) => Array.from({ length: 10 }, () => each));
    const [a, b] = [valueAdded(one), valueAdded(ten)];
    expect(b).toMatchObject({ low: a.low, high: a.high, periods: 3, n: 30 });
  });

  it('says nothing without results, and no interval below three periods', () => {
    const none = { wapeBefore: null, wapeAfter: null, valueAdded: null, low: null, high: null };
    expect(valueAdded([])).toEqual({ ...none, periods: 0, n: 0 });
    const lost = { period: '2026-Q1', before: '5.00', after: '4.00', actual: '0.00' };
    expect(valueAdded([lost])).toEqual({ ...none, periods: 1, n: 1 });
    expect(
      valueAdded(
        series(
          2,
          () => 1.2,
          () => 1,
        ),
      ),
    ).toMatchObject({ low: null, high: null });
  });

  it('holds the value within its interval, and is 0 when nothing was changed', () => {
    const amounts = fc.integer({ min: 1, max: 10_000_000 }).map((cents) => money(cents / 100));
    const anyJudged = fc.record({
      period: fc.integer({ min: 0, max: 11 }).map(quarter),
      before: amounts,
      after: amounts,
      actual: amounts,
    });
    fc.assert(
      fc.property(fc.array(anyJudged, { minLength: 3, maxLength: 20 }), (judged) => {
        const { low, high, valueAdded: added, wapeBefore, wapeAfter } = valueAdded(judged);
        expect(added).toBeCloseTo((wapeBefore ?? 0) - (wapeAfter ?? 0), 9);
        if (low !== null && high !== null) expect(low).toBeLessThanOrEqual(high);
        const still = valueAdded(judged.map((each) => ({ ...each, after: each.before })));
        expect(still.valueAdded).toBe(0);
      }),
      { numRuns: 20 },
    );
  });
});

describe('bias of an author', () => {
  const calls = (n: number, factor: (i: number) => number) =>
    series(n, () => 1, factor).map(({ period, after, actual }) => ({ period, after, actual }));

  it('is the mean log ratio drawn to 0 by four periods, as computed by hand', () => {
    const found = biasOf([
      { period: '2026-Q1', after: '200.00', actual: '100.00' },
      { period: '2026-Q2', after: '50.00', actual: '100.00' },
      { period: '2026-Q3', after: '400.00', actual: '100.00' },
    ]);
    // (ln 2 - ln 2 + ln 4) / 3 · 3/7; the interval t(2) · s / √7, s² = (2 · ln²2 + ln²4) / 2 - mean² · 3/2
    expect(found.bias).toBeCloseTo(Math.log(4) / 7, 10);
    const s2 = (2 * Math.log(2) ** 2 + Math.log(4) ** 2 - 3 * (Math.log(4) / 3) ** 2) / 2;
    expect((found.high ?? 0) - (found.bias ?? 0)).toBeCloseTo(4.302653 * Math.sqrt(s2 / 7), 3);
    expect(found).toMatchObject({ correction: null, periods: 3, skipped: 0 });
  });

  it('finds an author who calls a quarter too much by the sixth period, and says by how much to correct', () => {
    const found = biasOf(calls(6, (i) => 1.25 * Math.exp(noise(i) * 0.3)));
    expect(found.low).toBeGreaterThan(0);
    expect(found.correction).toBeCloseTo(Math.exp(-(found.bias ?? 0)), 12);
    expect(found.correction).toBeLessThan(1);
    // Cautious: less than the whole 1 / 1.25.
    expect(found.correction).toBeGreaterThan(1 / 1.3);
  });

  it('corrects nobody whose calls are right but for chance', () => {
    expect(biasOf(calls(12, (i) => Math.exp(noise(i) * 0.6))).correction).toBeNull();
  });

  it('is not sure below three periods, however large, and counts a period once', () => {
    expect(biasOf(calls(2, () => 2))).toMatchObject({ low: null, high: null, correction: null });
    const one = calls(4, (i) => 1.2 + noise(i));
    expect(biasOf([...one, ...one])).toEqual(biasOf(one));
  });

  it('leaves out what has no ratio, and says so', () => {
    const empty = { period: '2026-Q1', after: '0.00', actual: '100.00' };
    expect(biasOf([empty, { ...empty, after: '5.00', actual: '-3.00' }])).toEqual({
      ...{ bias: null, low: null, high: null, correction: null },
      ...{ periods: 0, skipped: 2 },
    });
  });

  it('is 0 in the middle: calls too high and too low by the same factor cancel', () => {
    fc.assert(
      fc.property(fc.double({ min: 1.01, max: 3, noNaN: true }), (factor) => {
        const pairs = [factor, 1 / factor, factor, 1 / factor];
        const { bias, correction } = biasOf(
          pairs.map((each, i) => ({
            period: quarter(i),
            after: money(1e7 * each),
            actual: money(1e7),
          })),
        );
        expect(bias).toBeCloseTo(0, 6);
        expect(correction).toBeNull();
      }),
    );
  });
});

it('Student’s quantiles agree with the tables', () => {
  for (const [df, t] of [
    [2, 4.3027],
    [5, 2.5706],
    [10, 2.2281],
    [30, 2.0423],
  ] as const)
    expect(tQuantile(0.975, df)).toBeCloseTo(t, 2);
});
