import type { Circumstance } from './answers.ts';
import type { RiskItem } from './risks/answer.ts';
import type { ComparedMeasure, ComparedSalesman } from './comparison-answer.ts';
import type { MeasureName } from './comparison-request.ts';

/** How many of a salesman's opportunities went on from a stage, against matched peers. */
export interface StageStrength {
  pipeline: string;
  stage: string;
  order: number | null;
  /** Stays that came to an end, and those that went on to a later stage or were won. */
  entered: number;
  advanced: number;
  observed: number;
  /** 95 % Jeffreys interval of what was observed. */
  low: number;
  high: number;
  /** What peers with the same fields and lead sources lets one expect. */
  expected: number;
  expectedAdvanced: number;
  /** The share of all others, whatever their mix; null without any. */
  peers: number | null;
  peersEntered: number;
  /** Of all that went on and are closed by now, the share that was won. */
  wonAfter: number | null;
  /** Observed by expected, drawn to 1 as far as it is unsure; null when too few. */
  ratio: number | null;
  ratioLow: number | null;
  ratioHigh: number | null;
  /** Only where it is beyond chance. */
  verdict: 'strong' | 'weak' | null;
}

/** What closing the gap to the peers in a weak stage would bring in as long a period, as an estimate. */
export interface StageGap {
  pipeline: string;
  stage: string;
  /** Opportunities more that would go on. */
  more: number;
  /** Money: those, times the share won after the stage, times the average won size. */
  worth: string;
}

/** Tasks and events done in the period, beside those of salesmen who have something open. */
export interface ActivityVolume {
  done: number;
  /** Quartiles of the peers, and how many they are. */
  low: number | null;
  middle: number | null;
  high: number | null;
  peers: number;
}

/** A salesman as he stands at an instant. */
export interface Person {
  name: string | null;
  team: string | null;
  director: string | null;
  /** Whether he still sells; null when the source does not say. */
  active: boolean | null;
}

/** One salesman: against what one may expect, in each stage, and what to talk about. */
export interface SalesmanProfile extends Circumstance {
  salesman: string;
  name: string;
  team: string | null;
  director: string | null;
  /** Whether he still sells; null when the source does not say. */
  active: boolean | null;
  compared: ComparedSalesman | null;
  measures: Record<MeasureName, ComparedMeasure>;
  /** Names of those who can be told from him. */
  names: Record<string, string>;
  stages: StageStrength[];
  gap: StageGap | null;
  activity: ActivityVolume | null;
  /** At most three of what he has open: where most is at stake first (amount × what the flags cost in chance). */
  discuss: RiskItem[];
}
