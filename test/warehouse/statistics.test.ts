import { describe, expect, it } from 'vitest';
import { differenceOf, fromMean } from '#warehouse/mix-contrast.ts';
import type { MixCell } from '#warehouse/mix-design.ts';
import { countOf, isFew, shiftOf } from '#warehouse/mix-effect.ts';
import { fitMix } from '#warehouse/mix-model.ts';
import { inverseOf } from '#warehouse/mix-solve.ts';
import { chanceOf, normalShare, quantileOf } from '#warehouse/normal.ts';
import { discoveries, tellApart } from '#warehouse/separation.ts';
import { learnSpread, meanSpread, shrink } from '#warehouse/shrinkage.ts';
import { normalOf, randomOf } from './worlds.ts';

describe('the normal distribution', () => {
  it('has the shares that tables print', () => {
    for (const [z, share] of [
      [0, 0.5],
      [1, 0.8413447],
      [-1, 0.1586553],
      [1.959964, 0.975],
      [-3, 0.0013499],
    ] as const)
      expect(normalShare(z)).toBeCloseTo(share, 6);
    expect(chanceOf(-1.959964)).toBeCloseTo(0.05, 6);
    expect(chanceOf(5) / 5.733031e-7).toBeCloseTo(1, 4);
    expect(quantileOf(normalShare, 0.975, [-8, 8])).toBeCloseTo(1.959964, 5);
  });
});

describe('discoveries', () => {
  it('are the four of the fifteen that Benjamini and Hochberg print', () => {
    const printed = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719,
      0.6528, 0.759, 1,
    ];
    expect(discoveries(printed).filter(Boolean)).toHaveLength(4);
    expect(discoveries([...printed].reverse()).lastIndexOf(false)).toBe(10);
    expect(discoveries([])).toEqual([]);
  });

  it('tell apart who is far, and leave the longest stretch without a told pair as the band', () => {
    const values = [2, 0, 0.05, 0.1, -2];
    const differ = (i: number, j: number) => ({
      value: (values[i] as number) - (values[j] as number),
      se: 0.14,
    });
    const found = tellApart(differ, values);
    expect(found.compared).toBe(10);
    expect([...found.band].sort()).toEqual([1, 2, 3]);
    expect(found.pairs).toHaveLength(7);
    expect(found.pairs).toContainEqual({ above: 0, below: 4 });
    expect(tellApart(differ, []).band).toEqual([]);
  });
});

describe('shrinkage', () => {
  it('keeps of a measurement τ² / (τ² + se²) where the spread is known', () => {
    const spread = { taus: [0.3], weights: [1] };
    const { value, low, high } = shrink({ value: 1, se: 0.4 }, spread);
    expect(value).toBeCloseTo(0.36, 10);
    expect([low, high].map((x) => Math.round(x * 1e4) / 1e4)).toEqual([-0.1104, 0.8304]);
  });

  it.each([0.1, 0.3, 0.6])('has intervals that hold 95 % where the true spread is %s', (tau) => {
    const random = randomOf(5);
    let [held, n] = [0, 0];
    for (let world = 0; world < 100; world++) {
      const all = Array.from({ length: 40 }, () => {
        const se = 0.15 + 0.4 * random();
        const truth = tau * normalOf(random);
        return { truth, value: truth + se * normalOf(random), se };
      });
      const spread = learnSpread(all);
      for (const one of all) {
        const { low, high } = shrink(one, spread);
        held += Number(low <= one.truth && one.truth <= high);
        n += 1;
      }
    }
    expect(held / n).toBeGreaterThan(0.93);
    expect(held / n).toBeLessThan(0.985);
  });

  it('finds how far apart they lie', () => {
    const random = randomOf(6);
    const all = Array.from({ length: 400 }, () => ({
      value: 0.5 * normalOf(random) + 0.2 * normalOf(random),
      se: 0.2,
    }));
    expect(meanSpread(learnSpread(all))).toBeCloseTo(0.5, 1);
  });
});

const cell = (group: number, level: string, n: number, sum: number): MixCell => ({
  group,
  levels: [level],
  n,
  sum,
  squares: sum,
});

describe('the mix model', () => {
  it('expects what each level brings, whoever has it', () => {
    // Steel is won 60 of 100, paper 20 of 100, by both alike.
    const cells = [
      cell(0, 'steel', 80, 48),
      cell(0, 'paper', 20, 4),
      cell(1, 'steel', 20, 12),
      cell(1, 'paper', 80, 16),
    ];
    const model = fitMix(cells, 'share');
    const shift = shiftOf(cells, model);
    const [ana, ben] = [cells.slice(0, 2), cells.slice(2)].map((own) => countOf(own, model, shift));
    expect([ana?.observed, ben?.observed]).toEqual([52, 28]);
    expect(ana?.expected).toBeCloseTo(52, 0);
    expect(ben?.expected).toBeCloseTo(28, 0);
    expect((ana?.expected ?? 0) + (ben?.expected ?? 0)).toBeCloseTo(80, 6);
    expect(Math.abs(differenceOf(model, 0, 1).value)).toBeLessThan(0.1);
  });

  it('measures a difference in log-odds where the mix is the same', () => {
    // 75 of 100 and 25 of 100: the odds differ by 9, their logarithms by 2.197.
    const model = fitMix([cell(0, 'steel', 100, 75), cell(1, 'steel', 100, 25)], 'share');
    const { value, se } = differenceOf(model, 0, 1);
    expect(value).toBeCloseTo(Math.log(9), 1);
    // By hand: √(1/75 + 1/25 + 1/25 + 1/75).
    expect(se).toBeCloseTo(0.327, 2);
    const each = fromMean(model, new Map([0, 1].map((group) => [group, 18.75])));
    expect(each.get(0)?.value).toBeCloseTo(Math.log(9) / 2, 1);
    expect(each.get(1)?.value).toBeCloseTo(-Math.log(9) / 2, 1);
  });

  it('measures amounts by their means', () => {
    const amount = (group: number, level: string, values: number[]): MixCell => ({
      group,
      levels: [level],
      n: values.length,
      sum: values.reduce((s, x) => s + x, 0),
      squares: values.reduce((s, x) => s + x * x, 0),
    });
    const around = (mean: number) => Array.from({ length: 50 }, (_, i) => mean + (i % 2 ? 1 : -1));
    const model = fitMix(
      [amount(0, 'steel', around(10)), amount(1, 'steel', around(12))],
      'amount',
    );
    expect(differenceOf(model, 1, 0).value).toBeCloseTo(2, 1);
    // By hand: √(1/50 + 1/50).
    expect(differenceOf(model, 1, 0).se).toBeCloseTo(0.2, 2);
    expect(model.noise).toBeCloseTo(1, 1);
    expect(model.predict(['steel'])).toBeCloseTo(11, 1);
  });

  it('says nothing of what it has not seen, and stays finite', () => {
    const none = fitMix([], 'share');
    expect(none.predict(['steel'])).toBe(0);
    const always = [cell(0, 'steel', 9, 9)];
    const model = fitMix(always, 'share');
    const counted = countOf(always, model, shiftOf(always, model));
    expect(counted.expected).toBeCloseTo(8.5, 3);
    expect(isFew(counted, model)).toBe(true);
    expect(Number.isFinite(model.predict(['paper']))).toBe(true);
  });

  it('inverts a matrix, and refuses one that is not positive', () => {
    const matrix = [Float64Array.of(4, 2), Float64Array.of(2, 3)];
    expect(inverseOf(matrix).map((row) => [...row].map((x) => Math.round(x * 1e9) / 1e9))).toEqual([
      [0.375, -0.25],
      [-0.25, 0.5],
    ]);
    expect(() => inverseOf([Float64Array.of(0)])).toThrow(/not positive/);
  });
});
