import { stageOf } from './life.ts';
import { happen, type Living } from './living.ts';
import { nextSteps } from './names.ts';
import { holder, teamAt } from './people.ts';
import { exp } from './random.ts';
import { day, dayOf, monthEnd, quarterEnd, week } from './time.ts';

export const roundMoney = (cents: number): number =>
  Math.max(50_000, Math.round(cents / 5_000) * 5_000);

export function pushedClose(life: Living, when: number): number {
  const { random, state } = life;
  const soon = Math.max(when, state.closeOn);
  const target = soon + (14 + random.int(30)) * day;
  const kind = random.next();
  const open = kind < 0.5 ? quarterEnd(target) : kind < 0.8 ? monthEnd(target) : dayOf(target);
  return monthEnded(life, when, open);
}

/** What a salesman believes: the usual time of the stages that are left, mostly too early, often at a month's end. */
export function expectedClose(life: Living, when: number, stage: number): number {
  const { o, random, company } = life;
  const left = o.pipeline.stages.slice(stage).reduce((sum, s) => sum + 1 / s.rate, 0);
  const person = holder(life.seat, when);
  const weeks = left * 1.25 * exp(person.dateBias + 0.3 * random.normal());
  const on = dayOf(when + Math.max(3 * day, weeks * week));
  const kind = random.next();
  return monthEnded(
    { ...life, company },
    when,
    kind < 0.38 ? monthEnd(on) : kind < 0.5 ? quarterEnd(on) : on,
  );
}

function monthEnded({ company, seat }: Living, when: number, on: number): number {
  const story = company.stories?.monthEnds;
  return story && when >= story.from && teamAt(company.plan, seat, when) === story.team
    ? monthEnd(on)
    : on;
}

export function typedProbability(life: Living, stage: number, when: number): number {
  const standard = stageOf(life.o.pipeline, stage).probability;
  const person = holder(life.seat, when);
  const { stories } = life.company;
  const moved = life.random.chance(0.6) ? person.bias : 0;
  if (stories && person === stories.optimist.person)
    return Math.min(99, Math.round(standard * stories.optimist.factor));
  return Math.min(95, standard + moved);
}

export function planNextStep(life: Living, when: number): void {
  const { random, company, state } = life;
  const person = holder(life.seat, when);
  const step = random.chance(0.06) ? null : random.pick(nextSteps);
  if (company.stories && person === company.stories.silent.person)
    return void (state.nextStep !== null && happen(life, when, { nextStep: null }));
  if (step !== state.nextStep) happen(life, when, { nextStep: step });
}
