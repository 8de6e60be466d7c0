import { z } from 'zod';
import { page, stageScope } from './stage-question.ts';
import { querySchema } from './query.ts';

const { period, currency, rate, asOf, knownAt } = querySchema.shape;

/** How long open opportunities have been in their stage. */
export const stageAgeSchema = z.strictObject({
  ...stageScope,
  /** The expected close dates that count, as in the metric openPipeline. */
  period,
  currency,
  rate,
});

export type StageAgeInput = z.input<typeof stageAgeSchema>;

const days = z.int().min(0).max(36_500);

/** The open opportunities behind: of one stage or all, with a flag or of certain ages in their stage. */
export const stageAgeRowsSchema = stageAgeSchema.extend({
  stage: z.string().max(300).nullable().optional(),
  flag: z.enum(['watch', 'stalled']).optional(),
  /** Ages that count, half-open. */
  ageFrom: days.optional(),
  ageTo: days.optional(),
  ...page,
});

export type StageAgeRowsInput = z.input<typeof stageAgeRowsSchema>;

export const oddsSchema = z.strictObject({
  pipeline: z.string().max(300).nullable(),
  stage: z.string().max(300),
  days,
  asOf,
  knownAt,
});

export type OddsInput = z.input<typeof oddsSchema>;
