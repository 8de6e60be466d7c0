import { jeffreys, logGamma } from './interval.ts';
import { fitMain, type MainCell, type MainFit } from './grid-model.ts';
import { chanceOf, rounded, wide95 } from './normal.ts';
import { discoveries } from './separation.ts';

/** A share of successes, amounts by their logarithms, or how many there are. */
export type GridFamily = 'share' | 'amount' | 'count';

/** One cell against what its row and its column alone let one expect. */
export interface Judged {
  /** A share or a number; none for amounts, which are told as a ratio. */
  expected: number | null;
  /** Observed by expected; none without anything to compare. */
  ratio: number | null;
  /** Standard errors from the expectation, and how often chance goes as far; none where too little is known to judge. */
  z: number | null;
  chance: number | null;
  /** Beyond noise, all cells taken together. */
  side: 'above' | 'below' | null;
  /** How many more until the interval is narrower than ten points on either side; none for numbers. */
  missing: number | null;
}

/** Half the width of an interval from which on a cell is known well: ten points, or ten percent. */
const close = 0.1;
const least = { information: 2, values: 5, expected: 5 } as const;

/**
 * Which cells of a table differ from the sum of their row's and their column's effect beyond noise. Residuals are
 * standardised for what the margins already took; of the cells that are told at most 5 % are chance (Benjamini and
 * Hochberg over all that can be judged). Cells stand in any order.
 */
export function judge(cells: readonly MainCell[], family: GridFamily): Judged[] {
  const all = family === 'count' ? countResiduals(cells) : modelResiduals(cells, family);
  const able = all.flatMap(({ chance }, i) => (chance === null ? [] : [{ i, chance }]));
  const found = discoveries(able.map(({ chance }) => chance));
  const told = new Set(able.filter((_, k) => found[k]).map(({ i }) => i));
  return all.map((one, i) => ({
    ...one,
    side: told.has(i) ? ((one.z ?? 0) > 0 ? ('above' as const) : ('below' as const)) : null,
  }));
}

type Residual = Omit<Judged, 'side'>;

/**
 * Numbers under independence: E = row × column / all, with the residual of Haberman (1973) and the exact chance, for
 * numbers are skewed.
 */
function countResiduals(cells: readonly MainCell[]): Residual[] {
  const all = cells.reduce((sum, { n }) => sum + n, 0);
  const rows = sums(cells, ({ row }) => row);
  const columns = sums(cells, ({ column }) => column);
  return cells.map(({ row, column, n }) => {
    const [r, c] = [rows.get(row) ?? 0, columns.get(column) ?? 0];
    const expected = all ? (r * c) / all : 0;
    const spread = all ? expected * (1 - r / all) * (1 - c / all) : 0;
    const isJudged = expected >= least.expected && spread > 0;
    return {
      expected: rounded(expected),
      ratio: expected > 0 ? rounded(n / expected) : null,
      z: isJudged ? (n - expected) / Math.sqrt(spread) : null,
      chance: isJudged ? hypergeometricChance({ n, row: r, column: c, all }) : null,
      missing: null,
    };
  });
}

/**
 * How often a cell gets as far from its expectation as this when row and column are independent and all margins stand:
 * twice the smaller tail of the hypergeometric distribution, the number itself counting half.
 */
export function hypergeometricChance(cell: {
  n: number;
  row: number;
  column: number;
  all: number;
}): number {
  const { n, row, column, all } = cell;
  const whole = logChoose(all, column);
  const share = (k: number) =>
    Math.exp(logChoose(row, k) + logChoose(all - row, column - k) - whole);
  const [from, to] = [Math.max(0, row + column - all), Math.min(row, column)];
  let below = share(n) / 2;
  for (let k = from; k < n; k++) below += share(k);
  let above = share(n) / 2;
  for (let k = n + 1; k <= to; k++) above += share(k);
  return Math.min(1, 2 * Math.min(below, above));
}

const logChoose = (n: number, k: number): number =>
  logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);

function sums(cells: readonly MainCell[], of: (cell: MainCell) => number): Map<number, number> {
  const found = new Map<number, number>();
  for (const cell of cells) found.set(of(cell), (found.get(of(cell)) ?? 0) + cell.n);
  return found;
}

function modelResiduals(cells: readonly MainCell[], family: 'share' | 'amount'): Residual[] {
  const fit = fitMain(cells, family);
  return cells.map((cell) =>
    family === 'share' ? shareResidual(cell, fit) : amountResidual(cell, fit),
  );
}

const scored = (isJudged: boolean, z: number) =>
  isJudged ? { z, chance: chanceOf(z) } : { z: null, chance: null };

function shareResidual({ row, column, n, sum }: MainCell, fit: MainFit): Residual {
  const { eta, variance } = fit.at(row, column);
  const p = 1 / (1 + Math.exp(-eta));
  const information = n * p * (1 - p);
  const left = information * (1 - information * variance);
  return {
    expected: rounded(p),
    ratio: n > 0 ? rounded(sum / (n * p)) : null,
    ...scored(information >= least.information && left > 0, (sum - n * p) / Math.sqrt(left)),
    missing: Math.max(0, neededFor(p) - n),
  };
}

function amountResidual({ row, column, n, sum }: MainCell, fit: MainFit): Residual {
  const { eta, variance } = fit.at(row, column);
  const residual = n > 0 ? sum / n - eta : 0;
  const left = fit.noise / Math.max(1, n) - variance;
  return {
    expected: null,
    ratio: n > 0 ? rounded(Math.exp(residual)) : null,
    ...scored(n >= least.values && left > 0, residual / Math.sqrt(left)),
    missing: Math.max(0, Math.ceil(fit.noise * (wide95 / close) ** 2) - n),
  };
}

/** How many closings it takes until a 95 % interval around this rate is narrower than ten points on either side. */
export function neededFor(rate: number): number {
  let [low, high] = [1, 200];
  while (low < high) {
    const n = Math.floor((low + high) / 2);
    const { low: from, high: to } = jeffreys(rate * n, n);
    if ((to - from) / 2 < close) high = n;
    else low = n + 1;
  }
  return low;
}
