import type { Cell } from '../answers.ts';
import { metric } from '../definitions.ts';
import { jeffreys } from '../interval.ts';
import { rounded } from './shares.ts';

const closed = { from: 'closing', version: 1, additive: true } as const;
const won = `in_period and outcome = 'won'`;
const lost = `in_period and outcome = 'lost'`;

export const wonValue = metric({
  ...closed,
  label: 'Won',
  unit: 'money',
  where: won,
  share: 'money',
  aggregate: 'sum',
  meaning:
    'Value of the opportunities won in the period, by the day on which they were moved to won',
  formula: 'Σ amount of the closings in force with outcome won and actual close in the period',
  source: 'Metric 2.0, closings',
});
export const wonCount = metric({
  ...closed,
  label: 'Won opportunities',
  unit: 'count',
  where: won,
  share: '1',
  aggregate: 'count',
  meaning: 'How many opportunities were won in the period',
  formula: 'count of the closings in force with outcome won and actual close in the period',
  source: 'Metric 2.0, closings',
});
export const lostValue = metric({
  ...closed,
  label: 'Lost',
  unit: 'money',
  where: lost,
  share: 'money',
  aggregate: 'sum',
  meaning: 'Value of the opportunities lost in the period',
  formula: 'Σ amount of the closings in force with outcome lost and actual close in the period',
  source: 'Metric 2.0, closings',
});
export const lostCount = metric({
  ...closed,
  label: 'Lost opportunities',
  unit: 'count',
  where: lost,
  share: '1',
  aggregate: 'count',
  meaning: 'How many opportunities were lost in the period',
  formula: 'count of the closings in force with outcome lost and actual close in the period',
  source: 'Metric 2.0, closings',
});

const companions = (name: string) => [
  { name: `${name}Low`, label: 'low (95 %)', unit: 'ratio' as const },
  { name: `${name}High`, label: 'high (95 %)', unit: 'ratio' as const },
  { name: `${name}N`, label: 'closings', unit: 'count' as const },
];

/** Share with its interval; null without closings, never 0. By value, n is the effective number (Σw)²/Σw². */
function rate(parts: Record<string, Cell>, name: string): Record<string, Cell> {
  const [hit, all, squares, n] = ['hit', 'all', 'squares', 'n'].map((part) =>
    Number(parts[part] ?? 0),
  ) as [number, number, number, number];
  if (!(all > 0))
    return { [name]: null, [`${name}Low`]: null, [`${name}High`]: null, [`${name}N`]: n };
  const share = hit / all;
  const effective = (all * all) / squares;
  const { low, high } = jeffreys(share * effective, effective);
  return {
    [name]: rounded(share),
    [`${name}Low`]: low,
    [`${name}High`]: high,
    [`${name}N`]: n,
  };
}

export const winRate = metric({
  ...closed,
  label: 'Win rate',
  unit: 'ratio',
  where: 'in_period',
  share: `(outcome = 'won')::integer`,
  aggregate: 'combine',
  additive: false,
  parts: {
    hit: `count(distinct opportunity_id) filter (where outcome = 'won')`,
    all: 'count(distinct opportunity_id)',
    squares: 'count(distinct opportunity_id)',
    n: 'count(distinct opportunity_id)',
  },
  companions: companions('winRate'),
  combine: rate,
  meaning:
    'Of the opportunities closed in the period, the share that was won, with its 95 % interval',
  formula: 'won / (won + lost + withdrawn), interval by Jeffreys; null without closings',
  source: 'Metric 2.3, win rate by count',
});
export const winRateByValue = metric({
  ...closed,
  label: 'Win rate by value',
  unit: 'ratio',
  where: 'in_period',
  share: `case when outcome = 'won' then money else 0 end`,
  aggregate: 'combine',
  additive: false,
  parts: {
    hit: `sum(money) filter (where outcome = 'won')`,
    all: 'sum(money)',
    squares: 'sum(money::double * money::double)',
    n: 'count(distinct opportunity_id)',
  },
  companions: companions('winRateByValue'),
  combine: rate,
  meaning: 'Of the value closed in the period, the share that was won',
  formula:
    'Σ amount won / Σ amount closed, interval by Jeffreys with the effective number (Σa)²/Σa²',
  source: 'Metric 2.3, win rate by value',
});
export const medianWonSize = metric({
  ...closed,
  label: 'Median won size',
  unit: 'money',
  where: `${won} and has_amount`,
  share: 'money',
  aggregate: 'median',
  additive: false,
  meaning: 'Middle amount of the opportunities won in the period',
  formula: 'median of amount over the opportunities won in the period',
  source: 'Metric 2.21, deal size',
});
export const averageWonSize = metric({
  ...closed,
  label: 'Average won size',
  unit: 'money',
  where: `${won} and has_amount`,
  share: 'money',
  aggregate: 'average',
  additive: false,
  meaning: 'Mean amount of the opportunities won in the period',
  formula: 'Σ amount / count over the opportunities won in the period',
  source: 'Metric 2.21, deal size',
});
