import type { DuckDBConnection } from '@duckdb/node-api';
import type { FactContext } from './fact-context.ts';
import { type MappedColumn, quoteName, quoteText } from './mapping.ts';
import { run } from './sql.ts';

/**
 * A probability outside 0..1 is not believed, nor a share among percents: the record stays, the value goes, and the
 * line is flagged.
 */
export async function flagOutOfRange(
  db: DuckDBConnection,
  mapped: MappedColumn[],
  context: FactContext,
): Promise<void> {
  for (const column of mapped.filter((m) => m.definition.kind === 'probability')) {
    const name = quoteName(column.name);
    const bad = `problem is null and not ${name} between 0 and 1`;
    await flag(db, column, context, { bad, reason: 'is outside 0 to 100 %' });
    if (column.how.scale !== 100) continue;
    const mixed = `problem is null and ${name} > 0 and ${name} < 0.01`;
    await flag(db, column, context, { bad: mixed, reason: 'looks like a share among percents' });
  }
}

/** Moments without an offset that a clock skipped or showed twice: they are kept, and said. */
export async function flagUnclear(
  db: DuckDBConnection,
  mapped: MappedColumn[],
  context: FactContext,
): Promise<void> {
  for (const column of mapped.filter((m) => m.definition.kind === 'instant' && m.source)) {
    const zone = column.how.zone ?? context.source.zone;
    if (zone === 'UTC') continue;
    const moment = quoteName(column.name);
    const told = localText(column);
    const shown = (at: string) => `timezone(${quoteText(zone)}, (${at})::timestamptz)`;
    const isLocal = `problem is null and ${moment} is not null and ${told} is not null`;
    const skipped = `${isLocal} and ${shown(moment)} <> ${told}`;
    const words = `on a clock in ${zone}; taken as`;
    await note(db, column, context, { bad: skipped, reason: `never was ${words} an hour later` });
    const twice = `${isLocal} and ${shown(`${moment} - interval 1 hour`)} = ${told}`;
    await note(db, column, context, { bad: twice, reason: `was twice ${words} the later one` });
  }
}

/** The local time that a text tells, null when it carries its offset or is a mere day. */
function localText({ name, how }: MappedColumn): string {
  const raw = quoteName(`raw ${name}`);
  if (how.date) return `try_strptime(${raw}, ${quoteText(how.date)})`;
  return `case when regexp_full_match(${raw}, '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+') then try_cast(${raw} as timestamp) end`;
}

async function flag(
  db: DuckDBConnection,
  column: MappedColumn,
  context: FactContext,
  { bad, reason }: { bad: string; reason: string },
): Promise<void> {
  await note(db, column, context, { bad, reason: `${reason}; the record is kept without it` });
  await run(db, `update staged set ${quoteName(column.name)} = null where ${bad}`);
}

/** Writes the lines of which something holds beside the warehouse, with the reason. */
async function note(
  db: DuckDBConnection,
  { name, source }: MappedColumn,
  context: FactContext,
  { bad, reason }: { bad: string; reason: string },
): Promise<void> {
  await run(
    db,
    `insert into flag select ${quoteText(context.load)}, ${quoteText(context.source.name)}, ${quoteText(context.object)}, file, line,
    ${quoteText(source ?? name)}, ${quoteName(`raw ${name}`)}, ${quoteText(reason)}, raw
    from staged where ${bad} order by file, line`,
  );
}
