import { at, createRandom, type Random } from './random.ts';
import { industries, newBusiness, products, regions, teams } from './market.ts';
import { holder, type People, type Person, type Seat, shuffled, teamAt } from './people.ts';
import type { Plan } from './plan.ts';
import { day, dayText, mondayOf, week } from './time.ts';

/** What is planted in the demo company, with exact days and sizes. */
export interface Stories {
  inflow: { region: string; from: number; factor: 0.6 };
  optimist: { person: Person; factor: 1.25 };
  conversion: { pipeline: string; stage: number; industry: number; from: number; factor: 0.5 };
  winner: { product: number; points: 0.12; onward: number };
  slow: { team: number; from: number; factor: 1.3 };
  smaller: { industry: number; from: number; factor: 0.8 };
  silent: { person: Person; from: number };
  monthEnds: { team: number; from: number };
  noCurrency: { from: number; to: number };
  clones: number;
  rewrites: number;
}

/** Chooses who and what the stories happen to; none of them shares a team, region or industry with another. */
export function planStories(plan: Plan, people: People): Stories | null {
  if (!plan.stories) return null;
  const random = createRandom(plan.seed, 'stories');
  const now = mondayOf(plan.firstToday);
  const region = random.pick(regions.filter((name) => name !== 'Southern Europe'));
  const free = shuffled(
    teams.map((_, i) => i).filter((i) => at(teams, i).region !== region),
    random,
  );
  const fields = shuffled(
    industries.map((_, i) => i),
    random,
  );
  const [optimist, silent] = twoSalesmen(plan, people, random, at(free, 0));
  return {
    inflow: { region, from: now - (20 + random.int(11)) * week, factor: 0.6 },
    optimist: { person: optimist, factor: 1.25 },
    conversion: {
      pipeline: newBusiness.name,
      stage: 2,
      industry: at(fields, 0),
      from: now - (44 + random.int(9)) * week,
      factor: 0.5,
    },
    winner: { product: 3 + random.int(5), points: 0.12, onward: 1.105 },
    slow: { team: at(free, 0), from: now - (40 + random.int(9)) * week, factor: 1.3 },
    smaller: { industry: at(fields, 1), from: now - (40 + random.int(13)) * week, factor: 0.8 },
    silent: { person: silent, from: plan.start },
    monthEnds: { team: at(free, 1), from: now - (50 + random.int(5)) * week },
    noCurrency: importDay(now - (30 + random.int(9)) * week),
    clones: 10,
    rewrites: 12,
  };
}

const importDay = (monday: number): { from: number; to: number } => ({
  from: monday,
  to: monday + week,
});

/** Two who sell today and have done so for over two years, outside the slow team. */
function twoSalesmen(
  plan: Plan,
  people: People,
  random: Random,
  slowTeam: number,
): [Person, Person] {
  const suits = (seat: Seat, years: number) => {
    const person = holder(seat, plan.firstToday);
    return (
      teamAt(plan, seat, plan.firstToday) !== slowTeam &&
      person.hiredAt < plan.firstToday - years * 365 * day &&
      person.leftAt > plan.firstToday + 26 * week
    );
  };
  const ranked = [2, 1, 0].flatMap((years) =>
    shuffled(
      people.seats.filter((seat) => suits(seat, years)),
      random,
    ),
  );
  const seats = [...new Set([...ranked, ...people.seats])];
  return [holder(at(seats, 0), plan.firstToday), holder(at(seats, 1), plan.firstToday)];
}

/** Whether the drying region keeps an opportunity from being created; every other one stays as it was. */
export const driedUp = (
  stories: Stories | null,
  region: string,
  when: number,
  random: Random,
): boolean =>
  random.next() >=
  (stories && region === stories.inflow.region && when >= stories.inflow.from
    ? stories.inflow.factor
    : 1);

export const sizeFactor = (stories: Stories | null, industry: number, when: number): number =>
  stories && industry === stories.smaller.industry && when >= stories.smaller.from
    ? stories.smaller.factor
    : 1;

export const importedWithoutCurrency = (stories: Stories | null, when: number): boolean =>
  stories !== null && when >= stories.noCurrency.from && when < stories.noCurrency.to;

/** The stories as truth.json tells them. */
export function tellStories(stories: Stories): Record<string, unknown> {
  const { inflow, optimist, conversion, winner, slow, smaller, silent, monthEnds, noCurrency } =
    stories;
  return {
    inflow: {
      region: inflow.region,
      from: dayText(inflow.from),
      change: -0.4,
      measure: 'opportunities created per week',
    },
    optimist: {
      salesman: optimist.person.name,
      id: optimist.person.id,
      change: 0.25,
      measure: 'typed probabilities and calls',
    },
    conversion: {
      pipeline: conversion.pipeline,
      stage: at(newBusiness.stages, conversion.stage).label,
      industry: at(industries, conversion.industry).name,
      from: dayText(conversion.from),
      factor: 0.5,
      measure: 'share of those leaving the stage that go on',
    },
    winner: {
      product: at(products, winner.product).name,
      points: winner.points,
      measure: 'win rate of new business whose main product it is',
    },
    slowing: {
      team: at(teams, slow.team).name,
      from: dayText(slow.from),
      change: 0.3,
      measure: 'time in stage',
    },
    size: {
      industry: at(industries, smaller.industry).name,
      from: dayText(smaller.from),
      change: -0.2,
      measure: 'amount of opportunities created',
    },
    disasters: [
      {
        kind: 'no next steps',
        salesman: silent.person.name,
        id: silent.person.id,
        from: dayText(silent.from),
      },
      {
        kind: 'all close dates at month ends',
        team: at(teams, monthEnds.team).name,
        from: dayText(monthEnds.from),
      },
      {
        kind: 'import without currency',
        from: dayText(noCurrency.from),
        to: dayText(noCurrency.to),
      },
    ],
  };
}
