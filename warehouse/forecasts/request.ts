import { z } from 'zod';
import { querySchema } from '../query.ts';

const { where, asOf } = querySchema.shape;

/** Which period of which part of the pipeline, as told by the forecasts stored up to a day; default the running quarter. */
export const forecastSchema = z.strictObject({
  period: z.string().max(40).optional(),
  where,
  asOf,
});

export type ForecastInput = z.input<typeof forecastSchema>;
