import { type Design, designOf, type MixCell, type MixRow } from './mix-design.ts';
import { at, type Solved, solve } from './mix-solve.ts';

/** `share`: successes among n. `amount`: values, of which n, sum and sum of squares are known. */
export type Family = 'share' | 'amount';

/** What is expected of an opportunity by what it was when it was taken on, whoever has it. */
export interface MixModel {
  family: Family;
  /** The linear predictor: log-odds of a share, the value of an amount. */
  predict(levels: MixCell['levels']): number;
  /** Standard deviation of one value around what is expected; 1 for a share. */
  noise: number;
  /** Each group's own effect, drawn to none by a prior of this variance, and how unsure two of them are together. */
  groups: Float64Array;
  groupVariance: number;
  groupCovariance(j: number, k: number): number;
}

/** How often the variances are re-estimated at most; they settle long before. */
const rounds = 40;

/** Odds of everything or nothing stay finite; elsewhere this is less than one closing tells. */
const levelPenalty = { share: 0.04, amount: 0 } as const;

/**
 * A ridge regression on the levels of a few columns and on the salesman, over counted cells: logistic for a share,
 * linear for an amount. How strongly each column's effects are drawn to none is learned from the data (variance
 * components re-estimated between penalised Newton steps). The salesmen's own effects are in the fit so that the mix is not
 * blamed for what is theirs, and are left out of what is predicted. Deterministic; without cells everything is 0.
 */
export function fitMix(cells: readonly MixCell[], family: Family): MixModel {
  const design = designOf(cells);
  const state: State = {
    effects: new Float64Array(design.width),
    groups: new Float64Array(design.groups),
    variances: design.blocks.map(() => 0.1),
    groupVariance: 0.1,
    usedVariance: 0.1,
    noise: 1,
    groupCovariance: () => 0,
  };
  state.effects[0] = startOf(cells, family);
  if (family === 'amount') state.noise = spreadOf(cells);
  for (let round = 0; round < rounds && cells.length > 0; round++)
    if (improve(design, state, family) < 1e-4 && round > 4) break;
  return {
    family,
    noise: Math.sqrt(state.noise),
    groups: state.groups,
    groupVariance: state.usedVariance,
    groupCovariance: state.groupCovariance,
    predict: (levels) =>
      design.indexes(levels).reduce((sum, i) => sum + (state.effects[i] as number), 0),
  };
}

interface State {
  /** The first is the level of all. */
  effects: Float64Array;
  groups: Float64Array;
  variances: number[];
  groupVariance: number;
  /** The one under which the groups' effects were found last. */
  usedVariance: number;
  /** Variance of one value; 1 for a share. */
  noise: number;
  groupCovariance: Solved['groupCovariance'];
}

function startOf(cells: readonly MixCell[], family: Family): number {
  const n = cells.reduce((sum, cell) => sum + cell.n, 0);
  const hit = cells.reduce((sum, cell) => sum + cell.sum, 0);
  if (family === 'amount') return n ? hit / n : 0;
  return Math.log((hit + 0.5) / (n - hit + 0.5));
}

function spreadOf(cells: readonly MixCell[]): number {
  const n = cells.reduce((sum, cell) => sum + cell.n, 0);
  const mean = cells.reduce((sum, cell) => sum + cell.sum, 0) / Math.max(1, n);
  const squares = cells.reduce((sum, cell) => sum + cell.squares, 0);
  return Math.max(1e-6, squares / Math.max(1, n) - mean * mean);
}

/** One Newton step, then the variances anew; how far the effects moved. */
function improve(design: Design, state: State, family: Family): number {
  const solved = solve(design, {
    ...weigh(design.rows, state, family),
    penalties: design.blockOf.map((block) =>
      block < 0 ? levelPenalty[family] : 1 / (state.variances[block] as number),
    ),
    groupPenalty: 1 / state.groupVariance,
    effects: state.effects,
    groupEffects: state.groups,
  });
  state.effects = state.effects.map((effect, i) => effect + (solved.step[i] as number));
  state.groups = state.groups.map((effect, j) => effect + (solved.groupStep[j] as number));
  state.groupCovariance = solved.groupCovariance;
  state.variances = design.blocks.map((members, block) =>
    varianceOf(
      members.map((i) => [state.effects[i] as number, at(solved.covariance, i, i)]),
      state.variances[block] as number,
    ),
  );
  state.usedVariance = state.groupVariance;
  state.groupVariance = varianceOf(
    [...state.groups].map((effect, j) => [effect, solved.groupSpread[j] as number]),
    state.groupVariance,
  );
  if (family === 'amount') state.noise = noiseOf(design, state, solved);
  return Math.max(0, ...[...solved.step, ...solved.groupStep].map(Math.abs));
}

/** Weights and residuals of the cells, in the units of the log-likelihood. */
function weigh(rows: readonly MixRow[], state: State, family: Family) {
  const [weights, residuals] = [new Float64Array(rows.length), new Float64Array(rows.length)];
  for (const [r, row] of rows.entries()) {
    const eta = etaOf(row, state);
    const p = family === 'share' ? 1 / (1 + Math.exp(-eta)) : eta;
    const weight = family === 'share' ? row.n * p * (1 - p) : row.n / state.noise;
    weights[r] = Math.max(1e-9, weight);
    residuals[r] = (row.sum - row.n * p) / (family === 'share' ? 1 : state.noise);
  }
  return { weights, residuals };
}

function etaOf({ indexes, group }: MixRow, { effects, groups }: State): number {
  let sum = groups[group] as number;
  for (let i = 0; i < indexes.length; i++) sum += effects[indexes[i] as number] as number;
  return sum;
}

/**
 * The variance of some effects: their sum of squares by how many of them are free, each as far as it was not drawn to
 * none (Schall 1991); within sensible bounds.
 */
function varianceOf(effects: [effect: number, spread: number][], before: number): number {
  const squares = effects.reduce((sum, [effect]) => sum + effect * effect, 0);
  const free = effects.reduce((sum, [, spread]) => sum + Math.max(0, 1 - spread / before), 0);
  return Math.min(4, Math.max(1e-4, squares / Math.max(1e-6, free)));
}

function noiseOf(design: Design, state: State, solved: Solved): number {
  let [squares, n] = [0, 0];
  for (const row of design.rows) {
    const eta = etaOf(row, state);
    squares += row.squares - 2 * eta * row.sum + row.n * eta * eta;
    n += row.n;
  }
  return Math.max(1e-6, squares / Math.max(1, n - solved.freedom));
}
