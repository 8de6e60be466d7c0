import type { Company } from './company.ts';
import type { Happening, Opportunity, State } from './life.ts';
import type { Random } from './random.ts';

/** How an opportunity stands while its life is lived. */
export interface Living {
  company: Company;
  o: Opportunity;
  random: Random;
  state: State;
  clock: number;
  stageSince: number;
  stalled: boolean;
  reopened: boolean;
  /** The seat that holds it now. */
  seat: Opportunity['seat'];
}

/** Writes down what changed at an instant, never before what was written last. */
export function happen(life: Living, when: number, changes: Partial<State>, by?: string): number {
  const moment = when > life.clock ? when : life.clock + 37_000;
  const happening: Happening = { at: moment, by: by ?? life.state.owner, changes };
  life.o.happenings.push(happening);
  Object.assign(life.state, changes);
  life.clock = moment;
  return moment;
}
