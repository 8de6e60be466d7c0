import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import type { Viewer } from './access.ts';
import { type Source, toQuestion } from './ask.ts';
import { loadBy } from './bridge-since.ts';
import { WarehouseError } from './errors.ts';
import { isoInstant, type Moment, parseMoment } from './period.ts';
import { querySchema } from './query.ts';
import type { Question } from './question.ts';

/** What is asked about the past as it was known at a load, against what is known of it now. */
export const rewrittenSchema = z.strictObject({
  /** An instant; the newest load by then counts. Default: the load before the newest. */
  since: z.string().max(40).optional(),
  grain: z.enum(['month', 'week']).default('month'),
  /** How many past months or weeks, back from the last one that was over by then. */
  periods: z.int().min(1).max(120).default(24),
  where: querySchema.shape.where,
});

export type RewrittenInput = z.input<typeof rewrittenSchema>;

export const rewrittenMetrics = ['openPipeline', 'wonValue', 'lostValue'] as const;
export type RewrittenMetric = (typeof rewrittenMetrics)[number];

/** The opportunities behind one number that was rewritten, or only those of one reason. */
export const rewrittenRowsSchema = rewrittenSchema.extend({
  metric: z.enum(rewrittenMetrics),
  /** The last day of the month or week. */
  day: z.string().max(10),
  reason: z.string().max(60).optional(),
  limit: z.int().min(1).max(1000).default(100),
  offset: z.int().min(0).max(10_000_000).default(0),
});

export type RewrittenRowsInput = z.input<typeof rewrittenRowsSchema>;

/** A past month or week: its first day and its end. */
export interface Past {
  begins: string;
  moment: Moment;
}

/** The past as known then and as known now. */
export interface Rewriting {
  then: Question;
  now: Question;
  pasts: Past[];
}

export async function toRewriting(
  source: Source,
  viewer: Viewer,
  input: RewrittenInput,
): Promise<Rewriting> {
  const { since, grain, periods, where } = rewrittenSchema.parse(input);
  if ('product' in where)
    throw new WarehouseError(
      'wrong-use',
      'What was rewritten is told of whole opportunities, not of their products; leave out the filter on product',
    );
  const load = since === undefined ? await formerLoad(source) : await loadBy(source, since);
  const ask = (when: object) =>
    toQuestion(source, viewer, { metrics: ['openPipeline'], where, ...when });
  const then = await ask({ asOf: isoInstant(load.asOf), knownAt: isoInstant(load.knownAt) });
  const now = await ask({});
  return { then, now, pasts: pastsBefore(then, grain, periods) };
}

async function formerLoad({ reader }: Source): Promise<{ asOf: string; knownAt: string }> {
  const [, former] = await reader.all(
    `select strftime(as_of, '%Y-%m-%d %H:%M:%S.%g') as as_of, strftime(known_at, '%Y-%m-%d %H:%M:%S.%g') as known_at from load order by load_no desc limit 2`,
  );
  if (!former)
    throw new WarehouseError(
      'wrong-use',
      'There has been one load only, so nothing can have been rewritten since; load again first',
    );
  return { asOf: String(former.as_of), knownAt: String(former.known_at) };
}

/** Months or weeks that were over by the as-of day, newest first. */
function pastsBefore({ moment, settings }: Question, grain: 'month' | 'week', n: number): Past[] {
  const last = Temporal.PlainDate.from(moment.day);
  const monthEnd = last.add({ days: 1 }).with({ day: 1 });
  return Array.from({ length: n }, (_, i) => {
    const end =
      grain === 'month'
        ? monthEnd.subtract({ months: i }).subtract({ days: 1 })
        : last.subtract({ days: 7 * i });
    const begins = grain === 'month' ? end.with({ day: 1 }) : end.subtract({ days: 6 });
    return { begins: begins.toString(), moment: parseMoment(end.toString(), settings.zone) };
  });
}
