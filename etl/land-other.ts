import type { DuckDBConnection } from '@duckdb/node-api';
import { LoadError } from './errors.ts';
import { type Origin, type Parsed, provenanceSql } from './land-csv.ts';
import { tidyHeader } from './land-header.ts';
import { quoteName, quoteText } from './mapping.ts';
import { all, one, run } from './sql.ts';

/** A decimal that JSON's numbers cannot carry to the cent. */
const tooPrecise = `regexp_matches(regexp_replace(line, '"(?:[^"\\\\]|\\\\.)*"', '""', 'g'), '[0-9]{14,}\\.[0-9]')`;

/** Parses the lines in `land_line` as one JSON object each; every value becomes text. */
export async function parseJsonLines(db: DuckDBConnection, origin: Origin): Promise<Parsed> {
  await run(
    db,
    `create or replace temp table land_bad as select line, reason, raw from land_damaged`,
  );
  await run(
    db,
    `create or replace temp table land_record as select rowid + 1 as n, line as raw,
    case when not json_valid(line) then 'is not JSON' when json_type(line) <> 'OBJECT' then 'is JSON but not an object'
      when ${tooPrecise} then 'has a number with more digits than JSON keeps; write it as text in quotes'
      when len(list_distinct(list_transform(json_keys(line), lambda k: lower(k)))) < len(json_keys(line)) then 'has a key twice' end as reason
    from land_line where trim(line) <> ''`,
  );
  await run(
    db,
    'insert into land_bad select n, reason, raw from land_record where reason is not null order by n',
  );
  const keys = await all(
    db,
    `select key from (select n, unnest(json_keys(raw)) as key, generate_subscripts(json_keys(raw), 1) as place
    from land_record where reason is null) group by key order by min(n), min(place)`,
  );
  const { columns, warnings } = tidyHeader(
    keys.map(({ key }) => String(key)),
    origin.file,
  );
  const shape = JSON.stringify(Object.fromEntries(keys.map(({ key }) => [String(key), 'VARCHAR'])));
  const fields = keys.map(
    ({ key }, at) => `nullif(s.${quoteName(String(key))}, '') as ${quoteName(columns[at] ?? '')}`,
  );
  const parsed = keys.length ? `json_transform(raw, ${quoteText(shape)})` : 'null';
  await run(
    db,
    `create or replace temp table land_good as select ${[...fields, provenanceSql(origin, 'n', 'raw')].join(', ')}
    from (select n, raw, ${parsed} as s from land_record where reason is null) order by n`,
  );
  return { columns, warnings, ...(await counts(db)) };
}

/** Reads a parquet file, every value as text; the line is the row's number. */
export async function parseParquet(
  db: DuckDBConnection,
  path: string,
  origin: Origin,
): Promise<Parsed> {
  const rows = `read_parquet(${quoteText(path)}, file_row_number = true)`;
  const given = (await parquetColumns(db, rows, path)).filter(
    ({ name }) => name !== 'file_row_number',
  );
  const names = given.map(({ name }) => name);
  const { columns, warnings } = tidyHeader(names, origin.file);
  await refuseInexact(db, given, rows, path);
  const texts = given.map(textSql);
  const fields = texts.map((text, at) => `nullif(${text}, '') as ${quoteName(columns[at] ?? '')}`);
  const raw = `to_json({${names.map((name, at) => `${quoteText(name)}: ${texts[at]}`).join(', ')}})::varchar`;
  await run(
    db,
    `create or replace temp table land_good as select ${[...fields, provenanceSql(origin, 'file_row_number + 1', raw)].join(', ')}
    from ${rows} order by file_row_number`,
  );
  await run(db, 'create or replace temp table land_bad (line bigint, reason varchar, raw varchar)');
  return { columns, warnings, ...(await counts(db)) };
}

interface TypedColumn {
  name: string;
  type: string;
}

const isFloat = ({ type }: TypedColumn): boolean => ['DOUBLE', 'FLOAT'].includes(type);

/** A float of 2^53 or more stands for several whole numbers: as an id it would make one record of two. */
async function refuseInexact(
  db: DuckDBConnection,
  columns: TypedColumn[],
  rows: string,
  path: string,
): Promise<void> {
  const floats = columns.filter(isFloat).map(({ name }) => quoteName(name));
  if (!floats.length) return;
  const largest = floats.map((name) => `max(abs(${name})) filter (isfinite(${name})) as ${name}`);
  const [found = {}] = await all(db, `select ${largest.join(', ')} from ${rows}`);
  const bad = Object.keys(found).find((name) => Number(found[name] ?? 0) >= 2 ** 53);
  if (bad === undefined) return;
  throw new LoadError(
    'bad-source',
    `${path}: column "${bad}" is a float and holds ${String(found[bad])}, which no float keeps exactly. Export it as text, whole number or decimal`,
  );
}

/** Whole numbers that a tool keeps as floats (because some are missing) are written without `.0`: they are often ids. */
function textSql(typed: TypedColumn): string {
  const column = quoteName(typed.name);
  if (!isFloat(typed)) return `${column}::varchar`;
  return `case when abs(${column}) < 9007199254740992 and ${column} = trunc(${column}) then ${column}::bigint::varchar else ${column}::varchar end`;
}

async function parquetColumns(
  db: DuckDBConnection,
  rows: string,
  path: string,
): Promise<TypedColumn[]> {
  try {
    const found = await all(
      db,
      `select column_name, column_type from (describe select * from ${rows})`,
    );
    return found.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
  } catch (error) {
    throw new LoadError(
      'bad-source',
      `${path} is not a readable parquet file: ${(error as Error).message.split('\n')[0]}. Export it again`,
      error,
    );
  }
}

async function counts(db: DuckDBConnection): Promise<{ rows: number; quarantined: number }> {
  return {
    rows: Number(await one(db, 'select count(*) from land_good')),
    quarantined: Number(await one(db, 'select count(*) from land_bad')),
  };
}
