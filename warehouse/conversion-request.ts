import { z } from 'zod';
import type { Viewer } from './access.ts';
import { type Source, toQuestion } from './ask.ts';
import { conversionOutcomes, conversionRuleNames } from './conversion-rules.ts';
import { WarehouseError } from './errors.ts';
import { querySchema } from './query.ts';
import type { Question } from './question.ts';

const { where, period, asOf, knownAt } = querySchema.shape;

/** One pipeline; null is that of opportunities without one. */
export const pipelineName = z.string().max(300).nullable().optional();

export const stageScope = { where, asOf, knownAt, pipeline: pipelineName };

/** How opportunities pass the stages. */
export const conversionSchema = z.strictObject({
  ...stageScope,
  /** When they entered the stage; with the rule `wonEverywhere` when they were created. */
  period,
  rule: z.enum(conversionRuleNames).default('cohort'),
});

export type ConversionInput = z.input<typeof conversionSchema>;

export const page = {
  limit: z.int().min(1).max(1000).default(100),
  offset: z.int().min(0).max(10_000_000).default(0),
};

/** The opportunities behind one number of one stage. */
export const conversionRowsSchema = conversionSchema.extend({
  pipeline: z.string().max(300).nullable(),
  stage: z.string().max(300),
  /** `entered`: all that count in the stage. */
  outcome: z.enum(['entered', ...conversionOutcomes]),
  ...page,
});

export type ConversionRowsInput = z.input<typeof conversionRowsSchema>;

interface Scope {
  where?: Record<string, (string | null)[]>;
  pipeline?: string | null | undefined;
}

/** A question about stages, in one pipeline or in all. */
export function toStageQuestion<T extends Scope>(
  source: Source,
  viewer: Viewer,
  { pipeline, where = {}, ...rest }: T,
): Promise<Question> {
  if (pipeline !== undefined && where.pipeline)
    throw new WarehouseError(
      'wrong-use',
      'The pipeline was given twice, by itself and as a filter; give it once',
    );
  return toQuestion(source, viewer, {
    metrics: ['openCount'],
    ...rest,
    where: pipeline === undefined ? where : { ...where, pipeline: [pipeline] },
  });
}
