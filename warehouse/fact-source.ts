import type { SQL } from 'drizzle-orm';
import type { Question } from './question.ts';

/**
 * Where the facts of one kind come from: a reading layout with amounts at plan rates, the versions known then, or
 * relations of their own.
 */
export type Origin = 'layout' | 'versions' | 'apart';

/** What leaves facts out: the question's filters, and the period where no metric asks for what lies outside it. */
export interface Narrowing {
  wanted: SQL;
  pushed: SQL;
}

/** How the facts of one kind are found. */
export interface FactSource {
  /** The day that tells whether a fact is in the period, as a column of the innermost rows. */
  day: string;
  /** Whether the facts have amounts. */
  isValued: boolean;
  origin(question: Question): Origin;
  /** What has to be found before the rows. */
  steps?(question: Question): SQL[];
  /** One row per fact that the viewer may see, with the columns that dimensions and `moneySql` speak of. */
  rows(question: Question, narrowing: Narrowing): SQL;
}

/** The origin of facts that a layout holds as known now. */
export const laidOut = ({ knownAt }: Question): Origin =>
  knownAt === null ? 'layout' : 'versions';
