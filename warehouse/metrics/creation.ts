import { metric } from '../definitions.ts';

const created = { from: 'creation', version: 1, additive: true, where: 'in_period' } as const;

export const createdPipeline = metric({
  ...created,
  label: 'Created pipeline',
  unit: 'money',
  share: 'money',
  aggregate: 'sum',
  meaning:
    'Value of the opportunities created in the period: the amount at the end of the seventh day, under the salesman who had it first',
  formula: 'Σ amount on day 7 after creation over the opportunities created in the period',
  source: 'Metric 2.13, pipeline generation',
});
export const createdCount = metric({
  ...created,
  label: 'Created opportunities',
  unit: 'count',
  share: '1',
  aggregate: 'count',
  meaning: 'How many opportunities were created in the period',
  formula: 'count of the opportunities created in the period',
  source: 'Metric 2.13, pipeline generation',
});
