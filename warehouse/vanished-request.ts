import { z } from 'zod';
import { querySchema } from './query.ts';

const { where, period, asOf, knownAt } = querySchema.shape;

/** Which opportunities went away other than by an honest end. */
export const vanishedSchema = z.strictObject({
  /** When they went. */
  period,
  where,
  asOf,
  knownAt,
  /** Within how many days after a loss or deletion the same thing made again counts as a clone. */
  within: z.int().min(1).max(365).default(30),
  kind: z.enum(['deleted', 'merged', 'cloned']).optional(),
  limit: z.int().min(1).max(1000).default(100),
  offset: z.int().min(0).max(10_000_000).default(0),
});

export type VanishedInput = z.input<typeof vanishedSchema>;
