import { describe, expect, it } from 'vitest';
import { levelOf } from '#warehouse/forecasts/arrivals.ts';
import { quarterWeeks, stepsAhead, weeksToEnd } from '#warehouse/forecasts/calendar.ts';
import { commonShock, modelWeight, quantile, reaches } from '#warehouse/forecasts/distribution.ts';
import { gammaBelow, gammaQuantile, logGamma } from '#warehouse/forecasts/gamma.ts';
import {
  ageBins,
  ages,
  type Counts,
  fitHazards,
  type Hazards,
  hazardOptions,
  lookAhead,
} from '#warehouse/forecasts/hazards.ts';
import { drawn } from '#warehouse/forecasts/learned-shares.ts';
import { fitRidge } from '#warehouse/forecasts/ridge.ts';
import { pinballOf, scoreOf } from '#warehouse/forecasts/scores.ts';
import { randomOf } from '../worlds.ts';

describe('Gamma', () => {
  it('knows factorials', () => {
    expect(logGamma(5)).toBeCloseTo(Math.log(24), 12);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
  });
  it('of shape 1 is the exponential, of shape 2 a sum of two', () => {
    expect(gammaBelow(1, 2)).toBeCloseTo(1 - Math.exp(-2), 13);
    expect(gammaBelow(2, 3)).toBeCloseTo(1 - Math.exp(-3) * (1 + 3), 13);
    expect(gammaQuantile(1, 0.9)).toBeCloseTo(-Math.log(0.1), 12);
  });
  it('agrees with the printed table of chi-square: 8 degrees of freedom, 10 % and 90 %', () => {
    expect(2 * gammaQuantile(4, 0.1)).toBeCloseTo(3.49, 2);
    expect(2 * gammaQuantile(4, 0.9)).toBeCloseTo(13.362, 3);
  });
  it.each([0.05, 0.7, 12, 4000])('finds back the share of shape %d', (shape) => {
    for (const p of [0.05, 0.1, 0.5, 0.9, 0.95])
      expect(gammaBelow(shape, gammaQuantile(shape, p))).toBeCloseTo(p, 10);
  });
  it('of mean 300 and variance 30,000 on top of 100 won: shape 3, scale 100', () => {
    const outlook = { won: 100, mean: 300, variance: 30_000 };
    // Below 100 + 100 x: 1 − e^−x (1 + x + x²/2); at x = 2: 1 − 5 e^−2.
    expect(reaches(outlook, 300)).toBeCloseTo(5 * Math.exp(-2), 12);
    expect(reaches(outlook, 100)).toBe(1);
    expect(reaches(outlook, quantile(outlook, 0.9))).toBeCloseTo(0.1, 10);
  });
});

describe('Scores', () => {
  // |110 − 100| + |80 − 100| = 30 of 200; 10 − 20 = −10 of 200.
  const two = [
    { mean: 110, actual: 100 },
    { mean: 80, actual: 100 },
  ];
  it('WAPE 30/200 and bias −10/200', () => {
    expect(scoreOf(two)).toMatchObject({ wape: 0.15, bias: -0.05, coverage: null, n: 2 });
  });
  it('pinball of one number is half its error: (10/2 + 20/2) / 200', () => {
    expect(scoreOf(two)?.pinball).toBeCloseTo(0.075, 12);
  });
  it('pinball of quantiles 100 p for a result of 50: Σ of 19 levels', () => {
    // Level p below 0.5 costs p·(50 − 100p): Σ j/20·(50 − 5j), j = 1..9, = 41.25; above it the same, at 0.5 nothing.
    const levels = Array.from({ length: 9 }, (_, i) => (i + 1) / 20);
    const half = levels.reduce((sum, p) => sum + p * (50 - 100 * p), 0);
    const one = { mean: 50, actual: 50, quantile: (p: number) => 100 * p };
    expect(half).toBeCloseTo(41.25, 10);
    expect(pinballOf(one)).toBeCloseTo((2 * 41.25) / 19, 10);
  });
  it('coverage counts both ends: 10, 50 and 90 lie within 10..90, 95 does not', () => {
    const quantileOf = (p: number) => 100 * p;
    const judged = [10, 50, 90, 95].map((actual) => ({ mean: 50, actual, quantile: quantileOf }));
    expect(scoreOf(judged)?.coverage).toBe(0.75);
  });
  it('tells nothing of nothing', () => {
    expect(scoreOf([])).toBeNull();
    expect(scoreOf([{ mean: 5, actual: 0 }])).toBeNull();
  });
});

describe('Hazards', () => {
  const bins = ageBins.length;
  const counts: Counts = {
    stages: 1,
    weeks: 1,
    open: new Float64Array(bins),
    ended: new Float64Array(3 * bins),
    dated: new Float64Array(3 * quarterWeeks),
    moves: new Float64Array(1),
    shares: Float64Array.from({ length: quarterWeeks }, (_, q) => Number(q === 0)),
  };
  counts.open.set([10, 30]);
  counts.ended.set([4, 2]);

  it('are drawn to the stage with the weight of 8 weeks', () => {
    // All: 6 of 40 = 0.15. Age 0: (4 + 8·0.15) / (10 + 8). Age 1: (2 + 8·0.15) / (30 + 8). Others: 0.15.
    const { rate } = fitHazards(counts, 1, { ...hazardOptions, rounds: 0 });
    expect(rate[0]).toBeCloseTo(5.2 / 18, 12);
    expect(rate[1]).toBeCloseTo(3.2 / 38, 12);
    expect(rate[2]).toBeCloseTo(0.15, 12);
  });
  it('give 0.2 + 0.7·0.2 for two weeks of 20 % won, 10 % lost', () => {
    const hazards: Hazards = {
      stages: 1,
      rate: Float64Array.from(
        { length: 3 * ages },
        (_, i) => [0.2, 0.1, 0][Math.floor(i / ages)] ?? 0,
      ),
      calendar: new Float64Array(3 * quarterWeeks).fill(1),
      to: new Float64Array(1),
    };
    const steps = stepsAhead(0, [{ from: 1, to: 15 }], weeksToEnd(1));
    expect(lookAhead(hazards, steps, 1).now[0]).toBeCloseTo(0.2 + 0.7 * 0.2, 12);
    const later = stepsAhead(0, [{ from: 8, to: 15 }], weeksToEnd(1));
    expect(lookAhead(hazards, later, 1).now[0]).toBeCloseTo(0.7 * 0.2, 12);
  });
});

describe('What past errors teach', () => {
  const past = [{ model: 110, naive: 130, variance: 50, actual: 100 }];
  it('weight of the model: errors 100 and 900 make 0.9, with four periods at 0.75', () => {
    expect(modelWeight(past, 1)).toBeCloseTo((0.9 + 4 * 0.75) / 5, 12);
    expect(modelWeight([], 2)).toBe(0.6);
  });
  it('common shock: (10² − 50) / 110², with four periods at 0.08²', () => {
    const tau2 = (50 / 12_100 + 4 * 0.0064) / 5;
    expect(commonShock(past, 0, (p) => p.model)).toBeCloseTo(tau2, 12);
  });
  it('a level halves its weight: (4/2 + 8) / 1.5', () => {
    expect(levelOf([4, 8], 1)).toBeCloseTo(10 / 1.5, 12);
  });
});

describe('Learned shares', () => {
  it('are drawn to their mean by moments', () => {
    // 5 of 10 and 30 of 100: mean 35/110. Spread (10·(0.5−m)² + 100·(0.3−m)²)/110, less 2·m(1−m)/110: below 0 → κ 400.
    const mean = 35 / 110;
    expect(drawn([10, 100], [5, 30])[0]).toBeCloseTo((5 + 400 * mean) / 410, 12);
    expect(drawn([0, 0], [0, 0])).toEqual([0, 0]);
  });
});

describe('Ridge', () => {
  it('finds the log-odds of two groups, drawn to each other, the same at each run', () => {
    const random = randomOf(7);
    const rows = 4000;
    const design = {
      rows,
      features: 1,
      columns: 3,
      column: Uint16Array.from({ length: rows }, (_, i) => 1 + (i % 2)),
      offset: new Float64Array(rows),
      weight: new Float64Array(rows).fill(1),
      label: Uint8Array.from({ length: rows }, (_, i) => Number(random() < (i % 2 ? 0.7 : 0.3))),
    };
    const [, a = 0, b = 0] = fitRidge(design);
    expect(b - a).toBeGreaterThan(1.5);
    expect(b - a).toBeLessThan(1.8);
    expect(fitRidge(design)).toEqual(fitRidge(design));
  });
});
