import { describe, expect, it } from 'vitest';
import type { MainCell } from '#warehouse/grid-model.ts';
import { type GridFamily, hypergeometricChance, judge, neededFor } from '#warehouse/grid-tests.ts';
import { normalOf, randomOf } from './worlds.ts';

interface Outcome {
  row: number;
  column: number;
  value: number;
}

const size = { rows: 14, columns: 9 };

/** A company in which fields differ in how many opportunities they get and in what these come to, but not in pairs. */
function outcomesOf(seed: number, family: GridFamily, planted = 0): Outcome[] {
  const random = randomOf(seed);
  const effects = (n: number) => Array.from({ length: n }, () => 0.5 * normalOf(random));
  const [rows, columns] = [effects(size.rows), effects(size.columns)];
  const [popular, common] = [effects(size.rows), effects(size.columns)];
  const picker = (weights: number[]) => {
    const all = weights.map(Math.exp);
    const whole = all.reduce((sum, weight) => sum + weight, 0);
    return () => {
      let at = random() * whole;
      return Math.max(
        0,
        all.findIndex((weight) => {
          at -= weight;
          return at < 0;
        }),
      );
    };
  };
  const [pickRow, pickColumn] = [picker(popular), picker(common)];
  return Array.from({ length: 2500 }, () => {
    const [row, column] = [pickRow(), pickColumn()];
    const eta =
      (rows[row] ?? 0) + (columns[column] ?? 0) + (row === 0 && column === 0 ? planted : 0);
    const value =
      family === 'amount'
        ? 9 + eta + normalOf(random)
        : Number(random() < 1 / (1 + Math.exp(0.4 - eta)));
    return { row, column, value };
  });
}

/** The same places with outcomes dealt anew: nothing depends on anything. */
function permuted(outcomes: Outcome[], seed: number): Outcome[] {
  const random = randomOf(seed);
  const values = outcomes.map(({ value }) => value);
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [values[i], values[j]] = [values[j] as number, values[i] as number];
  }
  return outcomes.map((outcome, i) => ({ ...outcome, value: values[i] as number }));
}

function cellsOf(outcomes: Outcome[]): MainCell[] {
  const cells = Array.from({ length: size.rows * size.columns }, (_, i) => ({
    row: Math.floor(i / size.columns),
    column: i % size.columns,
    n: 0,
    sum: 0,
    squares: 0,
  }));
  for (const { row, column, value } of outcomes) {
    const cell = cells[row * size.columns + column] as MainCell;
    cell.n += 1;
    cell.sum += value;
    cell.squares += value * value;
  }
  return cells;
}

function countTold(worlds: number, make: (seed: number) => MainCell[], family: GridFamily) {
  const found = { judged: 0, told: 0, companies: 0, squares: 0 };
  for (let seed = 1; seed <= worlds; seed++) {
    const judged = judge(make(seed), family).filter(({ z }) => z !== null);
    const told = judged.filter(({ side }) => side !== null).length;
    found.judged += judged.length;
    found.told += told;
    found.companies += Number(told > 0);
    found.squares += judged.reduce((sum, { z }) => sum + (z ?? 0) ** 2, 0);
  }
  return found;
}

const worlds = 200;

describe.each(['share', 'amount', 'count'] as const)('a table of a %s', (family) => {
  it('colours at most 5 % of its cells when outcomes are dealt by chance', () => {
    const found = countTold(
      worlds,
      (seed) => cellsOf(permuted(outcomesOf(seed, family), seed + 1000)),
      family,
    );
    console.log(
      `${family}, permuted: ${found.told} of ${found.judged} cells coloured, in ${found.companies} of ${worlds} tables`,
    );
    expect(found.judged).toBeGreaterThan(worlds * 40);
    expect(found.told / found.judged).toBeLessThanOrEqual(0.05);
    expect(found.companies / worlds).toBeLessThanOrEqual(0.09);
  });

  it('colours none for what its row and its column explain', () => {
    const found = countTold(worlds, (seed) => cellsOf(outcomesOf(seed, family)), family);
    console.log(
      `${family}, margins only: ${found.told} of ${found.judged} coloured, in ${found.companies} of ${worlds}; z² ${(found.squares / found.judged).toFixed(3)}`,
    );
    expect(found.told / found.judged).toBeLessThanOrEqual(0.05);
    expect(found.companies / worlds).toBeLessThanOrEqual(0.09);
    // Residuals that are standardised well are 1 on average.
    expect(found.squares / found.judged).toBeGreaterThan(0.9);
    expect(found.squares / found.judged).toBeLessThan(1.1);
  });
});

describe('a cell that is truly different', () => {
  it.each(['share', 'amount'] as const)('is found in a table of a %s', (family) => {
    let [able, found] = [0, 0];
    for (let seed = 1; seed <= 60; seed++) {
      const first = judge(cellsOf(outcomesOf(seed, family, 2)), family)[0];
      if (first?.z === null || first?.z === undefined) continue;
      able += 1;
      found += Number(first.side === 'above');
    }
    console.log(
      `${family}: a cell whose odds or size are e² times as large is found in ${found} of ${able} tables`,
    );
    expect(found / able).toBeGreaterThan(0.45);
  });

  it('is found in a table of numbers', () => {
    const cells = cellsOf(outcomesOf(3, 'count')).map((cell) =>
      cell.row === 0 && cell.column === 0 ? { ...cell, n: cell.n * 3 + 20 } : cell,
    );
    expect(judge(cells, 'count')[0]?.side).toBe('above');
  });
});

describe('a cell with little in it', () => {
  it('says how many closings it takes to know a rate to ten points', () => {
    // About 1.96² p (1 − p) / 0.1²: 96 at one half, 81 at three in ten.
    expect(neededFor(0.5)).toBeGreaterThan(90);
    expect(neededFor(0.5)).toBeLessThan(98);
    expect(neededFor(0.3)).toBeLessThan(neededFor(0.5));
    expect(neededFor(0)).toBeLessThan(25);
  });

  it('is not judged, empty or full of one thing', () => {
    const cells = [
      { row: 0, column: 0, n: 0, sum: 0, squares: 0 },
      { row: 0, column: 1, n: 3, sum: 3, squares: 3 },
      { row: 1, column: 0, n: 2, sum: 0, squares: 0 },
      { row: 1, column: 1, n: 0, sum: 0, squares: 0 },
    ];
    for (const family of ['share', 'amount', 'count'] as const)
      for (const one of judge(cells, family)) {
        expect(one.side).toBe(null);
        expect(one.z).toBe(null);
      }
    expect(judge(cells, 'share')[0]?.missing).toBeGreaterThan(20);
    expect(judge([], 'share')).toEqual([]);
  });

  it('has under independence what row times column by all makes', () => {
    const numbers = [
      [0, 0, 30],
      [0, 1, 10],
      [1, 0, 10],
      [1, 1, 50],
    ] as const;
    const cells = numbers.map(([row, column, n]) => ({ row, column, n, sum: n, squares: n }));
    const judged = judge(cells, 'count');
    expect(judged.map(({ expected }) => expected)).toEqual([16, 24, 24, 36]);
    // By hand: (30 − 16) / √(16 · 0.6 · 0.6).
    expect(judged[0]?.z).toBeCloseTo(14 / Math.sqrt(16 * 0.6 * 0.6), 6);
    expect(judged.map(({ side }) => side)).toEqual(['above', 'below', 'below', 'above']);
    // As Fisher's test of the two by two table has it, half of what was seen counting as beyond: of 40 drawn from 100
    // with 40 of one kind, 30 or more of that kind.
    expect(judged[0]?.chance).toBeLessThan(1e-8);
  });

  it('has the exact chance of a table of few', () => {
    // Five of ten drawn from ten in which five are of the kind: 4 of them has 25 of 252 tables, 5 has 1.
    const numbers = [4, 1, 1, 4];
    const cells = numbers.map((n, i) => ({ row: i >> 1, column: i & 1, n, sum: n, squares: n }));
    expect(hypergeometricChance({ n: 4, row: 5, column: 5, all: 10 })).toBeCloseTo(
      (2 * (25 / 2 + 1)) / 252,
      9,
    );
    expect(judge(cells, 'count').every(({ z }) => z === null)).toBe(true);
  });

  it('has as rate what both effects make on the scale of odds', () => {
    // Odds: rows 1 and 4, columns 1 and 4: 50, 80, 80 and 94 % are what the margins explain.
    const cells = [
      { row: 0, column: 0, n: 1000, sum: 500, squares: 500 },
      { row: 0, column: 1, n: 1000, sum: 800, squares: 800 },
      { row: 1, column: 0, n: 1000, sum: 800, squares: 800 },
      { row: 1, column: 1, n: 1700, sum: 1600, squares: 1600 },
    ];
    const expected = judge(cells, 'share').map((one) => one.expected ?? 0);
    for (const [i, rate] of [0.5, 0.8, 0.8, 16 / 17].entries())
      expect(expected[i]).toBeCloseTo(rate, 2);
  });
});
