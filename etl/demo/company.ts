import { findAccounts, type Accounts } from './accounts.ts';
import { makeClimate, makeRates, type Rates } from './climate.ts';
import { hirePeople, type People } from './people.ts';
import { makePlan, type DemoOptions, type Plan } from './plan.ts';
import { planStories, type Stories } from './stories.ts';

/** Everything about the company that does not depend on its single opportunities. */
export interface Company {
  plan: Plan;
  people: People;
  accounts: Accounts;
  rates: Rates;
  stories: Stories | null;
  climate: (when: number) => number;
}

/** Founds the demo company; the same options give the same company. */
export function foundCompany(options: DemoOptions): Company {
  const plan = makePlan(options);
  const people = hirePeople(plan);
  return {
    plan,
    people,
    accounts: findAccounts(plan, people.seats),
    rates: makeRates(plan),
    stories: planStories(plan, people),
    climate: makeClimate(plan),
  };
}
