import type { Circumstance } from '../answers.ts';

/** Open opportunities at risk, by the money at stake; `count`, `money` and `exposed` are over all asked for. */
export interface Risks extends Circumstance {
  /** The last day until which a win counts: chances are those to be won by then. */
  until: string;
  opportunities: RiskItem[];
  count: number;
  /** Expected value lost to what the rules warn of, each opportunity counted once. */
  money: string;
  /** Value of the opportunities themselves. */
  exposed: string;
  rules: RiskRule[];
  /** What the lifts were measured on: opportunities, how often they were looked at, and the month end until which. */
  basis: { opportunities: number; states: number; learnedOn: string };
  notes: string[];
}

export interface RiskItem {
  opportunity: string;
  name: string;
  account: string | null;
  salesman: string | null;
  team: string | null;
  stage: string | null;
  pipeline: string | null;
  closeOn: string | null;
  /** In the reporting currency; null without amount or rate. */
  amount: string | null;
  /** At stake: amount × (chance without the flags − chance with them). */
  money: string;
  /** To be won by `until`: as it stands, and without what the flags warn of. */
  chance: number;
  chanceWithout: number;
  flags: RiskFlag[];
}

/** One rule that names an opportunity; the moneys of its flags sum to that of the opportunity. */
export interface RiskFlag {
  rule: string;
  label: string;
  evidence: string;
  money: string;
  /** Wins of flagged ones against those of like ones; null when none could be compared. */
  lift: number | null;
  n: number;
  /** Without measured lift: hygiene, with no money of its own. */
  demoted: boolean;
  step: string;
}

/** What a rule is worth, measured on the past, and whom it names today. */
export interface RiskRule {
  rule: string;
  label: string;
  meaning: string;
  limit: string;
  lift: number | null;
  low: number | null;
  high: number | null;
  /** Different opportunities that it named in the past. */
  n: number;
  observed: number;
  expected: number;
  /** Hygiene: the interval holds 1, or fewer than 50 were seen. */
  demoted: boolean;
  /** The measurement in a sentence. */
  words: string;
  /** Named now in the scope: how many, of what value, with what at stake. */
  count: number;
  exposed: string;
  money: string;
}
