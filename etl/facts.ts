import type { DuckDBConnection } from '@duckdb/node-api';
import type { ObjectCount } from '#warehouse/status-answer.ts';
import { type CrmObject, crmObjects, objectNames, sqlType } from '#warehouse/crm.ts';
import type { ObjectConfig } from './config.ts';
import {
  factColumn,
  kindWords,
  type MappedColumn,
  type MappingContext,
  quoteName,
  quoteText,
  resolveMapping,
  unmapped,
} from './mapping.ts';
import { noteAbsent, noteRemoved } from './absence.ts';
import { LoadError } from './errors.ts';
import { type FactContext, factTable } from './fact-context.ts';
import { fault } from './faults.ts';
import { flagOutOfRange, flagUnclear } from './flags.ts';
import {
  assertPlausible,
  assertScale,
  assertTyped,
  type Extract,
  noteNewColumns,
} from './guards.ts';
import { all, columnsOf, one, run } from './sql.ts';

const provenance = `record_key varchar, record_hash varchar, load_no integer, observed_at timestamp, held_from timestamp,
  source_name varchar, file varchar, line bigint, mapped varchar, extra json`;

/** Creates the fact tables and the tables of what was refused, flagged and found absent. */
export async function createFactTables(db: DuckDBConnection): Promise<void> {
  for (const object of objectNames) {
    const columns = Object.entries(crmObjects[object].columns).map(
      ([name, c]) => `${factColumn(name)} ${sqlType(c.kind)}`,
    );
    await run(
      db,
      `create table if not exists ${factTable(object)} (${columns.join(', ')}, ${provenance})`,
    );
  }
  await run(
    db,
    `create table if not exists quarantine (load varchar, source varchar, object varchar, file varchar, line bigint,
    column_name varchar, value varchar, reason varchar, raw varchar)`,
  );
  await run(
    db,
    `create table if not exists flag (load varchar, source varchar, object varchar, file varchar, line bigint,
    column_name varchar, value varchar, reason varchar, raw varchar)`,
  );
  await run(
    db,
    `create table if not exists fact_absence (object varchar, record_key varchar, observed_at timestamp, load_no integer,
    source_name varchar, merged_into varchar)`,
  );
  for (const column of ['source_name', 'merged_into'])
    await run(db, `alter table fact_absence add column if not exists ${column} varchar`);
  await run(
    db,
    'create table if not exists full_extract (source_name varchar, object varchar, observed_at timestamp, load_no integer)',
  );
}

/** Counts of one object in one load; `rowsIn = loaded + quarantined + superseded`. */
export type FactCount = Omit<ObjectCount, 'object'>;

/**
 * Types the rows of one object entry, sets aside what cannot be typed with its reason, and appends the records
 * that say something new. Rows that repeat what is known count as superseded.
 */
export async function loadFacts(
  db: DuckDBConnection,
  config: ObjectConfig,
  context: FactContext,
  extract: Extract,
): Promise<FactCount> {
  const { rows, available } = await sourceRows(db, config);
  const mapping: MappingContext = {
    where: placeOf(config, context),
    object: context.object,
    available,
    sourceZone: context.source.zone,
    reportingZone: context.reportingZone,
    masked: context.masked,
    keyOnly: config.removed,
  };
  const mapped = resolveMapping(config, mapping);
  const extra = unmapped(config, mapped, mapping);
  await run(
    db,
    `create or replace temp table staged as ${stagingSql(config, mapped, { rows, available, extra }, context)}`,
  );
  fault('facts.staged');
  await assertTyped(db, mapped, mapping.where);
  await noteNewColumns(db, extra, mapping.where, context);
  const quarantined = await setAside(db, context);
  const rowsIn = Number(await one(db, 'select count(*) from staged'));
  if (config.removed) {
    const loaded = await noteRemoved(db, mapped, context);
    return { rowsIn, loaded, quarantined, superseded: rowsIn - quarantined - loaded };
  }
  await assertScale(db, mapped, mapping.where);
  await flagOutOfRange(db, mapped, context);
  await flagUnclear(db, mapped, context);
  await assertPlausible(db, mapped, context, extract);
  if (extract.full) await noteAbsent(db, context);
  fault('facts.absences');
  const loaded = await append(db, mapped, context);
  fault('facts.appended');
  return { rowsIn, loaded, quarantined, superseded: rowsIn - quarantined - loaded };
}

const placeOf = ({ input }: ObjectConfig, { source, object }: FactContext): string =>
  `source ${source.name}, object ${object}${input ? `, input ${input}` : ''}`;

/** The rows of an entry with all own columns as text: a landed input, or the user's select over landed inputs. */
async function sourceRows(
  db: DuckDBConnection,
  config: ObjectConfig,
): Promise<{ rows: string; available: string[] }> {
  if (!config.sql)
    return {
      rows: quoteName(config.input as string),
      available: await columnsOf(db, quoteName(config.input as string)),
    };
  const available = await columnsOf(db, `(${config.sql})`);
  const columns = available.map((c) =>
    c.startsWith('_') ? quoteName(c) : `${quoteName(c)}::varchar as ${quoteName(c)}`,
  );
  return { rows: `(select ${columns.join(', ')} from (${config.sql}))`, available };
}

function stagingSql(
  config: ObjectConfig,
  mapped: MappedColumn[],
  { rows, available, extra: others }: { rows: string; available: string[]; extra: string[] },
  context: FactContext,
): string {
  const has = (column: string) => available.includes(column);
  const typed = mapped.map((m) => `${m.typed} as ${quoteName(m.name)}`);
  const raws = mapped.map(
    (m) => `nullif(trim((${m.raw})::varchar), '') as ${quoteName(`raw ${m.name}`)}`,
  );
  const extra = others.map((c) => `${quoteText(c)}, ${quoteName(c)}`);
  return `with typed as (select ${[...typed, ...raws].join(', ')},
      ${has('_file') ? '_file' : quoteText(config.sql ? 'sql' : '')} as file, ${has('_line') ? '_line' : 'row_number() over ()'} as line,
      ${has('_raw') ? '_raw' : 'null::varchar'} as raw, ${has('_observed_at') ? '_observed_at' : `(select max(observed_at) from source_observed)`} as observed_at,
      ${extra.length ? `json_object(${extra.join(', ')})` : 'null::json'} as extra from ${rows})
    select *, ${problemSql(mapped)} as problem,
      ${config.since ? `timezone(${quoteText(context.reportingZone)}, timestamp ${quoteText(config.since)})::timestamp` : 'null::timestamp'} as held_from,
      ${keySql(context.object, mapped)} as record_key, ${hashSql(mapped)} as record_hash,
      ${quoteText(`,${mapped.map((m) => m.name).join(',')},${backed(config)}`)} as mapped from typed`;
}

/** Attributes that the user declares to have held since creation travel with the record, as `^name`. */
function backed(config: ObjectConfig): string {
  const names = config.carryBack === true ? ['*'] : config.carryBack || [];
  return names.map((name) => `^${name},`).join('');
}

function problemSql(mapped: MappedColumn[]): string {
  const whens = mapped.flatMap((m) => {
    const raw = quoteName(`raw ${m.name}`);
    const problem = (reason: string) =>
      `{'column_name': ${quoteText(m.source ?? m.name)}, 'value': ${raw}, 'reason': ${quoteText(reason)}}`;
    const untyped = `when ${raw} is not null and ${quoteName(m.name)} is null then ${problem(`is not a ${kindWords[m.definition.kind]}`)}`;
    const missing = `when ${raw} is null then ${problem(`${m.name} is needed and empty`)}`;
    return m.definition.needed ? [missing, untyped] : [untyped];
  });
  return `case ${whens.join(' ')} end`;
}

function keySql(object: CrmObject, mapped: MappedColumn[]): string {
  const key = crmObjects[object].key.filter((name) => mapped.some((m) => m.name === name));
  const [first, ...rest] = key;
  const whole = `concat_ws(chr(31), ${key.map((name) => `coalesce(${quoteName(name)}::varchar, '')`).join(', ')})`;
  return first === 'id' && rest.length ? `coalesce("id", ${whole})` : whole;
}

const hashSql = (mapped: MappedColumn[]): string =>
  `md5(concat_ws(chr(31), ${mapped.map((m) => `coalesce(${quoteName(m.name)}::varchar, chr(30))`).join(', ')}))`;

async function setAside(db: DuckDBConnection, context: FactContext): Promise<number> {
  await run(
    db,
    `insert into quarantine select ${quoteText(context.load)}, ${quoteText(context.source.name)}, ${quoteText(context.object)},
    file, line, problem.column_name, problem.value, problem.reason, raw from staged where problem is not null order by file, line`,
  );
  return Number(await one(db, 'select count(*) from staged where problem is not null'));
}

async function append(
  db: DuckDBConnection,
  mapped: MappedColumn[],
  context: FactContext,
): Promise<number> {
  const table = factTable(context.object);
  const before = Number(await one(db, `select count(*) from ${table}`));
  const columns = mapped.map((m) => factColumn(m.name));
  const values = mapped.map((m) => quoteName(m.name));
  const newest = mapped.some((m) => m.name === 'modifiedAt') ? '"modifiedAt" desc nulls last,' : '';
  const modified = mapped.some((m) => m.name === 'modifiedAt');
  // One record per key and observation (the latest edit); then only what differs from the observation before it, and
  // no copy that is older than what was known before: an overlap window repeats such.
  await run(
    db,
    `create or replace temp table news as
    with fresh as (select * from staged where problem is null
        qualify row_number() over (partition by record_key, observed_at order by ${newest} file desc, line desc) = 1),
      known as (select record_key, record_hash, observed_at, load_no, 0 as is_new, ${modified ? 'modified_at' : 'null'} as edited_at from ${table} semi join fresh using (record_key)
        union all select record_key, 'absent', observed_at, load_no, 0, null from fact_absence semi join fresh using (record_key) where object = '${context.object}'
        union all select record_key, record_hash, observed_at, ${context.loadNo}, 1, ${modified ? '"modifiedAt"' : 'null'} from fresh),
      current as (${modified ? currentSql : 'from known'}),
      said as (select *, lag(record_hash) over (partition by record_key order by observed_at, load_no) as before_hash from current)
    select fresh.* from fresh semi join (from said where is_new = 1 and before_hash is distinct from record_hash) told using (record_key, observed_at)`,
  );
  await refuseForeign(db, context);
  await run(
    db,
    `insert into ${table} (${columns.join(', ')}, record_key, record_hash, load_no, observed_at, held_from, source_name, file, line, mapped, extra)
    select ${values.join(', ')}, record_key, record_hash, ${context.loadNo}, observed_at, held_from, ${quoteText(context.source.name)}, file, line, mapped, extra
    from news order by record_key, observed_at`,
  );
  return Number(await one(db, `select count(*) from ${table}`)) - before;
}

const currentSql = `select * from (select *, max(edited_at) over (partition by record_key order by observed_at, load_no rows between unbounded preceding and 1 preceding) as edited_before from known)
  where is_new = 0 or edited_before is null or edited_at is null or edited_at >= edited_before`;

/** Two sources with the same ids would make one record of two; dictionaries may well say the same. */
async function refuseForeign(db: DuckDBConnection, { object, source }: FactContext): Promise<void> {
  if (crmObjects[object].key[0] !== 'id') return;
  const [other] = await all(
    db,
    `select f.source_name as name, min(f.record_key) as example, count(distinct f.record_key)::integer as n from ${factTable(object)} f semi join news using (record_key)
    where f.source_name <> ${quoteText(source.name)} group by 1 order by 1 limit 1`,
  );
  if (!other) return;
  throw new LoadError(
    'bad-source',
    `source ${source.name}, object ${object}: ${other.n} ids are those of records of source ${other.name}, e.g. ${other.example}. Ids must differ between sources: put a prefix before them with "sql" (select 'b-' || id as id, ...). If ${other.name} was renamed, give it its old name`,
  );
}
