import { type CrmColumn, type CrmObject, crmObjects, snake, sqlType } from '#warehouse/crm.ts';
import { nearest } from '#warehouse/nearest.ts';
import type { ColumnConfig, ObjectConfig } from './config.ts';
import { LoadError } from './errors.ts';
import { landedColumns } from './land-header.ts';

/** One CRM column of one source, resolved: which source column feeds it and how text becomes its type. */
export interface MappedColumn {
  name: string;
  definition: CrmColumn;
  /** SQL over the landed text, null when the column is a constant. */
  raw: string;
  typed: string;
  /** The source column it reads; null for constants. */
  source: string | null;
  /** How its text is written in the source. */
  how: Typing;
  /** It takes only some of the column's values. */
  isPart: boolean;
}

export interface MappingContext {
  where: string;
  object: CrmObject;
  /** Columns that the landed rows really have. */
  available: string[];
  /** Zone of timestamps without an offset, and of days that must become instants. */
  sourceZone: string;
  reportingZone: string;
  /** Columns that must not be loaded, `object.column`. */
  masked?: readonly string[];
  /** Only the key is needed: the rows name records and say no more of them. */
  keyOnly?: boolean;
}

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Resolves an object's mapping against the columns that are really there; throws before anything is changed. */
export function resolveMapping(config: ObjectConfig, context: MappingContext): MappedColumn[] {
  const definition = crmObjects[context.object];
  const mapped: MappedColumn[] = [];
  for (const [name, column] of Object.entries(config.columns)) {
    const resolved = resolveColumn(name, column, definition.columns[name] as CrmColumn, context);
    if (resolved) mapped.push(resolved);
  }
  for (const [name, column] of Object.entries(definition.columns))
    if (
      column.needed &&
      !mapped.some((m) => m.name === name) &&
      !(context.keyOnly && !definition.key.includes(name))
    )
      throw new LoadError(
        'bad-source',
        `${context.where}: the needed column "${name}" is not there. Map it in "columns"; the source has: ${shown(context.available)}`,
      );
  refuseDoubles(mapped, config, context);
  return mapped;
}

/** Source columns that no mapping reads, or not wholly; they are kept as JSON. What is masked is not. */
export function unmapped(
  config: ObjectConfig,
  mapped: MappedColumn[],
  { available, masked = [], object }: MappingContext,
): string[] {
  const hidden = masked
    .filter((name) => name.startsWith(`${object}.`))
    .map((name) => config.columns[name.slice(object.length + 1)])
    .map((column) => (typeof column === 'object' && 'column' in column ? column.column : column))
    .map((column) => (typeof column === 'string' ? findColumn(column, available) : null));
  return available.filter(
    (column) =>
      !landedColumns.includes(column) &&
      !hidden.includes(column) &&
      !mapped.some((m) => m.source === column && !m.isPart),
  );
}

function resolveColumn(
  name: string,
  column: ColumnConfig,
  definition: CrmColumn,
  context: MappingContext,
): MappedColumn | null {
  if (context.masked?.includes(`${context.object}.${name}`)) return null;
  if (typeof column === 'object' && 'value' in column) {
    const value = quoteText(String(column.value));
    return {
      name,
      definition,
      raw: value,
      typed: typedSql(name, definition, value, {}, context),
      source: null,
      how: {},
      isPart: false,
    };
  }
  const more = typeof column === 'string' ? { column } : column;
  const source = findColumn(more.column, context.available);
  if (source === null) {
    if ('optional' in more && more.optional) return null;
    throw new LoadError(
      'bad-source',
      `${context.where}: "${name}" is mapped to column "${more.column}", which is not there. Nearest: "${nearest(more.column, context.available)}"; the source has: ${shown(context.available)}`,
    );
  }
  const how = more as Typing & { values?: Record<string, string | null>; startsWith?: string };
  const own = how.startsWith
    ? `case when starts_with(${quoteName(source)}, ${quoteText(how.startsWith)}) then ${quoteName(source)} end`
    : quoteName(source);
  const raw = valueMap(own, how.values ?? {});
  const typed = typedSql(name, definition, raw, how, context);
  return { name, definition, raw, typed, source, how, isPart: how.startsWith !== undefined };
}

/** Exact name first, then without regard to case, `_` and `.`: StageName is stage_name is RecordType.Name-like. */
function findColumn(wanted: string, available: string[]): string | null {
  if (available.includes(wanted)) return wanted;
  const plain = (name: string) => name.toLowerCase().replaceAll(/[._]/g, '');
  return available.find((name) => plain(name) === plain(wanted)) ?? null;
}

function refuseDoubles(
  mapped: MappedColumn[],
  config: ObjectConfig,
  context: MappingContext,
): void {
  const explicit = mapped.filter((m) => m.source && typeof config.columns[m.name] === 'string');
  for (const a of explicit)
    for (const b of explicit)
      if (
        a !== b &&
        a.source === b.source &&
        a.definition.kind === b.definition.kind &&
        !sameMeaning(a, b)
      )
        throw new LoadError(
          'bad-config',
          `${context.where}: "${a.name}" and "${b.name}" are both mapped to column "${a.source}". Give each its own column, or take one out`,
        );
}

/** An id that is by name, and a name, may well be one column. */
const sameMeaning = (a: MappedColumn, b: MappedColumn): boolean =>
  [a.name, b.name].some(
    (name) =>
      ['id', 'name', 'label'].includes(name) || name.endsWith('At') || name.endsWith('Date'),
  );

function valueMap(raw: string, values: Record<string, string | null>): string {
  const entries = Object.entries(values);
  if (!entries.length) return raw;
  const whens = entries.map(
    ([from, to]) => `when ${quoteText(from)} then ${to === null ? 'null' : quoteText(to)}`,
  );
  return `case ${raw} ${whens.join(' ')} else ${raw} end`;
}

export interface Typing {
  date?: string | undefined;
  decimal?: '.' | ',' | undefined;
  scale?: 1 | 100 | undefined;
  zone?: string | undefined;
}

function typedSql(
  name: string,
  column: CrmColumn,
  raw: string,
  how: Typing,
  context: MappingContext,
): string {
  const trimmed = `nullif(trim(${raw}), '')`;
  switch (column.kind) {
    case 'text':
      return column.refers || name === 'id' ? `clean_id(${trimmed})` : trimmed;
    case 'boolean':
      return `case lower(${trimmed}) when 'true' then true when 't' then true when '1' then true when 'yes' then true when 'y' then true when 'false' then false when 'f' then false when '0' then false when 'no' then false when 'n' then false end`;
    case 'date':
      return dateSql(trimmed, how, context);
    case 'instant':
      return instantSql(trimmed, how, context);
    case 'integer':
      return `try_cast(${plainNumber(trimmed, how)} as integer)`;
    case 'probability':
      return `try_cast(${plainNumber(`rtrim(${trimmed}, ' %')`, how)} as decimal(18,6)) / ${how.scale ?? 1}::decimal(4,0)`;
    default:
      return `try_cast(${plainNumber(trimmed, how, column.kind === 'money')} as ${sqlType(column.kind)})`;
  }
}

/**
 * A number without its thousands marks, money also without its currency; the decimal mark as a point, anything else
 * null. Thousands marks must stand between groups of three digits: `12,5` is no 125, and `1.234,50` is no 1.23.
 */
function plainNumber(raw: string, { decimal = '.' }: Typing, isMoney = false): string {
  const easy = decimal === '.' ? '[+-]?[0-9]+([.][0-9]+)?' : '[+-]?[0-9]+';
  const [mark, other] = decimal === '.' ? ['[.]', ','] : [',', '.'];
  const marks = `[${other} ''’\\x{a0}\\x{202f}]`;
  const pattern = `[+-]?([0-9]+|[0-9]{1,3}(${marks}[0-9]{3})+)(${mark}[0-9]+)?([eE][+-]?[0-9]+)?`;
  const digits = `regexp_replace(x, '${marks}', '', 'g')`;
  const plain = decimal === ',' ? `replace(${digits}, ',', '.')` : digits;
  const bare = isMoney ? `without_currency(${raw})` : raw;
  return `case when regexp_full_match(${raw}, '${easy}') then ${raw}
    else list_transform([${bare}], lambda x: case when regexp_full_match(x, '${pattern}') then ${plain} end)[1] end`;
}

/** A day stays the day it is; a moment is in the day that it has in the reporting zone. */
function dateSql(raw: string, how: Typing, context: MappingContext): string {
  const zones = `${quoteText(how.zone ?? context.sourceZone)}, ${quoteText(context.reportingZone)}`;
  if (!how.date) return `iso_date(${raw}, ${zones})`;
  const moment = `try_strptime(${raw}, ${quoteText(how.date)})`;
  return hasTime(how.date) ? `local_date(${moment}, ${zones})` : `${moment}::date`;
}

const hasTime = (format: string): boolean => /%[-]?[HITcX]/.test(format);

function instantSql(raw: string, how: Typing, context: MappingContext): string {
  const zone = quoteText(how.zone ?? context.sourceZone);
  if (how.date) {
    const moment = `try_strptime(${raw}, ${quoteText(how.date)})`;
    return `timezone(${hasTime(how.date) ? zone : quoteText(context.reportingZone)}, ${moment})::timestamp`;
  }
  return `iso_instant(${raw}, ${zone}, ${quoteText(context.reportingZone)})`;
}

/** DuckDB macros that the typed expressions use. */
export const mappingMacros = [
  `create or replace temp macro iso_instant(x, zone, day_zone) as case
     when regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}') then timezone(day_zone, try_cast(x as timestamp))::timestamp
     when regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+Z') then try_cast(left(x, length(x) - 1) as timestamp)
     when regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+[+-][0-9]{2}:?[0-9]{2}')
       then try_cast(regexp_replace(x, '([+-][0-9]{2}):?([0-9]{2})$', '\\1:\\2') as timestamptz)::timestamp
     when regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+') then timezone(zone, try_cast(x as timestamp))::timestamp
     end`,
  `create or replace temp macro without_currency(x) as regexp_replace(regexp_replace(x, '^([+-]?)\\s*(\\p{Sc}|[A-Z]{3}\\b)[\\s\\x{a0}\\x{202f}]*', '\\1'),
     '[\\s\\x{a0}\\x{202f}]*(\\p{Sc}|[A-Z]{3})$', '')`,
  // Midnight is how many tools write a mere day.
  `create or replace temp macro local_date(moment, zone, day_zone) as case when moment = date_trunc('day', moment) then moment::date
     else timezone(day_zone, timezone(zone, moment))::date end`,
  `create or replace temp macro iso_date(x, zone, day_zone) as case
     when regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]00:00(:00([.]0+)?)?(Z|[+]00:?00)?)?') then try_cast(left(x, 10) as date)
     when regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*') then timezone(day_zone, iso_instant(x, zone, day_zone)::timestamptz)::date end`,
  // A 15-character id gets its 18-character form: each 5 letters' capitals make one check character.
  `create or replace temp macro id_check(x, a) as substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + list_sum(list_transform(range(5),
     lambda i: case when substr(x, a + i, 1) between 'A' and 'Z' then 1::bigint << i else 0 end))::int, 1)`,
  `create or replace temp macro clean_id(x) as case when length(x) = 15 and regexp_full_match(x, '[0-9a-zA-Z]{3}[0-9A-Za-z]{12}') and regexp_full_match(left(x, 3), '00[0-9A-Za-z]|0[1-9][0-9A-Za-z]|a[0-9A-Za-z]{2}')
     then x || id_check(x, 1) || id_check(x, 6) || id_check(x, 11) else x end`,
];

const shown = (columns: string[]): string => {
  const own = columns.filter((column) => !column.startsWith('_'));
  return own.slice(0, 40).join(', ') + (own.length > 40 ? ` and ${own.length - 40} more` : '');
};

/** Column names of the fact table that a CRM column goes to. */
export const factColumn = (name: string): string => quoteName(snake(name));

/** What a column should have held, in words. */
export const kindWords = {
  text: 'text',
  money: 'number',
  number: 'number',
  probability: 'number',
  integer: 'whole number',
  boolean: 'yes or no (true/false, 1/0)',
  date: 'date',
  instant: 'moment (date and time)',
} as const;
