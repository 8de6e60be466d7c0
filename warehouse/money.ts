import { type SQL, sql } from 'drizzle-orm';
import type { FactName } from './definitions.ts';
import { WarehouseError } from './errors.ts';
import { fiscalShift, type Question } from './question.ts';
import { known, today } from './relations.ts';
import { raw } from './statement.ts';

/** Amounts in the asked currency, to the cent, by the rate policy; the day whose rate counts depends on the facts. */
export function moneySql(question: Question, fact: FactName | 'state'): SQL {
  const { settings, query } = question;
  const own = {
    open: today(question),
    closing: raw('b.period_on'),
    creation: raw('b.period_on'),
    quota: raw('b.period_on'),
    state: sql`coalesce(b.closed_on, ${today(question)})`,
  }[fact];
  const shift = raw(`to_months(${fiscalShift(settings)})`);
  const day =
    query.rate === 'plan'
      ? sql`(date_trunc('year', ${own} + ${shift}) - ${shift})::date`
      : query.rate === 'as-of'
        ? today(question)
        : own;
  if (query.rate === 'close' && fact !== 'closing' && fact !== 'state')
    throw new WarehouseError(
      'wrong-use',
      'The rate at the close date exists for closed business only; ask for won or lost values, or use the plan or as-of rate',
    );
  const target = query.currency && query.currency !== settings.currency ? query.currency : null;
  const factor = target ? raw('(r.factor / t.factor)::decimal(18,9)') : raw('r.factor');
  const join = target
    ? sql` asof left join (select * from rate where currency = ${target}) t on t.starts_on <= b.rate_on`
    : raw('');
  return sql`select b.*, b.amount is not null as has_amount, ${factor} is not null as has_rate, coalesce(round(b.amount::decimal(38,2) * ${factor}, 2), 0)::decimal(18,2) as whole
    from (select *, ${day} as rate_on from ${raw(`${fact}_base`)} b) b asof left join rate r on r.currency = b.currency and r.starts_on <= b.rate_on${join}`;
}

/** Units of the reporting currency per unit, from a day on; before the first rate the first one holds. */
export function rateSql(question: Question): SQL {
  const kind = question.query.rate === 'plan' ? 'plan' : 'dated';
  const own = question.settings.currency;
  return sql`select currency, case when row_number() over (partition by currency order by starts_on) = 1 then date '0001-01-01' else starts_on end as starts_on, factor from (
      select currency, starts_on, factor from rate_version where kind = ${kind} and currency <> ${own} and ${known(question)}
      union all select currency, starts_on, factor from rate_version where kind <> ${kind} and currency <> ${own} and ${known(question)}
        and currency not in (select currency from rate_version where kind = ${kind} and ${known(question)})
      union all select ${own}, date '0001-01-01', 1::decimal(18,9))`;
}
