import { chance } from './chance.ts';

/** How often flagged opportunities were won against like ones: observed / expected, with its 95 % interval. */
export interface Lift {
  lift: number | null;
  low: number | null;
  high: number | null;
  /** Different opportunities that were flagged. */
  n: number;
  observed: number;
  expected: number;
  /** Why it is hygiene and not a risk; null when it has lift. */
  demoted: 'too few' | 'no lift' | 'won more often' | null;
}

/** Wins and expected wins of one opportunity over the landmarks at which it was flagged. */
export interface Cluster {
  won: number;
  expected: number;
}

const draws = 600;
export const leastFlagged = 50;

/**
 * Observed / expected wins with a percentile interval from drawing opportunities, not rows, anew. Where fewer than ten
 * were won the interval is at least that of a Poisson count (Jeffreys), which a resampling of few wins understates.
 */
export function liftOf(clusters: Cluster[], seed: string): Lift {
  const n = clusters.length;
  const observed = clusters.reduce((sum, { won }) => sum + won, 0);
  const expected = clusters.reduce((sum, c) => sum + c.expected, 0);
  if (!n || expected <= 0)
    return { lift: null, low: null, high: null, n, observed, expected, demoted: 'too few' };
  let [low, high] = interval(clusters, seed);
  if (clusters.filter(({ won }) => won > 0).length < 10) {
    low = Math.min(low, gammaQuantile(observed + 0.5, -1.96) / expected);
    high = Math.max(high, gammaQuantile(observed + 0.5, 1.96) / expected);
  }
  const demoted =
    n < leastFlagged ? 'too few' : high < 1 ? null : low > 1 ? 'won more often' : 'no lift';
  return {
    lift: round(observed / expected),
    low: round(low),
    high: round(high),
    n,
    observed,
    expected: round(expected),
    demoted,
  };
}

function interval(clusters: Cluster[], seed: string): [number, number] {
  const random = chance(seed);
  const n = clusters.length;
  const won = Float64Array.from(clusters, (c) => c.won);
  const expected = Float64Array.from(clusters, (c) => c.expected);
  const ratios = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw += 1) {
    let [o, e] = [0, 0];
    for (let i = 0; i < n; i += 1) {
      const at = Math.floor(random() * n);
      o += won[at] as number;
      e += expected[at] as number;
    }
    ratios[draw] = e > 0 ? o / e : 0;
  }
  ratios.sort();
  return [at(ratios, 0.025), at(ratios, 0.975)];
}

const at = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;

/** Quantile of Gamma(shape, 1) at a normal deviate, by Wilson and Hilferty. */
const gammaQuantile = (shape: number, z: number): number =>
  shape * Math.max(0, 1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape))) ** 3;

const round = (value: number): number => Math.round(value * 1e4) / 1e4;
