import { createRandom, exp } from './random.ts';
import { monthStart, week, yearOf } from './time.ts';
import type { Plan } from './plan.ts';

/** How business goes in general, by week since the start; a slow drift around 1. */
export function makeClimate(plan: Plan): (when: number) => number {
  const random = createRandom(plan.seed, 'climate');
  const levels: number[] = [];
  let level = 0;
  for (let i = 0; i < 1000; i++) {
    level = 0.97 * level + 0.02 * random.normal();
    levels.push(exp(level));
  }
  return (when) => levels[Math.max(0, Math.floor((when - plan.start) / week))] ?? 1;
}

export interface Rates {
  /** Units of a currency for one euro, at the start of each quarter or year. */
  dated: { currency: string; rate: number; from: number; to: number | null }[];
  plan: { currency: string; rate: number; from: number }[];
}

export const currencies = ['EUR', 'USD', 'GBP'] as const;

/** Exchange rates of every quarter since the year of the start, and the rates fixed for each year. */
export function makeRates(plan: Plan): Rates {
  const rates: Rates = { dated: [], plan: [] };
  for (const [currency, first] of [
    ['EUR', 1],
    ['USD', 1.09],
    ['GBP', 0.86],
  ] as const) {
    const random = createRandom(plan.seed, 'rates', currency);
    let rate: number = first;
    for (let quarter = 0; ; quarter++) {
      const from = monthStart(yearOf(plan.start), 3 * quarter);
      if (from > plan.horizon) break;
      if (currency !== 'EUR')
        rate =
          Math.round(rate * (1 + 0.025 * random.normal() + 0.15 * (first / rate - 1)) * 10_000) /
          10_000;
      const to = monthStart(yearOf(plan.start), 3 * quarter + 3);
      rates.dated.push({ currency, rate, from, to: to > plan.horizon ? null : to });
      if (quarter % 4 === 0) rates.plan.push({ currency, rate, from });
    }
  }
  return rates;
}

/** The rate of a currency on a day; before all rates the first one. */
export function rateAt(rates: Rates, currency: string, when: number): number {
  let found = 1;
  let seen = false;
  for (const row of rates.dated) {
    if (row.currency !== currency) continue;
    if (!seen || row.from <= when) found = row.rate;
    seen = true;
  }
  return found;
}
