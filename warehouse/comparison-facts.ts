import { type SQL, sql } from 'drizzle-orm';
import { everyOne, withVersions } from './everyone.ts';
import { factSteps } from './facts.ts';
import { among, filters } from './filters.ts';
import { localDay } from './layouts.ts';
import { rateSql } from './money.ts';
import type { Question } from './question.ts';
import { creations, during, known, seenBy } from './relations.ts';
import { raw, type Statement, statement, step } from './statement.ts';
import { visitSteps } from './visits.ts';
import { converted, rateDay } from './waterfall-values.ts';

/** Years of closings before the as-of day from which the mix is learned, beside the period itself. */
const years = 3;

/**
 * Closings in force as `every_mix`, one row each, with what the opportunity was when the salesman took it on: `start`
 * (pipeline and stage), `industry`, `source`, `band` (fifth of the amounts a week after), `is_inherited`, `held` (days he
 * had it), `person` (a number for the salesman), and `is_asked`: in the period and let through by the filters.
 */
export function mixSteps(question: Question): SQL[] {
  const every = everyOne(question);
  return [
    step('every_closing', closingsSql(question, every)),
    step('every_creation', creationsSql(every)),
    ...visitSteps(every),
    step('every_first', firstSql),
    step('every_taken', takenSql(every)),
    step('every_rate', rateSql(every)),
    step('every_start', startSql(question)),
    step(
      'every_band',
      raw(
        'select quantile_disc(start_value, [0.2, 0.4, 0.6, 0.8]) as edges from every_start where has_start_value',
      ),
    ),
    step('every_mix', everyMixSql(question)),
  ];
}

function closingsSql({ period: { from }, moment }: Question, every: Question): SQL {
  const since =
    from === null
      ? raw('true')
      : sql`closed_on >= least(${from}::date, (${moment.day}::date - to_years(${years}::integer))::date)`;
  return sql`with ${sql.join(factSteps(every, ['closing']), raw(',\n'))} select * from closing_fact where ${since}`;
}

/** Who had it first, with the amount a week after its creation. */
const creationsSql = (every: Question): SQL =>
  withVersions(
    every,
    sql`select opportunity_id, salesman_id, amount, currency from ${creations(every)} c where ${during(every)}`,
  );

/** The stage in which each began. */
const firstSql = raw(
  `select opportunity_id, arg_min(stage, entered_at) as stage from every_visit where not is_skipped and opportunity_id in (select opportunity_id from every_closing) group by 1`,
);

/** Of those that came from another: when, in which stage, and the amount a week after. */
const takenSql = (every: Question): SQL =>
  sql`with heir as (select c.opportunity_id, c.salesman_id as heir, c.closed_at from every_closing c join every_creation f using (opportunity_id) where f.salesman_id <> c.salesman_id),
    life as (select v.opportunity_id, v.valid_from, v.stage, v.outcome, v.amount, v.currency, v.salesman_id = h.heir as is_his,
        v.salesman_id is distinct from lag(v.salesman_id) over (partition by v.opportunity_id order by v.valid_from) as is_turn
      from opportunity_version v join heir h on h.opportunity_id = v.opportunity_id and v.valid_from <= h.closed_at where ${known(every)}),
    turn as (select opportunity_id, max(valid_from) as taken_at from life where is_his and is_turn group by 1)
    select l.opportunity_id, t.taken_at, arg_max(l.stage, l.valid_from) filter (where l.valid_from <= t.taken_at) as stage,
      arg_max(l.amount, l.valid_from) filter (where l.amount is not null) as amount, arg_max(l.currency, l.valid_from) filter (where l.amount is not null) as currency
    from life l join turn t using (opportunity_id) where l.outcome = 'open' and l.valid_from <= t.taken_at + interval 7 day group by all`;

function startSql(question: Question): SQL {
  const { zone } = question.settings;
  const takenOn = raw(localDay('t.taken_at', zone));
  const rateOn = rateDay(question, raw('c.created_on'));
  return sql`select s.* exclude (start_amount, start_currency, rate_on), ${raw(converted('s.start_amount', 'r.factor'))} as start_value,
      s.start_amount is not null and r.factor is not null as has_start_value
    from (select c.*, t.opportunity_id is not null as is_inherited, c.closed_on - case when t.opportunity_id is null then c.created_on else ${takenOn} end as held,
        case when t.opportunity_id is null then v.stage else t.stage end as start_stage, case when t.opportunity_id is null then f.amount else t.amount end as start_amount,
        case when t.opportunity_id is null then f.currency else t.currency end as start_currency, ${rateOn} as rate_on
      from every_closing c left join every_creation f using (opportunity_id) left join every_first v using (opportunity_id) left join every_taken t using (opportunity_id)) s
    left join every_rate r on r.currency = s.start_currency and r.starts_on <= s.rate_on and s.rate_on < r.ends_on`;
}

function everyMixSql(question: Question): SQL {
  const { from, to } = question.period;
  const inside =
    from === null ? raw('true') : sql`closed_on >= ${from}::date and closed_on < ${to}::date`;
  return sql`select s.*, concat_ws(' · ', pipeline, start_stage) as start, lead_source as source,
      case when has_start_value then len(list_filter(edges, lambda edge: edge < start_value)) end as band,
      (dense_rank() over (order by salesman_id nulls last) - 1)::integer as person,
      coalesce(${inside} and ${filters(question, 'closing')} and ${sold(question)}, false) as is_asked
    from every_start s cross join every_band`;
}

/** A product filter lets through what has a line of it. */
function sold(question: Question): SQL {
  const wanted = question.query.where.product;
  if (!wanted) return raw('true');
  const lines = sql`select opportunity_id from line_version where ${known(question)} and ${during(question)}`;
  const listed = sql`opportunity_id in (${lines} and ${among(raw('product'), wanted)})`;
  return wanted.includes(null) ? sql`(${listed} or opportunity_id not in (${lines}))` : listed;
}

/** What of a closing enters which measure; logarithms are rounded so that sums are the same whatever their order. */
const logs = {
  size: { where: `outcome = 'won' and whole > 0`, value: 'ln(greatest(whole, 0.01))' },
  days: { where: `outcome = 'won' and held >= 0`, value: 'ln(greatest(held, 0) + 1)' },
} as const;

const rounded = (value: string): string => `round(${value}, 6)::decimal(18,6)`;

const counts = [
  'count(*)::integer as closings',
  `count(*) filter (where outcome = 'won')::integer as won`,
  ...Object.entries(logs).flatMap(([name, { where, value }]) => [
    `count(*) filter (where ${where})::integer as ${name}_n`,
    `coalesce(sum(${rounded(value)}) filter (where ${where}), 0)::double as ${name}_sum`,
    `coalesce(sum(${rounded(`${value} * ${value}`)}) filter (where ${where}), 0)::double as ${name}_squares`,
  ]),
].join(', ');

const levels = 'start, industry, source, band::varchar as band';

/** Counts of closings alike, of one salesman as a number; his key and name only where the viewer may see them. */
export interface MixCount {
  person: number;
  is_asked: boolean;
  is_seen: boolean;
  is_inherited: boolean;
  salesman_id: string | null;
  salesman: string | null;
  team: string | null;
  last_at: string | null;
  start: string | null;
  industry: string | null;
  source: string | null;
  band: string | null;
  closings: number;
  won: number;
  size_n: number;
  size_sum: number;
  size_squares: number;
  days_n: number;
  days_sum: number;
  days_squares: number;
}

/** All closings as `MixCount`: what the mix is learned from, and what is shown of it. */
export function mixStatement(question: Question): Statement {
  const newest = (column: string) =>
    `case when is_seen then arg_max(${column}, (closed_at, opportunity_id)) end as ${column}`;
  const seen = sql`select * replace (is_asked and is_inherited as is_inherited), is_asked and ${seenBy(question.viewer)} as is_seen from every_mix`;
  return statement(
    mixSteps(question),
    sql`select person, is_asked, is_seen, is_inherited, ${raw(`case when is_seen then salesman_id end as salesman_id, ${newest('salesman')}, ${newest('team')}, case when is_seen then max(closed_at)::varchar end as last_at, ${levels}, ${counts}`)}
      from (${seen}) group by person, is_asked, is_seen, is_inherited, salesman_id, start, industry, source, band order by all`,
  );
}

/** The asked closings of one salesman that the viewer may see. */
export const closingsStatement = (
  question: Question,
  { salesman, inherited }: { salesman: string; inherited: boolean | null },
): Statement =>
  statement(
    mixSteps(question),
    sql`select opportunity_id as opportunity, name, account, outcome, start_stage as "startStage", is_inherited as "isInherited", closed_on::varchar as "closedOn", ${raw(levels)}, whole as money, held,
        ${raw(`${logs.size.where} as size_in, ${logs.days.where} as days_in`)}, ${raw(`${logs.size.value} as size_log, ${logs.days.value} as days_log`)}
      from every_mix where is_asked and salesman_id = ${salesman} and ${inherited === null ? raw('true') : sql`is_inherited = ${inherited}`} and ${seenBy(question.viewer)} order by closed_on desc, opportunity_id`,
  );
