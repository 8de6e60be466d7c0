import type { Circumstance } from './answers.ts';

/** Closed opportunities most like an open one as they looked at the same age in the same stage, and how they went. */
export interface Twins extends Circumstance {
  opportunity: string;
  stage: string;
  /** Days it has been in the stage by the instant; so old each twin is looked at. */
  stageDays: number;
  /** How many stood in the stage as long; of very many the newest. */
  candidates: number;
  /** The nearest first. */
  twins: Twin[];
  won: number;
  /** Share of the twins that was won, with its 95 % interval; null without twins. */
  share: number | null;
  low: number | null;
  high: number | null;
  /** Median days from the matching instant to the win. */
  daysToWin: number | null;
  /** Median number of activities in the 30 days after it. */
  touchesOfWon: number | null;
  touchesOfLost: number | null;
}

/** What holds at the instant that matches is told as it stood then. */
export interface Twin {
  opportunity: string;
  name: string;
  account: string | null;
  salesman: string | null;
  field: string | null;
  sameField: boolean;
  outcome: 'won' | 'lost' | 'withdrawn';
  /** The instant that matches. */
  at: string;
  endedAt: string;
  /** From the instant that matches to the end. */
  days: number;
  /** In the reporting currency at the plan rate; null without amount or rate. */
  value: string | null;
  ageDays: number;
  idleDays: number;
  pushes: number;
  /** Activities in the 30 days after, until the end. */
  touches: number;
  /** Where it went from the stage. */
  movedTo: string | null;
  distance: number;
}
