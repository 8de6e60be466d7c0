import type { Cell, Circumstance } from './answers.ts';

export interface Version {
  validFrom: string;
  validTo: string | null;
  knownFrom: string;
  knownTo: string | null;
  stage: string | null;
  pipeline: string | null;
  outcome: 'open' | 'won' | 'lost' | 'withdrawn';
  amount: string | null;
  currency: string | null;
  closeOn: string | null;
  salesman: string | null;
  team: string | null;
  account: string | null;
  category: string | null;
  probability: number | null;
  nextStep: string | null;
  isDeleted: boolean;
  evidence: string;
  unknown: string[];
}

/** One change in the life of an opportunity. `kind`: created advance regress push pull raise cut transfer
 *  close reopen delete restore merge reclassify edit. */
export interface LifeEvent {
  at: string;
  knownAt: string;
  kind: string;
  attribute: string;
  old: Cell;
  new: Cell;
  evidence: string;
}

export interface ActivityItem {
  id: string;
  kind: 'task' | 'event';
  subject: string | null;
  type: string | null;
  status: string | null;
  dueOn: string | null;
  startsAt: string | null;
  doneAt: string | null;
  done: boolean;
  salesman: string | null;
  contact: string | null;
  opportunity: string | null;
  opportunityName: string | null;
}

export interface ContactItem {
  id: string;
  name: string;
  title: string | null;
  role: string | null;
  primary: boolean;
  email: string | null;
  phone: string | null;
  /** Of an account's contact: in how many of its opportunities. */
  opportunities?: number;
}

/** A lead, and what it became. */
export interface LeadItem {
  id: string;
  name: string | null;
  status: string | null;
  source: string | null;
  createdAt: string | null;
  convertedAt: string | null;
  opportunity: string | null;
  opportunityName: string | null;
}

export interface OpportunityLife extends Circumstance {
  opportunity: string;
  /** Whether it had been created by the as-of instant; if not, only name and `createdAt` are told. */
  exists: boolean;
  name: string;
  accountId: string | null;
  accountName: string | null;
  salesmanId: string | null;
  salesman: string | null;
  team: string | null;
  stage: string | null;
  pipeline: string | null;
  outcome: 'open' | 'won' | 'lost' | 'withdrawn';
  amount: string | null;
  amountCurrency: string | null;
  amountReporting: string | null;
  closeOn: string | null;
  closedAt: string | null;
  createdAt: string | null;
  nextStep: string | null;
  probability: number | null;
  learnedProbability: number | null;
  leadSource: string | null;
  type: string | null;
  isDeleted: boolean;
  mergedInto: string | null;
  lines: { product: string; amount: string; share: number }[];
  contacts: ContactItem[];
  activities: ActivityItem[];
  versions: Version[];
  events: LifeEvent[];
}
