import { type SQL, sql } from 'drizzle-orm';
import { closingSql, localDay } from '../layouts.ts';
import { rateSql } from '../money.ts';
import type { Question } from '../question.ts';
import { known, seenBy, versionStep } from '../relations.ts';
import { raw, step } from '../statement.ts';
import { cloneSteps } from '../vanished-steps.ts';
import { converted, rateDay } from '../waterfall-values.ts';
import { landmarkCount, landmarkSql } from './landmarks.ts';
import { lifeSql } from './life.ts';
import { boughtStep, givenLimits, type Limits, limitSteps } from './limits.ts';
import { touchSteps } from './touches.ts';

const isOpen = `outcome = 'open' and not is_deleted and merged_into is null`;
const kept = (name: string, body: SQL): SQL => sql`${raw(name)} as materialized (${body})`;

/**
 * `risk_state`: every opportunity that was open at a landmark, as it stood and with what had happened to it by then, in
 * the columns of which the risk rules speak. As of the question's instant, of what its viewer may see, with the limits
 * that were learned before.
 */
export function riskSteps(question: Question, limits: Limits): SQL[] {
  const now = sql`opportunity_id in (select opportunity_id from opportunity_version where ${known(question)} and valid_from <= ${question.moment.instant}::timestamp and ${question.moment.instant}::timestamp < valid_to and ${raw(isOpen)} and ${seenBy(question.viewer)})`;
  return [
    versionStep(question, now),
    ...pastSteps(question, { versions: 'version', landmarks: 0 }),
    ...touchSteps(question, raw('opportunity in (select opportunity_id from version)')),
    ...givenLimits(limits),
    step('risk_state', stateSql(question, seenBy(question.viewer))),
  ];
}

/**
 * The same of everybody's at all past landmarks, number 0 being the question's instant, with the limits as they could be
 * learned at each: what rules are measured on. Only counts of it may be shown. Of very many every so-manieth is enough.
 */
export function everyRiskSteps(question: Question, every = 1): SQL[] {
  const some = every > 1 ? `hash(opportunity_id) % ${every} = 0` : 'true';
  const versions = sql`select ${raw(lean)} from opportunity_version where ${known(question)} and valid_from <= ${question.moment.instant}::timestamp and ${raw(some)}`;
  return [
    step('every_version', versions),
    ...pastSteps(question, { versions: 'every_version', landmarks: landmarkCount }),
    ...touchSteps(
      question,
      raw(every > 1 ? `hash(opportunity) % ${every} = 0` : 'opportunity is not null'),
    ),
    ...limitSteps(),
    step('risk_state', stateSql(question, raw('true'))),
  ];
}

/** Of everybody's versions only what rules are decided by: names make wide windows slow. */
const lean = `opportunity_id, pipeline, stage, stage_order, outcome, amount, currency, close_on, case when next_step is not null then 'yes' end as next_step,
  salesman_id, null::varchar as salesman, account_id, industry, is_deleted, merged_into, date_quality, unknown, valid_from, valid_to`;

/** What both are made of: the landmarks, each opportunity's life, the wins, the clones. */
function pastSteps(
  question: Question,
  { versions, landmarks }: { versions: string; landmarks: number },
): SQL[] {
  return [
    ...cloneSteps(question, 30),
    kept('clone_pair', clonePairSql),
    kept('landmark', landmarkSql(question, landmarks)),
    kept('life', lifeSql(versions)),
    step('rate', rateSql(question)),
    step('every_closing', raw(closingsOf(question))),
    kept('won', wonSql(question)),
    boughtStep,
  ];
}

/** Each clone with what it was made again of. */
const clonePairSql = raw(
  `select c.clone_id, c.cloned_at, any_value(e.cause) as cause, any_value(greatest(0, date_diff('day', e.created_at, e.went_at))) as original_days
    from clone c join ended e on e.opportunity_id = c.opportunity_id where c.clone_id is not null group by 1, 2`,
);

/** Closings known then; no row of them gets out. */
const closingsOf = (question: Question): string =>
  question.knownAt === null
    ? 'select * from closing'
    : closingSql('known_version', question.settings.zone);

/** The first win of each by the question's instant, at the plan rate of its day. */
function wonSql(question: Question): SQL {
  const first = sql`select opportunity_id, min(closed_at) as won_at, arg_min(columns(['pipeline', 'industry', 'account_id', 'amount', 'currency', 'closed_on']), valid_from)
    from every_closing where outcome = 'won' and valid_from <= ${question.moment.instant}::timestamp group by 1`;
  return sql`select w.*, round(w.amount::decimal(38,2) * r.factor, 2)::decimal(18,2) as value from (select *, ${rateDay(question, raw('closed_on'))} as rate_on from (${first})) w left join rate r on ${raw(inForce('w'))}`;
}

const inForce = (rows: string): string =>
  `r.currency = ${rows}.currency and r.starts_on <= ${rows}.rate_on and ${rows}.rate_on < r.ends_on`;

const daysTo = (from: string): string => `(epoch(until) - epoch(${from}))::double / 86400`;

/** One row per landmark and opportunity open then. */
function stateSql(question: Question, seen: SQL): SQL {
  const { zone } = question.settings;
  const base = sql`select l.*, m.number, m.day, m.until, m.window_on, m.window_until, m.span, m.is_over, ${rateDay(question, raw('m.day'))} as rate_on
    from life l join landmark m on l.valid_from <= m.until and m.until < l.valid_to where l.is_open and ${seen}`;
  const user = sql`select user_id, active, valid_from, valid_to from user_version where ${known(question)}`;
  return sql`select b.*, b.close_on as close_day, b.close_on as period_on, ${raw(`${localDay('b.created_at', zone)} as created_on, coalesce(b.pipeline, '') as pipeline_key,
      b.amount is not null as has_amount, r.factor is not null as has_rate, ${converted('b.amount', 'r.factor')} as money,
      ${daysTo('b.since')} as stage_days, ${daysTo('b.opened_at')} as age_days, b.close_on - ${localDay('b.since', zone)} as planned_days, b.close_on - b.first_close_on as slipped_days, ${localDay('b.handed_at', zone)} as handed_on,
      ${daysTo('greatest(coalesce(t.done_at, b.opened_at), b.opened_at)')} as idle_days, coalesce(t.nth, 0) as touches,
      case when t.nth >= 5 then greatest(1, (epoch(t.done_at) - epoch(t.first_at))::double / 86400 / (t.nth - 1)) end as rhythm_days, ${daysTo('t.done_at')} as silent_days,
      coalesce(c.contacts, 0) as contacts, coalesce(c.powers, 0) as powers, p.planned, p.planned_on,
      s.n as stage_n, s.watch_days, s.stalled_days, s.longest_days, s.median_days, s.least_days, s.contacts as usual_contacts, s.power_share, s.idle_days as idle_limit,
      q.won_count, q.kept_share, q.account_ratio, q.silence_ratio, coalesce(f.large_value, g.large_value) as large_value, f.large_value is not null as is_of_field,
      g2.largest as largest_bought, k.cloned_at, k.original_days, k.cause as clone_cause, u.active as is_active`)}
    from (${base}) b
    left join rate r on ${raw(inForce('b'))}
    asof left join touch t on t.opportunity_id = b.opportunity_id and t.done_at <= b.until
    asof left join circle c on c.opportunity_id = b.opportunity_id and c.met_at <= b.until
    asof left join bought g2 on g2.account_id = b.account_id and g2.won_at <= b.until
    left join (${plannedSql(zone)}) p on p.opportunity_id = b.opportunity_id and p.number = b.number
    left join stage_limit s on s.number = b.number and s.pipeline = coalesce(b.pipeline, '') and s.stage_key = b.stage_key
    left join pipeline_limit q on q.number = b.number and q.pipeline = coalesce(b.pipeline, '')
    left join field_limit f on f.number = b.number and f.is_all = 0 and f.industry is not distinct from b.industry
    left join field_limit g on g.number = b.number and g.is_all = 1
    left join clone_pair k on k.clone_id = b.opportunity_id and k.cloned_at <= b.until
    left join (${user}) u on u.user_id = b.salesman_id and u.valid_from <= b.until and b.until < u.valid_to`;
}

/** What was still planned at each landmark, and the latest day for which. */
const plannedSql = (zone: string): SQL =>
  raw(`select a.opportunity_id, m.number, count(*) as planned, max(${localDay('a.due_at', zone)}) as planned_on
    from activity a join landmark m on coalesce(a.created_at, '-infinity') <= m.until and coalesce(a.done_at, 'infinity') > m.until where a.due_at is not null group by 1, 2`);
