import type { Company } from './company.ts';
import { makeId } from './ids.ts';
import { isOpen, type Opportunity, type State, stateAt } from './life.ts';
import { newBusiness } from './market.ts';
import { shuffled } from './people.ts';
import { createRandom } from './random.ts';
import { noteValue } from './simulate.ts';
import { day, dayOf, hour, week } from './time.ts';

/** An opportunity closed as lost and made again the same day, so that it looks young. */
export interface Clone {
  lost: string;
  again: string;
  at: number;
}

/** Plays the trick on some that were open for long; returns all lives with the copies among them. */
export function playClones(
  company: Company,
  lives: Opportunity[],
): { lives: Opportunity[]; clones: Clone[] } {
  const { plan, stories } = company;
  if (!stories) return { lives, clones: [] };
  const random = createRandom(plan.seed, 'clones');
  const suits = lives
    .map((o) => ({ o, when: o.createdAt + 13 * week + 3 * hour }))
    .filter(({ o, when }) => isOldEnough(company, o, when));
  const chosen = shuffled(suits, random).slice(0, stories.clones);
  const copies = chosen.map(({ o, when }) => cloneAt(company, o, when));
  const clones = chosen.map(
    ({ o, when }, i): Clone => ({ lost: o.id, again: copies[i]?.id ?? '', at: when }),
  );
  return {
    lives: [...lives, ...copies].sort(
      (a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1),
    ),
    clones,
  };
}

function isOldEnough({ plan }: Company, o: Opportunity, when: number): boolean {
  if (
    o.pipeline !== newBusiness ||
    when < plan.firstToday - 70 * week ||
    when > plan.firstToday - 3 * week
  )
    return false;
  const [then, later] = [stateAt(o, when), stateAt(o, when + 3 * week)];
  return (
    then !== null &&
    later !== null &&
    isOpen(then) &&
    isOpen(later) &&
    then.amount !== null &&
    new Date(when).getUTCDay() % 6 !== 0
  );
}

function cloneAt(company: Company, o: Opportunity, when: number): Opportunity {
  const state = stateAt(o, when) as State;
  const born = when + hour;
  const copy: Opportunity = {
    ...o,
    key: `${o.key}c`,
    id: makeId('opportunity', company.plan.seed, `${o.key}c`),
    createdAt: born,
    createdBy: state.owner,
    fromLead: false,
    renews: null,
    happenings: [
      { at: born, by: state.owner, changes: { ...state } },
      ...o.happenings.filter((h) => h.at > born),
    ],
    efforts: o.efforts
      .filter((effort) => effort.from + 6 * day > born)
      .map((effort) => ({ ...effort, from: Math.max(effort.from, born) })),
  };
  o.happenings = [
    ...o.happenings.filter((h) => h.at <= when),
    {
      at: when + 60_000,
      by: state.owner,
      changes: {
        stage: 'lost',
        probability: 0,
        category: 'Omitted',
        closeOn: dayOf(when),
        lossReason: 'Other',
      },
    },
  ];
  o.efforts = o.efforts.filter((effort) => effort.from + 6 * day <= born);
  o.closedAt = when + 60_000;
  noteValue(company, o);
  noteValue(company, copy);
  return copy;
}
