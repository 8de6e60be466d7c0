import { z } from 'zod';
import type { Viewer } from './access.ts';
import { type Source, toQuestion } from './ask.ts';
import { WarehouseError } from './errors.ts';
import { type QueryInput, querySchema } from './query.ts';
import type { Question } from './question.ts';

const { where, asOf, knownAt } = querySchema.shape;

/** What every question about stages has; `pipeline` null is that of opportunities without one. */
export const stageScope = {
  where,
  asOf,
  knownAt,
  pipeline: z.string().max(300).nullable().optional(),
};

export const page = {
  limit: z.int().min(1).max(1000).default(100),
  offset: z.int().min(0).max(10_000_000).default(0),
};

interface Scope extends Omit<QueryInput, 'metrics'> {
  pipeline?: string | null | undefined;
}

/** A question about stages, in one pipeline or in all; throws `wrong-use` when the pipeline is given twice. */
export function toStageQuestion(
  source: Source,
  viewer: Viewer,
  { pipeline, where: wanted = {}, ...rest }: Scope,
): Promise<Question> {
  if (pipeline !== undefined && wanted.pipeline)
    throw new WarehouseError(
      'wrong-use',
      'The pipeline was given twice, by itself and as a filter; give it once',
    );
  return toQuestion(source, viewer, {
    metrics: ['openPipeline'],
    ...rest,
    where: pipeline === undefined ? wanted : { ...wanted, pipeline: [pipeline] },
  });
}
