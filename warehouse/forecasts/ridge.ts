/** One-hot rows: each row has one column of each feature, by its number in all columns; 0 is none. */
export interface Design {
  rows: number;
  /** Features of each row, besides the intercept. */
  features: number;
  /** Columns in all; column 0 means "nothing known" and adds nothing. */
  columns: number;
  /** `[row][feature]`. */
  column: Uint16Array;
  /** Log-odds that are given. */
  offset: Float64Array;
  weight: Float64Array;
  /** 1 or 0. */
  label: Uint8Array;
}

export interface RidgeOptions {
  ridge: number;
  rounds: number;
  /** No coefficient moves more than this in one round. */
  maxStep: number;
}

export const ridgeOptions: RidgeOptions = { ridge: 6, rounds: 12, maxStep: 3 };

export const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
export const logit = (p: number): number => Math.log(p / (1 - p));

/**
 * Coefficients of a ridge logistic regression with offset, by Newton's method. The last one is the intercept, not
 * penalized but by a trace; `start` may be those of a like regression.
 */
export function fitRidge(
  design: Design,
  options: RidgeOptions = ridgeOptions,
  start?: Float64Array,
): Float64Array {
  const size = design.columns + 1;
  const beta = start?.length === size ? start.slice() : new Float64Array(size);
  const hessian = new Float64Array(size * size);
  const gradient = new Float64Array(size);
  for (let round = 0; round < options.rounds; round++) {
    accumulate(design, beta, { hessian, gradient });
    penalize(beta, { hessian, gradient }, options.ridge);
    const step = solve(hessian, gradient, size);
    let largest = 0;
    for (let c = 0; c < size; c++) {
      const move = Math.max(-options.maxStep, Math.min(options.maxStep, step[c] as number));
      beta[c] = (beta[c] as number) + move;
      largest = Math.max(largest, Math.abs(move));
    }
    if (largest < 1e-6) break;
  }
  return beta;
}

/** Log-odds of one row without the offset. */
export function scoreOf(design: Design, beta: Float64Array, row: number): number {
  const { features, column, columns } = design;
  let sum = beta[columns] as number;
  for (let f = 0; f < features; f++) sum += beta[column[row * features + f] as number] as number;
  return sum;
}

interface Normal {
  hessian: Float64Array;
  gradient: Float64Array;
}

/** Rows have few columns: only their pairs are touched, in the lower triangle. Columns grow along a row. */
function accumulate(design: Design, beta: Float64Array, { hessian, gradient }: Normal): void {
  const { rows, features, column, columns, offset, weight, label } = design;
  const size = columns + 1;
  hessian.fill(0);
  gradient.fill(0);
  for (let row = 0; row < rows; row++) {
    const w = weight[row] as number;
    const p = logistic((offset[row] as number) + scoreOf(design, beta, row));
    const miss = w * ((label[row] as number) - p);
    const bend = w * p * (1 - p);
    const from = row * features;
    gradient[columns] = (gradient[columns] as number) + miss;
    hessian[columns * size + columns] = (hessian[columns * size + columns] as number) + bend;
    for (let f = 0; f < features; f++) {
      const c = column[from + f] as number;
      if (c === 0) continue;
      gradient[c] = (gradient[c] as number) + miss;
      const last = columns * size + c;
      hessian[last] = (hessian[last] as number) + bend;
      const line = c * size;
      for (let g = 0; g <= f; g++) {
        const at = line + (column[from + g] as number);
        hessian[at] = (hessian[at] as number) + bend;
      }
    }
  }
}

/** Column 0 stays at 0. */
function penalize(beta: Float64Array, { hessian, gradient }: Normal, ridge: number): void {
  const size = beta.length;
  for (let c = 0; c < size; c++) {
    const force = c === size - 1 ? 1e-3 : ridge;
    gradient[c] = (gradient[c] as number) - force * (beta[c] as number);
    hessian[c * size + c] = (hessian[c * size + c] as number) + force;
    hessian[c * size] = c === 0 ? 1 : 0;
  }
  gradient[0] = 0;
}

/** Solves a symmetric positive system given by its lower triangle, by Cholesky; the matrix is overwritten. */
export function solve(lower: Float64Array, right: Float64Array, size: number): Float64Array {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = lower[i * size + j] as number;
      for (let k = 0; k < j; k++)
        sum -= (lower[i * size + k] as number) * (lower[j * size + k] as number);
      lower[i * size + j] =
        i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / (lower[j * size + j] as number);
    }
  }
  const x = right.slice();
  for (let i = 0; i < size; i++) {
    let sum = x[i] as number;
    for (let k = 0; k < i; k++) sum -= (lower[i * size + k] as number) * (x[k] as number);
    x[i] = sum / (lower[i * size + i] as number);
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = x[i] as number;
    for (let k = i + 1; k < size; k++) sum -= (lower[k * size + i] as number) * (x[k] as number);
    x[i] = sum / (lower[i * size + i] as number);
  }
  return x;
}
