import type { Company } from './company.ts';
import { makeId } from './ids.ts';
import type { Opportunity } from './life.ts';
import { createRandom } from './random.ts';
import { day, dayOf, hour, officeTime, workday } from './time.ts';

export type ActivityKind = 'Call' | 'Email' | 'Task' | 'Event';

export interface Activity {
  id: string;
  kind: ActivityKind;
  opportunity: string;
  account: string;
  contact: string | null;
  owner: string;
  createdAt: number;
  dueOn: number;
  /** When a task was completed or a meeting was over. */
  doneAt: number | null;
  startsAt: number | null;
  endsAt: number | null;
  allDay: boolean;
  /** A stream number for texts. */
  seed: string;
}

/** The tasks and events of an opportunity that exist at the company's cut. */
export function activitiesOf(company: Company, o: Opportunity): Activity[] {
  const { plan } = company;
  const list: Activity[] = [];
  for (const effort of o.efforts) {
    if (effort.from > plan.cut) break;
    for (let n = 0; n < effort.count; n++) {
      const activity = makeActivity(company, o, effort, n);
      if (
        activity.createdAt <= plan.cut &&
        activity.createdAt <= (o.closedAt ?? Infinity) + 7 * day
      )
        list.push(activity);
    }
  }
  return list;
}

function makeActivity(
  { plan }: Company,
  o: Opportunity,
  effort: Opportunity['efforts'][number],
  n: number,
): Activity {
  const seed = `${o.key}.${Math.round((effort.from - o.createdAt) / day)}.${n}`;
  const random = createRandom(plan.seed, 'activity', seed);
  const createdAt = Math.max(o.createdAt + 60_000, officeTime(random, effort.from));
  const sort = random.next();
  const kind: ActivityKind =
    sort < 0.3 ? 'Call' : sort < 0.62 ? 'Email' : sort < 0.74 ? 'Task' : 'Event';
  const contact = random.chance(0.7) ? (random.pick(o.account.contacts)?.id ?? null) : null;
  const shared = {
    id: makeId(kind === 'Event' ? 'event' : 'task', o.id, seed),
    kind,
    opportunity: o.id,
    account: o.account.id,
    contact,
    owner: effort.by,
    createdAt,
    seed,
  };
  if (kind !== 'Event') {
    const dueOn = workday(dayOf(createdAt) + (kind === 'Email' ? 0 : random.int(8)) * day);
    const late = random.chance(0.1) ? (1 + random.int(9)) * day : 0;
    const doneAt = Math.max(
      createdAt + 600_000,
      dueOn + late + 8 * hour + random.int(7 * 3600) * 1000,
    );
    return {
      ...shared,
      dueOn,
      doneAt: random.chance(0.93) ? doneAt : null,
      startsAt: null,
      endsAt: null,
      allDay: false,
    };
  }
  const on = workday(dayOf(createdAt) + (1 + random.int(10)) * day);
  const startsAt = on + (7 + random.int(8)) * hour;
  const endsAt = startsAt + (1 + random.int(3)) * 1_800_000;
  return {
    ...shared,
    dueOn: on,
    startsAt,
    endsAt,
    doneAt: random.chance(0.96) ? endsAt : null,
    allDay: random.chance(0.04),
  };
}
