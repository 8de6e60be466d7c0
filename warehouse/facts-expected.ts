import { type SQL, sql } from 'drizzle-orm';
import type { FactSource } from './fact-source.ts';
import { openRows } from './facts-open.ts';
import { type Moment, parseMoment } from './period.ts';
import type { Question } from './question.ts';
import { months, routeOf, today, weekColumn } from './relations.ts';
import { raw, step } from './statement.ts';

/**
 * What was open and expected in the period when it began, as it was then, and whether it is still open at the period's
 * end; while the period runs, at the instant.
 */
export const expectedFacts: FactSource = {
  day: 'close_on',
  isValued: true,
  origin: (question) => {
    const moments = [startOf(question), ...(question.weeks ? [] : [endOf(question)])];
    const isLaid = moments.every((moment) => routeOf({ ...question, moment }) !== 'version');
    return question.knownAt === null && isLaid ? 'layout' : 'versions';
  },
  steps: (question) => [step('every_end', endSql(question))],
  rows: (question, { wanted, pushed }) => {
    const { from, to } = question.period;
    const start = { ...question, weeks: undefined, moment: startOf(question) };
    const week = raw(question.weeks ? 'cross join week' : '');
    return sql`select s.*, s.close_on as close_day, s.close_on as period_on, null::integer as days, e.opportunity_id is not null as is_slipped, coalesce(e.end_on >= ${to}::date, false) as is_moved
      from (select * from ${openRows(start)} ${week} where ${pushed} and close_on >= ${from}::date and close_on < ${to}::date and ${today(question)} >= ${from}::date) s
      left join every_end e using (${raw(weekColumn(question))}opportunity_id) where ${wanted}`;
  },
};

/** What is open at the end, whoever has it then: it is only told of what the viewer saw at the start. */
function endSql(question: Question): SQL {
  const all = { ...question, viewer: { ...question.viewer, scope: 'all' as const } };
  if (!question.weeks)
    return sql`select opportunity_id, close_on as end_on from ${openRows({ ...all, moment: endOf(question) })}`;
  const day = sql`least(w.week, ${question.period.to}::date - 1)`;
  return sql`select w.week, m.opportunity_id, m.close_on as end_on from week w join ${months(all)} m
    on m.month = date_trunc('month', ${day}) and m.first_day <= day(${day}) and day(${day}) < m.end_day`;
}

/** The last instant before the period. */
function startOf({ period, moment, settings }: Question): Moment {
  return period.from === null ? moment : parseMoment(dayBefore(period.from), settings.zone);
}

/** The period's last instant, or that of the question when it comes first. */
function endOf({ period, moment, settings }: Question): Moment {
  if (period.to === null) return moment;
  const end = parseMoment(dayBefore(period.to), settings.zone);
  return end.instant < moment.instant ? end : moment;
}

const dayBefore = (day: string): string =>
  new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
