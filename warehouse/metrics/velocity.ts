import type { Cell } from '../answers.ts';
import { metric } from '../definitions.ts';
import { followUp, incidenceAt, reachedAt, total } from '../survival.ts';
import { fateParts, fatesOf, tooYoung } from './fates.ts';
import { reasonOf, rounded } from './shares.ts';

export const velocity = metric({
  label: 'Pipeline velocity per day',
  unit: 'money',
  version: 1,
  from: 'open',
  where: `in_period and category_class <> 'omitted'`,
  share: 'money',
  aggregate: 'combine',
  additive: false,
  parts: {
    count: 'count(distinct opportunity_id)',
    amount: 'quantile_cont(money, 0.5) filter (where has_amount)',
  },
  with: { cohort: { where: 'in_year', parts: fateParts } },
  companions: [
    { name: 'velocityCount', label: 'open opportunities', unit: 'count' },
    { name: 'velocityAmount', label: 'median amount', unit: 'money' },
    { name: 'velocityWinRate', label: 'cohort win rate', unit: 'ratio' },
    { name: 'velocityDays', label: 'median days to win', unit: 'days' },
    reasonOf('velocity'),
  ],
  combine: (parts, name) => {
    const count = Number(parts.count ?? 0);
    const amount =
      parts.amount === null || parts.amount === undefined ? null : Number(parts.amount);
    const fates = fatesOf(parts);
    const steps = followUp(fates);
    const rate = steps.length ? rounded(incidenceAt(steps).share) : null;
    const days = reachedAt(steps, 0.5);
    const reason = whyNot({ count, amount, days, won: total(fates.won) });
    const speed = ((count * (amount ?? 0)) / Math.max(1, days ?? 1)) * (rate ?? 0);
    return {
      [name]: reason ? null : speed.toFixed(2),
      [`${name}Count`]: count,
      [`${name}Amount`]: amount === null ? null : amount.toFixed(2),
      [`${name}WinRate`]: rate,
      [`${name}Days`]: days,
      [`${name}Reason`]: reason,
    };
  },
  meaning:
    'What the open pipeline of the period brings in per day, as the opportunities created in the 365 days before have gone: how many are open and not omitted, how large in the middle, how often they are won and how long that takes',
  formula:
    'open opportunities × median amount × cohort win rate / median days to win (at least 1), the latter two by Aalen-Johansen over those created in the 365 days up to the as-of day',
  source: 'Metric 2.7, velocity',
});

interface Factors {
  count: number;
  amount: Cell;
  days: number | null;
  won: number;
}

function whyNot({ count, amount, days, won }: Factors): string | null {
  if (!count) return 'nothing is open';
  if (amount === null) return 'no open opportunity has an amount';
  if (!won) return 'nothing created in the year before was won yet';
  return days === null ? `of what was created in the year before, ${tooYoung}` : null;
}
