import type { DuckDBConnection } from '@duckdb/node-api';
import { LoadError } from './errors.ts';
import { type FactContext, factTable, fewRecords } from './fact-context.ts';
import { type MappedColumn, quoteText } from './mapping.ts';
import { one, run } from './sql.ts';

/**
 * A key that a full extract no longer has was deleted between the extracts, also when an older extract comes later.
 * A key whose line is in quarantine was there; it is not taken for deleted. Records that no source of this name
 * delivered are another's business. Throws when more records vanished than `maxShrink` allows.
 */
export async function noteAbsent(db: DuckDBConnection, context: FactContext): Promise<void> {
  const { object, loadNo, maxShrink } = context;
  await prepare(db, context);
  await run(
    db,
    `insert into fact_absence (object, record_key, observed_at, load_no, source_name)
    select ${quoteText(object)}, record_key, "at", ${loadNo}, ${quoteText(context.source.name)} from (
      ${beforeThisLoad} union ${withinThisLoad}) gone
    where not exists (from fact_absence a where a.object = ${quoteText(object)} and a.record_key = gone.record_key and a.observed_at = gone."at")
      and not exists (from quarantine q where q.load = ${quoteText(context.load)} and contains(q.raw, gone.record_key))
    order by 2, 3`,
  );
  const gone = Number(await one(db, absentOf(context)));
  const known = Number(await one(db, 'select count(*) from last_told'));
  if (known > fewRecords && gone > known * maxShrink)
    throw new LoadError(
      'bad-source',
      `${object}: the full extract lacks ${gone} of ${known} known records, more than "maxShrink" (${maxShrink}) allows. Is the export complete? If so, raise maxShrink for this load`,
    );
}

const absentOf = ({ object, loadNo, source }: FactContext): string =>
  `select count(distinct record_key) from fact_absence where object = ${quoteText(object)} and load_no = ${loadNo} and source_name = ${quoteText(source.name)}`;

/** Which keys each extract of this load shows, what was told of each key before, and when full extracts were taken. */
async function prepare(
  db: DuckDBConnection,
  { object, source, loadNo }: FactContext,
): Promise<void> {
  const own = `source_name = ${quoteText(source.name)}`;
  await run(
    db,
    `create or replace temp table seen as select distinct record_key, observed_at as "at" from staged where record_key is not null;
    create or replace temp table last_told as select record_key, max(observed_at) as "at" from ${factTable(object)} where ${own} group by all;
    create or replace temp table last_gone as select record_key, max(observed_at) as "at" from fact_absence where object = ${quoteText(object)} group by all;
    insert into full_extract select distinct ${quoteText(source.name)}, ${quoteText(object)}, observed_at, ${loadNo} from staged s
      where not exists (from full_extract e where e.source_name = ${quoteText(source.name)} and e.object = ${quoteText(object)} and e.observed_at = s.observed_at);
    create or replace temp table extract as select observed_at as "at", max(load_no = ${loadNo}) as is_new from full_extract
      where ${own} and object = ${quoteText(object)} group by all`,
  );
}

/** Of what was known before: absent from the first extract of this load that was taken later. */
const beforeThisLoad = `select t.record_key, min(e."at") as "at" from last_told t left join last_gone g on g.record_key = t.record_key
  join extract e on e.is_new and e."at" > t."at" left join seen s on s.record_key = t.record_key and s."at" = e."at"
  where s.record_key is null and (g."at" is null or g."at" < t."at") group by t.record_key`;

/**
 * Of what this load shows: absent from the next extract, be it of this load, or an older load's that would have made
 * the key known if it had held it.
 */
const withinThisLoad = `select record_key, next_at as "at" from (
    select s.record_key, e."at" as next_at, e.is_new from seen s asof join extract e on s."at" < e."at") n
  where (is_new or record_key not in (select record_key from last_told))
    and not exists (from seen o where o.record_key = n.record_key and o."at" = n.next_at)`;

/**
 * Rows of an archive or merge list: each names a record that the source no longer has, and maybe the one it went into.
 * Returns how many of them are news.
 */
export async function noteRemoved(
  db: DuckDBConnection,
  mapped: MappedColumn[],
  { object, loadNo, source }: FactContext,
): Promise<number> {
  const merged = mapped.some((m) => m.name === 'mergedInto') ? '"mergedInto"' : 'null::varchar';
  const before = Number(await one(db, 'select count(*) from fact_absence'));
  await run(
    db,
    `insert into fact_absence (object, record_key, observed_at, load_no, source_name, merged_into)
    with listed as (select record_key, observed_at, ${merged} as merged_into from staged where problem is null
        qualify row_number() over (partition by record_key order by observed_at, file, line) = 1),
      told as (select record_key, max(observed_at) as "at" from ${factTable(object)} group by all)
    select ${quoteText(object)}, r.record_key, r.observed_at, ${loadNo}, ${quoteText(source.name)}, r.merged_into
    from listed r left join told t using (record_key)
    where not exists (from fact_absence a where a.object = ${quoteText(object)} and a.record_key = r.record_key
      and a.merged_into is not distinct from r.merged_into and a.observed_at >= coalesce(t."at", '-infinity'))
    order by 2`,
  );
  return Number(await one(db, 'select count(*) from fact_absence')) - before;
}
