import { sql } from 'drizzle-orm';
import { visible, type Viewer } from './access.ts';
import type { Options, Row, SearchHit } from './answers.ts';
import type { Source } from './ask.ts';
import { localDay } from './layouts.ts';
import { fetchRows } from './opportunities.ts';
import { isoInstant, parseMoment, quarterOf, shiftQuarter } from './period.ts';
import { seenAccount, seenBy } from './relations.ts';
import { raw } from './statement.ts';
import { readValues } from './values.ts';

/** What can be chosen on a page: periods, values of the dimensions, people, currencies. */
export async function readOptions(source: Source, viewer: Viewer): Promise<Options> {
  const { settings } = source;
  const today = parseMoment(isoInstant(settings.asOf), settings.zone).day;
  const firstDay = await readFirstDay(source, viewer, today);
  const currentPeriod = quarterOf(today, settings.fiscalYearStart);
  return {
    zone: settings.zone,
    currency: settings.currency,
    currencies: await readCurrencies(source),
    fiscalYearStart: settings.fiscalYearStart,
    company: settings.company,
    today,
    firstDay,
    currentPeriod,
    periods: periodsBetween(
      quarterOf(firstDay, settings.fiscalYearStart),
      shiftQuarter(currentPeriod, 4),
    ),
    values: await readValues(source.reader, viewer),
    teams: await readTeams(source, viewer),
  };
}

async function readFirstDay(source: Source, viewer: Viewer, today: string): Promise<string> {
  const day = raw(`${localDay('min(created_at)', source.settings.zone)}::varchar`);
  const [row] = await fetchRows(
    source,
    sql`select ${day} as day from opportunity where ${seenBy(viewer)}`,
  );
  return (row?.day as string | null) ?? today;
}

async function readCurrencies({ reader, settings }: Source): Promise<string[]> {
  const rows = await reader.all('select distinct currency from rate_version order by 1');
  return [...new Set([settings.currency, ...rows.map((row) => String(row.currency))])];
}

/** Fiscal quarters with each year after its last quarter's beginning, oldest first. */
function periodsBetween(first: string, last: string): string[] {
  const quarters: string[] = [];
  for (let quarter = first; quarter <= last; quarter = shiftQuarter(quarter, 1))
    quarters.push(quarter);
  const years = [...new Set(quarters.map((quarter) => quarter.slice(0, 4)))];
  return [...years, ...quarters].sort();
}

/** Who stands in which team under whom by the newest state of things, and owns or has owned an opportunity. */
async function readTeams(source: Source, viewer: Viewer): Promise<Options['teams']> {
  const seen = visible(viewer, { salesmanId: raw('user_id'), managerPath: raw('manager_path') });
  return (await fetchRows(
    source,
    sql`select distinct director, team, name as salesman from user_version where known_to = 'infinity' and valid_to = 'infinity'
      and user_id in (select salesman_id from opportunity where ${seenBy(viewer)}) and ${seen} order by all`,
  )) as unknown as Options['teams'];
}

const each = 8;

/** Opportunities, accounts and salesmen whose name holds the text, open and large ones first. */
export async function search(source: Source, viewer: Viewer, text: string): Promise<SearchHit[]> {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  const seen = seenBy(viewer);
  const now = {
    viewer,
    knownAt: null,
    moment: parseMoment(isoInstant(source.settings.asOf), source.settings.zone),
  };
  const matches = (column: string) => sql`contains(lower(${raw(column)}), ${wanted})`;
  const living = raw('not is_deleted and merged_into is null');
  const found = await fetchRows(
    source,
    sql`(select 'opportunity' as kind, opportunity_id as id, name as label, concat_ws(' · ', account, stage, salesman) as detail from opportunity
        where (${matches('name')} or lower(opportunity_id) = ${wanted}) and ${living} and ${seen}
        order by outcome <> 'open', not starts_with(lower(name), ${wanted}), amount desc nulls last, opportunity_id limit ${each})
      union all (select 'account', account_id, name, concat_ws(' · ', industry, region) from account_version
        where (${matches('name')} or lower(account_id) = ${wanted}) and known_to = 'infinity' and valid_to = 'infinity' and not is_deleted
          and ${seenAccount(now, raw('account_id'))}
        order by not starts_with(lower(name), ${wanted}), name, account_id limit ${each})
      union all (select 'salesman', any_value(salesman_id), salesman, concat_ws(' · ', any_value(team), any_value(director)) from opportunity
        where ${matches('salesman')} and ${seen} group by salesman order by not starts_with(lower(salesman), ${wanted}), salesman limit ${each})`,
  );
  return found as unknown as SearchHit[];
}

/** The stage dictionary as it stands and as it was. */
export async function readStages({ reader }: Source): Promise<Row[]> {
  return (await reader.all(
    `select nullif(pipeline, '') as pipeline, label as stage, stage_order as "order", class as outcome, probability::double as probability, category,
      nullif(valid_from, '-infinity'::timestamp)::date::varchar as "from", nullif(valid_to, 'infinity'::timestamp)::date::varchar as "to"
    from stage_version where known_to = 'infinity' order by pipeline nulls first, stage_order nulls last, label, valid_from`,
  )) as Row[];
}

/** Exchange rates: how much of the reporting currency one unit makes, from which day on. */
export async function readRates({ reader }: Source): Promise<Row[]> {
  return (await reader.all(
    `select currency, kind, starts_on::varchar as "startsOn", factor::varchar as factor from rate_version where known_to = 'infinity' order by currency, kind, starts_on desc`,
  )) as Row[];
}
