import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { inWords } from './durable.ts';
import { LoadError } from './errors.ts';
import { fault } from './faults.ts';
import {
  assertUnchanged,
  copySource,
  type FileState,
  hashSource,
  type Stamp,
  stampOf,
} from './land-copy.ts';
import { parseCsv, type Parsed } from './land-csv.ts';
import { parseJsonLines, parseParquet } from './land-other.ts';
import { type FileRows, keepFile, writeLines } from './land-target.ts';
import { type BadLine, prepareLines, readLines } from './read-lines.ts';
import { run } from './sql.ts';

export type LandFormat = 'csv' | 'parquet' | 'jsonl';

export interface LandInput {
  source: string;
  /** The input's name; the rows land in the temp table `landed_<name>`. */
  name: string;
  /** Absolute paths, all within `root`. */
  paths: string[];
  format?: LandFormat | undefined;
  delimiter?: string | undefined;
  root: string;
  /** true: files that are known already are read again. */
  force?: boolean | undefined;
}

export interface LandContext {
  load: string;
  landingFolder: string;
  observedAt: (path: string, mtime: Date) => Date;
  /** Hash of the last landed version of a file, by its path relative to the root. */
  known: (file: string) => string | undefined;
}

export interface LandedFile {
  /** Path relative to the root. */
  file: string;
  sha256: string;
  bytes: number;
  mtime: Date;
  observedAt: Date;
  /** Rows read, those in quarantine included. */
  rows: number;
  /** The content is the known one; it was not read. */
  unchanged: boolean;
}

export interface Landed {
  /** The temp table, null when no file was read. */
  table: string | null;
  columns: string[];
  /** `rowsIn` = rows in the table + `quarantined`. */
  rowsIn: number;
  quarantined: number;
  warnings: string[];
  files: LandedFile[];
}

/**
 * Lands one input: copies its changed files, keeps every raw line, and makes a table of all their records as text,
 * with where each came from. What cannot be a record goes to `quarantine` with its reason.
 */
export async function landInput(
  db: DuckDBConnection,
  input: LandInput,
  context: LandContext,
): Promise<Landed> {
  const landed: Landed = {
    table: null,
    columns: [],
    rowsIn: 0,
    quarantined: 0,
    warnings: [],
    files: [],
  };
  const stamps: [string, Stamp][] = [];
  const all: FileRows[] = [];
  const folder = join(context.landingFolder, input.source);
  try {
    mkdirSync(folder, { recursive: true });
    for (const path of input.paths) {
      const file = fileName(input, path);
      stamps.push([path, stampOf(path)]);
      const { state, copy } = await fetchFile(path, file, join(folder, file), input, context);
      const entry: LandedFile = {
        file,
        ...state,
        observedAt: context.observedAt(path, state.mtime),
        rows: 0,
        unchanged: copy === null,
      };
      landed.files.push(entry);
      if (!copy) continue;
      const rows = await landFile(db, { input, context, entry, copy, landed });
      if (rows) all.push(rows);
    }
    for (const [path, stamp] of stamps) assertUnchanged(path, stamp);
    if (all.length)
      await writeLines(db, all, {
        ...context,
        source: input.source,
        path: join(folder, `${input.name}.lines.parquet`),
      });
    fault('land.after-lines');
    return landed;
  } catch (error) {
    throw inWords(error, `source ${input.source}, input ${input.name}`);
  }
}

function fileName(input: LandInput, path: string): string {
  const file = relative(input.root, path);
  if (!file || isAbsolute(file) || file.startsWith('..'))
    throw new LoadError(
      'bad-source',
      `source ${input.source}, input ${input.name}: ${path} is outside the source's folder ${input.root}; put the file there or change "folder"`,
    );
  if (!existsSync(path))
    throw new LoadError(
      'bad-source',
      `source ${input.source}, input ${input.name}: ${path} is gone`,
    );
  return file;
}

async function fetchFile(
  path: string,
  file: string,
  target: string,
  input: LandInput,
  context: LandContext,
): Promise<{ state: FileState; copy: string | null }> {
  const known = input.force ? undefined : context.known(file);
  if (known !== undefined) {
    const state = await hashSource(path);
    if (state.sha256 === known) return { state, copy: null };
  }
  return { state: await copySource(path, target), copy: target };
}

interface FileTask {
  input: LandInput;
  context: LandContext;
  entry: LandedFile;
  copy: string;
  landed: Landed;
}

async function landFile(db: DuckDBConnection, task: FileTask): Promise<FileRows | null> {
  const { input, entry, landed } = task;
  const format = input.format ?? formatOf(entry.file);
  fault('land.before-lines');
  const parsed =
    format === 'parquet'
      ? await parseParquet(db, task.copy, entry)
      : await parseText(db, format, task);
  const isFirst = landed.table === null;
  const table = `landed_${input.name}`;
  landed.table = table;
  const from = { source: input.source, object: input.name, load: task.context.load, entry };
  const kept = await keepFile(db, {
    ...parsed,
    ...from,
    table,
    isFirst,
    number: landed.files.length,
    hasLines: format !== 'parquet',
  });
  landed.columns = kept.columns;
  entry.rows = parsed.rows + parsed.quarantined;
  landed.rowsIn += entry.rows;
  landed.quarantined += parsed.quarantined;
  landed.warnings.push(...parsed.warnings);
  fault('land.after-rows');
  return kept.rows;
}

async function parseText(
  db: DuckDBConnection,
  format: LandFormat,
  { input, entry, copy }: FileTask,
): Promise<Parsed> {
  const text = await prepareLines(copy);
  try {
    await readLines(db, text, 'land_line');
  } finally {
    if (text.temporary) rmSync(text.path, { force: true });
  }
  await noteDamaged(db, text.bad);
  const parsed =
    format === 'jsonl'
      ? await parseJsonLines(db, entry)
      : await parseCsv(db, { ...entry, delimiter: input.delimiter });
  if (!text.finalNewline)
    parsed.warnings.push(`${entry.file} does not end with a line end; its last value may be cut`);
  return parsed;
}

async function noteDamaged(db: DuckDBConnection, bad: BadLine[]): Promise<void> {
  await run(
    db,
    'create or replace temp table land_damaged (line bigint, reason varchar, raw varchar)',
  );
  if (!bad.length) return;
  const appender = await db.createAppender('land_damaged');
  for (const { line, reason, raw } of bad) {
    appender.appendBigInt(BigInt(line));
    appender.appendVarchar(reason);
    appender.appendVarchar(raw);
    appender.endRow();
  }
  appender.closeSync();
}

function formatOf(file: string): LandFormat {
  const name = file.toLowerCase().replace(/\.gz$/, '');
  if (name.endsWith('.parquet')) return 'parquet';
  return /\.(jsonl|ndjson|json)$/.test(name) ? 'jsonl' : 'csv';
}
