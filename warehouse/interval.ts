import { quantileOf } from './normal.ts';

/** 95 % Jeffreys interval of a share: quantiles of Beta(k + 1/2, n - k + 1/2). `k` and `n` need not be whole. */
export function jeffreys(k: number, n: number): { low: number; high: number } {
  const [a, b] = [k + 0.5, n - k + 0.5];
  return {
    low: k <= 0 ? 0 : betaQuantile(0.025, a, b),
    high: k >= n ? 1 : betaQuantile(0.975, a, b),
  };
}

/** Student's t below which a share `p` > 1/2 lies, by the beta distribution of df / (df + t²). */
export function tQuantile(p: number, df: number): number {
  const x = betaQuantile(2 * (1 - p), df / 2, 0.5);
  return Math.sqrt((df * (1 - x)) / x);
}

const betaQuantile = (p: number, a: number, b: number): number =>
  Math.round(quantileOf((x) => betaShare(x, a, b), p, [0, 1]) * 1e6) / 1e6;

/** Regularised incomplete beta function by its continued fraction (modified Lentz). */
function betaShare(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x),
  );
  return x < (a + 1) / (a + b + 2)
    ? (front * fraction(x, a, b)) / a
    : 1 - (front * fraction(1 - x, b, a)) / b;
}

function fraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const guard = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m < 300; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guard(1 + even * d);
    c = guard(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guard(1 + odd * d);
    c = guard(1 + odd / c);
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return h;
}

/** Logarithm of the gamma function: Stirling's series, shifted to where it is exact to double precision. */
export function logGamma(x: number): number {
  if (x < 12) return logGamma(x + 1) - Math.log(x);
  const r = 1 / (x * x);
  return (
    (x - 0.5) * Math.log(x) -
    x +
    0.5 * Math.log(2 * Math.PI) +
    (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r / 1680))) / x
  );
}
