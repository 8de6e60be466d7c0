import { z } from 'zod';
import type { Viewer } from './access.ts';
import { type Source, toQuestion } from './ask.ts';
import type { FactName, Metric } from './definitions.ts';
import { WarehouseError } from './errors.ts';
import { type MetricName, metrics } from './metrics/index.ts';
import { isoInstant } from './period.ts';
import { type Query, querySchema } from './query.ts';
import type { Question } from './question.ts';

const figure = z.union([z.string().max(40), z.number()]);

/** Two numbers that differ. `recorded` is what they were said to be, when that was written down. */
export const bridgeSchema = z.strictObject({
  from: querySchema,
  to: querySchema,
  recorded: z.strictObject({ from: figure.optional(), to: figure.optional() }).default({}),
});

export type BridgeInput = z.input<typeof bridgeSchema>;

/** The opportunities behind one step of a bridge. */
export const bridgeRowsSchema = bridgeSchema.extend({
  step: z.string().max(60),
  reason: z.string().max(60),
  limit: z.int().min(1).max(1000).default(100),
  offset: z.int().min(0).max(10_000_000).default(0),
});

export type BridgeRowsInput = z.input<typeof bridgeRowsSchema>;

/** One number whose circumstances are all settled, so that it can be asked for again and again. */
export interface Figure {
  name: MetricName;
  unit: 'money' | 'count';
  query: Query;
  question: Question;
}

/** Facts of which an opportunity, or a quota, has one. */
const onceEach: FactName[] = ['open', 'closing', 'creation', 'quota'];

/** Whether a metric is a sum, or a number, of opportunities or quotas that each count once. */
export const canBridge = ({ additive, unit, from, with: others }: Metric): boolean =>
  additive && (unit === 'money' || unit === 'count') && onceEach.includes(from) && !others;

/** Settles a query; throws unless it is about one number that is the sum of opportunities. */
export async function toFigure(source: Source, viewer: Viewer, query: Query): Promise<Figure> {
  const { by: _by, sort: _sort, limit: _limit, compare: _compare, ...rest } = query;
  const question = await toQuestion(source, viewer, rest);
  const [name, ...more] = question.metrics;
  if (!name || more.length)
    throw new WarehouseError(
      'wrong-use',
      `A bridge stands between two numbers; this question has ${question.metrics.length}: ${question.metrics.join(', ')}. Ask for one`,
    );
  const metric: Metric = metrics[name];
  if (!canBridge(metric))
    throw new WarehouseError(
      'wrong-use',
      `"${metric.label}" is not a sum over opportunities, so no opportunities can make up a difference in it; take a metric that adds up`,
    );
  const settled = {
    ...question.query,
    asOf: isoInstant(question.moment.instant),
    knownAt: isoInstant(question.knownAt ?? question.settings.knownAt),
    currency: question.query.currency ?? question.settings.currency,
  };
  return { name, unit: metric.unit as Figure['unit'], query: settled, question };
}

/** Throws when two numbers are of different kinds. */
export function checkAlike(from: Figure, to: Figure): void {
  if (from.unit !== to.unit)
    throw new WarehouseError(
      'wrong-use',
      `"${metrics[from.name].label}" is ${from.unit} and "${metrics[to.name].label}" is ${to.unit}; a bridge stands between two of one kind`,
    );
}
