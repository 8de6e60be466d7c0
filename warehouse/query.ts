import { z } from 'zod';

/** One question, the same for tile, rows, receipt, export and URL. Names are checked against the catalog. */
export const querySchema = z.strictObject({
  metrics: z.array(z.string().max(60)).min(1).max(24),
  by: z.array(z.string().max(40)).max(4).default([]),
  /** dimension -> values; null is "none". */
  where: z.record(z.string().max(40), z.array(z.string().max(300).nullable()).max(500)).default({}),
  /** `2026`, `2026-Q3` (fiscal), `2026-07`, `2026-07-01..2026-08-15` (both included), `all`. */
  period: z.string().max(40).default('all'),
  /** A day (its end in the reporting zone) or an instant; default: when the newest extract was taken. */
  asOf: z.string().max(40).optional(),
  /** An instant (or day): only what had been loaded by then; default now. */
  knownAt: z.string().max(40).optional(),
  /** Another period or day to compare with: adds `<metric>Before` columns. */
  compare: z.string().max(40).optional(),
  currency: z.string().length(3).optional(),
  rate: z.enum(['plan', 'as-of', 'close']).default('plan'),
  /** A column name, `-` in front for descending. */
  sort: z.string().max(60).optional(),
  limit: z.number().int().min(1).max(1_000_000).optional(),
});

export type Query = z.infer<typeof querySchema>;
export type QueryInput = z.input<typeof querySchema>;

/** Reads a query from outside; throws ZodError. */
export const parseQuery = (input: unknown): Query => querySchema.parse(input);
