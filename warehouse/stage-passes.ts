import { type SQL, sql } from 'drizzle-orm';
import { filters } from './filters.ts';
import type { Question } from './question.ts';
import { during, known, seenBy } from './relations.ts';
import { raw, type Statement, statement, step } from './statement.ts';
import { describedVisits, hasCome, visitSteps } from './visits.ts';

/**
 * Stays in a stage that have come to an end, as `every_pass`, one row each: whether the opportunity went on to a later
 * stage or was won (`advanced`), when that was decided (`resolved_on`), under whoever had it when it entered (metrics.md
 * 2.4). First entries only, without stages that were skipped; who still waits is left out. This is the one place that
 * says how a stage is passed.
 */
export function passSteps(question: Question): SQL[] {
  const advanced = hasCome(question, 'advanced_at');
  const told = sql`select *, ${advanced} as has_advanced, case when ${hasCome(question, 'fate_at')} then fate end as ended from ${describedVisits} where is_first and not is_skipped and stage_order is not null`;
  return [
    ...visitSteps(question),
    step(
      'every_pass',
      sql`select *, coalesce(pipeline, '') as pipeline_key, has_advanced or ended = 'won' as advanced, case when has_advanced then entered_on + advanced_days else entered_on + fate_days end as resolved_on
        from (${told}) where has_advanced or ended in ('won', 'lost', 'withdrawn')`,
    ),
  ];
}

const isAsked = (question: Question): SQL => {
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

/** Years from which the stages are learned, back from the as-of day, beside the period itself. */
const years = 3;

export function passStatement(question: Question): Statement {
  const counts = [
    'advanced',
    `advanced and ended in ('won', 'lost', 'withdrawn')`,
    `advanced and ended = 'won'`,
  ].map((test) => `count(*) filter (where ${test})::integer`);
  const { period, moment } = question;
  const since =
    period.from === null
      ? raw('true')
      : sql`resolved_on >= least(${period.from}::date, (${moment.day}::date - to_years(${years}::integer))::date)`;
  const numbered = sql`select *, (dense_rank() over (order by salesman_id nulls last) - 1)::integer as person, ${isAsked(question)} as is_asked from every_pass where ${since}`;
  return statement(
    passSteps(question),
    sql`select person, is_asked, seen_id as salesman_id, pipeline_key as pipeline, stage, max(stage_order) as stage_order, industry, lead_source as source, count(*)::integer as n, ${raw(`${counts[0]} as advanced, ${counts[1]} as closed, ${counts[2]} as won`)}
      from (select *, case when is_asked and ${seenBy(question.viewer)} then salesman_id end as seen_id from (${numbered}))
      group by person, is_asked, seen_id, pipeline_key, stage, industry, lead_source order by all`,
  );
}

/** The stays of one salesman in one stage that the viewer may see, newest first; a name only where he may see it today. */
export function stayStatement(
  question: Question,
  { salesman, pipeline, stage }: { salesman: string; pipeline: string; stage: string },
): Statement {
  const names = sql`select opportunity_id, name from opportunity_version where ${known(question)} and ${during(question)} and ${seenBy(question.viewer)}`;
  return statement(
    passSteps(question),
    sql`select p.opportunity_id as opportunity, coalesce(n.name, p.opportunity_id) as name, p.account, coalesce(p.ended, 'open') as outcome, p.advanced, p.industry, p.lead_source as source, p.resolved_on::varchar as "closeOn", (p.resolved_on - p.entered_on)::integer as days
      from (select * from every_pass where ${isAsked(question)} and salesman_id = ${salesman} and pipeline_key = ${pipeline} and stage = ${stage} and ${seenBy(question.viewer)}) p left join (${names}) n using (opportunity_id)
      order by p.resolved_on desc, opportunity`,
  );
}
