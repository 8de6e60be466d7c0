import type { Viewer } from './access.ts';
import type { Cell, Row } from './answers.ts';
import * as ask from './ask.ts';
import { toCents } from './cents.ts';
import { type Figure, toFigure } from './bridge-request.ts';
import type { Query } from './query.ts';

/** What each opportunity adds to a number: cents or a count. Quotas have none and stand under their salesman. */
export type Shares = Map<string, { units: bigint; row: Row }>;

/** A number on the way of a bridge, asked for when needed and once. */
export interface Node extends Figure {
  total(): Promise<bigint>;
  shares(): Promise<Shares>;
}

export async function toNode(source: ask.Source, viewer: Viewer, query: Query): Promise<Node> {
  const figure = await toFigure(source, viewer, query);
  let total: Promise<bigint> | undefined;
  let shares: Promise<Shares> | undefined;
  const readTotal = async () => {
    const { rows } = await ask.answer(source, viewer, figure.query);
    return toUnits(rows[0]?.[figure.name] ?? null);
  };
  const readShares = async () => {
    const { rows } = await ask.rows(source, viewer, figure.query);
    return sharesOf(rows, figure);
  };
  return {
    ...figure,
    total: () => (total ??= readTotal()),
    shares: () => (shares ??= readShares()),
  };
}

/** Cents of an amount of money, or a count. */
export const toUnits = (cell: Cell): bigint =>
  typeof cell === 'string' ? toCents(cell) : BigInt(Number(cell ?? 0));

function sharesOf(rows: Row[], { name, unit }: Figure): Shares {
  const shares: Shares = new Map();
  for (const row of rows) {
    const key = String(row.opportunity ?? `${row.salesman} ${row.closeOn}`);
    const before = shares.get(key)?.units ?? 0n;
    // An opportunity with two products is two rows of one count.
    const units = unit === 'count' ? 1n : before + toUnits(row[name] ?? null);
    shares.set(key, { units, row });
  }
  return shares;
}

/** One opportunity that adds something else to one number than to another. */
export interface Difference {
  key: string;
  was: bigint | null;
  is: bigint | null;
  delta: bigint;
  row: Row;
}

export function differences(before: Shares, after: Shares): Difference[] {
  const found: Difference[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [a, b] = [before.get(key), after.get(key)];
    if (a && b && a.units === b.units) continue;
    found.push({
      key,
      was: a?.units ?? null,
      is: b?.units ?? null,
      delta: (b?.units ?? 0n) - (a?.units ?? 0n),
      row: (b ?? a)?.row as Row,
    });
  }
  return found;
}
