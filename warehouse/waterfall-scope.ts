import { type SQL, sql } from 'drizzle-orm';
import type { DimensionName } from './dimensions.ts';
import { filters } from './filters.ts';
import type { Question } from './question.ts';
import { raw } from './statement.ts';

const owner: string[] = ['salesman', 'salesmanId', 'team', 'director'] satisfies DimensionName[];
const dated: string[] = ['closeMonth', 'closeQuarter', 'fiscalYear'] satisfies DimensionName[];
/** What a closing itself changes, so that it is no reason for leaving. */
const closedBy: string[] = ['stage', 'category'] satisfies DimensionName[];

/**
 * Three tests of the scope over a state whose `close_day` and `period_on` are its expected close date: `is_owned`
 * (salesman and team), `is_classed` (other filters), `is_dated` (period and filters on the close date).
 */
export function scopeFlags(question: Question, kind: 'open' | 'closed' | 'apart'): SQL {
  const rest = (name: string) =>
    !owner.includes(name) &&
    !dated.includes(name) &&
    !(kind === 'closed' && closedBy.includes(name));
  return sql.join(
    [
      flag(
        filtered(question, (name) => owner.includes(name)),
        'is_owned',
      ),
      flag(filtered(question, rest), 'is_classed'),
      flag(
        sql`${inPeriod(question, kind === 'apart')} and ${filtered(question, (name) => dated.includes(name))}`,
        'is_dated',
      ),
    ],
    raw(', '),
  );
}

function inPeriod({ period, moment }: Question, isApart: boolean): SQL {
  if (period.from === null) return raw('true');
  const inside = sql`period_on >= ${period.from}::date and period_on < ${period.to}::date`;
  return isApart ? sql`${inside} and period_on >= ${moment.day}::date` : inside;
}

function filtered(question: Question, keep: (name: string) => boolean): SQL {
  const where = Object.fromEntries(
    Object.entries(question.query.where).filter(([name]) => keep(name)),
  );
  return filters({ ...question, query: { ...question.query, where } }, 'open');
}

const flag = (test: SQL, name: string): SQL => sql`coalesce(${test}, false) as ${raw(name)}`;
