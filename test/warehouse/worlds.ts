import type { MixCell } from '#warehouse/mix-design.ts';

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const normalOf = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

export interface World {
  cells: MixCell[];
  /** The true log-odds of each salesman beside the mix. */
  skills: number[];
}

/**
 * A company in which what a salesman gets differs much from one to the next (each has his favourite levels) and matters
 * much, and skill as much as is said: 0 makes equals.
 */
export function worldOf(seed: number, { salesmen = 40, skill = 0 } = {}): World {
  const random = randomOf(seed);
  const columns = [5, 6, 5, 6].map((levels) =>
    Array.from({ length: levels }, () => 0.6 * normalOf(random)),
  );
  const skills = Array.from({ length: salesmen }, () => skill * normalOf(random));
  const cells = new Map<string, MixCell>();
  for (const [group, own] of skills.entries()) {
    const closings = 8 + Math.floor(random() * 140);
    const favourite = columns.map((levels) => Math.floor(random() * levels.length));
    for (let i = 0; i < closings; i++) {
      const picked = columns.map((levels, column) =>
        random() < 0.5 ? (favourite[column] as number) : Math.floor(random() * levels.length),
      );
      const eta = picked.reduce((sum, level, c) => sum + (columns[c]?.[level] ?? 0), own - 0.4);
      const won = random() < 1 / (1 + Math.exp(-eta)) ? 1 : 0;
      const key = `${group} ${picked}`;
      const levels = picked.map((level) => `level ${level}`);
      const cell = cells.get(key) ?? { group, levels, n: 0, sum: 0, squares: 0 };
      cells.set(key, { ...cell, n: cell.n + 1, sum: cell.sum + won, squares: cell.squares + won });
    }
  }
  return { cells: [...cells.values()], skills };
}

/** Cells of each salesman. */
export const byGroup = (cells: MixCell[]): MixCell[][] =>
  cells.reduce<MixCell[][]>((groups, cell) => {
    const own = groups[cell.group] ?? [];
    own.push(cell);
    groups[cell.group] = own;
    return groups;
  }, []);
