import type { Viewer } from '#warehouse/access.ts';
import type { Judged } from '#warehouse/judgement.ts';
import { parseMoment, parsePeriod } from '#warehouse/period.ts';
import type { Warehouse } from '#warehouse/warehouse.ts';
import { readBoard } from './board.ts';
import type { Call } from './calls.ts';
import { maybeFind, rollUp } from './roll-up.ts';

/** Whether a call was made before its period was over, and what came of it; undefined while that is open. */
export type ResultOf = (call: Call) => { isForesight: boolean; actual: string } | undefined;

/**
 * By author the last call that he made for each scope, period and category before it was over, beside the step below
 * as he saw it and the result. Without a value of his own, or a step below, there is nothing to compare.
 */
export function judgedByAuthor(calls: Call[], resultOf: ResultOf): Map<string, Judged[]> {
  const authors = new Map<string, Map<string, Judged>>();
  for (const call of calls) {
    const { author, level, scope, period, category, value, seen } = call;
    const result = resultOf(call);
    if (!result?.isForesight || value === null || seen.below === null) continue;
    const judged = authors.get(author) ?? new Map<string, Judged>();
    authors.set(author, judged);
    const of = JSON.stringify([level, scope, period, category]);
    judged.set(of, { period, before: seen.below, after: value, actual: result.actual });
  }
  return new Map([...authors].map(([author, judged]) => [author, [...judged.values()]]));
}

/** What the scopes of calls had won at the end of periods that are over, in the currencies of the calls. */
export async function readResults(
  warehouse: Pick<Warehouse, 'answer' | 'options'>,
  viewer: Viewer,
  calls: Call[],
): Promise<ResultOf> {
  const { today, zone, fiscalYearStart } = await warehouse.options(viewer);
  const endOf = (period: string) => parsePeriod(period, fiscalYearStart).to ?? '';
  const over = calls.filter(({ period }) => endOf(period) <= today);
  const boards = new Map<string, ReturnType<typeof rollUp>>();
  for (const call of over) {
    if (boards.has(keyOf(call))) continue;
    const { period, category, currency } = call;
    const { whole } = await readBoard(warehouse, viewer, { period, category, currency });
    boards.set(keyOf(call), rollUp(whole, { calls: [], currency }));
  }
  return (call) => {
    const board = boards.get(keyOf(call));
    const actual = board && maybeFind(board, call)?.won;
    if (actual === undefined) return undefined;
    return { actual, isForesight: parseMoment(call.at, zone).day < endOf(call.period) };
  };
}

const keyOf = ({ period, currency }: Call): string => `${period} ${currency}`;
