import type { Viewer } from './access.ts';
import { answer, type Source } from './ask.ts';
import type { ComparisonInput } from './comparison-request.ts';
import { everyone } from './everyone.ts';
import type { ActivityVolume } from './salesman-answer.ts';

/**
 * Tasks and events a salesman got done in the period (metric `activitiesDone`), beside the quartiles of all others who
 * have something open; null where the source has no activities at all.
 */
export async function readActivityVolume(
  source: Source,
  viewer: Viewer,
  input: ComparisonInput & { salesman: string },
): Promise<ActivityVolume | null> {
  const { salesman, where, rate: _, currency: __, ...rest } = input;
  const metrics = ['activitiesDone'];
  const his = { ...rest, metrics, where: { ...where, salesmanId: [salesman] } };
  const [own, done, open] = await Promise.all([
    answer(source, viewer, his),
    answer(source, everyone, { ...rest, metrics, by: ['salesmanId'] }),
    answer(source, everyone, {
      ...rest,
      period: 'all',
      metrics: ['openCount'],
      by: ['salesmanId'],
    }),
  ]);
  const counts = new Map(done.rows.map((row) => [row.salesmanId, Number(row.activitiesDone)]));
  if (counts.size === 0 && !(await hasAny(source, rest))) return null;
  const peers = open.rows
    .filter((row) => Number(row.openCount) > 0 && row.salesmanId && row.salesmanId !== salesman)
    .map((row) => counts.get(row.salesmanId) ?? 0)
    .sort((a, b) => a - b);
  return {
    done: Number(own.rows[0]?.activitiesDone ?? 0),
    low: quantile(peers, 0.25),
    middle: quantile(peers, 0.5),
    high: quantile(peers, 0.75),
    peers: peers.length,
  };
}

async function hasAny(source: Source, input: ComparisonInput): Promise<boolean> {
  const asked = { asOf: input.asOf, knownAt: input.knownAt, metrics: ['activitiesDone'] };
  const [row] = (await answer(source, everyone, asked)).rows;
  return Number(row?.activitiesDone ?? 0) > 0;
}

/** Between two neighbours where it falls between them; null of none. */
function quantile(sorted: number[], p: number): number | null {
  if (!sorted.length) return null;
  const at = p * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
  return Math.round(low + (high - low) * (at - Math.floor(at)));
}
