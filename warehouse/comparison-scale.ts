import type { MixCount } from './comparison-facts.ts';
import { cellsOf, type Learned, measures } from './comparison-models.ts';
import type { MeasureName } from './comparison-request.ts';
import { countOf, shareOf } from './mix-effect.ts';
import { rounded } from './normal.ts';

/** How an effect reads that is measured on the model's scale, from what all have in the period. */
export interface Scale {
  /** What everybody together has; null without closings. */
  average: number | null;
  /** What somebody with this effect would have with everybody's mix. */
  at(effect: number): number;
  /** What he has with his own mix, by what is expected of it. */
  ratio(effect: number, counts: readonly MixCount[]): number;
}

export const scaleOf = (name: MeasureName, learned: Learned): Scale =>
  name === 'winRate' ? rateScale(learned) : logScale(name, learned);

/** A mean of logarithms as a value: an amount, or days counted from 0. */
export const unlogged = (name: MeasureName, log: number): number =>
  name === 'days' ? Math.exp(log) - 1 : Math.exp(log);

function rateScale({ model, shift, cells }: Learned): Scale {
  const { n: all, observed } = countOf(cells, model, shift);
  const expected = (counts: readonly MixCount[], effect: number) =>
    countOf(cellsOf(counts, measures.winRate), model, shift + effect).expected;
  const whole = cells.map(({ levels, n }) => ({ n, eta: model.predict(levels) + shift }));
  return {
    average: all ? rounded(observed / all) : null,
    at: (effect) =>
      rounded(whole.reduce((sum, { n, eta }) => sum + n * shareOf(eta + effect), 0) / all),
    ratio: (effect, counts) => rounded(expected(counts, effect) / expected(counts, 0)),
  };
}

function logScale(name: MeasureName, { model, shift, cells }: Learned): Scale {
  const { n, observed } = countOf(cells, model, shift);
  const mean = n ? observed / n : 0;
  return {
    average: n ? rounded(unlogged(name, mean)) : null,
    at: (effect) => rounded(unlogged(name, mean + effect)),
    ratio: (effect) => rounded(Math.exp(effect)),
  };
}
