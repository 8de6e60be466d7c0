import type { Cell } from '../answers.ts';
import { sumMoney } from '../cents.ts';
import { metric } from '../definitions.ts';

const open = {
  from: 'open',
  version: 1,
  unit: 'money',
  share: 'money',
  additive: true,
  source: 'Metric 2.9, forecast categories',
} as const;
const committed = `in_period and category_class = 'commit'`;
const bestCase = `in_period and category_class in ('commit', 'likely', 'best')`;

export const commitPipeline = metric({
  ...open,
  label: 'Commit pipeline',
  where: committed,
  aggregate: 'sum',
  meaning: 'Value of the open pipeline of the period that is committed',
  formula: 'Σ amount over the open pipeline whose effective category is Commit (or Forecast)',
});
export const bestCasePipeline = metric({
  ...open,
  label: 'Best case pipeline',
  where: bestCase,
  aggregate: 'sum',
  meaning: 'Value of the open pipeline of the period that is committed, most likely or a best case',
  formula:
    'Σ amount over the open pipeline whose effective category is Best case, Most likely or Commit',
});
export const omittedPipeline = metric({
  ...open,
  label: 'Omitted pipeline',
  where: `in_period and category_class = 'omitted'`,
  aggregate: 'sum',
  meaning:
    'Value of the open pipeline of the period that is left out of the forecast; it is open nevertheless',
  formula: 'Σ amount over the open pipeline whose effective category is Omitted',
});

const rollUp = {
  ...open,
  aggregate: 'combine',
  parts: { open: 'sum(money)' },
  with: { closing: { where: `in_period and outcome = 'won'`, parts: { won: 'sum(money)' } } },
  combine: (parts: Record<string, Cell>, name: string) => ({
    [name]: sumMoney([parts.open ?? null, parts.won ?? null] as (string | null)[]),
  }),
} as const;

export const commitForecast = metric({
  ...rollUp,
  label: 'Commit roll-up',
  where: committed,
  meaning: 'What the period comes to when everything committed is won: won and commit pipeline',
  formula: 'won + commit pipeline; worked out at each question, never kept',
});
export const bestCaseForecast = metric({
  ...rollUp,
  label: 'Best case roll-up',
  where: bestCase,
  meaning:
    'What the period comes to when everything committed, most likely and in the best case is won: won and best case pipeline',
  formula: 'won + best case pipeline; worked out at each question, never kept',
});
