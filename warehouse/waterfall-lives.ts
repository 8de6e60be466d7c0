import { sql } from 'drizzle-orm';
import { visible } from './access.ts';
import type { Cell } from './answers.ts';
import type { Source } from './ask.ts';
import type { Question } from './question.ts';
import { known } from './relations.ts';
import { raw, statement } from './statement.ts';

/** One version of an opportunity between two instants, as much of it as a change is told by. */
export interface Stretch {
  from: string;
  knownFrom: string;
  /** Whether this viewer may see what it was then. */
  isSeen: boolean;
  [attribute: string]: Cell;
}

/** Attributes in which a change is told, by the column of the version. */
export const attributes = {
  stage: 'stage',
  outcome: 'outcome',
  amount: 'amount',
  currency: 'currency',
  closeOn: 'close_on',
  salesman: 'salesman',
  salesmanId: 'salesman_id',
  team: 'team',
  director: 'director',
  account: 'account',
  industry: 'industry',
  region: 'region',
  segment: 'segment',
  pipeline: 'pipeline',
  category: 'category',
  probability: 'probability',
  leadSource: 'lead_source',
  type: 'type',
  name: 'name',
  mergedInto: 'merged_into',
};

export type Lives = Map<string, Stretch[]>;

/**
 * Versions of some opportunities that overlap `[since, until]`, oldest first, in one statement. What the viewer may not
 * see is marked, and nothing of it is told.
 */
export async function readLives(
  { reader }: Pick<Source, 'reader'>,
  question: Question,
  { ids, since, until }: { ids: string[]; since: string; until: string },
): Promise<Lives> {
  if (!ids.length) return new Map();
  const seen = visible(question.viewer, {
    salesmanId: raw('salesman_id'),
    managerPath: raw('manager_path'),
  });
  const told = Object.entries(attributes).map(
    ([name, column]) => `case when is_seen then ${column}::varchar end as "${name}"`,
  );
  const { text, values } = statement(
    [
      sql`told as (select *, ${seen} as is_seen from opportunity_version where ${known(question)} and opportunity_id in (select unnest(${JSON.stringify(ids)}::json::varchar[]))
        and valid_from <= ${until}::timestamp and valid_to > ${since}::timestamp)`,
    ],
    raw(
      `select opportunity_id, strftime(valid_from, '%Y-%m-%d %H:%M:%S.%g') as "from", strftime(known_from, '%Y-%m-%d %H:%M:%S.%g') as "knownFrom", is_seen as "isSeen", is_deleted as "isDeleted", ${told.join(', ')} from told order by opportunity_id, valid_from`,
    ),
  );
  const lives: Lives = new Map();
  for (const { opportunity_id: id, ...stretch } of await reader.all(text, values)) {
    const life = lives.get(String(id)) ?? [];
    life.push(stretch as unknown as Stretch);
    lives.set(String(id), life);
  }
  return lives;
}
