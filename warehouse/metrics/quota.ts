import { metric } from '../definitions.ts';
import { ratio } from './shares.ts';

export const quota = metric({
  label: 'Quota',
  unit: 'money',
  version: 1,
  from: 'quota',
  where: 'in_period',
  share: 'money',
  aggregate: 'sum',
  additive: true,
  meaning: 'What the salesmen are asked to win in the period, as it stood on the as-of day',
  formula: 'Σ quota amount, by days where a quota reaches over the edge of the period',
  source: 'Metric 2.10, quota',
});
export const attainment = metric({
  label: 'Attainment',
  unit: 'ratio',
  version: 1,
  from: 'closing',
  with: { quota: { where: 'in_period', parts: { quota: 'sum(money)' } } },
  where: `in_period and outcome = 'won'`,
  share: 'money',
  aggregate: 'combine',
  additive: false,
  parts: { won: 'sum(money)' },
  combine: ({ won, quota: target }, name) => ({ [name]: ratio(won, target) }),
  meaning: 'How much of the quota of the period has been won',
  formula: 'won / quota; null without a quota',
  source: 'Metric 2.10, attainment',
});
