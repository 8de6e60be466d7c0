/** Share of a standard normal below z. Fractional error below 1.2e-7 everywhere (Chebyshev fit of erfc). */
export function normalShare(z: number): number {
  const half = erfc(Math.abs(z) / Math.SQRT2) / 2;
  return z < 0 ? half : 1 - half;
}

/** How often chance alone gives something at least as far from 0, on either side. */
export const chanceOf = (z: number): number => erfc(Math.abs(z) / Math.SQRT2);

/** Half the width of a 95 % interval in standard errors. */
export const wide95 = 1.959964;

const terms = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
  -0.82215223, 0.17087277,
];

/** Complementary error function of a number that is not negative. */
function erfc(x: number): number {
  const t = 1 / (1 + x / 2);
  const inner = terms.reduceRight((sum, term) => sum * t + term, 0);
  return t * Math.exp(-x * x + inner);
}

/** Where a share that grows with x between low and high reaches p. */
export function quantileOf(
  share: (x: number) => number,
  p: number,
  [from, to]: readonly [number, number],
): number {
  let [low, high] = [from, to];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (share(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Six decimals: what is told, not what was computed with. */
export const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;
