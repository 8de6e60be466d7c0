import type { Cell } from '../answers.ts';
import { metric } from '../definitions.ts';
import { ratio, reasonOf } from './shares.ts';

const push = {
  from: 'push',
  version: 1,
  unit: 'count',
  share: '1',
  aggregate: 'count',
  additive: true,
  source: 'Metric 2.12, slippage and push count',
} as const;

export const pushes = metric({
  ...push,
  label: 'Pushes',
  where: 'in_period',
  meaning:
    'How many times in the period an expected close date was moved later by a day or more. Moves within 24 hours are one; what a source writes when it closes an opportunity is none',
  formula:
    'count of the moves of close dates to a later day between open states, made in the period and at least 24 hours after the one before',
});
export const periodPushes = metric({
  ...push,
  label: 'Pushes into a later month',
  where: 'in_period and is_next_month',
  meaning: 'How many of the pushes of the period moved the close date into a later calendar month',
  formula: 'count of the pushes whose new close date is in a later month than the one before',
});
export const quarterPushes = metric({
  ...push,
  label: 'Pushes into a later quarter',
  where: 'in_period and is_next_quarter',
  meaning: 'How many of the pushes of the period moved the close date into a later fiscal quarter',
  formula:
    'count of the pushes whose new close date is in a later fiscal quarter than the one before',
});
export const daysSlipped = metric({
  label: 'Days slipped',
  unit: 'days',
  version: 1,
  from: 'open',
  where: 'in_period and slipped is not null',
  share: 'slipped',
  aggregate: 'average',
  additive: false,
  meaning:
    'By how many days, on average, the close dates of the open opportunities are later than the first ones they had',
  formula: 'mean of (close date − first close date) over the open pipeline with a close date',
  source: 'Metric 2.12, slippage and push count',
});

export const slipRate = metric({
  label: 'Slip rate',
  unit: 'ratio',
  version: 1,
  from: 'expected',
  where: 'in_period',
  share: 'case when is_slipped then money else 0 end',
  aggregate: 'combine',
  additive: false,
  parts: {
    all: 'sum(money)',
    slipped: 'sum(money) filter (where is_slipped)',
    moved: 'sum(money) filter (where is_moved)',
    n: 'count(distinct opportunity_id)',
  },
  companions: [
    { name: 'slipRateMoved', label: 'moved beyond the period', unit: 'ratio' },
    { name: 'slipRateValue', label: 'still open', unit: 'money' },
    { name: 'slipRateExpected', label: 'expected at its beginning', unit: 'money' },
    { name: 'slipRateN', label: 'opportunities', unit: 'count' },
    reasonOf('slipRate'),
  ],
  combine: ({ all, slipped, moved, n }, name): Record<string, Cell> => {
    const isNone = !(Number(all ?? 0) > 0);
    return {
      [name]: ratio(slipped, all),
      [`${name}Moved`]: ratio(moved, all),
      [`${name}Value`]: isNone ? null : (slipped ?? '0.00'),
      [`${name}Expected`]: all ?? null,
      [`${name}N`]: Number(n ?? 0),
      [`${name}Reason`]: isNone ? 'nothing was expected when the period began' : null,
    };
  },
  meaning:
    'Of the value that was expected to close in the period when it began, the share that is still open at its end; while the period runs, as of the day. Beside it what has been moved beyond the period',
  formula:
    'Σ amount of those still open / Σ amount of all that were open at the end of the day before the period with a close date in it, both at the amounts of then',
  source: 'Metric 2.12, slip rate',
});
