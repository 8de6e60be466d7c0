/** Opportunities alike in every level, of one salesman. `levels` stand in the order of the model's columns. */
export interface MixCell {
  group: number;
  levels: readonly (string | null)[];
  n: number;
  sum: number;
  squares: number;
}

export interface MixRow extends Omit<MixCell, 'levels'> {
  /** Which effects add up in it. */
  indexes: number[];
}

/** Cells as rows of a regression: effect 0 is in all, then one effect per level of each column. */
export interface Design {
  rows: MixRow[];
  width: number;
  groups: number;
  /** The effects of each column. */
  blocks: number[][];
  /** The column of each effect; -1 for the first. */
  blockOf: number[];
  indexes(levels: MixCell['levels']): number[];
}

/** Columns with more levels than that keep the most frequent; the others count as the average. */
const mostLevels = 40;

export function designOf(cells: readonly MixCell[]): Design {
  const columns = cells[0]?.levels.length ?? 0;
  const blockOf = [-1];
  const blocks: number[][] = [];
  const places: Map<string | null, number>[] = [];
  for (let column = 0; column < columns; column++) {
    const levels = levelsOf(cells, column);
    places.push(new Map(levels.map((level, i) => [level, blockOf.length + i])));
    blocks.push(levels.map((_, i) => blockOf.length + i));
    blockOf.push(...levels.map(() => column));
  }
  const indexes = (levels: MixCell['levels']): number[] => [
    0,
    ...levels.flatMap((level, column) => places[column]?.get(level) ?? []),
  ];
  return {
    rows: cells.map(({ levels, ...cell }) => ({ ...cell, indexes: indexes(levels) })),
    width: blockOf.length,
    groups: 1 + Math.max(-1, ...cells.map(({ group }) => group)),
    blocks,
    blockOf,
    indexes,
  };
}

function levelsOf(cells: readonly MixCell[], column: number): (string | null)[] {
  const counts = new Map<string | null, number>();
  for (const { levels, n } of cells) {
    const level = levels[column] ?? null;
    counts.set(level, (counts.get(level) ?? 0) + n);
  }
  return [...counts]
    .sort(([a, n], [b, m]) => m - n || (String(a) < String(b) ? -1 : 1))
    .slice(0, mostLevels)
    .map(([level]) => level);
}
