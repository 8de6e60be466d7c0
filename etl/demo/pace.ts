import { industries, newBusiness, products, segments } from './market.ts';
import type { Living } from './living.ts';
import { holder, skillAt, teamAt } from './people.ts';
import { at, exp, shiftOdds } from './random.ts';
import { monthOf, week, weekOfQuarter, weeksLeft } from './time.ts';

/** The chance that the stage is left in this week. */
export function exitRate(life: Living, from: number, age: number): number {
  const { o, company, state } = life;
  const stage = state.stage as number;
  const weeks = (from - life.stageSince) / week;
  const shape = weeks < 1 ? 0.65 : weeks < 4 ? 1.2 : weeks < 8 ? 1 : weeks < 16 ? 0.7 : 0.45;
  const slow = company.stories?.slow;
  const team = teamAt(company.plan, life.seat, from);
  const story = slow && team === slow.team && from >= slow.from ? 1 / slow.factor : 1;
  const field =
    o.pipeline === newBusiness
      ? at(industries, o.account.industry).speed * at(segments, o.account.segment).speed
      : 1;
  const skill = exp(0.25 * skillAt(company.plan, holder(life.seat, from), from));
  const holidays =
    monthOf(from) === 7 || (monthOf(from) === 11 && new Date(from).getUTCDate() > 20) ? 0.65 : 1;
  const rate =
    at(o.pipeline.stages, stage).rate *
    shape *
    field *
    skill *
    story *
    holidays *
    calendar(life, from) *
    (life.stalled ? 0.08 : 1);
  return Math.min(0.85, rate * (age > 60 ? 0.7 : 1));
}

/** Closings crowd at the ends of quarters, and renewals at the end of the contract. */
function calendar(life: Living, from: number): number {
  const { o, state } = life;
  if (state.stage !== o.pipeline.stages.length - 1) return 1;
  if (o.pipeline !== newBusiness) return state.closeOn - from < 3 * week ? 1.8 : 0.5;
  const left = weeksLeft(from);
  return left <= 0
    ? 2.3
    : left === 1
      ? 1.7
      : left === 2
        ? 1.25
        : weekOfQuarter(from) < 3
          ? 0.65
          : 0.85;
}

/** The share of those leaving the stage that go on. */
export function onwardShare(life: Living, from: number): number {
  const { o, company, state } = life;
  const steps = o.pipeline.stages.length;
  const base = at(o.pipeline.stages, state.stage as number).onward;
  const fields =
    o.pipeline === newBusiness
      ? at(industries, o.account.industry).odds +
        at(products, o.product).odds +
        sourceOdds(o.leadSource)
      : 0;
  const person = skillAt(company.plan, holder(life.seat, from), from) / 2.2;
  const drift = (company.climate(from) - 1) * 1.2;
  const share = shiftOdds(
    base,
    fields + person + drift - (life.stalled ? 0.8 : 0) + (steps === 3 ? 0.1 : 0),
  );
  return Math.min(0.985, share * storyShare(life, from));
}

const sourceOdds = (source: string): number =>
  source === 'Referral'
    ? 0.15
    : source === 'Partner'
      ? 0.05
      : source === 'Outbound'
        ? -0.12
        : source === 'Trade show'
          ? -0.05
          : 0;

function storyShare({ company: { stories }, o, state }: Living, from: number): number {
  if (!stories || o.pipeline !== newBusiness) return 1;
  const { conversion, winner } = stories;
  const halved =
    o.account.industry === conversion.industry &&
    state.stage === conversion.stage &&
    from >= conversion.from;
  return (halved ? conversion.factor : 1) * (o.product === winner.product ? winner.onward : 1);
}

/** Old ones are given up, most in the cleaning of January. */
export function isGivenUp(life: Living, from: number, age: number): boolean {
  const january = monthOf(from) === 0 && new Date(from).getUTCDate() < 15;
  return life.random.chance(age < 30 ? 0.001 : january ? 0.12 : age > 60 ? 0.025 : 0.01);
}
