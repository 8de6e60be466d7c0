import { z } from 'zod';
import type { Viewer } from './access.ts';
import type { Row } from './answers.ts';
import type { Since } from './movement-answer.ts';
import type { Source } from './ask.ts';
import { toBridge, walkBridge } from './bridge.ts';
import type { Part } from './bridge-parts.ts';
import { toUnits } from './bridge-shares.ts';
import { WarehouseError } from './errors.ts';
import { isoInstant, parseMoment } from './period.ts';
import { querySchema } from './query.ts';

/** When somebody looked last, and at which number. */
export const sinceSchema = z.strictObject({
  since: z.string().max(40),
  query: querySchema.default({
    metrics: ['openPipeline'],
    by: [],
    where: {},
    period: 'all',
    rate: 'plan',
  }),
  top: z.int().min(0).max(100).default(10),
});

export type SinceInput = z.input<typeof sinceSchema>;

/**
 * What changed since an instant: a bridge from the number as it was shown then (as of that time's newest extract, as
 * known by its load) to the number now, and the opportunities that did most. Throws when nothing was loaded by then.
 */
export async function readSince(source: Source, viewer: Viewer, input: SinceInput): Promise<Since> {
  const { since, query, top } = sinceSchema.parse(input);
  const then = await loadBy(source, since);
  const from = { ...query, asOf: isoInstant(then.asOf), knownAt: isoInstant(then.knownAt) };
  const walked = await walkBridge(source, viewer, { from, to: query });
  return {
    ...toBridge(source, walked),
    since: from.asOf,
    sinceKnownAt: from.knownAt,
    top: await largest(walked.parts, top),
  };
}

/** The newest load by an instant: as of when its extract was taken, and when it was known; naive UTC. */
export async function loadBy(
  { reader, settings }: Source,
  since: string,
): Promise<{ asOf: string; knownAt: string }> {
  const { instant } = parseMoment(since, settings.zone);
  const [load] = await reader.all(
    `select strftime(as_of, '%Y-%m-%d %H:%M:%S.%g') as as_of, strftime(known_at, '%Y-%m-%d %H:%M:%S.%g') as known_at
    from load where known_at <= $1::timestamp order by load_no desc limit 1`,
    [instant],
  );
  if (!load)
    throw new WarehouseError(
      'wrong-use',
      `Nothing had been loaded by ${since}; ask since an instant after the first load`,
    );
  return { asOf: String(load.as_of), knownAt: String(load.known_at) };
}

async function largest(parts: Part[], limit: number): Promise<Row[]> {
  if (!limit) return [];
  const steps = new Set(parts.map(({ largest }) => largest).filter((one) => one !== undefined));
  const found: Row[] = [];
  for (const step of steps) found.push(...(await step(limit)));
  for (const part of parts)
    if (!part.largest) found.push(...(await part.rows({ limit, offset: 0 })));
  const weight = (row: Row) => Math.abs(Number(toUnits(row.value ?? null)));
  return found.sort((a, b) => weight(b) - weight(a)).slice(0, limit);
}
