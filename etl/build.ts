import { readdirSync, readFileSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { columnNames, type Table, tableDdl, tableName } from '#warehouse/ddl.ts';
import { layouts } from '#warehouse/layouts.ts';
import { layoutTables, ledgerTables, schemaVersion, versionTables } from '#warehouse/schema.ts';
import { type Config, entryList, type SourceConfig } from './config.ts';
import { createFactTables } from './facts.ts';
import { fault } from './faults.ts';
import { mappingMacros, quoteText } from './mapping.ts';
import { all, one, run } from './sql.ts';

/** What a build needs to know of its load. */
export interface BuildContext {
  config: Config;
  loadNo: number;
  /** The load's instant, `YYYY-MM-DD HH:MM:SS.mmm` UTC: `known_from` of all that it says. */
  knownAt: string;
}

/** Rows that a load added to and closed in one version table. */
export interface MergeCount {
  table: string;
  opened: number;
  closed: number;
}

const models = new URL('./models/', import.meta.url);

/** Creates whatever tables a new warehouse lacks. */
export async function createTables(db: DuckDBConnection): Promise<void> {
  await createFactTables(db);
  for (const table of Object.values({ ...versionTables, ...layoutTables, ...ledgerTables }))
    await run(db, tableDdl(table));
  // Snapshots of the first schema; their versions are made again, since the meaning names the schema.
  await run(db, 'alter table opportunity_version add column if not exists date_quality varchar');
}

/** Session state that mappings and models use: macros, the currency, the dictionaries of the config. */
export async function prepareSession(db: DuckDBConnection, config: Config): Promise<void> {
  await run(db, `set TimeZone = 'UTC'; set variable currency = ${quoteText(config.currency)}`);
  for (const macro of [...mappingMacros, ...modelMacros(config.zone)]) await run(db, macro);
  await run(db, `create or replace temp table source_observed (observed_at timestamp)`);
  await fill(
    db,
    'stage_rename (from_label varchar, to_label varchar, effective_from timestamp, pipeline varchar)',
    config.stageRenames.map(
      (r) => `(${quoteText(r.from)}, ${quoteText(lastName(r, config))},
      ${r.effectiveFrom ? `local_midnight(date ${quoteText(r.effectiveFrom)})` : `'infinity'`}, ${r.pipeline ? quoteText(r.pipeline) : 'null'})`,
    ),
  );
  await fill(
    db,
    'field_map (source_name varchar, field varchar, attribute varchar)',
    histories(config).flatMap(({ source, fields }) =>
      Object.entries(fields).map(
        ([field, attribute]) =>
          `(${quoteText(source.name)}, ${quoteText(field)}, ${quoteText(attribute)})`,
      ),
    ),
  );
  await fill(
    db,
    'declared_tracking (source_name varchar, attribute varchar, since timestamp)',
    histories(config).flatMap(({ source, tracked }) =>
      Object.entries(tracked).map(
        ([attribute, since]) =>
          `(${quoteText(source.name)}, ${quoteText(attribute)}, local_midnight(date ${quoteText(since)}))`,
      ),
    ),
  );
}

/**
 * Makes the versions of everything touched by this load again and merges them: what is no longer so is closed in
 * known time, what is new is opened; nothing is overwritten.
 */
export async function buildVersions(
  db: DuckDBConnection,
  context: BuildContext,
): Promise<MergeCount[]> {
  await run(
    db,
    `create or replace temp table product_label as
    with latest as (select record_key as product_id, arg_max(name, (observed_at, load_no)) as name, arg_max(family, (observed_at, load_no)) as family
      from fact_product group by all),
      twice as (select name from latest group by name having count(*) > 1)
    select product_id, case when twice.name is null then latest.name else latest.name || ' (' || product_id || ')' end as label, family
    from latest left join twice using (name)`,
  );
  const [people, deals] = [
    modelFiles().filter((f) => f < '40'),
    modelFiles().filter((f) => f >= '40'),
  ];
  for (const file of people) await runModel(db, file);
  await noteTouched(db, context);
  for (const file of deals) await runModel(db, file);
  const counts: MergeCount[] = [];
  for (const table of Object.values(versionTables)) {
    counts.push(await merge(db, table, context.knownAt));
    fault('build.merged');
  }
  return counts;
}

/** Fills the reading layouts from the versions known now. */
export async function buildLayouts(
  db: DuckDBConnection,
  config: Config,
  asOf: string,
): Promise<void> {
  await run(
    db,
    `create or replace temp view known_version as
    select * exclude (known_from, known_to) from opportunity_version where known_to = 'infinity'`,
  );
  for (const { table, select, order } of layouts('known_version', { ...config, asOf })) {
    const columns = columnNames(table)
      .map((c) => `"${c}"`)
      .join(', ');
    await run(db, `drop table if exists ${tableName(table)}`);
    await run(db, tableDdl(table));
    await run(
      db,
      `insert into ${tableName(table)} (${columns}) select ${columns} from (${select}) order by ${order}`,
    );
  }
}

type Rename = Config['stageRenames'][number];

/** A stage renamed again later is what it is called at last. */
function lastName(first: Rename, { stageRenames }: Config): string {
  let { to } = first;
  for (let steps = 0; steps < stageRenames.length; steps++) {
    const next = stageRenames.find(
      (r) => r.from === to && (r.pipeline ?? first.pipeline) === first.pipeline,
    );
    if (!next || next.to === first.from) return to;
    to = next.to;
  }
  return to;
}

const modelFiles = (): string[] =>
  readdirSync(models)
    .filter((f) => f.endsWith('.sql'))
    .sort();

const runModel = (db: DuckDBConnection, file: string): Promise<void> =>
  run(db, readFileSync(new URL(file, models), 'utf8'));

function modelMacros(zone: string): string[] {
  return [
    'create or replace temp macro given(x) as nullif(x, chr(1))',
    `create or replace temp macro local_midnight(d) as timezone(${quoteText(zone)}, d::timestamp)::timestamp`,
    `create or replace temp macro local_day(t) as timezone(${quoteText(zone)}, t::timestamptz)::date`,
    `create or replace temp macro field_value(attribute, x) as case attribute
       when 'amount' then coalesce(try_cast(x as decimal(18,2))::varchar, chr(1))
       when 'closeDate' then coalesce(iso_date(x, 'UTC', ${quoteText(zone)})::varchar, chr(1))
       when 'probability' then coalesce((try_cast(x as decimal(18,6)) / 100)::decimal(7,6)::varchar, chr(1))
       when 'salesman' then coalesce(clean_id(nullif(trim(x), '')), chr(1))
       when 'account' then coalesce(clean_id(nullif(trim(x), '')), chr(1))
       else coalesce(nullif(trim(x), ''), chr(1)) end`,
  ];
}

/** The field history entries of all sources: which source field tracks which attribute. */
function histories(
  config: Config,
): { source: SourceConfig; fields: Record<string, string>; tracked: Record<string, string> }[] {
  return config.sources.flatMap((source) =>
    entryList(source.objects.opportunity_field_history).map((entry) => ({
      source,
      fields: entry.fields ?? {},
      tracked: entry.tracked ?? {},
    })),
  );
}

async function fill(db: DuckDBConnection, table: string, rows: string[]): Promise<void> {
  const name = table.slice(0, table.indexOf(' '));
  await run(db, `create or replace temp table ${table}`);
  if (rows.length) await run(db, `insert into ${name} values ${rows.join(', ')}`);
}

/**
 * Which opportunities have to be made again: those with facts of this load, and those whose salesman or account
 * has other versions than before. A changed stage dictionary, config or tracking start touches all.
 */
async function noteTouched(db: DuckDBConnection, { config, loadNo }: BuildContext): Promise<void> {
  const meaning = await meaningOf(db, config);
  const before = await one(db, `select value from setting where name = 'meaning'`);
  const others = await differing(db, 'stage_version', 'label');
  const whole = meaning !== before || others > 0;
  await run(db, `delete from setting where name = 'meaning'`);
  await run(db, `insert into setting values ('meaning', ${quoteText(meaning)})`);
  if (whole)
    return run(
      db,
      `create or replace temp table touched as select distinct record_key as opportunity_id from fact_opportunity`,
    );
  await differing(db, 'user_version', 'user_id');
  await differing(db, 'account_version', 'account_id');
  await run(
    db,
    `create or replace temp table touched as
    select record_key as opportunity_id from fact_opportunity where load_no = ${loadNo}
    union select opportunity from fact_opportunity_stage_history where load_no = ${loadNo}
    union select opportunity from fact_opportunity_field_history where load_no = ${loadNo}
    union select record_key from fact_absence where load_no = ${loadNo} and object = 'opportunity'
    union select opportunity_id from opportunity_version semi join differing_user_version d on d.key = salesman_id where known_to = 'infinity'
    union select opportunity_id from opportunity_version semi join differing_account_version d on d.key = account_id where known_to = 'infinity'`,
  );
}

/** Everything outside the facts that decides how facts are read. */
async function meaningOf(db: DuckDBConnection, config: Config): Promise<string> {
  const dictionaries = await all(
    db,
    `select list(x order by x)::varchar as value from (
    select field_map::varchar as x from field_map union all select stage_rename::varchar from stage_rename union all select declared_tracking::varchar from declared_tracking
    union all select m.attribute || ' since ' || min(h."at") from fact_opportunity_field_history h
      join field_map m on m.source_name = h.source_name and m.field = h.field group by h.source_name, m.attribute)`,
  );
  return JSON.stringify([schemaVersion, config.zone, config.currency, dictionaries[0]?.value]);
}

/** Keys of which the newly made versions differ from the ones known so far, into `differing_<table>`. */
async function differing(
  db: DuckDBConnection,
  table: 'stage_version' | 'user_version' | 'account_version',
  key: string,
): Promise<number> {
  const columns = dataColumns(
    Object.values(versionTables).find((t) => tableName(t) === table) as Table,
  );
  await run(
    db,
    `create or replace temp table differing_${table} as select distinct "${key}" as key from (
    (select ${columns} from next_${table} except select ${columns} from ${table} where known_to = 'infinity')
    union all (select ${columns} from ${table} where known_to = 'infinity' except select ${columns} from next_${table}))`,
  );
  return Number(await one(db, `select count(*) from differing_${table}`));
}

const dataColumns = (table: Table): string =>
  columnNames(table)
    .filter((c) => !['known_from', 'known_to'].includes(c))
    .map((c) => `"${c}"`)
    .join(', ');

/** Closes the versions that are no longer made and opens the new ones, at the load's instant. */
async function merge(db: DuckDBConnection, table: Table, knownAt: string): Promise<MergeCount> {
  const name = tableName(table);
  const columns = dataColumns(table);
  const scope = name === 'opportunity_version' ? 'and opportunity_id in (from touched)' : '';
  const known = `timestamp ${quoteText(knownAt)}`;
  await run(
    db,
    `create or replace temp table made as select ${columns}, hash(${columns}) as print from next_${name};
    create or replace temp table held as select rowid as id, hash(${columns}) as print from ${name} where known_to = 'infinity' ${scope};
    create or replace temp table ended as select id from held anti join made using (print)`,
  );
  await run(db, `update ${name} set known_to = ${known} where rowid in (from ended)`);
  const before = Number(await one(db, `select count(*) from ${name}`));
  await run(
    db,
    `insert into ${name} (${columns}, known_from, known_to)
    select ${columns}, ${known}, 'infinity' from made anti join held using (print)
    qualify row_number() over (partition by print) = 1 order by 1, valid_from`,
  );
  return {
    table: name,
    opened: Number(await one(db, `select count(*) from ${name}`)) - before,
    closed: Number(await one(db, 'select count(*) from ended')),
  };
}
