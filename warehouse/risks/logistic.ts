/** Observations that are alike: which features they have, the log-odds without any, how many, how many of them won. */
export interface Group {
  features: number[];
  offset: number;
  n: number;
  won: number;
}

export interface Fit {
  intercept: number;
  /** One per feature, none above 0. */
  weights: number[];
}

const rounds = 12;
const longestStep = 3;

export const logit = (p: number): number => Math.log(p / (1 - p));
export const chanceOf = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

/**
 * Ridge logistic regression with an offset by Newton's method. A feature whose weight would raise the odds is left out
 * and the rest fitted again, so that what warns never comforts.
 */
export function fitRisks(groups: Group[], size: number, ridge = 6): Fit {
  const used = new Set(Array.from({ length: size }, (_, i) => i));
  for (;;) {
    const fit = fitOnce(groups, size, used, ridge);
    const rising = [...used].filter((i) => (fit.weights[i] ?? 0) > 0);
    if (!rising.length) return fit;
    const worst = rising.reduce((a, b) => ((fit.weights[b] ?? 0) > (fit.weights[a] ?? 0) ? b : a));
    used.delete(worst);
  }
}

function fitOnce(groups: Group[], size: number, used: Set<number>, ridge: number): Fit {
  const columns = [...used];
  const place = new Map(columns.map((feature, i) => [feature, i + 1]));
  const k = columns.length + 1;
  const beta = new Float64Array(k);
  const rows = groups.map((group) => ({
    ...group,
    places: [0, ...group.features.flatMap((feature) => place.get(feature) ?? [])],
  }));
  for (let round = 0; round < rounds; round += 1) {
    const step = newtonStep(rows, beta, ridge);
    let largest = 0;
    for (let i = 0; i < k; i += 1) {
      const move = Math.max(-longestStep, Math.min(longestStep, step[i] as number));
      beta[i] = (beta[i] as number) + move;
      largest = Math.max(largest, Math.abs(move));
    }
    if (largest < 1e-8) break;
  }
  const weights = Array.from({ length: size }, (_, feature) => {
    const at = place.get(feature);
    return at === undefined ? 0 : (beta[at] as number);
  });
  return { intercept: beta[0] as number, weights };
}

function newtonStep(
  rows: (Group & { places: number[] })[],
  beta: Float64Array,
  ridge: number,
): number[] {
  const k = beta.length;
  const slope = Array.from(beta, (b, i) => (i ? -ridge * b : 0));
  const curve = Array.from({ length: k }, (_, i) =>
    Array.from({ length: k }, (_, j) => (i === j ? (i ? ridge : 1e-9) : 0)),
  );
  for (const { places, offset, n, won } of rows) {
    const p = chanceOf(places.reduce((sum, i) => sum + (beta[i] as number), offset));
    const weight = n * p * (1 - p);
    for (const i of places) {
      slope[i] = (slope[i] as number) + won - n * p;
      const line = curve[i] as number[];
      for (const j of places) line[j] = (line[j] as number) + weight;
    }
  }
  return solve(curve, slope);
}

/** Solves a small positive definite system by elimination. */
function solve(matrix: number[][], right: number[]): number[] {
  const k = right.length;
  const a = matrix.map((line, i) => [...line, right[i] as number]);
  for (let i = 0; i < k; i += 1) {
    const pivot = a[i] as number[];
    for (let r = i + 1; r < k; r += 1) {
      const line = a[r] as number[];
      const factor = (line[i] as number) / (pivot[i] as number);
      if (factor)
        for (let c = i; c <= k; c += 1)
          line[c] = (line[c] as number) - factor * (pivot[c] as number);
    }
  }
  const result = new Array<number>(k).fill(0);
  for (let i = k - 1; i >= 0; i -= 1) {
    const line = a[i] as number[];
    let sum = line[k] as number;
    for (let c = i + 1; c < k; c += 1) sum -= (line[c] as number) * (result[c] as number);
    result[i] = sum / (line[i] as number);
  }
  return result;
}
