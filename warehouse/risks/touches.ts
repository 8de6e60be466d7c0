import { type SQL, sql } from 'drizzle-orm';
import { newest, toldBy } from '../opportunities.ts';
import type { Question } from '../question.ts';
import { raw, step } from '../statement.ts';

/** Words by which CRMs name the roles of those who decide or hold the budget. */
const power = '(decision|economic|budget|executive|sponsor|approver|signator)';

/**
 * What was done about opportunities and with whom, as it was known then: `activity` (one row each, with when it was done
 * and for when it is planned), `touch` (those done, numbered per opportunity), `circle` (how many contacts, and how many
 * with a role of decision, from each instant on). `which` is a predicate over `opportunity`.
 */
export function touchSteps(question: Question, which: SQL): SQL[] {
  const { settings } = question;
  const told = toldBy(question);
  const dayOver = raw(`timezone('${settings.zone}', (due_on + 1)::timestamp)::timestamp`);
  const activity = sql`select opportunity as opportunity_id, record_key, contact, created_at, coalesce(starts_at, due_on::timestamp) as due_at,
      coalesce(completed_at, case when kind = 'event' then coalesce(ends_at, starts_at, ${dayOver}) when closed then ${dayOver} end) as done_at
    from ${newest('activity', which, told)} as a where not coalesce(deleted, false) and not coalesce(child, false) and not contains(lower(coalesce(status, '')), 'cancel')`;
  const touch =
    raw(`select opportunity_id, done_at, row_number() over life as nth, first_value(done_at) over life as first_at, lead(done_at) over life as next_at
    from activity where done_at is not null window life as (partition by opportunity_id order by done_at, record_key)`);
  const met = sql`select opportunity as opportunity_id, contact, coalesce(created_at, held_from, observed_at) as met_at, regexp_matches(lower(coalesce(role, '')), ${raw(`'${power}'`)}) as decides
      from ${newest('contact_role', which, told)} as r where not coalesce(deleted, false)
    union all select opportunity_id, contact, done_at, false from activity where contact is not null and done_at is not null`;
  const firsts = sql`select opportunity_id, contact, min(met_at) as met_at, min(case when decides then met_at end) as power_at from (${met}) group by 1, 2`;
  const circle = sql`select opportunity_id, met_at, sum(met) over life as contacts, sum(decides) over life as powers from (
      select opportunity_id, met_at, sum(met) as met, sum(decides) as decides from (
        select opportunity_id, met_at, 1 as met, 0 as decides from (${firsts}) union all select opportunity_id, power_at, 0, 1 from (${firsts}) where power_at is not null) group by 1, 2)
    window life as (partition by opportunity_id order by met_at)`;
  return [
    sql`activity as materialized (${activity})`,
    step('touch', touch),
    sql`circle as materialized (${circle})`,
  ];
}
