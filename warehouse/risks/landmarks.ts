import { type SQL, sql } from 'drizzle-orm';
import { fiscalShift, type Question } from '../question.ts';
import { raw } from '../statement.ts';

/** Past landmarks: every two weeks, over two and a half years. */
export const landmarkStep = 14;
export const landmarkCount = 65;

/** With fewer days left than this in a quarter, what comes of an opportunity is looked at until the end of the next. */
const leastLeft = 35;

/**
 * The instants at which open opportunities are looked at: number 0 is the question's, the others lie before it, at the
 * ends of days. `window_on` is the last day of the quarter in which a win is waited for, `window_until` its last instant,
 * `span` the fortnights left, `is_over` whether the window had ended by the question's instant.
 */
export function landmarkSql(question: Question, count: number): SQL {
  const { moment, settings } = question;
  const end = (day: SQL) =>
    sql`(timezone(${raw(`'${settings.zone}'`)}, (${day} + 1)::timestamp))::timestamp - interval 1 millisecond`;
  const shift = raw(`to_months(${fiscalShift(settings)})`);
  const quarterEnd = (months: number) =>
    sql`((date_trunc('quarter', day + ${shift}) + to_months(${raw(String(months))}) - ${shift})::date - 1)`;
  const days = sql`select i::integer as number, ${moment.day}::date - ${raw(String(landmarkStep))} * i::integer as day from range(${raw(String(count + 1))}) as r(i)`;
  const windows = sql`select *, case when ${quarterEnd(3)} - day >= ${raw(String(leastLeft))} then ${quarterEnd(3)} else ${quarterEnd(6)} end as window_on from (${days})`;
  return sql`select *, (window_on - day) // 14 as span, window_until <= ${moment.instant}::timestamp as is_over from (
    select *, case when number = 0 then ${moment.instant}::timestamp else ${end(raw('day'))} end as until, ${end(raw('window_on'))} as window_until from (${windows}))`;
}
