import { type SQL, sql } from 'drizzle-orm';
import { type FactSource, laidOut } from './fact-source.ts';
import { fiscalShift, type Question } from './question.ts';
import { dateMoves, everyDateMove, inForce, weekColumn } from './relations.ts';
import { raw } from './statement.ts';

/** Pushes of the expected close date that count at the instant; one opportunity may have several. */
export const pushFacts: FactSource = {
  day: 'moved_on',
  isValued: true,
  origin: laidOut,
  rows: (question, { wanted, pushed }) => {
    const quarter = (day: string) => raw(`date_trunc('quarter', ${fiscal(question, day)})`);
    return sql`select *, close_on as close_day, moved_on as period_on, close_on - was_on as days,
        date_trunc('month', was_on) < date_trunc('month', close_on) as is_next_month, ${quarter('was_on')} < ${quarter('close_on')} as is_next_quarter
      from ${inForce(question, sql`(select * from ${dateMoves(question)} where ${pushed})`)} where close_on > was_on and ${wanted}`;
  },
};

const fiscal = ({ settings }: Question, day: string): string =>
  `(${day} + to_months(${fiscalShift(settings)}))`;

/** The first close date of each opportunity whose date has moved since; read of all, shown of those that are. */
export const firstDateSql = (question: Question): SQL =>
  sql`select ${raw(weekColumn(question))}opportunity_id, any_value(first_on) as first_on from ${inForce(question, raw(`(select * from ${everyDateMove(question)})`))} group by all`;
