import { renameSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { syncDirectory, syncFile } from './durable.ts';
import { LoadError } from './errors.ts';
import type { LandedFile } from './land.ts';
import type { Parsed } from './land-csv.ts';
import { landedColumns } from './land-header.ts';
import { quoteName, quoteText } from './mapping.ts';
import { columnsOf, one, run } from './sql.ts';

/** The lines of one landed file, until they are written to disk. */
export interface FileRows {
  file: string;
  lines: string;
  damaged: string;
}

interface Keeping extends Parsed {
  table: string;
  source: string;
  object: string;
  load: string;
  entry: LandedFile;
  isFirst: boolean;
  /** Counts the files of the input. */
  number: number;
  /** The file is text; a parquet file's copy is its own record. */
  hasLines: boolean;
}

/** Adds the rows of one file to the input's table, a column the table lacks included, and its bad lines to the quarantine. */
export async function keepFile(
  db: DuckDBConnection,
  kept: Keeping,
): Promise<{ columns: string[]; rows: FileRows | null }> {
  const table = quoteName(kept.table);
  const before = kept.isFirst ? 0 : Number(await one(db, `select count(*) from ${table}`));
  if (kept.isFirst)
    await run(db, `drop table if exists ${table}; alter table land_good rename to ${table}`);
  else await addRows(db, table, kept.columns);
  await run(
    db,
    `insert into quarantine select ${quoteText(kept.load)}, ${quoteText(kept.source)}, ${quoteText(kept.object)}, ${quoteText(kept.entry.file)}, line,
    null, null, reason, raw from land_bad order by line`,
  );
  const added = Number(await one(db, `select count(*) from ${table}`)) - before;
  const aside = Number(await one(db, 'select count(*) from land_bad'));
  if (added !== kept.rows || aside !== kept.quarantined)
    throw new LoadError(
      'failed',
      `${kept.entry.file}: ${kept.rows} rows and ${kept.quarantined} quarantined lines were read, ${added} and ${aside} kept`,
    );
  const columns = (await columnsOf(db, table)).filter((name) => !landedColumns.includes(name));
  return { columns, rows: kept.hasLines ? await keepLines(db, kept) : null };
}

async function addRows(db: DuckDBConnection, table: string, columns: string[]): Promise<void> {
  const known = (await columnsOf(db, table)).map((name) => name.toLowerCase());
  for (const column of columns.filter((name) => !known.includes(name.toLowerCase())))
    await run(db, `alter table ${table} add column ${quoteName(column)} varchar`);
  await run(db, `insert into ${table} by name from land_good`);
}

/** Puts the file's lines aside under a name of their own; nothing is copied. */
async function keepLines(db: DuckDBConnection, { entry, number }: Keeping): Promise<FileRows> {
  const kept = {
    file: entry.file,
    lines: `land_line_${number}`,
    damaged: `land_damaged_${number}`,
  };
  await run(
    db,
    `drop table if exists ${kept.lines}; alter table land_line rename to ${kept.lines}`,
  );
  await run(
    db,
    `drop table if exists ${kept.damaged}; alter table land_damaged rename to ${kept.damaged}`,
  );
  return kept;
}

/** Writes every physical line of an input's files, as it came, with its hash; damaged bytes are written as \xHH. */
export async function writeLines(
  db: DuckDBConnection,
  files: FileRows[],
  to: { path: string; source: string; load: string },
): Promise<void> {
  const selects = files.map(
    ({
      file,
      lines,
      damaged,
    }) => `select ${quoteText(to.source)} as source, ${quoteText(file)} as file, l.rowid + 1 as line,
    coalesce(d.raw, l.line, '') as raw, sha256(coalesce(d.raw, l.line, '')) as hash, ${quoteText(to.load)} as load
    from ${lines} l left join ${damaged} d on d.line = l.rowid + 1`,
  );
  const aside = `${to.path}.part`;
  await run(
    db,
    `copy (${selects.join(' union all ')}) to ${quoteText(aside)} (format parquet, compression zstd)`,
  );
  syncFile(aside);
  renameSync(aside, to.path);
  syncDirectory(dirname(to.path));
  for (const { lines, damaged } of files)
    await run(db, `drop table ${lines}; drop table ${damaged}`);
}
