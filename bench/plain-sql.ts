import { zone } from './company.ts';

/** What a person would write by hand, for two readers: the reading layouts and the versions themselves. */

/** The default as-of of the company, as the warehouse keeps instants. */
export const now = '2026-03-02 22:59:59.999';
const today = '2026-03-02';

export interface Parameters {
  region?: string;
  segment?: string;
  industry?: string;
  /** The end of this day; default now. */
  asOf?: string;
  period?: string;
  id?: string;
  text?: string;
  stage?: string;
  outcome?: 'open' | 'all';
  offset?: number;
}

const filterNames = ['region', 'segment', 'industry', 'stage'] as const;

/** The filters of a question as a query's `where`. */
export function whereOf(p: Parameters): Record<string, string[]> {
  return Object.fromEntries(
    filterNames.flatMap((name) => (p[name] === undefined ? [] : [[name, [p[name]]]])),
  );
}

/** The same filters as SQL, after an `and`. */
export const filtered = (p: Parameters): string =>
  ['true', ...filterNames.flatMap((n) => (p[n] ? [`${n} = '${p[n]}'`] : []))].join(' and ');

export const dayOf = (p: Parameters): string => p.asOf ?? today;
const instantOf = (p: Parameters): string =>
  p.asOf
    ? `((timezone('${zone}', (date '${p.asOf}' + 1)::timestamp))::timestamp - interval '1 millisecond')`
    : `timestamp '${now}'`;
export const localDay = (column: string): string =>
  `(timezone('${zone}', ${column}::timestamptz))::date`;

/** A calendar quarter `2025-Q3` or year `2025` as half-open days. */
export function bounds(period: string): { from: string; to: string } {
  const [year = '', quarter] = period.split('-Q');
  const first = quarter ? Number(quarter) * 3 - 2 : 1;
  const next = quarter ? first + 3 : 13;
  const day = (month: number) =>
    `${Number(year) + Math.floor((month - 1) / 12)}-${String(((month - 1) % 12) + 1).padStart(2, '0')}-01`;
  return { from: day(first), to: day(next) };
}

export const inside = (column: string, { period }: Parameters): string =>
  period
    ? `${column} >= date '${bounds(period).from}' and ${column} < date '${bounds(period).to}'`
    : 'true';

const rate = `rate as (select currency, year(starts_on) as year, factor from rate_version where kind = 'plan' and known_to = 'infinity')`;

/** `rows` with `money`: the amount at the plan rate of the year of `day`. */
export const valued = (rows: string, day: string): string =>
  `(select x.*, coalesce(round(x.amount::decimal(38,2) * coalesce(r.factor, 1::decimal(18,9)), 2), 0)::decimal(18,2) as money
    from (${rows}) x left join rate r on r.currency = x.currency and r.year = year(${day})) as valued`;

export const select = (ctes: string[], body: string): string =>
  `with ${[rate, ...ctes].join(',\n')}\n${body}`;

const living = `outcome = 'open' and not is_deleted and merged_into is null`;

/** Where rows come from: the layouts made for reading, or the versions alone. */
export interface Tables {
  open(p: Parameters): string;
  closings(p: Parameters): string;
  creations(p: Parameters): string;
  /** Every opportunity's state, closed ones too. */
  states(p: Parameters): string;
  /** First entries into open stages. */
  visits: string;
  /** Open opportunities at the ends of 104 weeks, each row with `week`. */
  weekly: string;
}

const weeks = `(select d as week, (timezone('${zone}', (d + 1)::timestamp))::timestamp - interval '1 millisecond' as until from (select date '${today}' - 7 * i::integer as d from generate_series(0, 103) as r(i)) as days)`;

export const layouts: Tables = {
  open: (p) =>
    p.asOf
      ? `select * from opportunity_month where month = date '${p.asOf.slice(0, 7)}-01' and first_day <= ${Number(p.asOf.slice(8))} and end_day > ${Number(p.asOf.slice(8))} and ${filtered(p)}`
      : `select * from opportunity where ${living} and ${filtered(p)}`,
  closings: (p) =>
    `select *, closed_on - ${localDay('created_at')} as days from closing where valid_from <= ${instantOf(p)} and ${instantOf(p)} < valid_to and ${filtered(p)}`,
  creations: (p) =>
    `select * from creation where valid_from <= ${instantOf(p)} and ${instantOf(p)} < valid_to and ${filtered(p)}`,
  states: (p) =>
    `select * from opportunity where not is_deleted and merged_into is null and ${filtered(p)}`,
  visits:
    'select opportunity_id, stage, min(entered_at) as entered_at from stage_visit where not is_skipped group by 1, 2',
  weekly: `select m.*, w.week from ${weeks} w join opportunity_month m on m.month = date_trunc('month', w.week) and m.first_day <= day(w.week) and day(w.week) < m.end_day`,
};

const known = `select * from opportunity_version where known_to = 'infinity'`;
const at = (p: Parameters): string =>
  `select * from (${known}) where valid_from <= ${instantOf(p)} and ${instantOf(p)} < valid_to`;

export const versions: Tables = {
  open: (p) => `select * from (${at(p)}) where ${living} and ${filtered(p)}`,
  closings: (p) => `select * from (
      select c.* exclude (amount, currency), s.amount, s.currency, c.valid_from as closed_at, ${localDay('c.valid_from')} as closed_on, ${localDay('c.valid_from')} - ${localDay('c.born')} as days
      from (select *, lag(outcome) over (partition by opportunity_id order by valid_from) as was, min(valid_from) over (partition by opportunity_id) as born
        from (${known}) where valid_from <= ${instantOf(p)} qualify outcome <> 'open' and outcome is distinct from was) c
      join (${at(p)} and outcome <> 'open' and not is_deleted and merged_into is null) s using (opportunity_id)
      qualify row_number() over (partition by opportunity_id order by c.valid_from desc) = 1) where ${filtered(p)}`,
  creations: (p) => `select * from (
      select opportunity_id, any_value(${localDay('born')}) as created_on, arg_max(amount, valid_from) as amount, arg_max(currency, valid_from) as currency,
        arg_min(salesman, valid_from) as salesman, arg_min(team, valid_from) as team, arg_min(region, valid_from) as region, arg_min(segment, valid_from) as segment, arg_min(industry, valid_from) as industry
      from (select *, min(valid_from) over (partition by opportunity_id) as born from (${known}))
      where valid_from <= ${instantOf(p)} and valid_from < (timezone('${zone}', (${localDay('born')} + 8)::timestamp))::timestamp group by 1) where ${filtered(p)}`,
  states: (
    p,
  ) => `select * from (select s.*, b.created_at, case when s.outcome <> 'open' then b.closed_at end as closed_at from (${at(p)}) s join (
      select opportunity_id, min(valid_from) as created_at, min(valid_from) filter (where outcome <> 'open') as closed_at from (${known}) group by 1) b using (opportunity_id))
    where not is_deleted and merged_into is null and ${filtered(p)}`,
  visits: `select opportunity_id, stage, min(valid_from) as entered_at from (${known}) where outcome = 'open' and stage is not null group by 1, 2`,
  weekly: `select v.*, w.week from (${known} and ${living}) v join ${weeks} w on v.valid_from <= w.until and w.until < v.valid_to`,
};

/**
 * The learned probability by stage, `learned(stage, probability)`: share won of those closed that had stood in the stage,
 * drawn to the mean of all by the method of moments.
 */
export const learned = (tables: Tables, p: Parameters): string[] => [
  `resolved as (${tables.closings(p.asOf ? { asOf: p.asOf } : {})})`,
  `visit as (${tables.visits})`,
  `counted as (select v.stage, count(*) as n, count(*) filter (where r.outcome = 'won') as won
    from resolved r join visit v on v.opportunity_id = r.opportunity_id and v.entered_at <= r.closed_at group by 1)`,
  `average as (select count(*) filter (where outcome = 'won') / count(*) as mean from resolved)`,
  `spread as (select sum(n * (won / n - mean) * (won / n - mean)) / sum(n) - count(*) * any_value(mean * (1 - mean)) / sum(n) as tau2 from counted, average)`,
  `learned as (select stage, round((won + kappa * mean) / (n + kappa), 8)::decimal(9,8) as probability from counted, average,
    (select case when tau2 > 0 then least(400, greatest(1, mean * (1 - mean) / tau2 - 1)) else 400 end as kappa from spread, average))`,
];
