import type { DuckDBConnection } from '@duckdb/node-api';
import { LoadError } from './errors.ts';
import { parseRecord, sniffDelimiter, tidyHeader } from './land-header.ts';
import { joinQuoted } from './land-quotes.ts';
import { quoteName, quoteText } from './mapping.ts';
import { all, one, run } from './sql.ts';

/** What the lines of one file became: `land_good` holds the rows, `land_bad` the lines set aside. */
export interface Parsed {
  columns: string[];
  rows: number;
  quarantined: number;
  warnings: string[];
}

const headerLines = 200;

/** Where the rows of a file come from. */
export interface Origin {
  file: string;
  observedAt: Date;
  delimiter?: string | undefined;
}

/**
 * Splits the lines in `land_line` into fields. Fills `land_good` (the columns and `landedColumns`) and `land_bad`
 * (line, reason, raw); every record is in exactly one of them. `land_damaged` names the lines that are no text.
 */
export async function parseCsv(db: DuckDBConnection, origin: Origin): Promise<Parsed> {
  const { file } = origin;
  const { columns, warnings, delimiter, lastLine } = await readHeader(db, file, origin.delimiter);
  const count = columns.length;
  await run(
    db,
    `create or replace temp table land_bad as select line, reason, raw from land_damaged`,
  );
  const isJoined = await joinQuoted(db, { delimiter, columns: count, after: lastLine });
  const records = isJoined
    ? 'land_record'
    : `(select rowid + 1 as n, line as raw from land_line where line is not null and rowid >= ${lastLine})`;
  const expected = Number(
    await one(db, `select (select count(*) from ${records}) + (select count(*) from land_bad)`),
  );
  const fields = columns.map((name, at) => `nullif(f[${at + 1}], '') as ${quoteName(name)}`);
  await run(
    db,
    `create or replace temp table land_good as select ${fields.join(', ')}, ${provenanceSql(origin, 'n', 'raw')}, len(f) as _fields
    from (select n, raw, ${splitSql(delimiter, count)} as f from ${records})`,
  );
  const quarantined = await setAside(db, count);
  const rows = Number(await one(db, 'select count(*) from land_good'));
  if (rows + quarantined !== expected)
    throw new LoadError(
      'failed',
      `${file}: ${expected} records were counted, ${rows} read and ${quarantined} set aside; nothing of it is used`,
    );
  return { columns, rows, quarantined, warnings };
}

/** The columns that every landed row has, as select items. */
export const provenanceSql = ({ file, observedAt }: Origin, line: string, raw: string): string =>
  `${quoteText(file)} as _file, (${line})::bigint as _line, ${raw} as _raw, timestamp ${quoteText(observedAt.toISOString().slice(0, -1))} as _observed_at`;

/** Moves records with another number of fields than the header to `land_bad`; returns how many are there. */
async function setAside(db: DuckDBConnection, count: number): Promise<number> {
  const wrong = `_fields is distinct from ${count}`;
  if (Number(await one(db, `select count(*) from land_good where ${wrong}`))) {
    await run(
      db,
      `insert into land_bad select _line, case when _fields is null then 'has a quote inside an unquoted value, or text after a closing quote'
      else 'has ' || _fields || case when _fields = 1 then ' value' else ' values' end || ', the header has ${count}' end, _raw
      from land_good where ${wrong} order by _line`,
    );
    await run(db, `delete from land_good where ${wrong}`);
  }
  await run(db, 'alter table land_good drop column _fields');
  return Number(await one(db, 'select count(*) from land_bad'));
}

/**
 * The fields of `raw` as a list; null when its quotes do not pair up around whole fields. Four ways, the quicker
 * first: no quote at all; every field quoted; no doubled quote; the pattern.
 */
function splitSql(mark: string, count: number): string {
  const d = quoteText(mark);
  const between = quoteText(`"${mark}"`);
  const field = fieldPattern(mark);
  const isWhole = `starts_with(raw, '"') and ends_with(raw, '"') and strlen(raw) - strlen(replace(raw, '"', '')) = ${2 * count}
    and strlen(raw) - strlen(replace(raw, ${between}, '')) = ${(count - 1) * Buffer.byteLength(`"${mark}"`)}`;
  const masked = `list_transform(string_split(raw, '"'), lambda part, place: case when place % 2 = 1 then replace(part, ${d}, chr(1)) else part end)`;
  const pieces = `regexp_extract_all(${d} || raw, ${quoteText(`${escaped(mark)}${field}`)})`;
  return `case when not contains(raw, '"') then string_split(raw, ${d})
    when ${isWhole} then string_split(raw[2:-2], ${between})
    when not regexp_full_match(raw, ${quoteText(`${field}(?:${escaped(mark)}${field})*`)}) then null
    when not contains(raw, '""') then string_split(array_to_string(${masked}, ''), chr(1))
    else list_transform(${pieces}, lambda piece: case when piece[2] = '"' then replace(piece[3:-2], '""', '"') else piece[2:] end) end`;
}

const fieldPattern = (mark: string): string => `(?:"(?:[^"]|"")*"|[^"${escaped(mark)}]*)`;

/** The delimiter as a character of a pattern. */
export const escaped = (mark: string): string => `\\x{${(mark.codePointAt(0) ?? 0).toString(16)}}`;

interface Header {
  columns: string[];
  delimiter: string;
  /** Number of the header's last physical line. */
  lastLine: number;
  warnings: string[];
}

async function readHeader(db: DuckDBConnection, file: string, delimiter?: string): Promise<Header> {
  const lines = await all(
    db,
    `select line, (rowid + 1)::integer as n from land_line where rowid < ${headerLines} order by rowid`,
  );
  const first = lines.findIndex(({ line }) => line !== null);
  const damaged = await one(db, `select min(line)::integer from land_damaged`);
  if (damaged !== null && (first < 0 || Number(damaged) <= first))
    throw new LoadError(
      'bad-source',
      `${file}: the header, line ${damaged}, ${String(await one(db, 'select arg_min(reason, line) from land_damaged'))}`,
    );
  if (first < 0)
    throw new LoadError(
      'bad-source',
      `${file} is empty: not even a header line. Export it again or take it out of the input`,
    );
  const mark = delimiter ?? sniffDelimiter(String(lines[first]?.line));
  for (let last = first; last < lines.length; last++) {
    const text = lines
      .slice(first, last + 1)
      .map(({ line }) => line ?? '')
      .join('\n');
    const fields = parseRecord(text, mark);
    if (fields)
      return {
        ...tidyHeader(fields, file),
        delimiter: mark,
        lastLine: Number(lines[last]?.n),
      };
  }
  throw new LoadError(
    'bad-source',
    `${file}: the header opens a quote that is not closed within ${headerLines} lines`,
  );
}
