import { z } from 'zod';
import { conversionOutcomes, conversionRuleNames } from './conversion-rules.ts';
import { querySchema } from './query.ts';
import { page, stageScope } from './stage-question.ts';

const { period } = querySchema.shape;

/** How opportunities pass the stages. */
export const conversionSchema = z.strictObject({
  ...stageScope,
  /** When they entered the stage; with the rule `wonEverywhere` when they were created. */
  period,
  rule: z.enum(conversionRuleNames).default('cohort'),
});

export type ConversionInput = z.input<typeof conversionSchema>;

/** The opportunities behind one number of one stage. */
export const conversionRowsSchema = conversionSchema.extend({
  pipeline: z.string().max(300).nullable(),
  stage: z.string().max(300),
  /** `entered`: all that count in the stage. */
  outcome: z.enum(['entered', ...conversionOutcomes]),
  ...page,
});

export type ConversionRowsInput = z.input<typeof conversionRowsSchema>;
