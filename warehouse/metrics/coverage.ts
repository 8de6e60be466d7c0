import type { Cell } from '../answers.ts';
import { fromCents, toCents } from '../cents.ts';
import { metric } from '../definitions.ts';
import { pastPeriods } from '../period.ts';
import { quantile } from '../quantile.ts';
import { reasonOf, rounded } from './shares.ts';

/** What the quota of the period still lacks of other facts. */
const quotaPart = { quota: { where: 'in_period', parts: { quota: 'sum(money)' } } };
const wonPart = {
  closing: { where: `in_period and outcome = 'won'`, parts: { won: 'sum(money)' } },
};

const money = (cell: Cell | undefined): bigint => toCents((cell ?? null) as string | null);

export const remainingQuota = metric({
  label: 'Remaining quota',
  unit: 'money',
  version: 1,
  from: 'quota',
  where: 'in_period',
  share: 'money',
  aggregate: 'combine',
  additive: false,
  parts: { quota: 'sum(money)' },
  with: wonPart,
  companions: [reasonOf('remainingQuota')],
  combine: ({ quota, won }, name) => {
    const target = money(quota);
    const rest = target - money(won);
    if (target <= 0n) return { [name]: null, [`${name}Reason`]: 'no quota' };
    return {
      [name]: fromCents(rest > 0n ? rest : 0n),
      [`${name}Reason`]: rest > 0n ? null : 'target met',
    };
  },
  meaning: 'What is still to be won to reach the quota of the period; 0 once it is met',
  formula: 'max(quota − won, 0); null without a quota',
  source: 'Metric 2.8, coverage',
});
export const coverage = metric({
  label: 'Coverage',
  unit: 'times',
  version: 1,
  from: 'open',
  where: 'in_period',
  share: 'money',
  aggregate: 'combine',
  additive: false,
  parts: { open: 'sum(money)' },
  with: { ...quotaPart, ...wonPart },
  companions: [reasonOf('coverage')],
  combine: ({ open, quota, won }, name) => {
    const target = money(quota);
    const rest = target - money(won);
    const reason = target <= 0n ? 'no quota' : rest <= 0n ? 'target met' : null;
    return {
      [name]: reason ? null : rounded(Number(money(open)) / Number(rest)),
      [`${name}Reason`]: reason,
    };
  },
  meaning:
    'How many times the open pipeline of the period is what its quota still lacks. Nothing once the quota is met',
  formula: 'open pipeline / (quota − won); null when nothing remains or there is no quota',
  source: 'Metric 2.8, coverage',
});

const yields = Array.from({ length: pastPeriods }, (_, i) => i + 1);

export const requiredCoverage = metric({
  label: 'Required coverage',
  unit: 'times',
  version: 1,
  from: 'open',
  where: 'in_period',
  share: 'round(money::decimal(38,2) * list_median(yields), 2)::decimal(18,2)',
  aggregate: 'combine',
  additive: false,
  parts: {
    open: 'sum(money)',
    past: 'max(len(yields))',
    ...Object.fromEntries(
      yields.map((n) => [`won${n}`, `sum(round(money::decimal(38,2) * yields[${n}], 2))`]),
    ),
  },
  companions: [
    { name: 'requiredCoverageLow', label: 'low (80 %)', unit: 'times' },
    { name: 'requiredCoverageHigh', label: 'high (80 %)', unit: 'times' },
    { name: 'requiredCoverageN', label: 'past periods', unit: 'count' },
    reasonOf('requiredCoverage'),
  ],
  combine: required,
  meaning:
    'The coverage that was enough in past periods: how many times the open pipeline had to be what was won of it, seen on the same day of the period and with the stages of today. The band is that of 80 % of the past periods',
  formula:
    '1 / median of Σ(amount × share won in past period i of what was open in the same stage on the same day and expected in it) / Σ amount, over up to 8 past periods; band by their 10th and 90th percentile; null below 4',
  source: 'Metric 2.8, required coverage',
});

/** Of the shares won in past periods their middle and the band of 80 %, turned over: small shares ask for much. */
function required(parts: Record<string, Cell>, name: string): Record<string, Cell> {
  const n = Number(parts.past ?? 0);
  const open = Number(parts.open ?? 0);
  const answer = (reason: string | null, [middle, low, high]: (number | null)[] = []) => ({
    [name]: middle ?? null,
    [`${name}Low`]: low ?? null,
    [`${name}High`]: high ?? null,
    [`${name}N`]: n,
    [`${name}Reason`]: reason,
  });
  if (!(open > 0)) return answer('nothing is open in the period');
  if (n < 4)
    return answer(`only ${n} past ${n === 1 ? 'period' : 'periods'} to learn from, 4 are needed`);
  const shares = yields.slice(0, n).map((i) => Number(parts[`won${i}`] ?? 0) / open);
  const times = (at: number) => {
    const share = quantile(shares, at);
    return share > 0 ? rounded(1 / share) : null;
  };
  if (times(0.5) === null) return answer('nothing was won of it in most past periods');
  return answer(null, [times(0.5), times(0.9), times(0.1)]);
}
