import { type SQL, sql } from 'drizzle-orm';
import { amountStepSql } from './amount-step.ts';
import { localDay } from './layouts.ts';
import { atPlanRates, type PlanRates } from './money.ts';
import { raw } from './statement.ts';
import { enteredSql, movedSql, skippedSql } from './stage-visit-parts.ts';

/** What the visits are made of: relations of versions and of the stage dictionary as known, and the zone of days. */
export interface VisitContext extends PlanRates {
  zone: string;
  dictionary: string;
}

/** What an opportunity was when it entered; names and texts are read for rows in view only. */
const attributes = `close_on, category, lead_source, type, salesman_id, salesman, team, director, manager_path, account, industry, region, segment`;

/**
 * Visits of open stages, skipped stages included (`is_skipped`, no longer than an instant), each with what came before
 * and after it, when a higher stage was first reached from it, and how the opportunity ended. Filter
 * `valid_from <= T < valid_to`; of what is told then, only what lies at or before T counts: `left_at`, `advanced_at` and
 * `fate_at` may be later.
 */
export function stageVisitSql(versions: string, context: VisitContext): SQL {
  const { zone, dictionary } = context;
  const created = `case when e.born = e.entered_at then e.entered_on else ${localDay('e.born', zone)} end`;
  const rows = `with ${movedSql(versions, zone)}, ${skippedSql(dictionary, zone)}, ${enteredSql()}
    select e.* exclude (advanced_on), (e.advanced_on - e.entered_on)::integer as advanced_days, v.currency as entry_currency, ${attributes
      .split(', ')
      .map((column) => `v.${column}`)
      .join(', ')},
      ${created} as created_on, f.fate, f.fate_at, (f.fate_on - e.entered_on)::integer as fate_days,
      greatest(e.holds_from, coalesce(f.since, '-infinity'::timestamp)) as valid_from, least(e.holds_to, coalesce(f.until, 'infinity'::timestamp)) as valid_to
    from entered e join ${versions} v on v.opportunity_id = e.opportunity_id and v.valid_from = e.entered_at
      left join fate f on f.opportunity_id = e.opportunity_id and f.since < e.holds_to and f.until > e.holds_from`;
  const left = `coalesce(entered_on + days, entered_on)`;
  return sql`select * exclude (born, holds_from, holds_to, amount, currency, entry_currency, amount_plan, rate_on), entry_currency as currency, ${raw(amountStepSql('amount_plan'))} as amount_step
    from (${atPlanRates(rows, left, context)})`;
}
