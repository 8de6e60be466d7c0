/** Logarithm of Γ(x), x > 0, by Lanczos' series with 9 terms (Godfrey's coefficients): 15 digits. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const terms = [
    0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531,
    -176.6150291621406, 12.507343278686905, -0.13857109526572012, 9.984369578019572e-6,
    1.5056327351493116e-7,
  ];
  const t = x + 6.5;
  const sum = terms.reduce((a, term, i) => a + (i === 0 ? term : term / (x - 1 + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** P(a, x): the share of a Gamma distribution of shape a and scale 1 below x. */
export function gammaBelow(shape: number, x: number): number {
  if (x <= 0) return 0;
  const front = Math.exp(shape * Math.log(x) - x - logGamma(shape));
  if (x < shape + 1) return Math.min(1, front * bySeries(shape, x));
  return Math.max(0, 1 - front * byFraction(shape, x));
}

/** Σ xⁿ / (a (a+1) … (a+n)). */
function bySeries(shape: number, x: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let n = 1; n < 10_000; n++) {
    term *= x / (shape + n);
    sum += term;
    if (term < sum * 1e-16) break;
  }
  return sum;
}

/** Lentz' continued fraction of the upper tail. */
function byFraction(shape: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - shape;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 10_000; i++) {
    const a = -i * (i - shape);
    b += 2;
    d = 1 / nonzero(a * d + b, tiny);
    c = nonzero(b + a / c, tiny);
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return h;
}

const nonzero = (value: number, tiny: number): number => (Math.abs(value) < tiny ? tiny : value);

/** The x below which the share p lies, 0 < p < 1; by bisection on its logarithm, to 14 digits. */
export function gammaQuantile(shape: number, p: number): number {
  let [low, high] = [-700, Math.log(shape + 40 * Math.sqrt(shape) + 60)];
  for (let round = 0; round < 200 && high - low > 1e-14 * Math.max(1, Math.abs(low)); round++) {
    const middle = (low + high) / 2;
    if (gammaBelow(shape, Math.exp(middle)) < p) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}
