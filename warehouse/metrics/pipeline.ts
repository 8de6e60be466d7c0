import { metric } from '../definitions.ts';

const open = { from: 'open', version: 1, additive: true } as const;

export const openPipeline = metric({
  ...open,
  label: 'Open pipeline',
  unit: 'money',
  where: 'in_period',
  share: 'money',
  aggregate: 'sum',
  meaning:
    'Value of the open opportunities that are expected to close in the period. Overdue ones and ones without a close date stand apart; with all periods they are included',
  formula:
    'Σ amount of open, not deleted opportunities with the expected close date in the period and not before the as-of day',
  source: 'Metric 2.1, open pipeline',
});
export const openCount = metric({
  ...open,
  label: 'Open opportunities',
  unit: 'count',
  where: 'in_period',
  share: '1',
  aggregate: 'count',
  meaning: 'How many open opportunities are expected to close in the period',
  formula: 'count of the opportunities of the open pipeline',
  source: 'Metric 2.1, open pipeline',
});
export const overduePipeline = metric({
  ...open,
  label: 'Overdue pipeline',
  unit: 'money',
  where: 'is_overdue',
  share: 'money',
  aggregate: 'sum',
  meaning: 'Value of open opportunities whose expected close date has passed',
  formula: 'Σ amount of open opportunities with an expected close date before the as-of day',
  source: 'Metric 2.1, companion overdue',
});
export const overdueCount = metric({
  ...open,
  label: 'Overdue opportunities',
  unit: 'count',
  where: 'is_overdue',
  share: '1',
  aggregate: 'count',
  meaning: 'How many open opportunities have an expected close date that has passed',
  formula: 'count of the opportunities of the overdue pipeline',
  source: 'Metric 2.1, companion overdue',
});
export const undatedPipeline = metric({
  ...open,
  label: 'Pipeline without date',
  unit: 'money',
  where: 'is_undated',
  share: 'money',
  aggregate: 'sum',
  meaning: 'Value of open opportunities without a known expected close date, whatever the period',
  formula: 'Σ amount of open opportunities without an expected close date',
  source: 'Metric 2.1, companion no date',
});
export const undatedCount = metric({
  ...open,
  label: 'Opportunities without date',
  unit: 'count',
  where: 'is_undated',
  share: '1',
  aggregate: 'count',
  meaning: 'How many open opportunities have no known expected close date',
  formula: 'count of the opportunities of the pipeline without date',
  source: 'Metric 2.1, companion no date',
});
export const typedWeightedPipeline = metric({
  ...open,
  label: 'Weighted pipeline, typed',
  unit: 'money',
  where: 'in_period',
  share: 'typed',
  aggregate: 'sum',
  meaning:
    'Open pipeline times the probability that stands in the source (else that of the stage dictionary): the chance ever to win, as people typed it',
  formula: 'Σ round(amount × typed probability, 2) over the open pipeline',
  source: 'Metric 2.2 (a), typed',
});
export const weightedPipeline = metric({
  ...open,
  label: 'Weighted pipeline, learned',
  unit: 'money',
  where: 'in_period',
  share: 'learned',
  aggregate: 'sum',
  meaning:
    'Open pipeline times the share of past opportunities that were won after standing in the same stage, learned from those resolved by the as-of day and drawn to the mean of their pipeline where few were',
  formula:
    'Σ round(amount × p(stage, pipeline), 2), p = (won + κ·mean) / (resolved + κ), κ by the method of moments',
  source: 'Metric 2.2 (b), stage-learned',
});
export const averageOpenSize = metric({
  ...open,
  label: 'Average open size',
  unit: 'money',
  where: 'in_period and has_amount',
  share: 'money',
  aggregate: 'average',
  additive: false,
  meaning: 'Mean amount of the open opportunities that have one',
  formula: 'Σ amount / count over the open pipeline with an amount',
  source: 'Metric 2.1, sizes',
});
export const medianOpenSize = metric({
  ...open,
  label: 'Median open size',
  unit: 'money',
  where: 'in_period and has_amount',
  share: 'money',
  aggregate: 'median',
  additive: false,
  meaning: 'Middle amount of the open opportunities that have one',
  formula: 'median of amount over the open pipeline with an amount',
  source: 'Metric 2.1, sizes',
});
