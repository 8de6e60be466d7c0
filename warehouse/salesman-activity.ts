import { sql } from 'drizzle-orm';
import type { Source } from './ask.ts';
import { everyOne } from './everyone.ts';
import { activitySql, fetchRows } from './opportunities.ts';
import type { Question } from './question.ts';
import { during, known } from './relations.ts';
import type { ActivityVolume } from './salesman-answer.ts';
import { raw } from './statement.ts';

/**
 * Tasks and events a salesman got done in the period, beside those of all who have something open; null where the source
 * has no activities at all.
 */
export async function readActivityVolume(
  source: Source,
  question: Question,
  salesman: string,
): Promise<ActivityVolume | null> {
  const { from, to } = question.period;
  const when = raw('coalesce(completed_at, ends_at, starts_at, due_on::timestamp)');
  const inside =
    from === null ? raw('true') : sql`${when} >= ${from}::date and ${when} < ${to}::date`;
  const done = (asker: Question) =>
    sql`select salesman, count(*) as n from (${activitySql(asker, inside)}) where is_done and done_at <= ${question.moment.instant}::timestamp group by 1`;
  const peers = sql`select salesman_id from opportunity_version where ${known(question)} and ${during(question)} and outcome = 'open' and not is_deleted and salesman_id <> ${salesman}`;
  const [row] = await fetchRows(
    source,
    sql`with every_done as (${done(everyOne(question))}), own as (${done(question)}),
      every_peer as (select coalesce(d.n, 0) as n from (select distinct salesman_id from (${peers})) p left join every_done d on d.salesman = p.salesman_id)
      select (select count(*) > 0 from fact_activity)::boolean as has_any, coalesce((select n from own where salesman = ${salesman}), 0)::integer as done,
        (select count(*) from every_peer)::integer as peers, (select quantile_cont(n, 0.25) from every_peer)::double as low, (select median(n) from every_peer)::double as middle, (select quantile_cont(n, 0.75) from every_peer)::double as high`,
  );
  if (!row?.has_any) return null;
  const number = (value: unknown) => (value === null ? null : Math.round(Number(value)));
  return {
    done: Number(row.done),
    low: number(row.low),
    middle: number(row.middle),
    high: number(row.high),
    peers: Number(row.peers),
  };
}
