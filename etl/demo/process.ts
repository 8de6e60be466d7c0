import type { Company } from './company.ts';
import {
  expectedClose,
  planNextStep,
  pushedClose,
  roundMoney,
  typedProbability,
} from './habits.ts';
import { type Opportunity, type State, stageOf } from './life.ts';
import { happen, type Living } from './living.ts';
import { newBusiness } from './market.ts';
import { lossReasons } from './names.ts';
import { exitRate, isGivenUp, onwardShare } from './pace.ts';
import { holder, teamAt } from './people.ts';
import { at, createRandom, exp } from './random.ts';
import { day, dayOf, hour, officeTime, quarterEnd, week } from './time.ts';

export interface Birth {
  stage: number;
  amount: number | null;
  closeOn: number | null;
}

const longest = 170;

/** Lives an opportunity week by week from its birth to its end; fills its happenings and efforts. */
export function live(company: Company, o: Opportunity, birth: Birth): void {
  const life = begin(company, o, birth);
  const deletedIn = life.random.chance(0.008) ? life.random.int(20) : -1;
  for (let age = 0; age < longest && life.clock < company.plan.horizon; age++) {
    const from = o.createdAt + age * week;
    changeHands(life, from);
    if (age === deletedIn) return void happen(life, from, { deleted: true });
    const closed = liveWeek(life, from, age);
    if (!closed) continue;
    const back = maybeReopen(life);
    if (back === null) return void afterwards(life);
    age = Math.ceil((back - o.createdAt) / week);
  }
}

function begin(company: Company, o: Opportunity, birth: Birth): Living {
  const random = createRandom(company.plan.seed, 'life', o.key);
  const person = holder(o.seat, o.createdAt);
  const stage = stageOf(o.pipeline, birth.stage);
  const life: Living = {
    company,
    o,
    random,
    state: {} as State,
    clock: o.createdAt - 1,
    stageSince: o.createdAt,
    stalled: false,
    reopened: false,
    seat: o.seat,
  };
  happen(
    life,
    o.createdAt,
    {
      stage: birth.stage,
      amount: birth.amount,
      owner: person.id,
      account: o.account.id,
      lossReason: null,
      deleted: false,
      nextStep: null,
      category: stage.category,
      closeOn: birth.closeOn ?? expectedClose(life, o.createdAt, birth.stage),
      probability: typedProbability(life, birth.stage, o.createdAt),
    },
    o.createdBy,
  );
  if (random.chance(0.75)) planNextStep(life, o.createdAt);
  return life;
}

/** A new holder of the seat takes over; now and then a colleague of the team does. */
function changeHands(life: Living, from: number): void {
  if (life.random.chance(0.0015)) {
    const team = teamAt(life.company.plan, life.seat, from);
    life.seat = life.random.pick(
      life.company.people.seats.filter((seat) => teamAt(life.company.plan, seat, from) === team),
    );
  }
  const person = holder(life.seat, from);
  if (person.id === life.state.owner) return;
  const moment = person.hiredAt > life.clock ? person.hiredAt + 9 * hour : from + 9 * hour;
  happen(
    life,
    Math.min(moment, from + week),
    { owner: person.id },
    at(life.company.people.managers, teamAt(life.company.plan, life.seat, from)).id,
  );
}

/** One week; true when it ended with a closing. */
function liveWeek(life: Living, from: number, age: number): boolean {
  const { random } = life;
  life.stalled = life.stalled
    ? !random.chance(0.034)
    : random.chance(life.o.pipeline === newBusiness ? 0.068 : 0.014);
  work(life, from);
  if (random.chance(exitRate(life, from, age))) {
    if (leaveStage(life, from)) return true;
  } else if (isGivenUp(life, from, age)) return close(life, from, 'lost');
  tidyUp(life, from);
  return false;
}

function work(life: Living, from: number): void {
  const { o, random } = life;
  const person = holder(life.seat, from);
  const stage = life.state.stage as number;
  const mean = (life.stalled ? 0.15 : 0.85 + 0.12 * stage) * person.activity;
  const count = random.poisson(mean);
  if (count) o.efforts.push({ from, count, by: person.id });
}

/** The stage is left: onward, back, to the end; true when that closed the opportunity. */
function leaveStage(life: Living, from: number): boolean {
  const { o, random, state } = life;
  const stage = state.stage as number;
  if (stage > 0 && random.chance(0.035)) return moveTo(life, from, stage - 1);
  if (!random.chance(onwardShare(life, from))) return close(life, from, 'lost');
  const next = stage + (random.chance(0.07) ? 2 : 1);
  if (stage === o.pipeline.stages.length - 1) return close(life, from, 'won');
  return moveTo(life, from, Math.min(next, o.pipeline.stages.length - 1));
}

function moveTo(life: Living, from: number, stage: number): boolean {
  const { o, random } = life;
  const when = officeTime(random, Math.max(from, life.clock), 6);
  const offered = o.pipeline === newBusiness && stage === 3;
  const changes: Partial<State> = {
    stage,
    category: stageOf(o.pipeline, stage).category,
    probability: typedProbability(life, stage, when),
  };
  if (life.state.amount === null)
    changes.amount = o.lines.reduce((sum, line) => sum + line.weight, 0);
  else if (offered && random.chance(0.55))
    changes.amount = roundMoney(life.state.amount * exp(-0.04 + 0.18 * random.normal()));
  if (random.chance(0.3)) changes.closeOn = expectedClose(life, when, stage);
  life.stageSince = happen(life, when, changes);
  if (random.chance(0.75)) planNextStep(life, life.clock);
  return false;
}

/** Closes at an office hour of this week, inside the quarter when its end is near. */
function close(life: Living, from: number, outcome: 'won' | 'lost'): true {
  const { o, random, state } = life;
  const left = Math.floor((quarterEnd(from) - dayOf(from)) / day);
  const span = outcome === 'won' && left >= 0 && left < 6 ? left + 1 : 6;
  const when = officeTime(random, Math.max(from, life.clock), span);
  const amount = state.amount ?? o.lines.reduce((sum, line) => sum + line.weight, 0);
  const stage = stageOf(o.pipeline, outcome);
  const changes: Partial<State> = {
    stage: outcome,
    probability: stage.probability,
    category: stage.category,
  };
  if (outcome === 'won')
    changes.amount = random.chance(0.3)
      ? Math.round((amount * random.between(0.88, 1)) / 100) * 100
      : amount;
  if (outcome === 'lost') changes.lossReason = random.chance(0.9) ? random.pick(lossReasons) : null;
  if (random.chance(0.96)) changes.closeOn = dayOf(when);
  if (state.nextStep !== null && random.chance(0.5)) changes.nextStep = null;
  o.closedAt = happen(life, when, changes);
  return true;
}

/** An overdue close date is put off, mostly to the end of a quarter; next steps and probabilities are kept up. */
function tidyUp(life: Living, from: number): void {
  const { random, state, o } = life;
  const person = holder(life.seat, from);
  if (state.closeOn < from + week && random.chance(person.tidy)) {
    const when = officeTime(random, Math.max(from, life.clock), 6);
    happen(life, when, { closeOn: pushedClose(life, when) });
  } else if (random.chance(0.012))
    happen(life, officeTime(random, Math.max(from, life.clock), 6), {
      probability:
        typedProbability(life, state.stage as number, from) + (random.chance(0.5) ? 5 : 0),
    });
  if (random.chance(life.stalled ? 0.02 : 0.09))
    planNextStep(life, officeTime(random, Math.max(from, life.clock), 6));
  if (o.pipeline === newBusiness && random.chance(0.006) && state.amount !== null)
    happen(life, officeTime(random, Math.max(from, life.clock), 6), {
      amount: roundMoney(state.amount * random.between(0.8, 1.25)),
    });
}

/** A lost one that the customer wakes up again: the instant, or null. */
function maybeReopen(life: Living): number | null {
  const { random, state, o } = life;
  if (state.stage !== 'lost' || life.reopened || !random.chance(0.015)) return null;
  const when = officeTime(random, life.clock + (10 + random.int(50)) * day);
  const stage = random.int(2);
  o.closedAt = null;
  life.reopened = true;
  life.stageSince = happen(life, when, {
    stage,
    lossReason: null,
    probability: typedProbability(life, stage, when),
    category: stageOf(o.pipeline, stage).category,
    closeOn: expectedClose(life, when, stage),
  });
  return life.stageSince;
}

/** Amounts of a few won ones are put right later. */
function afterwards(life: Living): void {
  const { random, state } = life;
  if (state.stage !== 'won' || !random.chance(0.006)) return;
  happen(life, officeTime(random, life.clock + (2 + random.int(20)) * day), {
    amount: Math.round(((state.amount ?? 0) * random.between(0.9, 1.05)) / 100) * 100,
  });
}
