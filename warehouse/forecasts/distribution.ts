import { gammaBelow, gammaQuantile } from './gamma.ts';

/** What is still to be won: Gamma with this mean and variance, on top of what is won already. Cents. */
export interface Outlook {
  won: number;
  mean: number;
  variance: number;
}

/** The value that the period's total stays below with probability p. */
export function quantile({ won, mean, variance }: Outlook, p: number): number {
  if (mean <= 0 || variance <= 0) return won + Math.max(0, mean);
  const shape = (mean * mean) / variance;
  return won + (gammaQuantile(shape, p) * variance) / mean;
}

/** P(total ≥ target). */
export function reaches({ won, mean, variance }: Outlook, target: number): number {
  if (won >= target) return 1;
  if (mean <= 0 || variance <= 0) return won + mean >= target ? 1 : 0;
  return 1 - gammaBelow((mean * mean) / variance, ((target - won) * mean) / variance);
}

/** Common shock and blend before anything is learned, by horizon (forecast.md 3, steps 5 and 6). */
export const priors = { tau: [0.08, 0.18, 0.26], model: [0.9, 0.75, 0.6], periods: 4 } as const;

/** One earlier forecast of the same kind, with what came of it; all of what was still to be won. Cents. */
export interface Past {
  model: number;
  naive: number;
  /** Of the model, without the common shock. */
  variance: number;
  actual: number;
}

/** How much the model counts against the naive mean: by past squared errors, drawn to the prior of the horizon. */
export function modelWeight(past: Past[], horizon: 0 | 1 | 2, independent = past.length): number {
  const prior = priors.model[horizon];
  const error = (of: (p: Past) => number) =>
    past.reduce((sum, p) => sum + (p.actual - of(p)) ** 2, 0);
  const [model, naive] = [error((p) => p.model), error((p) => p.naive)];
  if (!past.length || model + naive === 0) return prior;
  const own = naive / (model + naive);
  return (independent * own + priors.periods * prior) / (independent + priors.periods);
}

/** τ²: what past errors show beyond the variance, as a share of the forecast squared, drawn to the prior. */
export function commonShock(
  past: Past[],
  horizon: 0 | 1 | 2,
  blend: (p: Past) => number,
  independent = past.length,
): number {
  const prior = priors.tau[horizon] ** 2;
  const usable = past.filter((p) => blend(p) > 0);
  if (!usable.length) return prior;
  const excess = usable.map((p) => ((p.actual - blend(p)) ** 2 - p.variance) / blend(p) ** 2);
  const own = Math.max(0, excess.reduce((a, b) => a + b, 0) / usable.length);
  return (independent * own + priors.periods * prior) / (independent + priors.periods);
}
