import type { Exports } from './loading.ts';

/**
 * One opportunity with its stage history. A move is `instant stage amount closeDate probability`, `-` for empty, the
 * last ones may be left out; the record is as the last move left it. Other keys are columns of the record.
 */
export interface Deal {
  id: string;
  moves: string[];
  [column: string]: string | string[];
}

const moveColumns = ['at', 'stage', 'amount', 'closeDate', 'probability'];

/** The files `opportunity.csv` and `opportunity_stage_history.csv` of some opportunities. */
export function dealFiles(deals: Deal[]): Exports {
  const records = deals.map(({ id, moves, ...more }) => {
    const { at: _, ...last } = parts(moves.at(-1) as string);
    return { id, createdAt: parts(moves[0] as string).at, ...last, ...more };
  });
  const history = deals.flatMap(({ id, moves }) =>
    moves.map((move, i) => ({ id: `${id}-${i}`, opportunity: id, ...parts(move) })),
  );
  return {
    'opportunity.csv': table(records),
    'opportunity_stage_history.csv': table(history),
  };
}

function parts(move: string): Record<string, string> {
  const words = move.split(' ');
  return Object.fromEntries(
    moveColumns.map((column, i) => [column, words[i] === '-' ? '' : (words[i] ?? '')]),
  );
}

/** CSV of records with any columns. */
export function table(records: Record<string, unknown>[]): string {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const quoted = (value: unknown) => `"${String(value ?? '').replaceAll('"', '""')}"`;
  return [columns, ...records.map((record) => columns.map((column) => record[column]))]
    .map((row) => row.map(quoted).join(','))
    .join('\n');
}
