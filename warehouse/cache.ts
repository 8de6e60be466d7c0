/** A row as it comes from the database; kept ones are frozen. */
export type Found = Record<string, unknown>;

/** Answers of one snapshot, which never change, by what was asked. */
export interface Cache {
  /** The kept answer, that of a run under way, or a new one. A failure is not kept. */
  rows(key: string, run: () => Promise<Found[]>): Promise<Found[]>;
}

/**
 * Shares runs under way and keeps the answers used last, up to so many bytes (estimated). The key holds SQL and values;
 * every relation with owners carries its viewer's predicate in both, so no scope can get another one's answer.
 */
export function openCache(bytes: number): Cache {
  const kept = new Map<string, { rows: Found[]; size: number }>();
  const running = new Map<string, Promise<Found[]>>();
  let used = 0;

  function keep(key: string, rows: Found[]): void {
    const size = sizeOf(rows) + 2 * key.length;
    if (size > bytes / 8) return;
    kept.set(key, { rows, size });
    used += size;
    for (const [oldest, entry] of kept) {
      if (used <= bytes) break;
      kept.delete(oldest);
      used -= entry.size;
    }
  }

  async function fill(key: string, run: () => Promise<Found[]>): Promise<Found[]> {
    try {
      const rows = await run();
      for (const row of rows) Object.freeze(row);
      keep(key, rows);
      return rows;
    } finally {
      running.delete(key);
    }
  }

  return {
    rows: async (key, run) => {
      const entry = kept.get(key);
      if (entry) {
        kept.delete(key);
        kept.set(key, entry);
        return [...entry.rows];
      }
      const shared = running.get(key) ?? fill(key, run);
      running.set(key, shared);
      return [...(await shared)];
    },
  };
}

/** Many rows are judged by a part of them. */
const looked = 200;

function sizeOf(rows: Found[]): number {
  const part = rows.slice(0, looked);
  const size = part.reduce((sum, row) => sum + rowSize(row), 0);
  return part.length ? Math.ceil((size / part.length) * rows.length) : 16;
}

const rowSize = (row: Found): number =>
  Object.values(row).reduce(
    (sum: number, cell) => sum + (typeof cell === 'string' ? 24 + 2 * cell.length : 16),
    32,
  );
