import { describe, expect, it } from 'vitest';
import { chance } from '#warehouse/risks/chance.ts';
import { riskNames } from '#warehouse/risks/index.ts';
import { liftOf } from '#warehouse/risks/lift.ts';
import { chanceOf, fitRisks, logit } from '#warehouse/risks/logistic.ts';
import { measure, type Past } from '#warehouse/risks/model.ts';

const [first = 'defaultDated', second = 'outlived'] = riskNames;

/**
 * Opportunities in three stages, each looked at three times in its quarter until it is won, with weekly odds of its own.
 * Bit 0 says nothing; bit 1 halves the odds to be won and comes more often in the late stage, where more are won, so
 * that a raw comparison would call it good.
 */
function simulate(seed: string, opportunities: number): Past {
  const random = chance(seed);
  const past: Past = {
    opportunity: [],
    pipeline: [],
    stage: [],
    span: [],
    mask: [],
    n: [],
    won: [],
  };
  for (let opportunity = 1; opportunity <= opportunities; opportunity += 1) {
    const stage = Math.floor(random() * 3);
    const luck = Math.exp(0.6 * (random() - 0.5));
    const null0 = random() < 0.3;
    const real = random() < 0.1 + 0.25 * stage;
    const weekly = [0.02, 0.05, 0.1][stage] as number;
    const hazard = weekly * luck * (real ? 0.5 : 1);
    let wonIn = Number.POSITIVE_INFINITY;
    for (let week = 0; week < 12 && wonIn > 12; week += 1) if (random() < hazard) wonIn = week;
    for (const week of [0, 2, 4]) {
      if (wonIn < week) break;
      past.opportunity.push(opportunity);
      past.pipeline.push('');
      past.stage.push(`S${stage}`);
      past.span.push((12 - week) / 2);
      past.mask.push((null0 ? 1 : 0) + (real ? 2 : 0));
      past.n.push(1);
      past.won.push(wonIn < 12 ? 1 : 0);
    }
  }
  return past;
}

describe('the lift of a rule in simulated worlds', () => {
  const truth = measure(simulate('truth', 200_000), 'truth').lifts[second].lift as number;
  const worlds = Array.from({ length: 40 }, (_, i) => measure(simulate(`w${i}`, 1500), `w${i}`));
  const count = (test: (world: (typeof worlds)[number]) => boolean) => worlds.filter(test).length;

  it('is matched by stage, where a raw comparison is misled', () => {
    const past = simulate('raw', 50_000);
    const share = (bit: number) => {
      const rows = past.won.flatMap((won, i) =>
        ((past.mask[i] as number) & 2) === bit ? [won] : [],
      );
      return rows.reduce((a, b) => a + b, 0) / rows.length;
    };
    expect(share(2) / share(0)).toBeGreaterThan(0.85);
    expect(truth).toBeGreaterThan(0.6);
    expect(truth).toBeLessThan(0.8);
  });

  it('lies in its interval', () => {
    const covered = count(({ lifts }) => {
      const { low, high } = lifts[second];
      return (low as number) <= truth && truth <= (high as number);
    });
    expect(covered).toBeGreaterThanOrEqual(36);
  });

  it('is found where it is, and demoted where there is none', () => {
    expect(count(({ lifts }) => lifts[second].demoted === null)).toBe(40);
    expect(count(({ lifts }) => lifts[first].demoted !== null)).toBeGreaterThanOrEqual(36);
  });

  it('weighs only what has lift', () => {
    for (const { lifts, fit } of worlds)
      for (const [i, name] of riskNames.entries())
        if (lifts[name].demoted) expect(fit.weights[i]).toBe(0);
    expect(count(({ fit }) => (fit.weights[riskNames.indexOf(second)] as number) < -0.3)).toBe(40);
  });

  it('is the same each time', () => {
    const again = measure(simulate('w7', 1500), 'w7');
    expect(again.lifts).toEqual(worlds[7]?.lifts);
    expect(again.fit).toEqual(worlds[7]?.fit);
  });
});

describe('small numbers', () => {
  const clusters = (n: number, expected: number, won = 0) =>
    Array.from({ length: n }, (_, i) => ({ won: i < won ? 1 : 0, expected }));

  it('never make a rule of fewer than 50', () => {
    expect(liftOf(clusters(49, 0.9), 's').demoted).toBe('too few');
    expect(liftOf(clusters(50, 0.9), 's').demoted).toBe(null);
  });

  it('of no win at all still have a width', () => {
    const { low, high, demoted } = liftOf(clusters(60, 0.02), 's');
    expect(low).toBe(0);
    expect(high).toBeCloseTo(2.1, 0);
    expect(demoted).toBe('no lift');
  });

  it('of nothing are nothing', () => {
    expect(liftOf([], 's')).toMatchObject({ lift: null, low: null, high: null, n: 0 });
  });

  it('a rule whose opportunities are won more often is no risk', () => {
    expect(liftOf(clusters(200, 0.2, 80), 's').demoted).toBe('won more often');
  });
});

describe('weights together', () => {
  /** Every combination of two rules, many of each, with the wins that the weights expect. */
  const groups = (weights: [number, number], share: (a: boolean, b: boolean) => number) =>
    [0, 1, 2, 3].map((mask) => {
      const features = [0, 1].filter((bit) => (mask >> bit) % 2 === 1);
      const odds = 0.4 + logit(0.3) + features.reduce((sum, i) => sum + (weights[i] as number), 0);
      const n = 20_000 * share(features.includes(0), features.includes(1));
      return { features, offset: logit(0.3), n, won: n * chanceOf(odds) };
    });

  it('are found', () => {
    const { intercept, weights } = fitRisks(
      groups([-0.7, -0.4], () => 1),
      2,
    );
    expect(intercept).toBeCloseTo(0.4, 2);
    expect(weights[0]).toBeCloseTo(-0.7, 2);
    expect(weights[1]).toBeCloseTo(-0.4, 2);
  });

  it('count once what two rules say together', () => {
    // Both name the same opportunities: one effect of -0.8 is divided, not doubled.
    const { weights } = fitRisks(
      groups([-0.8, 0], (a, b) => (a === b ? 1 : 0)),
      2,
    );
    expect((weights[0] as number) + (weights[1] as number)).toBeCloseTo(-0.8, 2);
  });

  it('never comfort', () => {
    const { weights } = fitRisks(
      groups([-0.7, 0.5], () => 1),
      2,
    );
    expect(weights[1]).toBe(0);
    expect(weights[0]).toBeLessThan(-0.5);
  });
});
