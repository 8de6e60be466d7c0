import { type SQL, sql } from 'drizzle-orm';
import { localDay } from './layouts.ts';
import { raw } from './statement.ts';

/** Which records count, and which versions of the people and accounts behind them: as known now, or then. */
export interface Knowledge {
  /** Over `load_no`. */
  told: SQL;
  /** Over `known_from` and `known_to`. */
  known: SQL;
}

export const knownNow: Knowledge = { told: raw('true'), known: raw(`known_to = 'infinity'`) };

/** What a source calls an event that did not take place. */
const cancelled = `('canceled', 'cancelled', 'no show', 'no_show', 'rescheduled')`;

/**
 * Tasks and events, each once, with the people and the account as they were when it was done: copies for guests, deleted
 * and cancelled ones are left out. A task is done when it was completed; closed without saying when, on the day it was
 * due, or when that was first seen. An event is done when it has ended. `done_at` may lie in the future; it is null for
 * a task that is not done.
 */
export function activitySql(knowledge: Knowledge, zone: string): SQL {
  const startOf = (day: string) => `timezone('${zone}', (${day})::timestamp)::timestamp`;
  const due = startOf('due_on');
  const ends = `least(completed_at, coalesce(ends_at, starts_at, ${startOf('due_on + 1')}))`;
  const done = `case when kind = 'event' then ${ends} else coalesce(completed_at, case when closed then least(${due}, observed_at) end) end`;
  const timed = sql`select id as activity_id, coalesce(kind, 'task') as kind, coalesce(type, kind, 'task') as activity_type, subject as name, opportunity as opportunity_id, account as account_id, salesman as salesman_id,
      ${raw(`coalesce(created_at, least(observed_at, coalesce(starts_at, completed_at, ${due}))) as made_at, ${done} as done_at, case when kind = 'event' then coalesce(starts_at, ${due}) else ${due} end as planned_at`)}
    from ${newest('activity', knowledge)} where ${raw(`not coalesce(deleted, false) and not coalesce(child, false) and lower(coalesce(status, '')) not in ${cancelled}`)}`;
  const at = (alias: string) => raw(`coalesce(${alias}.done_at, timestamp '9000-01-01')`);
  const placed = sql`select r.* replace (coalesce(r.account_id, o.account_id) as account_id), ${raw(`${localDay('r.done_at', zone)} as done_on, ${localDay('r.planned_at', zone)} as planned_on`)}
    from (${timed}) r left join (select opportunity_id, account_id, valid_from, valid_to from opportunity_version where ${knowledge.known}) o
      on o.opportunity_id = case when r.account_id is null then r.opportunity_id end and ${inForceAt('o', at('r'))}`;
  return peopled(withAccount(placed, at('r'), knowledge), at('r'), knowledge);
}

/** Leads as they are told of, with who had each when it was created. A conversion without a date is as of its telling. */
export function leadSql(knowledge: Knowledge, zone: string): SQL {
  const rows = sql`select *, ${raw(`${localDay('created_at', zone)} as created_on, ${localDay('converted_at', zone)} as converted_on`)} from (
    select id as lead_id, coalesce(company, id) as name, status, source as lead_source, industry, opportunity as opportunity_id, salesman as salesman_id,
      coalesce(created_at, observed_at) as created_at, coalesce(converted_at, case when converted then observed_at end) as converted_at
    from ${newest('lead', knowledge)})`;
  return peopled(rows, raw('r.created_at'), knowledge);
}

/** Rows `r` that name a salesman, with name, team and those above as they were at an instant. */
export const peopled = (rows: SQL, at: SQL, { known }: Knowledge): SQL =>
  sql`select r.*, coalesce(u.name, r.salesman_id) as salesman, u.team, u.director, coalesce(u.manager_path, '/' || r.salesman_id || '/') as manager_path
    from (${rows}) r left join (select * from user_version where ${known}) u on u.user_id = r.salesman_id and ${inForceAt('u', at)}`;

/** Rows `r` that name an account, with its name and fields as they were at an instant. */
export const withAccount = (rows: SQL, at: SQL, { known }: Knowledge): SQL =>
  sql`select r.*, a.name as account, a.industry, a.region, a.segment
    from (${rows}) r left join (select * from account_version where ${known}) a on a.account_id = r.account_id and ${inForceAt('a', at)}`;

const inForceAt = (alias: string, at: SQL): SQL =>
  sql`${raw(`${alias}.valid_from`)} <= ${at} and ${at} < ${raw(`${alias}.valid_to`)}`;

/** The newest record of each key; none of what was absent from a later full extract. */
function newest(object: 'activity' | 'lead', { told }: Knowledge): SQL {
  const gone = sql`select record_key, max(observed_at) as gone_at from fact_absence where object = ${raw(`'${object}'`)} and ${told} group by 1`;
  return sql`(select r.* from (select * from ${raw(`fact_${object}`)} where ${told} qualify row_number() over (partition by record_key order by observed_at desc, load_no desc) = 1) r
    left join (${gone}) g on g.record_key = r.record_key and g.gone_at > r.observed_at where g.record_key is null)`;
}
