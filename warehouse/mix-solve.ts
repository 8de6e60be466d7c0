import type { Design } from './mix-design.ts';

export interface Problem {
  /** Beside each row of the design: how much it weighs, and how far it lies from what is fitted. */
  weights: Float64Array;
  residuals: Float64Array;
  penalties: readonly number[];
  groupPenalty: number;
  effects: Float64Array;
  groupEffects: Float64Array;
}

/** A Newton step for all effects, how unsure they are, and how many free effects that makes. */
export interface Solved {
  step: Float64Array;
  groupStep: Float64Array;
  covariance: Float64Array[];
  groupSpread: Float64Array;
  /** How unsure two groups' effects are together. */
  groupCovariance(j: number, k: number): number;
  freedom: number;
}

/** Keeps a system solvable whose first effect cannot be told from the others. */
const least = 1e-8;

/**
 * The penalised normal equations. Each row belongs to one group, so the groups' part is diagonal and is eliminated
 * first: what is left to factor is as small as the number of levels, however many groups there are.
 */
export function solve(design: Design, problem: Problem): Solved {
  const { width } = design;
  const { matrix, cross, diagonal, gradient, groupGradient } = collect(design, problem);
  const shares = cross.map((own, j) => own.map((value) => value / (diagonal[j] as number)));
  for (const [j, own] of shares.entries()) {
    const whole = cross[j] as Float64Array;
    for (let a = 0; a < width; a++) {
      const share = own[a] as number;
      if (share === 0) continue;
      gradient[a] = (gradient[a] as number) - share * (groupGradient[j] as number);
      const row = matrix[a] as Float64Array;
      for (let b = 0; b < width; b++) row[b] = (row[b] as number) - share * (whole[b] as number);
    }
  }
  const covariance = inverseOf(matrix);
  const step = Float64Array.from(covariance, (row) => dot(row, gradient));
  const leaning = shares.map((own) => Float64Array.from(covariance, (row) => dot(row, own)));
  const groupCovariance = (j: number, k: number): number =>
    (j === k ? 1 / (diagonal[j] as number) : 0) + dot(shares[j] ?? [], leaning[k] ?? []);
  const groupSpread = diagonal.map((_, j) => groupCovariance(j, j));
  return {
    step,
    groupStep: diagonal.map(
      (d, j) => (groupGradient[j] as number) / d - dot(shares[j] ?? [], step),
    ),
    covariance,
    groupSpread,
    groupCovariance,
    freedom: freedomOf(covariance, groupSpread, problem),
  };
}

/** As many as there are effects, each less as far as it was drawn to none. */
function freedomOf(
  covariance: Float64Array[],
  groupSpread: Float64Array,
  problem: Problem,
): number {
  const { penalties, groupPenalty } = problem;
  const drawn = penalties.reduce((sum, penalty, a) => sum + at(covariance, a, a) * penalty, 0);
  const groupDrawn = groupSpread.reduce((sum, spread) => sum + spread * groupPenalty, 0);
  return penalties.length + groupSpread.length - drawn - groupDrawn;
}

function collect({ rows, width, groups }: Design, problem: Problem) {
  const { penalties, groupPenalty, effects, groupEffects, weights, residuals } = problem;
  const matrix = Array.from({ length: width }, () => new Float64Array(width));
  const cross = Array.from({ length: groups }, () => new Float64Array(width));
  const diagonal = new Float64Array(groups).fill(groupPenalty);
  const gradient = Float64Array.from(effects, (effect, a) => -(penalties[a] as number) * effect);
  const groupGradient = Float64Array.from(groupEffects, (effect) => -groupPenalty * effect);
  for (let a = 0; a < width; a++) add(matrix[a], a, Math.max(least, penalties[a] as number));
  for (let r = 0; r < rows.length; r++) {
    const { indexes, group } = rows[r] as Design['rows'][number];
    const [weight, residual] = [weights[r] as number, residuals[r] as number];
    add(diagonal, group, weight);
    add(groupGradient, group, residual);
    for (let i = 0; i < indexes.length; i++) {
      const a = indexes[i] as number;
      add(gradient, a, residual);
      add(cross[group], a, weight);
      // Indexes grow, so this is the lower half; the other is the same.
      const row = matrix[a];
      for (let k = 0; k <= i; k++) add(row, indexes[k] as number, weight);
    }
  }
  for (let a = 0; a < width; a++)
    for (let b = 0; b < a; b++) (matrix[b] as Float64Array)[a] = at(matrix, a, b);
  return { matrix, cross, diagonal, gradient, groupGradient };
}

function add(list: Float64Array | undefined, i: number, value: number): void {
  if (list) list[i] = (list[i] as number) + value;
}

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

/** The inverse of a symmetric positive matrix by its Cholesky factor. Throws RangeError when it is none. */
export function inverseOf(matrix: readonly Float64Array[]): Float64Array[] {
  const size = matrix.length;
  const factor = matrix.map(() => new Float64Array(size));
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      const [a, b] = [factor[i] as Float64Array, factor[j] as Float64Array];
      let sum = (matrix[i] as Float64Array)[j] as number;
      for (let k = 0; k < j; k++) sum -= (a[k] as number) * (b[k] as number);
      if (i === j && !(sum > 0)) throw new RangeError(`the matrix is not positive at ${i}: ${sum}`);
      a[j] = i === j ? Math.sqrt(sum) : sum / (b[j] as number);
    }
  const inverse = matrix.map(() => new Float64Array(size));
  for (let column = 0; column < size; column++) {
    const solved = new Float64Array(size);
    for (let i = column; i < size; i++) {
      let sum = i === column ? 1 : 0;
      for (let k = column; k < i; k++) sum -= at(factor, i, k) * (solved[k] as number);
      solved[i] = sum / at(factor, i, i);
    }
    for (let i = size - 1; i >= 0; i--) {
      let sum = solved[i] as number;
      for (let k = i + 1; k < size; k++) sum -= at(factor, k, i) * (solved[k] as number);
      solved[i] = sum / at(factor, i, i);
      (inverse[i] as Float64Array)[column] = solved[i] as number;
    }
  }
  return inverse;
}

export const at = (matrix: readonly Float64Array[], i: number, j: number): number =>
  (matrix[i] as Float64Array)[j] as number;
