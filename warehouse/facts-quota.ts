import { type SQL, sql } from 'drizzle-orm';
import type { FactSource } from './fact-source.ts';
import type { Question } from './question.ts';
import { known, seenBy, valid, weekColumn } from './relations.ts';
import { raw } from './statement.ts';

/** Quotas by calendar month, under the salesman's team of the as-of day; a month cut by the period counts by its days. */
export const quotaFacts: FactSource = {
  day: 'month_start',
  isValued: true,
  origin: () => 'apart',
  rows: (question, { wanted }) =>
    sql`select * from (${monthRows(question)}) b where ${seenBy(question.viewer)} and ${wanted}`,
};

function monthRows(question: Question): SQL {
  const { from, to } = question.period;
  const week = weekColumn(question);
  const days = sql`(least(month_end, coalesce(${to}::date, month_end)) - greatest(month_start, coalesce(${from}::date, month_start)))`;
  return sql`select * replace (case when ${days} = month_end - month_start then amount else round(amount * greatest(${days}, 0) / (month_end - month_start), 2)::decimal(18,2) end as amount) from (
    select ${raw(week ? 'q.week, ' : '')}null::varchar as opportunity_id, u.name, null::varchar as account, u.name as salesman, u.team, u.director, null::varchar as stage, null::integer as stage_order, 'quota' as outcome, q.salesman_id, u.manager_path,
      q.currency, (q.amount * (m + 1) / q.months)::decimal(18,2) - (q.amount * m / q.months)::decimal(18,2) as amount,
      (q.starts_on + to_months(m::integer))::date as month_start, (q.starts_on + to_months(m::integer + 1))::date as month_end,
      (q.starts_on + to_months(m::integer))::date as created_on, (q.starts_on + to_months(m::integer))::date as close_day, (q.starts_on + to_months(m::integer))::date as period_on, null::integer as days
    from (select *, unnest(range(months)) as m from ${valid(question, 'quota_version')} where salesman_id is not null and ${known(question)}) q
    left join (select * from ${valid(question, 'user_version')} where ${known(question)}) u on u.user_id = q.salesman_id${raw(week ? ' and u.week = q.week' : '')})
    where ${sql`month_start < coalesce(${to}::date, 'infinity'::date) and month_end > coalesce(${from}::date, '-infinity'::date)`}`;
}
