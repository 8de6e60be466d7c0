import type { Circumstance, Row } from './answers.ts';
import type { ActivityItem, ContactItem, LeadItem } from './opportunity-answer.ts';

export interface AccountRelative {
  id: string;
  name: string;
  relation: 'parent' | 'child';
  openPipeline: string;
  wonValue: string;
}

export interface AccountImage extends Circumstance {
  account: string;
  name: string;
  industry: string | null;
  region: string | null;
  segment: string | null;
  country: string | null;
  owner: string | null;
  relatives: AccountRelative[];
  contacts: ContactItem[];
  leads: LeadItem[];
  opportunities: Row[];
  activities: ActivityItem[];
  history: {
    from: string;
    to: string | null;
    industry: string | null;
    region: string | null;
    segment: string | null;
    owner: string | null;
  }[];
  openPipeline: string;
  wonValue: string;
}
