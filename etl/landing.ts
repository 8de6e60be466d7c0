import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { LandedFile } from './ledger.ts';
import { LoadError } from './errors.ts';
import { fault } from './faults.ts';
import { quoteName, quoteText } from './mapping.ts';
import { type BadLine, mark, readRecords } from './records.ts';
import { all, one, run } from './sql.ts';

/** A raw input: its files and how to read them. */
export interface LandInput {
  source: string;
  name: string;
  folder: string;
  paths: string[];
  observedAt: Map<string, Date>;
  format?: 'csv' | 'parquet' | 'jsonl' | undefined;
  delimiter?: string | undefined;
}

export interface LandContext {
  load: string;
  /** `landing/<load>` of this installation. */
  folder: string;
}

export interface Landed {
  /** Records in the files, those set aside included. */
  rowsIn: number;
  quarantined: number;
  warnings: string[];
}

/** A file of a source as it was copied to the landing. */
export interface FileCopy extends LandedFile {
  path: string;
  copy: string;
}

/** Copies a source file to the landing and hashes it on the way; throws when it changes meanwhile. */
export async function copyFile(
  input: LandInput,
  path: string,
  context: LandContext,
): Promise<FileCopy> {
  const file = relative(input.folder, path);
  const copy = join(context.folder, input.source, file);
  mkdirSync(dirname(copy), { recursive: true });
  const before = statSync(path);
  const hash = createHash('sha256');
  const tap = new Transform({
    transform: (chunk, _, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(createReadStream(path), tap, createWriteStream(`${copy}.part`));
  const after = statSync(path);
  if (
    before.size !== after.size ||
    before.mtimeMs !== after.mtimeMs ||
    statSync(`${copy}.part`).size !== after.size
  )
    throw new LoadError(
      'still-being-written',
      `${path} is still being written (${before.size}, then ${after.size} bytes). Load again when the export has ended`,
    );
  sync(`${copy}.part`);
  renameSync(`${copy}.part`, copy);
  fault('land.copied');
  return { source: input.source, input: input.name, file, sha256: hash.digest('hex'), path, copy };
}

/**
 * Reads copied files into a temp table named as the input: one text column per header name, and `_file`, `_line`,
 * `_raw`, `_observed_at`. Lines that cannot be read go to the quarantine with their reason.
 */
export async function landInput(
  db: DuckDBConnection,
  input: LandInput,
  files: FileCopy[],
  context: LandContext,
): Promise<Landed> {
  const landed: Landed = { rowsIn: 0, quarantined: 0, warnings: [] };
  const parts: string[] = [];
  for (const [i, file] of files.entries()) {
    const part = `landed_${i}`;
    const read =
      formatOf(input, file.path) === 'parquet'
        ? await landParquet(db, file, part, input)
        : await landText(db, file, part, input, context);
    landed.rowsIn += read.rowsIn;
    landed.quarantined += read.quarantined;
    landed.warnings.push(...read.warnings);
    parts.push(part);
  }
  await run(
    db,
    `create or replace temp table ${quoteName(input.name)} as ${parts.map((part) => `select * from ${part}`).join(' union all by name ')}`,
  );
  for (const part of parts) await run(db, `drop table ${part}`);
  const rows = Number(await one(db, `select count(*) from ${quoteName(input.name)}`));
  if (rows + landed.quarantined !== landed.rowsIn)
    throw new LoadError(
      'failed',
      `input ${input.name}: ${landed.rowsIn} records were read, but ${rows} landed and ${landed.quarantined} are in quarantine`,
    );
  fault('land.input');
  return landed;
}

function formatOf(input: LandInput, path: string): 'csv' | 'parquet' | 'jsonl' {
  if (input.format) return input.format;
  if (/\.parquet$/i.test(path)) return 'parquet';
  return /\.(jsonl|ndjson|json)(\.gz)?$/i.test(path) ? 'jsonl' : 'csv';
}

async function landParquet(
  db: DuckDBConnection,
  file: FileCopy,
  part: string,
  input: LandInput,
): Promise<Landed> {
  await run(
    db,
    `create or replace temp table ${part} as select columns(*)::varchar, ${quoteText(file.file)} as _file,
    row_number() over () as _line, null::varchar as _raw, ${observed(input, file)} as _observed_at from read_parquet(${quoteText(file.copy)})`,
  );
  return {
    rowsIn: Number(await one(db, `select count(*) from ${part}`)),
    quarantined: 0,
    warnings: [],
  };
}

async function landText(
  db: DuckDBConnection,
  file: FileCopy,
  part: string,
  input: LandInput,
  context: LandContext,
): Promise<Landed> {
  const kind = formatOf(input, file.path) === 'jsonl' ? 'jsonl' : 'csv';
  const numbered = `${file.copy}.records`;
  const read = await readRecords({
    from: file.copy,
    to: numbered,
    kind,
    delimiter: input.delimiter,
    packedBytes: statSync(file.copy).size,
  });
  if (kind === 'csv' && !read.header.length)
    throw new LoadError('bad-source', `${file.path} is empty; it needs at least a header line`);
  await run(
    db,
    `create or replace temp table record as select line, raw from read_csv(${quoteText(numbered)}, header = false, auto_detect = false, delim = E'\\x1f',
    quote = '', escape = '', columns = {'line': 'BIGINT', 'raw': 'VARCHAR'}, max_line_size = 8000000, new_line = '\\n')`,
  );
  await keepLines(db, numbered, file, context);
  const aside = await setAside(db, read.bad, file, input, context);
  const split =
    kind === 'csv'
      ? await splitCsv(db, read.header, read.delimiter, part, file, input, context)
      : await splitJson(db, part, file, input, context);
  const warnings = read.missingFinalNewline
    ? [`${file.file}: the last line has no line end; the export may have been cut`]
    : [];
  return { rowsIn: read.count, quarantined: aside + split, warnings };
}

/** Every record as it came, for whoever must see the line itself. */
async function keepLines(
  db: DuckDBConnection,
  numbered: string,
  file: FileCopy,
  context: LandContext,
): Promise<void> {
  await run(
    db,
    `copy (select ${quoteText(file.source)} as source, ${quoteText(file.file)} as file, line, ${plain('raw')} as raw, sha256(raw) as hash, ${quoteText(context.load)} as load
    from record) to ${quoteText(`${file.copy}.lines.parquet`)} (format parquet)`,
  );
  rmSync(numbered);
}

const plain = (text: string): string =>
  `replace(replace(${text}, chr(${mark.newline.charCodeAt(0)}), chr(10)), chr(${mark.carriage.charCodeAt(0)}), chr(13))`;

async function setAside(
  db: DuckDBConnection,
  bad: BadLine[],
  file: FileCopy,
  input: LandInput,
  context: LandContext,
): Promise<number> {
  for (let i = 0; i < bad.length; i += 500) {
    const values = bad
      .slice(i, i + 500)
      .map(
        (b) =>
          `(${[context.load, input.source, input.name, file.file].map(quoteText).join(', ')}, ${b.line}, null, null, ${quoteText(b.reason)}, ${quoteText(b.raw.replaceAll('\0', '\\0'))})`,
      );
    await run(db, `insert into quarantine values ${values.join(', ')}`);
  }
  return bad.length;
}

async function splitCsv(
  db: DuckDBConnection,
  header: string[],
  delimiter: string,
  part: string,
  file: FileCopy,
  input: LandInput,
  context: LandContext,
): Promise<number> {
  const d = quoteText(delimiter);
  const special = delimiter === '\t' ? '\\t' : delimiter.replace(/[|.\\]/g, '\\$&');
  const pattern = quoteText(`("(?:[^"]|"")*"[^${special}]*|[^${special}]*)${special}`);
  await run(
    db,
    `create or replace temp table piece as select line, raw,
    case when contains(raw, '"') then regexp_extract_all(raw || ${d}, ${pattern}, 1) else string_split(raw, ${d}) end as f from record`,
  );
  const have = header.length;
  await run(
    db,
    `insert into quarantine select ${[context.load, input.source, input.name, file.file].map(quoteText).join(', ')}, line, null, null,
    'has ' || len(f) || ' values where the header has ${have}', ${plain('raw')} from piece where len(f) <> ${have}`,
  );
  const value = (i: number) => {
    const f = `f[${i + 1}]`;
    return `nullif(case when starts_with(${f}, '"') then ${plain(`replace(regexp_replace(${f}, '^"((?:[^"]|"")*)"', '\\1'), '""', '"')`)} else ${plain(f)} end, '')`;
  };
  const columns = header.map((name, i) => `${value(i)} as ${quoteName(name || `column${i + 1}`)}`);
  await run(
    db,
    `create or replace temp table ${part} as select ${columns.join(', ')}, ${quoteText(file.file)} as _file, line as _line, ${plain('raw')} as _raw,
    ${observed(input, file)} as _observed_at from piece where len(f) = ${have}`,
  );
  return Number(await one(db, `select count(*) from piece where len(f) <> ${have}`));
}

async function splitJson(
  db: DuckDBConnection,
  part: string,
  file: FileCopy,
  input: LandInput,
  context: LandContext,
): Promise<number> {
  const good = `coalesce(json_valid(raw) and json_type(raw) = 'OBJECT', false)`;
  await run(
    db,
    `insert into quarantine select ${[context.load, input.source, input.name, file.file].map(quoteText).join(', ')}, line, null, null, 'is not a JSON object', raw
    from record where not ${good}`,
  );
  const keys = (
    await all(
      db,
      `select distinct unnest(json_keys(raw)) as key from record where ${good} order by 1`,
    )
  ).map((row) => String(row.key));
  const columns = keys.map(
    (key) =>
      `json_extract_string(raw, ${quoteText(`$."${key.replaceAll('"', '\\"')}"`)}) as ${quoteName(key)}`,
  );
  await run(
    db,
    `create or replace temp table ${part} as select ${[...columns, `${quoteText(file.file)} as _file`, 'line as _line', 'raw as _raw', `${observed(input, file)} as _observed_at`].join(', ')}
    from record where ${good}`,
  );
  return Number(await one(db, `select count(*) from record where not ${good}`));
}

const observed = (input: LandInput, file: FileCopy): string =>
  `timestamp ${quoteText((input.observedAt.get(file.path) as Date).toISOString().slice(0, 23).replace('T', ' '))}`;

function sync(path: string): void {
  const handle = openSync(path, 'r+');
  fsyncSync(handle);
  closeSync(handle);
}
