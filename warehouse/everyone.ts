import { type SQL, sql } from 'drizzle-orm';
import type { Viewer } from './access.ts';
import { parsePeriod } from './period.ts';
import type { Question } from './question.ts';
import { versionStep } from './relations.ts';

/**
 * Who looks where something is learned: from all rows, whoever asks. Steps that are read so are named `every_`; nothing
 * of them gets out but counts in which nobody can be recognised.
 */
export const everyone: Viewer = { id: 'everyone', salesman: null, role: 'analyst', scope: 'all' };

/** The question as it is asked of everything, for steps named `every_`. */
export const everyOne = (question: Question): Question => ({
  ...question,
  metrics: ['winRate', 'averageWonSize'],
  by: [],
  viewer: everyone,
  query: { ...question.query, where: {} },
  period: parsePeriod('all', question.settings.fiscalYearStart),
});

/** A step made of the versions known at an earlier time; of the layouts when all is known. */
export const withVersions = (every: Question, body: SQL): SQL =>
  every.knownAt === null ? body : sql`with ${versionStep(every)} ${body}`;
