import { dot, inverseOf } from './mix-solve.ts';

/** A cell of a table: how many, and the sum of what they came to and of its squares. */
export interface MainCell {
  row: number;
  column: number;
  n: number;
  sum: number;
  squares: number;
}

/** What row and column alone let one expect, and how unsure that is. */
export interface MainFit {
  at(row: number, column: number): { eta: number; variance: number };
  /** Variance of one value; 1 for a share. */
  noise: number;
}

/** So weak a pull to none that it only keeps rows finite in which everything was won. */
const pull = 0.02;
const rounds = 30;

/** A regression on the effects of rows and columns alone: logistic for a share, linear for an amount. */
export function fitMain(cells: readonly MainCell[], family: 'share' | 'amount'): MainFit {
  const rows = 1 + Math.max(-1, ...cells.map(({ row }) => row));
  const width = 1 + rows + 1 + Math.max(-1, ...cells.map(({ column }) => column));
  const places = (row: number, column: number) => [0, 1 + row, 1 + rows + column];
  let effects = new Float64Array(width);
  let covariance: Float64Array[] = [];
  for (let round = 0; round < rounds; round++) {
    const { matrix, gradient } = equations(cells, { family, effects, places });
    covariance = inverseOf(matrix);
    const step = covariance.map((row) => dot(row, gradient));
    effects = effects.map((effect, i) => effect + (step[i] as number));
    if (family === 'amount' || Math.max(...step.map(Math.abs)) < 1e-7) break;
  }
  const etaOf = (row: number, column: number) =>
    places(row, column).reduce((sum, i) => sum + (effects[i] as number), 0);
  const noise = family === 'share' ? 1 : noiseOf(cells, etaOf, width - 2);
  return {
    noise,
    at: (row, column) => {
      const chosen = places(row, column);
      const variance = chosen.reduce(
        (sum, a) => sum + chosen.reduce((s, b) => s + (covariance[a]?.[b] ?? 0), 0),
        0,
      );
      return { eta: etaOf(row, column), variance: variance * noise };
    },
  };
}

interface State {
  family: 'share' | 'amount';
  effects: Float64Array;
  places: (row: number, column: number) => number[];
}

function equations(cells: readonly MainCell[], { family, effects, places }: State) {
  const matrix = Array.from(effects, (_, i) => {
    const row = new Float64Array(effects.length);
    row[i] = i === 0 ? 1e-6 : pull;
    return row;
  });
  const gradient = Float64Array.from(effects, (effect, i) => -(matrix[i]?.[i] ?? 0) * effect);
  for (const { row, column, n, sum } of cells) {
    const chosen = places(row, column);
    const eta = chosen.reduce((total, i) => total + (effects[i] as number), 0);
    const p = family === 'share' ? 1 / (1 + Math.exp(-eta)) : eta;
    const weight = family === 'share' ? n * p * (1 - p) : n;
    for (const a of chosen) {
      gradient[a] = (gradient[a] as number) + sum - n * p;
      const own = matrix[a] as Float64Array;
      for (const b of chosen) own[b] = (own[b] as number) + weight;
    }
  }
  return { matrix, gradient };
}

function noiseOf(
  cells: readonly MainCell[],
  etaOf: (row: number, column: number) => number,
  free: number,
): number {
  let [squares, n] = [0, 0];
  for (const cell of cells) {
    const mean = cell.n ? cell.sum / cell.n : etaOf(cell.row, cell.column);
    // Within the cells only: what lies between them is what is tested.
    squares += cell.squares - cell.n * mean * mean;
    n += Math.max(0, cell.n - 1);
  }
  return n > 0 ? Math.max(1e-6, squares / n) : Math.max(1e-6, squares / Math.max(1, n - free));
}
