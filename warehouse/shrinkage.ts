import { normalShare, quantileOf } from './normal.ts';

/** What was measured of one of many alike: how far it lies from the common expectation, and how unsure that is. */
export interface Estimate {
  value: number;
  se: number;
}

/** How far the true values of many alike lie apart, as far as their measurements tell: a weight for each spread. */
export interface Spread {
  taus: readonly number[];
  weights: readonly number[];
}

/** A value drawn to the expectation as far as its measurement is unsure, with the 95 % interval it truly lies in. */
export interface Shrunk {
  value: number;
  low: number;
  high: number;
}

/** Spreads that are considered, on the scale of logarithms: from none to a factor of four and a half. */
const taus = Array.from({ length: 38 }, (_, i) => 0.02 + 0.04 * i);
/** Before anything is measured small spreads are likelier: half-normal with this deviation. */
const likelySpread = 0.5;

/**
 * Empirical Bayes without pretending to know the spread: each spread τ weighs as much as it explains the measurements,
 * y ~ N(0, se² + τ²), times its half-normal prior.
 */
export function learnSpread(estimates: readonly Estimate[]): Spread {
  const logs = taus.map((tau) =>
    estimates.reduce(
      (sum, { value, se }) => sum + logDensity(value, Math.hypot(se, tau)),
      -((tau / likelySpread) ** 2) / 2,
    ),
  );
  const most = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - most));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  return { taus, weights: weights.map((weight) => weight / whole) };
}

const logDensity = (x: number, deviation: number): number =>
  -Math.log(deviation) - (x / deviation) ** 2 / 2;

/** The spread that is expected, for words. */
export const meanSpread = ({ taus: all, weights }: Spread): number =>
  all.reduce((sum, tau, i) => sum + tau * (weights[i] ?? 0), 0);

/** The true value behind one measurement, averaged over the spreads. */
export function shrink({ value, se }: Estimate, spread: Spread): Shrunk {
  const parts = spread.taus.flatMap((tau, i) => {
    const weight = spread.weights[i] ?? 0;
    const kept = tau ** 2 / (tau ** 2 + se ** 2);
    const part = { middle: kept * value, deviation: Math.sqrt(kept) * se, weight };
    return weight > 1e-9 ? [part] : [];
  });
  const share = (x: number) =>
    parts.reduce(
      (sum, { middle, deviation, weight }) => sum + weight * normalShare((x - middle) / deviation),
      0,
    );
  const bounds = [-8, 8] as const;
  return {
    value: parts.reduce((sum, { middle, weight }) => sum + weight * middle, 0),
    low: quantileOf(share, 0.025, bounds),
    high: quantileOf(share, 0.975, bounds),
  };
}
