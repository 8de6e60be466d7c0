import { z } from 'zod';
import { querySchema } from './query.ts';

const { where, period, asOf, knownAt, currency, rate } = querySchema.shape;

/** Which closings are compared: those of the period that pass the filters. */
export const comparisonSchema = z.strictObject({ where, period, asOf, knownAt, currency, rate });

export type ComparisonInput = z.input<typeof comparisonSchema>;

export const measureNames = ['winRate', 'size', 'days'] as const;
export type MeasureName = (typeof measureNames)[number];

const page = {
  limit: z.int().min(1).max(1000).default(100),
  offset: z.int().min(0).max(10_000_000).default(0),
};

/** The closings of one salesman, each beside what was expected of it. */
export const comparisonRowsSchema = comparisonSchema.extend({
  measure: z.enum(measureNames).default('winRate'),
  salesman: z.string().max(300),
  part: z.enum(['originated', 'inherited']).optional(),
  ...page,
});

export type ComparisonRowsInput = z.input<typeof comparisonRowsSchema>;

/** The stays of one salesman in one stage that came to an end, each beside what was expected of it. */
export const stageRowsSchema = comparisonSchema.extend({
  salesman: z.string().max(300),
  /** Empty where the source knows no pipelines. */
  pipeline: z.string().max(300),
  stage: z.string().max(300),
  ...page,
});

export type StageRowsInput = z.input<typeof stageRowsSchema>;

/** One salesman by the key of the source. */
export const salesmanSchema = comparisonSchema.extend({ salesman: z.string().max(300) });

export type SalesmanInput = z.input<typeof salesmanSchema>;
