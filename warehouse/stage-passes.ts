import { type SQL, sql } from 'drizzle-orm';
import { everyOne, withVersions } from './everyone.ts';
import { filters } from './filters.ts';
import { localDay } from './layouts.ts';
import type { Question } from './question.ts';
import { closings, during, known, seenBy } from './relations.ts';
import { raw, type Statement, statement, step } from './statement.ts';

/** The least time from which stages are learned, back from the as-of day, beside the period itself. */
const years = 1;

/**
 * Stays in a stage that have come to an end, as `every_pass`, one row each: whether the opportunity went on to a later
 * stage or was won (`advanced`), under whom (who had it when that was decided), and `is_asked`, in the period and let
 * through by the filters. First entries only; who still sits there is left out. This is the one place that says how a
 * stage is passed.
 */
export function passSteps(question: Question): SQL[] {
  const every = everyOne(question);
  const { zone } = question.settings;
  return [
    step('every_life', lifeSql(question)),
    step(
      'every_stay',
      raw(
        `select opportunity_id, coalesce(pipeline, '') as pipeline, stage, max(stage_order) as stage_order, min(valid_from) as entered_at from every_life where outcome = 'open' and stage is not null group by 1, 2, 3`,
      ),
    ),
    step(
      'every_end',
      withVersions(
        every,
        sql`select opportunity_id, outcome, closed_at from ${closings(every)} c where ${during(every)}`,
      ),
    ),
    step(
      'every_ahead',
      raw(
        `select s.opportunity_id, s.pipeline, s.stage, min(n.entered_at) as ahead_at from every_stay s join every_stay n on n.opportunity_id = s.opportunity_id and n.pipeline = s.pipeline and n.stage_order > s.stage_order and n.entered_at > s.entered_at group by 1, 2, 3`,
      ),
    ),
    step(
      'every_move',
      raw(
        `select s.*, e.outcome as ended, e.closed_at, least(a.ahead_at, case when e.outcome = 'won' then e.closed_at end) as advanced_at
          from every_stay s left join every_ahead a using (opportunity_id, pipeline, stage) left join every_end e on e.opportunity_id = s.opportunity_id and e.closed_at > s.entered_at`,
      ),
    ),
    step(
      'every_born',
      raw('select opportunity_id, min(valid_from) as born from every_life group by 1'),
    ),
    step(
      'every_pass',
      sql`select *, ${raw(`${localDay('born', zone)} as created_on, ${localDay('valid_from', zone)} as resolved_on, close_on as close_day`)} from (
        select l.* exclude (pipeline, stage, stage_order), m.pipeline, m.stage, m.stage_order, m.entered_at, m.advanced_at, m.ended, m.advanced_at is not null as advanced, b.born
        from every_move m join every_life l on l.opportunity_id = m.opportunity_id and l.valid_from = coalesce(m.advanced_at, m.closed_at) join every_born b on b.opportunity_id = m.opportunity_id)`,
    ),
  ];
}

/** Versions up to the instant of whatever changed since the beginning, none out of the world. */
function lifeSql({ period: { from }, moment, knownAt, settings }: Question): SQL {
  const since =
    from === null
      ? raw('true')
      : sql`valid_from >= (timezone(${raw(`'${settings.zone}'`)}, least(${from}::date, (${moment.day}::date - to_years(${years}::integer))::date)::timestamp))::timestamp`;
  const then = sql`${known({ knownAt })} and valid_from <= ${moment.instant}::timestamp`;
  return sql`select * exclude (known_from, known_to) from opportunity_version where ${then} and not is_deleted and merged_into is null
    and opportunity_id in (select opportunity_id from opportunity_version where ${then} and ${since})`;
}

export const isAsked = (question: Question): SQL => {
  const { from, to } = question.period;
  const inside =
    from === null ? raw('true') : sql`resolved_on >= ${from}::date and resolved_on < ${to}::date`;
  return sql`coalesce(${inside} and ${filters(question, 'open')}, false)`;
};

/** Stays alike, of one salesman as a number; his key only where they are asked for and the viewer may see them. */
export interface PassCount {
  person: number;
  is_asked: boolean;
  salesman_id: string | null;
  pipeline: string;
  stage: string;
  stage_order: number | null;
  industry: string | null;
  source: string | null;
  n: number;
  advanced: number;
  /** Of those that advanced: closed by now, and won. */
  closed: number;
  won: number;
}

export function passStatement(question: Question): Statement {
  const counts = ['advanced', 'advanced and ended is not null', `advanced and ended = 'won'`].map(
    (test) => `count(*) filter (where ${test})::integer`,
  );
  return statement(
    passSteps(question),
    sql`select person, is_asked, seen_id as salesman_id, pipeline, stage, max(stage_order) as stage_order, industry, lead_source as source, count(*)::integer as n, ${raw(`${counts[0]} as advanced, ${counts[1]} as closed, ${counts[2]} as won`)}
      from (select *, case when is_asked and ${seenBy(question.viewer)} then salesman_id end as seen_id from (select *, (dense_rank() over (order by salesman_id nulls last) - 1)::integer as person, ${isAsked(question)} as is_asked from every_pass))
      group by person, is_asked, seen_id, pipeline, stage, industry, lead_source order by all`,
  );
}

/** The stays of one salesman in one stage that the viewer may see, newest first. */
export const stayStatement = (
  question: Question,
  { salesman, pipeline, stage }: { salesman: string; pipeline: string; stage: string },
): Statement =>
  statement(
    passSteps(question),
    sql`select opportunity_id as opportunity, name, account, outcome, advanced, industry, lead_source as source, resolved_on::varchar as "closeOn", date_diff('day', entered_at, valid_from)::integer as days
      from every_pass where ${isAsked(question)} and salesman_id = ${salesman} and pipeline = ${pipeline} and stage = ${stage} and ${seenBy(question.viewer)} order by valid_from desc, opportunity_id`,
  );
