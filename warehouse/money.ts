import { type SQL, sql } from 'drizzle-orm';
import type { FactName } from './definitions.ts';
import { WarehouseError } from './errors.ts';
import { fiscalShift, type Question, type Settings } from './question.ts';
import { known, today } from './relations.ts';
import { raw } from './statement.ts';

/** Whether amounts stand in the layouts as asked for: in the reporting currency at plan rates, as known now. */
export const isPlanned = ({ query, settings, knownAt }: Question): boolean =>
  knownAt === null &&
  query.rate === 'plan' &&
  (!query.currency || query.currency === settings.currency);

/**
 * Amounts in the asked currency, to the cent, by the rate policy; the day whose rate counts depends on the facts.
 * `planned`: the rows come from a layout that holds the amounts at plan rates.
 */
export function moneySql(
  question: Question,
  fact: FactName | 'state',
  { planned = false }: { planned?: boolean } = {},
): SQL {
  const base = raw(`${fact}_base b`);
  if (question.query.rate === 'close' && fact !== 'closing' && fact !== 'state')
    throw new WarehouseError(
      'wrong-use',
      'The rate at the close date exists for closed business only; ask for won or lost values, or use the plan or as-of rate',
    );
  if (planned)
    return sql`select b.*, b.amount is not null as has_amount, b.amount_plan is not null as has_rate, coalesce(b.amount_plan, 0) as whole from ${base}`;
  const money = raw(`coalesce(${exchanged}, 0)::decimal(18,2)`);
  return sql`select b.*, b.amount is not null as has_amount, r.factor is not null as has_rate, ${money} as whole
    from (select *, ${rateDay(question, fact)} as rate_on from ${base}) b left join rate r on ${raw(inForce)}`;
}

const exchanged = 'round(b.amount::decimal(38,2) * r.factor, 2)';
const inForce = 'r.currency = b.currency and r.starts_on <= b.rate_on and b.rate_on < r.ends_on';

function rateDay(question: Question, fact: FactName | 'state'): SQL {
  const { rate } = question.query;
  const own =
    fact === 'open'
      ? today(question)
      : fact === 'state'
        ? sql`coalesce(b.closed_on, ${today(question)})`
        : raw('b.period_on');
  if (rate === 'plan') return planDay(own, question.settings);
  return rate === 'as-of' ? today(question) : own;
}

/** The first day of the fiscal year: plan rates are those of that day. */
function planDay(day: SQL, settings: Pick<Settings, 'fiscalYearStart'>): SQL {
  const shift = raw(`to_months(${fiscalShift(settings)})`);
  return sql`(date_trunc('year', ${day} + ${shift}) - ${shift})::date`;
}

/** Plan rates in the reporting currency, as known; default now. */
export interface PlanRates extends Pick<Settings, 'currency' | 'fiscalYearStart'> {
  known?: SQL;
}

/** The rows of a layout with `amount_plan`; `day` names the column whose fiscal year's plan rate counts. */
export function atPlanRates(rows: string, day: string, settings: PlanRates): SQL {
  const { known: asKnown = raw(`known_to = 'infinity'`) } = settings;
  const rates = ratesOf('plan', raw(`'${settings.currency}'`), asKnown);
  return sql`select b.*, ${raw(`${exchanged}::decimal(18,2)`)} as amount_plan
    from (select *, ${planDay(raw(day), settings)} as rate_on from (${raw(rows)})) b left join (${rates}) r on ${raw(inForce)}`;
}

/** Units of the asked currency per unit of each, `[starts_on, ends_on)`, as known. */
export function rateSql(question: Question): SQL {
  const { query, settings } = question;
  const kind = query.rate === 'plan' ? 'plan' : 'dated';
  const rates = ratesOf(kind, sql`${settings.currency}`, known(question));
  const target = query.currency && query.currency !== settings.currency ? query.currency : null;
  if (!target) return rates;
  const cross = raw('(r.factor / t.factor)::decimal(18,9) as factor');
  return sql`select c.currency, d.starts_on, ${raw(nextDay('c.currency', 'd.starts_on'))} as ends_on, ${cross}
    from (with own as (${rates}) select distinct currency from own) c cross join (with own as (${rates}) select distinct starts_on from own) d
    left join (${rates}) r on r.currency = c.currency and r.starts_on <= d.starts_on and d.starts_on < r.ends_on
    left join (${rates}) t on t.currency = ${target} and t.starts_on <= d.starts_on and d.starts_on < t.ends_on`;
}

/** Units of the reporting currency per unit; before the first rate the first one holds. */
function ratesOf(kind: 'plan' | 'dated', own: SQL, known: SQL): SQL {
  return sql`select currency, starts_on, ${raw(nextDay('currency', 'starts_on'))} as ends_on, factor from (
    select currency, case when row_number() over (partition by currency order by starts_on) = 1 then date '0001-01-01' else starts_on end as starts_on, factor from (
      select currency, starts_on, factor from rate_version where kind = ${raw(`'${kind}'`)} and currency <> ${own} and ${known}
      union all select currency, starts_on, factor from rate_version where kind <> ${raw(`'${kind}'`)} and currency <> ${own} and ${known}
        and currency not in (select currency from rate_version where kind = ${raw(`'${kind}'`)} and ${known})
      union all select ${own}, date '0001-01-01', 1::decimal(18,9)))`;
}

const nextDay = (currency: string, startsOn: string): string =>
  `lead(${startsOn}, 1, 'infinity'::date) over (partition by ${currency} order by ${startsOn})`;
