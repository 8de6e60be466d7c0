import { z } from 'zod';
import { querySchema } from '#warehouse/query.ts';
import { rewrittenSchema } from '#warehouse/rewritten-request.ts';

export {
  bridgeRowsSchema as bridgeRows,
  bridgeSchema as bridge,
} from '#warehouse/bridge-request.ts';
export {
  comparisonRowsSchema as comparisonRows,
  comparisonSchema as comparison,
  salesmanSchema as salesman,
  stageRowsSchema as stageRows,
} from '#warehouse/comparison-request.ts';
export { sinceSchema as since } from '#warehouse/bridge-since.ts';
export {
  conversionRowsSchema as conversionRows,
  conversionSchema as conversion,
} from '#warehouse/conversion-request.ts';
export {
  openColumnsSchema as openColumns,
  openNamesSchema as openNames,
} from '#warehouse/open-columns.ts';
export { fieldGridSchema as fieldGrid } from '#warehouse/field-grid.ts';
export { forecastSchema as forecast } from '#warehouse/forecasts/request.ts';
export { rewrittenRowsSchema as rewrittenRows } from '#warehouse/rewritten-request.ts';
export { riskRulesSchema as riskRules, risksSchema as risks } from '#warehouse/risks/request.ts';
export {
  oddsSchema as stageOdds,
  stageAgeRowsSchema as stageAgeRows,
  stageAgeSchema as stageAge,
} from '#warehouse/stage-age-request.ts';
export { vanishedSchema as vanished } from '#warehouse/vanished-request.ts';
export {
  waterfallRowsSchema as waterfallRows,
  waterfallSchema as waterfall,
} from '#warehouse/waterfall-request.ts';

const text = z.string().max(300);
const moment = z.string().max(40);
const limit = z.int().min(1).max(1000);

export const when = z.strictObject({ asOf: moment.optional(), knownAt: moment.optional() });

export const lifeOf = when.extend({ id: text });

/** A list of opportunities: the same filters as a query, plus what one looks for in a list. */
export const opportunityList = when.extend({
  search: text.optional(),
  where: querySchema.shape.where.optional(),
  period: moment.optional(),
  outcome: z.enum(['open', 'won', 'lost', 'all']).default('open'),
  sort: z.string().max(60).optional(),
  limit: limit.default(100),
  offset: z.int().min(0).max(10_000_000).default(0),
});

export const accountList = z.strictObject({
  search: text.optional(),
  sort: z.string().max(60).optional(),
  limit: limit.default(100),
  offset: z.int().min(0).max(10_000_000).default(0),
});

export const trend = z.strictObject({ query: querySchema, weeks: z.int().min(2).max(260) });
export const search = z.strictObject({ text });
export const changes = z.strictObject({ limit: limit.default(20) });
export const quarantine = z.strictObject({ limit: limit.default(100), object: text.optional() });

/** `limit` bounds the list of edits only. */
export const rewritten = rewrittenSchema.extend({ limit: limit.default(200) });
