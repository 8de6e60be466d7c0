import { type SQL, sql } from 'drizzle-orm';
import { among } from './filters.ts';
import { fiscalShift, type Question } from './question.ts';
import { during, known } from './relations.ts';
import { raw } from './statement.ts';

/** The day whose rate counts for a fact of that day, by the rate policy. */
export function rateDay({ query, settings, moment }: Question, own: SQL): SQL {
  if (query.rate !== 'plan') return sql`${moment.day}::date`;
  const shift = raw(`to_months(${fiscalShift(settings)})`);
  return sql`(date_trunc('year', ${own} + ${shift}) - ${shift})::date`;
}

/** Units of the asked currency per unit, for each currency and each day whose rate can count between two days. */
export function factorSql(first: Question, last: Question, rate = 'rate'): SQL {
  const { query, settings } = last;
  const target = query.currency && query.currency !== settings.currency ? query.currency : null;
  const between = sql`generate_series(${first.moment.day}::timestamp, ${last.moment.day}::timestamp, interval 1 year)`;
  const days = sql`select ${rateDay(first, sql`${first.moment.day}::date`)} as rate_on union select ${rateDay(last, sql`${last.moment.day}::date`)}${
    query.rate === 'plan'
      ? sql` union select ${rateDay(last, raw('unnest::date'))} from unnest(${between})`
      : raw('')
  }`;
  const wanted = target ? raw('(r.factor / t.factor)::decimal(18,9)') : raw('r.factor');
  const join = target
    ? sql` asof left join (select * from ${raw(rate)} where currency = ${target}) t on t.starts_on <= d.rate_on`
    : raw('');
  return sql`select d.rate_on, r.currency, ${wanted} as factor from (select * from (${days}) cross join (select distinct currency from ${raw(rate)})) d
    asof join ${raw(rate)} r on r.currency = d.currency and r.starts_on <= d.rate_on${join}`;
}

/** An amount in the asked currency, to the cent; without amount or rate 0. */
export const converted = (amount: string, factor: string): string =>
  `coalesce(round(${amount}::decimal(38,2) * ${factor}, 2), 0)::decimal(18,2)`;

/** The part of a value that falls on the wanted products; `parts` is null without a product filter. */
export const allocated = (value: string, parts: string | null): string =>
  parts === null
    ? value
    : `coalesce(list_sum(list_transform(${parts}, lambda p: round(${value}::decimal(38,2) * p.until, 2)::decimal(18,2) - round(${value}::decimal(38,2) * p.since, 2)::decimal(18,2))), 0)::decimal(18,2)`;

const partType = 'struct(since decimal(18,12), until decimal(18,12))[]';

/** Parts where no product is asked for. */
export const noParts = `null::${partType}`;

/** The stretches of the wanted products in each opportunity that has lines at the instant of a question. */
export function soldSql(question: Question): SQL {
  const wanted = question.query.where.product ?? [];
  return sql`select opportunity_id, list(struct_pack(since := share_from, until := share_to)) filter (where ${among(raw('product'), wanted)}) as parts
    from line_version where ${known(question)} and ${during(question)} group by 1`;
}

/** What `soldSql` says of an opportunity, as `parts`; one without any line is all "none". */
export const partsOf = ({ query }: Question, sold: string): string =>
  query.where.product?.includes(null)
    ? `case when ${sold}.opportunity_id is null then [struct_pack(since := 0::decimal(18,12), until := 1::decimal(18,12))] else ${sold}.parts end`
    : `${sold}.parts`;
