import type { Account } from './accounts.ts';
import type { Seat } from './people.ts';
import type { Pipeline } from './market.ts';

/** What the CRM shows of an opportunity at one instant. */
export interface State {
  /** Number of an open stage, 'won' or 'lost'. */
  stage: number | 'won' | 'lost';
  /** Cents; null while nobody knows. */
  amount: number | null;
  closeOn: number;
  probability: number;
  owner: string;
  account: string;
  nextStep: string | null;
  lossReason: string | null;
  category: string;
  deleted: boolean;
}

export interface Happening {
  at: number;
  by: string;
  changes: Partial<State>;
  /** Changed in the CRM without any row of history. */
  silent?: boolean;
}

export interface Product {
  index: number;
  weight: number;
  quantity: number;
}

/** An opportunity with its whole life, also beyond the newest extract. */
export interface Opportunity {
  key: string;
  id: string;
  name: string;
  pipeline: Pipeline;
  account: Account;
  seat: Seat;
  createdAt: number;
  createdBy: string;
  currency: string;
  /** Written without its currency. */
  currencyLost: boolean;
  type: string;
  leadSource: string;
  fromLead: boolean;
  product: number;
  lines: Product[];
  happenings: Happening[];
  /** Activities in each week of the life: start of the week and how many. */
  efforts: { from: number; count: number; by: string }[];
  closedAt: number | null;
  /** Value in euro when it was won. */
  wonEuro: number;
  renews: Opportunity | null;
  /** Gone from the extracts since then. */
  vanishedAt: number;
}

/** The state after everything until an instant, that instant included; null before the creation. */
export function stateAt(opportunity: Opportunity, when: number): State | null {
  if (opportunity.createdAt > when) return null;
  const state = {} as State;
  for (const happening of opportunity.happenings)
    if (happening.at <= when) Object.assign(state, happening.changes);
  return state;
}

export const isOpen = (state: State): boolean => typeof state.stage === 'number' && !state.deleted;
export const stageOf = (pipeline: Pipeline, stage: State['stage']) => {
  const found =
    stage === 'won' ? pipeline.won : stage === 'lost' ? pipeline.lost : pipeline.stages[stage];
  if (!found) throw new RangeError(`${pipeline.name} has no stage ${stage}`);
  return found;
};

/** Puts something that happened into its place in a life. */
export function insert(opportunity: Opportunity, happening: Happening): void {
  const later = opportunity.happenings.findIndex((h) => h.at > happening.at);
  opportunity.happenings.splice(later < 0 ? opportunity.happenings.length : later, 0, happening);
}
