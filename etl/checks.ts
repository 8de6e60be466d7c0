import type { DuckDBConnection } from '@duckdb/node-api';
import type { CheckResult } from '#warehouse/status-answer.ts';
import { LoadError } from './errors.ts';
import { all, run } from './sql.ts';
import { quoteText } from './mapping.ts';

/** A statement that must return no row. Its rows are what fails, each as one text `example`. */
interface Check {
  severity: 'stop' | 'warn';
  meaning: string;
  failing: string;
}

const now = `(select * from opportunity_version where known_to = 'infinity')`;

/** What must hold of every warehouse before it is published, and what people should know about their data. */
export const checks: Record<string, Check> = {
  versions_overlap: {
    severity: 'stop',
    meaning: 'Two versions of one opportunity are valid at the same time',
    failing: `select opportunity_id as example from (select opportunity_id, valid_to > lead(valid_from) over (partition by opportunity_id order by valid_from) as crossing from ${now}) where crossing`,
  },
  version_backwards: {
    severity: 'stop',
    meaning: 'A version ends before it begins',
    failing: `select opportunity_id as example from opportunity_version where valid_from >= valid_to or known_from >= known_to`,
  },
  opportunity_without_version: {
    severity: 'stop',
    meaning: 'An opportunity was loaded and has no version',
    failing: `select distinct record_key as example from fact_opportunity anti join ${now} v on v.opportunity_id = record_key`,
  },
  layout_differs: {
    severity: 'stop',
    meaning: 'The newest states and the versions disagree on how many opportunities there are',
    failing: `select 'opportunity' as example where (select count(*) from opportunity) <> (select count(distinct opportunity_id) from ${now})`,
  },
  stage_unlisted: {
    severity: 'warn',
    meaning:
      'Stage that no stage dictionary lists; classed by the flags of the records that carry it',
    failing: `select distinct label as example from stage_version where known_to = 'infinity' and evidence = 'inferred'`,
  },
  rate_missing: {
    severity: 'warn',
    meaning: 'Opportunities in a currency without any exchange rate; they count 0 in sums of money',
    failing: `select opportunity_id || ' (' || currency || ')' as example from opportunity
      where not is_deleted and currency <> getvariable('currency') and currency not in (select currency from rate_version where known_to = 'infinity')`,
  },
  amount_missing: {
    severity: 'warn',
    meaning: 'Open opportunities without an amount; they count 0 in sums of money',
    failing: `select opportunity_id as example from opportunity where outcome = 'open' and not is_deleted and amount is null`,
  },
  amount_negative: {
    severity: 'warn',
    meaning: 'Opportunities with a negative amount',
    failing: `select opportunity_id || ': ' || amount as example from opportunity where not is_deleted and amount < 0`,
  },
  close_date_missing: {
    severity: 'warn',
    meaning: 'Open opportunities without an expected close date',
    failing: `select opportunity_id as example from opportunity where outcome = 'open' and not is_deleted and close_on is null`,
  },
  salesman_missing: {
    severity: 'warn',
    meaning: 'Open opportunities whose salesman is not among the users',
    failing: `select opportunity_id || ': ' || coalesce(salesman_id, 'none') as example from opportunity
      where outcome = 'open' and not is_deleted and (salesman_id is null or salesman_id not in (select user_id from user_version where known_to = 'infinity'))`,
  },
  account_missing: {
    severity: 'warn',
    meaning: 'Opportunities without an account',
    failing: `select opportunity_id as example from opportunity where not is_deleted and account_id is null`,
  },
  closed_before_created: {
    severity: 'warn',
    meaning: 'Opportunities closed before they were created: typed in afterwards',
    failing: `select record_key as example from (from fact_opportunity qualify row_number() over (partition by record_key order by observed_at desc, load_no desc) = 1)
      where coalesce(closed_at, case when is_closed then local_midnight(close_date + 1) end) < created_at`,
  },
  closed_at_once: {
    severity: 'warn',
    meaning:
      'Opportunities closed on the day on which they were created: typed in afterwards, or never in the pipeline',
    failing: `select opportunity_id as example from closing where closed_on = local_day(created_at)`,
  },
  created_later: {
    severity: 'warn',
    meaning: 'Opportunities created after the extract was taken; a clock or a zone is wrong',
    failing: `select record_key as example from fact_opportunity where created_at > observed_at`,
  },
  history_later: {
    severity: 'warn',
    meaning:
      'History of after the newest extract; a clock or a zone is wrong, or the extracts are of different days',
    failing: `select distinct opportunity as example from fact_opportunity_stage_history where "at" > (select max(fresh_at) from object_state)`,
  },
  close_date_default: {
    severity: 'warn',
    meaning:
      'Open opportunities whose close date is the end of a month that the source set by itself',
    failing: `select opportunity_id as example from ${now} v where valid_to = 'infinity' and date_quality = 'default' and outcome = 'open' and not is_deleted`,
  },
  rate_late: {
    severity: 'warn',
    meaning:
      'Opportunities closed before the first exchange rate of their currency; that first one is taken',
    failing: `select c.opportunity_id || ': ' || c.currency || ' on ' || closed_on as example from closing c
      join (select currency, min(starts_on) as starts_on from rate_version where known_to = 'infinity' group by 1) r on r.currency = c.currency where closed_on < r.starts_on`,
  },
  hierarchy_cycle: {
    severity: 'stop',
    meaning: 'The hierarchy goes in a circle',
    failing: `select 'role ' || role_id as example from (select distinct r.role_id from tree_boundary b join role_state r on r.valid_from <= b."at" and b."at" < r.valid_to
        anti join role_path p on p."at" = b."at" and p.role_id = r.role_id)
      union all select distinct 'user ' || c.user_id from manager_chain c join user_state u on u.user_id = c.ids[-1] and u.valid_from <= c."at" and c."at" < u.valid_to
        where list_contains(c.ids, u.manager)`,
  },
  account_twice: {
    severity: 'warn',
    meaning: 'Accounts with the same name',
    failing: `select any_value(name) as example from fact_account where not coalesce(deleted, false) group by lower(trim(name)) having count(distinct record_key) > 1`,
  },
  activity_orphan: {
    severity: 'warn',
    meaning: 'Activities that point to an opportunity nobody delivered',
    failing: `select record_key || ' -> ' || opportunity as example from fact_activity
      where opportunity like '006%' and opportunity not in (select record_key from fact_opportunity)`,
  },
  history_orphan: {
    severity: 'warn',
    meaning: 'History of opportunities that nobody delivered',
    failing: `select distinct opportunity as example from fact_opportunity_stage_history where opportunity not in (select record_key from fact_opportunity)`,
  },
  value_flagged: {
    severity: 'warn',
    meaning: 'Values outside their range; the record is kept without them',
    failing: `select file || ' line ' || line || ': ' || column_name || ' ' || value as example from flag`,
  },
  line_quarantined: {
    severity: 'warn',
    meaning: 'Lines that could not be read or typed; see the quarantine',
    failing: `select file || ' line ' || line || ': ' || reason as example from quarantine`,
  },
};

/** Runs all checks and keeps their results in the snapshot; throws when one of severity stop fails. */
export async function runChecks(db: DuckDBConnection): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const [check, { severity, meaning, failing }] of Object.entries(checks)) {
    const found = await all(
      db,
      `select count(*)::integer as failing, min(example)::varchar as example from (${failing})`,
    );
    results.push({
      check,
      severity,
      meaning,
      failing: Number(found[0]?.failing),
      example: (found[0]?.example as string | null) ?? null,
    });
  }
  await run(db, 'delete from check_result');
  for (const r of results)
    await run(
      db,
      `insert into check_result values (${quoteText(r.check)}, '${r.severity}', ${quoteText(r.meaning)}, ${r.failing}, ${r.example === null ? 'null' : quoteText(r.example)})`,
    );
  const stopped = results.filter((r) => r.severity === 'stop' && r.failing > 0);
  if (stopped.length)
    throw new LoadError(
      'check-failed',
      `The new warehouse is not published: ${stopped.map((r) => `${r.meaning} (${r.failing}; e.g. ${r.example})`).join('; ')}`,
    );
  return results;
}
