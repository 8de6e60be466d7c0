import type { MixCell } from './mix-design.ts';
import type { MixModel } from './mix-model.ts';
import { quantileOf } from './normal.ts';

/** What came of some opportunities beside what was expected of them. */
export interface Counted {
  n: number;
  /** Successes, or the sum of the values. */
  observed: number;
  expected: number;
  /** How much they tell of a difference: the variance of the successes, or n. */
  information: number;
}

/** The least information at which a difference is near enough to normal: about eight closings of even odds, five values. */
const least = { share: 2, amount: 5 } as const;

export const isFew = ({ information }: Counted, { family }: Pick<MixModel, 'family'>): boolean =>
  information < least[family];

/** Sums over cells; `shift` moves what is expected to the level of their period. */
export function countOf(cells: readonly MixCell[], model: MixModel, shift: number): Counted {
  const counted = { n: 0, observed: 0, expected: 0, information: 0 };
  for (const { levels, n, sum } of cells) {
    const p = expectedOf(model, levels, shift);
    counted.n += n;
    counted.observed += sum;
    counted.expected += n * p;
    counted.information += model.family === 'share' ? n * p * (1 - p) : n;
  }
  return counted;
}

/** What is expected of one opportunity: a chance, or a value. */
export const expectedOf = (model: MixModel, levels: MixCell['levels'], shift: number): number => {
  const eta = model.predict(levels) + shift;
  return model.family === 'share' ? shareOf(eta) : eta;
};

export const shareOf = (eta: number): number => 1 / (1 + Math.exp(-eta));

/**
 * What has to be added to every prediction so that over all cells as much is expected as was observed: a period may be
 * better or worse than the years the mix was learned from. With nothing but wins or losses it stays finite.
 */
export function shiftOf(cells: readonly MixCell[], model: MixModel): number {
  const { n, observed, expected } = countOf(cells, model, 0);
  if (n === 0) return 0;
  if (model.family === 'amount') return (observed - expected) / n;
  const wanted = Math.min(n - 0.5, Math.max(0.5, observed));
  const etas = cells.map(({ levels, n: m }) => ({ m, eta: model.predict(levels) }));
  const share = (shift: number) =>
    etas.reduce((sum, { m, eta }) => sum + m * shareOf(eta + shift), 0) / n;
  return quantileOf(share, wanted / n, [-12, 12]);
}
