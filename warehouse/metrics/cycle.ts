import type { Cell } from '../answers.ts';
import { type Companion, metric } from '../definitions.ts';
import { type Followed, followUp, incidenceAt, reachedAt, total } from '../survival.ts';
import { fateParts, fatesOf, tooYoung } from './fates.ts';
import { reasonOf, rounded } from './shares.ts';

const number = (cell: Cell | undefined): number | null =>
  cell === null || cell === undefined ? null : rounded(Number(cell));

const quartiles = (name: string): Companion[] => [
  { name: `${name}P25`, label: 'a quarter took at most', unit: 'days' },
  { name: `${name}P75`, label: 'three quarters took at most', unit: 'days' },
];

const taken = {
  from: 'closing',
  version: 1,
  unit: 'days',
  share: 'days',
  aggregate: 'combine',
  additive: false,
  parts: {
    median: 'quantile_cont(days, 0.5)',
    p25: 'quantile_cont(days, 0.25)',
    p75: 'quantile_cont(days, 0.75)',
  },
  combine: ({ median, p25, p75 }: Record<string, Cell>, name: string) => ({
    [name]: number(median),
    [`${name}P25`]: number(p25),
    [`${name}P75`]: number(p75),
  }),
  source: 'Metric 2.5, days to close',
} as const;

export const daysToClose = metric({
  ...taken,
  label: 'Days to close',
  where: `in_period and outcome = 'won' and days >= 0`,
  companions: quartiles('daysToClose'),
  meaning: 'Half of the opportunities won in the period took no longer from creation to winning',
  formula: 'median of (day of winning − day of creation) over the opportunities won in the period',
});
export const daysToLose = metric({
  ...taken,
  label: 'Days to lose',
  where: `in_period and outcome = 'lost' and days >= 0`,
  companions: quartiles('daysToLose'),
  meaning: 'Half of the opportunities lost in the period took no longer from creation to losing',
  formula: 'median of (day of losing − day of creation) over the opportunities lost in the period',
});

const sizeOf = ({ won, other, open }: Followed): number => total(won) + total(other) + total(open);

const cohort = {
  from: 'cohort',
  version: 1,
  where: 'in_period',
  aggregate: 'combine',
  additive: false,
  parts: fateParts,
} as const;

export const cohortWinRate = metric({
  ...cohort,
  label: 'Cohort win rate',
  unit: 'ratio',
  share: `(fate = 'won')::integer`,
  companions: [
    { name: 'cohortWinRateLow', label: 'low (95 %)', unit: 'ratio' },
    { name: 'cohortWinRateHigh', label: 'high (95 %)', unit: 'ratio' },
    { name: 'cohortWinRateN', label: 'created', unit: 'count' },
    { name: 'cohortWinRateOpen', label: 'still undecided', unit: 'ratio' },
    reasonOf('cohortWinRate'),
  ],
  combine: (parts, name) => {
    const fates = fatesOf(parts);
    const n = sizeOf(fates);
    const { share, low, high, open } = incidenceAt(followUp(fates));
    const told = (value: number) => (n ? rounded(value) : null);
    return {
      [name]: told(share),
      [`${name}Low`]: told(low),
      [`${name}High`]: told(high),
      [`${name}N`]: n,
      [`${name}Open`]: told(open),
      [`${name}Reason`]: n ? null : 'nothing was created',
    };
  },
  meaning:
    'Of the opportunities created in the period, the share that has been won by the age to which they could be followed. Those still open count for as long as they have been open; what is still undecided at that age stands beside',
  formula:
    'Aalen-Johansen incidence of winning since creation, lost and withdrawn competing, open ones censored on the as-of day; interval by the delta method on the scale of log(−log)',
  source: 'Metric 2.3, cohort win rate',
});

export const daysToCloseCensored = metric({
  ...cohort,
  label: 'Days to close, of a cohort',
  unit: 'days',
  share: `case when fate = 'won' then days end`,
  companions: [
    ...quartiles('daysToCloseCensored'),
    { name: 'daysToCloseCensoredN', label: 'created', unit: 'count' },
    reasonOf('daysToCloseCensored'),
  ],
  combine: (parts, name) => {
    const fates = fatesOf(parts);
    const steps = followUp(fates);
    const days = (at: number) => reachedAt(steps, at);
    const n = sizeOf(fates);
    const none = total(fates.won) ? tooYoung : 'nothing was won yet';
    return {
      [name]: days(0.5),
      [`${name}P25`]: days(0.25),
      [`${name}P75`]: days(0.75),
      [`${name}N`]: n,
      [`${name}Reason`]: days(0.5) === null ? (n ? none : 'nothing was created') : null,
    };
  },
  meaning:
    'How long winning takes for the opportunities created in the period, those still open included for as long as they have been seen: the won alone are quick ones while a cohort is young',
  formula:
    'first day on which the Aalen-Johansen incidence of winning, which weighs each win by Kaplan-Meier, has reached half of what it comes to; null while more is undecided than won',
  source: 'Metric 2.5, days to close',
});
