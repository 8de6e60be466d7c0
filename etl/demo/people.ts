import { at, createRandom, type Random } from './random.ts';
import { makeId } from './ids.ts';
import { directors, movedTeam, teams } from './market.ts';
import { firstNames, lastNames } from './names.ts';
import type { Plan } from './plan.ts';
import { day, week, workday } from './time.ts';

export interface Person {
  id: string;
  name: string;
  kind: 'chief' | 'director' | 'manager' | 'salesman';
  /** Director number of a director, team number of a manager. */
  place: number;
  seat: number;
  hiredAt: number;
  leftAt: number;
  /** Log-odds of going on, against the average. */
  skill: number;
  /** Points added to typed probabilities, for those who override them. */
  bias: number;
  /** Log error of close dates and of calls; below 0 is too early, above 0 too much. */
  dateBias: number;
  callBias: number;
  /** Share of weeks in which an overdue close date is put right. */
  tidy: number;
  activity: number;
}

/** A territory that one salesman after another holds. */
export interface Seat {
  index: number;
  team: number;
  teamLater: number;
  people: Person[];
}

export interface People {
  seats: Seat[];
  managers: Person[];
  directors: Person[];
  chief: Person;
  all: Person[];
}

/** Hires everybody, including those who will replace others, over eight years. */
export function hirePeople(plan: Plan): People {
  const chief = hire(plan, 'chief', 0, -1, plan.start - 900 * day);
  const heads = directors.map((_, i) => hire(plan, 'director', i, -1, plan.start - 800 * day));
  const managers = teams.map((_, i) => hire(plan, 'manager', i, -1, plan.start - 700 * day));
  const seats = Array.from({ length: Math.max(16, Math.round(60 * plan.scale)) }, (_, i) =>
    fillSeat(plan, i),
  );
  moveSeats(plan, seats);
  return {
    seats,
    managers,
    directors: heads,
    chief,
    all: [chief, ...heads, ...managers, ...seats.flatMap((seat) => seat.people)],
  };
}

function hire(
  plan: Plan,
  kind: Person['kind'],
  place: number,
  seat: number,
  hiredAt: number,
): Person {
  const random = createRandom(plan.seed, 'person', kind, place, seat, hiredAt);
  return {
    id: makeId('user', plan.seed, kind, place, seat, hiredAt),
    name: `${random.pick(firstNames)} ${random.pick(lastNames)}`,
    kind,
    place,
    seat,
    hiredAt,
    leftAt: Infinity,
    skill: 0.35 * random.normal(),
    bias: random.chance(0.35) ? 5 + 5 * random.int(4) : 0,
    dateBias: -0.25 + 0.12 * random.normal(),
    callBias: 0.05 * random.normal(),
    tidy: random.between(0.35, 0.85),
    activity: random.between(0.7, 1.3),
  };
}

function fillSeat(plan: Plan, index: number): Seat {
  const random = createRandom(plan.seed, 'seat', index);
  const team = index % teams.length;
  const people: Person[] = [];
  let from = plan.start - (100 + random.int(900)) * day;
  while (from < plan.start + 8 * 365 * day) {
    const person = hire(plan, 'salesman', team, index, from);
    person.leftAt =
      workday(Math.max(from, plan.start) + Math.round(26 * week + random.next() * 390 * week)) +
      15 * 3_600_000;
    people.push(person);
    from = workday(Math.floor(person.leftAt / day) * day + (7 + random.int(40)) * day);
  }
  return { index, team, teamLater: team, people };
}

/** Five salesmen change team when the company is re-organised. */
function moveSeats(plan: Plan, seats: Seat[]): void {
  const random = createRandom(plan.seed, 'reorganisation');
  for (const seat of shuffled(seats, random).slice(0, 5))
    seat.teamLater = (seat.team + 1 + random.int(teams.length - 1)) % teams.length;
}

export function shuffled<T>(list: readonly T[], random: Random): T[] {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = random.int(i + 1);
    [copy[i], copy[j]] = [at(copy, j), at(copy, i)];
  }
  return copy;
}

export const teamAt = (plan: Plan, seat: Seat, when: number): number =>
  when >= plan.reorganisedOn ? seat.teamLater : seat.team;

export const directorAt = (plan: Plan, team: number, when: number): number =>
  team === movedTeam.team && when >= plan.reorganisedOn
    ? movedTeam.director
    : at(teams, team).director;

/** Who holds a seat: the last one hired, also in the weeks after he left and before the next one came. */
export function holder(seat: Seat, when: number): Person {
  let found = at(seat.people, 0);
  for (const person of seat.people) if (person.hiredAt <= when) found = person;
  return found;
}

/** Skill grows over the first half year. */
export const skillAt = (plan: Plan, person: Person, when: number): number => {
  const weeks = (when - person.hiredAt) / week;
  return person.skill - (person.hiredAt > plan.start && weeks < 26 ? 0.6 * (1 - weeks / 26) : 0);
};
