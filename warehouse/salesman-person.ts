import { sql } from 'drizzle-orm';
import { visible, type Viewer } from './access.ts';
import { type Source, toQuestion } from './ask.ts';
import { fetchRows, type When } from './opportunities.ts';
import type { Question } from './question.ts';
import { during, known } from './relations.ts';
import type { Person } from './salesman-answer.ts';
import { raw } from './statement.ts';

/** Who a salesman is, by the key of the source; null when there is none whom the viewer may see. */
export async function findPerson(
  source: Source,
  viewer: Viewer,
  salesman: string,
  { asOf, knownAt }: When,
): Promise<Person | null> {
  const asked = { metrics: ['winRate'], asOf, knownAt };
  return readPerson(source, await toQuestion(source, viewer, asked), salesman);
}

/** As he stands in the list of users at the instant; who is in none is known by what he has. */
export async function readPerson(
  source: Source,
  question: Question,
  salesman: string,
): Promise<Person | null> {
  const then = sql`${known(question)} and ${during(question)}`;
  const seen = (id: string) =>
    visible(question.viewer, { salesmanId: raw(id), managerPath: raw('manager_path') });
  const [row] = await fetchRows(
    source,
    sql`select name, team, director, active from (
      (select name, team, director, active, 0 as place from user_version where ${then} and user_id = ${salesman} and ${seen('user_id')})
      union all (select max(salesman), max(team), max(director), null, 1 from opportunity_version where ${then} and salesman_id = ${salesman} and not is_deleted and ${seen('salesman_id')} group by salesman_id))
      order by place limit 1`,
  );
  return (row as unknown as Person | undefined) ?? null;
}
