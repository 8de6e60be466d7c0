import { chanceOf } from './normal.ts';
import type { Estimate } from './shrinkage.ts';

/** Of what is told apart, the share that may be told apart by mistake. */
export const falseShare = 0.05;

/**
 * Which of many tests found something, so that of those at most `level` are expected to be chance (Benjamini and
 * Hochberg 1995): the largest k whose k-th smallest p is at most level·k/m, and all below it.
 */
export function discoveries(chances: readonly number[], level = falseShare): boolean[] {
  const order = chances.map((_, i) => i).sort((a, b) => at(chances, a) - at(chances, b) || a - b);
  let found = 0;
  for (const [rank, i] of order.entries())
    if (at(chances, i) <= (level * (rank + 1)) / chances.length) found = rank + 1;
  const kept = new Set(order.slice(0, found));
  return chances.map((_, i) => kept.has(i));
}

export interface Told {
  /** Who surely lies above whom, by their numbers. */
  pairs: { above: number; below: number }[];
  compared: number;
  /** The most neighbours in order of whom no two can be told apart. */
  band: number[];
}

/**
 * Every pair tested for a difference, all at once under one false discovery share. `differ` measures how far the i-th
 * lies above the j-th; `shrunk` puts them in order. Equals are all in one band in 19 of 20 companies.
 */
export function tellApart(
  differ: (i: number, j: number) => Estimate,
  shrunk: readonly number[],
): Told {
  const all = shrunk.flatMap((_, i) =>
    shrunk.slice(i + 1).map((__, k) => {
      const { value, se } = differ(i, i + 1 + k);
      return { i, j: i + 1 + k, z: value / se };
    }),
  );
  const isFound = discoveries(all.map(({ z }) => chanceOf(z)));
  const pairs = all
    .filter((_, n) => isFound[n])
    .map(({ i, j, z }) => (z > 0 ? { above: i, below: j } : { above: j, below: i }));
  return { pairs, compared: all.length, band: bandOf(shrunk, pairs) };
}

/** The longest stretch in order without a told pair; of several the one that lies nearest to the expectation. */
function bandOf(shrunk: readonly number[], pairs: Told['pairs']): number[] {
  const order = shrunk.map((_, i) => i).sort((a, b) => at(shrunk, b) - at(shrunk, a) || a - b);
  const told = new Set(
    pairs.flatMap(({ above, below }) => [`${above} ${below}`, `${below} ${above}`]),
  );
  let best: number[] = [];
  for (const [first] of order.entries()) {
    const stretch: number[] = [];
    for (const next of order.slice(first)) {
      if (stretch.some((one) => told.has(`${one} ${next}`))) break;
      stretch.push(next);
    }
    if (stretch.length > best.length || (stretch.length === best.length && isNearer(stretch, best)))
      best = stretch;
  }
  return best;

  function isNearer(a: number[], b: number[]): boolean {
    const off = (some: number[]) => Math.abs(some.reduce((sum, i) => sum + at(shrunk, i), 0));
    return off(a) < off(b) - 1e-12;
  }
}

const at = (list: readonly number[], i: number): number => list[i] as number;
