import type { MixModel } from './mix-model.ts';
import type { Estimate } from './shrinkage.ts';

type Groups = Pick<MixModel, 'groups' | 'groupVariance' | 'groupCovariance'>;

/**
 * The measurement behind an effect that was drawn to none by a prior of variance v: precisions add up, 1/s² = 1/se² + 1/v,
 * so the effect is 1 − s²/v of what was measured.
 */
function measured(effect: number, spread: number, variance: number): Estimate {
  const kept = 1 - spread / variance;
  if (!(kept > 1e-9)) return { value: 0, se: Number.POSITIVE_INFINITY };
  return { value: effect / kept, se: Math.sqrt(spread / kept) };
}

/** How far one group was measured to lie above another, whatever is unsure about the mix of both. */
export function differenceOf(
  { groups, groupVariance, groupCovariance }: Groups,
  j: number,
  k: number,
): Estimate {
  const spread = groupCovariance(j, j) + groupCovariance(k, k) - 2 * groupCovariance(j, k);
  return measured((groups[j] ?? 0) - (groups[k] ?? 0), spread, 2 * groupVariance);
}

/** How far each of some groups was measured to lie from their mean, weighted by how much each tells. */
export function fromMean(
  model: Groups,
  weights: ReadonlyMap<number, number>,
): Map<number, Estimate> {
  const { groups, groupVariance, groupCovariance } = model;
  const whole = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const shares = [...weights].map(([j, weight]) => [j, weight / whole] as const);
  const over = (of: (k: number) => number) =>
    shares.reduce((sum, [k, share]) => sum + share * of(k), 0);
  const mean = over((k) => groups[k] ?? 0);
  const withMean = new Map(shares.map(([j]) => [j, over((k) => groupCovariance(j, k))]));
  const spreadOfMean = over((k) => withMean.get(k) ?? 0);
  const squares = shares.reduce((sum, [, share]) => sum + share * share, 0);
  return new Map(
    shares.map(([j, share]) => [
      j,
      measured(
        (groups[j] ?? 0) - mean,
        groupCovariance(j, j) - 2 * (withMean.get(j) ?? 0) + spreadOfMean,
        groupVariance * (1 - 2 * share + squares),
      ),
    ]),
  );
}
