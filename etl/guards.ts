import type { DuckDBConnection } from '@duckdb/node-api';
import { LoadError } from './errors.ts';
import { type FactContext, factTable, fewRecords } from './fact-context.ts';
import { kindWords, type MappedColumn, quoteName, quoteText } from './mapping.ts';
import { all } from './sql.ts';

/** Money of one record on average may not become this many times as much or as little from one extract to the next. */
const leap = 3;

/**
 * Refuses a column that clearly became another: nine of ten of its values, in an extract of some size, cannot be read.
 * Fewer go to quarantine line by line.
 */
export async function assertTyped(
  db: DuckDBConnection,
  mapped: MappedColumn[],
  where: string,
): Promise<void> {
  const typed = mapped.filter(({ definition, source }) => definition.kind !== 'text' && source);
  if (!typed.length) return;
  const counts = typed.map(({ name }, at) => {
    const [raw, value] = [quoteName(`raw ${name}`), quoteName(name)];
    const bad = `${raw} is not null and ${value} is null`;
    return `count(${raw})::integer as n${at}, count(*) filter (${bad})::integer as bad${at}, min(${raw}) filter (${bad}) as example${at}`;
  });
  const [seen = {}] = await all(db, `select ${counts.join(', ')} from staged`);
  for (const [at, { source, definition }] of typed.entries()) {
    const [n, bad] = [Number(seen[`n${at}`]), Number(seen[`bad${at}`])];
    if (n >= fewRecords && bad > n * 0.9)
      throw new LoadError(
        'bad-source',
        `${where}: ${bad} of ${n} values of "${source}" cannot be read: "${String(seen[`example${at}`])}" is not a ${kindWords[definition.kind]}. Mend the mapping or the export`,
      );
  }
}

/** Tells of columns that were not there before and that nothing reads. */
export async function noteNewColumns(
  db: DuckDBConnection,
  extra: string[],
  where: string,
  { object, source, loadNo, warnings }: FactContext,
): Promise<void> {
  // One record of each mapping tells what its files had when they were read last.
  const before = await all(
    db,
    `select json_keys(arg_max(extra, load_no))::varchar[] as keys from ${factTable(object)}
    where source_name = ${quoteText(source.name)} and load_no < ${loadNo} and mapped in (select distinct mapped from staged) group by mapped`,
  );
  if (!before.length) return;
  const known = before.flatMap(({ keys }) => (keys as string[] | null) ?? []);
  for (const column of extra.filter((name) => !known.includes(name)))
    warnings.push(`${where}: new column "${column}", which nothing reads; it is kept as JSON`);
}

/**
 * Refuses columns whose numbers were clearly read on another scale than they were written: percent as a share, a
 * share as percent, a thousands mark as a decimal mark.
 */
export async function assertScale(
  db: DuckDBConnection,
  mapped: MappedColumn[],
  where: string,
): Promise<void> {
  for (const column of mapped) {
    if (column.definition.kind === 'probability') await assertShare(db, column, where);
    if (column.definition.kind === 'money' && column.source && !column.how.decimal)
      await assertDecimals(db, column, where);
  }
}

async function assertShare(
  db: DuckDBConnection,
  { name, source, how }: MappedColumn,
  where: string,
): Promise<void> {
  const value = quoteName(name);
  const [seen = {}] = await all(
    db,
    `select count(${value})::integer as n, count(*) filter (${value} > 1)::integer as above, count(*) filter (${value} > 0.01)::integer as percents,
      count(*) filter (${value} > 0 and ${value} < 0.01)::integer as below from staged where problem is null`,
  );
  const [n, above, percents, below] = ['n', 'above', 'percents', 'below'].map((key) =>
    Number(seen[key]),
  ) as [number, number, number, number];
  if (how.scale !== 100 && above > n / 2)
    throw scaleError(`${where}: ${above} of ${n} values of "${source ?? name}" are above 1`, 100);
  if (how.scale === 100 && below && !percents)
    throw scaleError(`${where}: no value of "${source ?? name}" is above 1`, 1);
}

const scaleError = (what: string, scale: number): LoadError =>
  new LoadError(
    'bad-source',
    `${what}; it does not look like ${scale === 1 ? 'percent' : 'a share of 1'}. Give "scale": ${scale} for it`,
  );

async function assertDecimals(
  db: DuckDBConnection,
  { name, source }: MappedColumn,
  where: string,
): Promise<void> {
  const raw = quoteName(`raw ${name}`);
  const [seen = {}] = await all(
    db,
    `select count(*) filter (grouped)::integer as threes, min(raw) filter (grouped) as example, count(*) filter (not grouped)::integer as others
    from (select ${raw} as raw, regexp_full_match(${raw}, '[^.0-9]*[0-9]{1,3}[.][0-9]{3}[^.0-9]*') as grouped from staged where contains(${raw}, '.'))`,
  );
  if (!Number(seen.threes) || Number(seen.others)) return;
  throw new LoadError(
    'bad-source',
    `${where}: every value of "${source}" with a point has three digits behind it (${seen.example}): is the point a thousands mark? Give "decimal": "," for it if it is, "decimal": "." if not`,
  );
}

/**
 * Compares a full extract with what is known: an empty one, one that was exported before the last, and money that
 * leaps stop the load; many more rows than before are a warning. `maxShrink` 1 lets all of it pass.
 */
export async function assertPlausible(
  db: DuckDBConnection,
  mapped: MappedColumn[],
  context: FactContext,
  { full, isEmpty }: Extract,
): Promise<void> {
  if (!full || context.maxShrink >= 1) return;
  const [known, seen] = [await knownOf(db, mapped, context), await seenOf(db, mapped)];
  if (!known.rows || !isNewer(seen, known)) return;
  const where = `source ${context.source.name}, object ${context.object}`;
  const advice = 'If it is right, set "maxShrink" to 1 for this load';
  if (isEmpty || !seen.rows)
    throw new LoadError(
      'bad-source',
      `${where}: the full extract is empty, but ${known.rows} records are known. ${advice}`,
    );
  if (seen.edited && known.edited && seen.edited < known.edited)
    throw new LoadError(
      'bad-source',
      `${where}: the newest modification in this extract is of ${seen.edited}, but one of ${known.edited} is known: it was exported before the last one. Take it away, or put the day on which it was taken into its name`,
    );
  if (known.rows < fewRecords || seen.rows < fewRecords) return;
  const ratio = seen.money / seen.rows / (known.money / known.rows);
  if (known.money > 0 && (ratio > leap || ratio < 1 / leap))
    throw new LoadError(
      'bad-source',
      `${where}: the amounts are ${ratio.toPrecision(3)} times those known (a mean of ${(seen.money / seen.rows).toFixed(2)} after ${(known.money / known.rows).toFixed(2)}): was the decimal mark or the column changed? ${advice}`,
    );
  if (seen.rows > known.rows * (1 + context.maxShrink))
    context.warnings.push(`${where}: ${seen.rows} rows after ${known.rows} known records`);
}

export interface Extract {
  /** It holds all records of its source. */
  full: boolean;
  /** The newest of its files holds no line. */
  isEmpty: boolean;
}

interface Extent {
  rows: number;
  money: number;
  /** The newest modification, as text. */
  edited: string | null;
  at: string | null;
}

/** An older extract that comes late tells of the past; it is compared with nothing. */
const isNewer = (seen: Extent, known: Extent): boolean =>
  seen.at === null || known.at === null || seen.at >= known.at;

const has = (mapped: MappedColumn[], name: string): boolean => mapped.some((m) => m.name === name);

function knownOf(
  db: DuckDBConnection,
  mapped: MappedColumn[],
  { object, source }: FactContext,
): Promise<Extent> {
  const newest = (column: string) => `arg_max(${column}, (observed_at, load_no))`;
  const rows = `(select ${has(mapped, 'amount') ? newest('amount') : 'null'} as money, ${has(mapped, 'modifiedAt') ? 'max(modified_at)' : 'null'} as edited, max(observed_at) as "at"
    from ${factTable(object)} where source_name = ${quoteText(source.name)} group by record_key)`;
  return extentOf(db, rows);
}

function seenOf(db: DuckDBConnection, mapped: MappedColumn[]): Promise<Extent> {
  return extentOf(
    db,
    `(select ${has(mapped, 'amount') ? '"amount"' : 'null'} as money, ${has(mapped, 'modifiedAt') ? '"modifiedAt"' : 'null'} as edited, observed_at as "at" from staged
    where observed_at = (select max(observed_at) from staged))`,
  );
}

async function extentOf(db: DuckDBConnection, rows: string): Promise<Extent> {
  const [found = {}] = await all(
    db,
    `select count(*)::integer as n, coalesce(sum(money), 0)::double as money, max(edited)::varchar as edited, max("at")::varchar as "at" from ${rows}`,
  );
  return {
    rows: Number(found.n),
    money: Number(found.money),
    edited: found.edited as string | null,
    at: found.at as string | null,
  };
}
