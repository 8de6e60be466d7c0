import type { Company } from './company.ts';
import { type Opportunity, type State, stateAt } from './life.ts';
import type { Plan } from './plan.ts';
import { createRandom } from './random.ts';
import { breakLines } from './broken.ts';
import type { Call } from './calls.ts';
import type { BrokenLine } from './csv.ts';
import { shuffled } from './people.ts';
import { type Activity, activitiesOf } from './activities.ts';
import { dayText } from './time.ts';

/** The CRM as it stands at the newest extract: what the files are written from. */
export interface Book {
  company: Company;
  plan: Plan;
  cut: number;
  opportunities: { o: Opportunity; state: State; last: number }[];
  /** Euro won in each quarter and what people called, as it was before any rewrite of the past. */
  won: Map<number, number>;
  calls: Call[];
  broken: Map<string, BrokenLine[]>;
  activities: Activity[];
  lastActivity: Map<string, string>;
  nameOf: (person: string) => string;
  /** Opportunities whose typed probability is written as 250. */
  impossible: Set<string>;
  merged: Merged;
}

/** Accounts merged by a rewrite of the past: loser to winner and when. */
export type Merged = Map<string, { into: string; at: number }>;

/** What is known before the past is rewritten. */
export type Judged = Pick<Book, 'won' | 'calls'>;

/** Opens the books at the company's cut. */
export function openBook(
  company: Company,
  lives: Opportunity[],
  merged: Merged,
  judged: Judged,
): Book {
  const { plan } = company;
  const names = new Map(company.people.all.map((person) => [person.id, person.name]));
  const opportunities = lives.flatMap((o) => {
    const state = o.vanishedAt <= plan.cut ? null : stateAt(o, plan.cut);
    return state
      ? [
          {
            o,
            state,
            last: Math.max(...o.happenings.filter((h) => h.at <= plan.cut).map((h) => h.at)),
          },
        ]
      : [];
  });
  const activities = opportunities.flatMap(({ o }) => activitiesOf(company, o));
  const oldest = opportunities
    .filter(({ o, state }) => o.createdAt < plan.start + 300 * 86_400_000 && state.stage === 'lost')
    .map(({ o }) => o.id);
  return {
    company,
    plan,
    opportunities,
    activities,
    merged,
    ...judged,
    cut: plan.cut,
    broken: breakLines(
      plan.seed,
      activities.filter((activity) => activity.kind !== 'Event').length,
    ),
    lastActivity: lastActivities(activities, plan.cut),
    nameOf: (person) => names.get(person) ?? person,
    impossible: new Set(shuffled(oldest, createRandom(plan.seed, 'impossible')).slice(0, 2)),
  };
}

function lastActivities(activities: Activity[], cut: number): Map<string, string> {
  const last = new Map<string, number>();
  for (const { opportunity, doneAt } of activities)
    if (doneAt !== null && doneAt <= cut && doneAt > (last.get(opportunity) ?? 0))
      last.set(opportunity, doneAt);
  return new Map([...last].map(([id, when]) => [id, dayText(when)]));
}
