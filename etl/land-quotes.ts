import type { DuckDBConnection } from '@duckdb/node-api';
import { escaped } from './land-csv.ts';
import { LoadError } from './errors.ts';
import { quoteText } from './mapping.ts';
import { one, run } from './sql.ts';

export interface QuoteContext {
  delimiter: string;
  /** Columns of the header. */
  columns: number;
  /** The header's last line. */
  after: number;
}

/** A quoted value may run over this many lines; a longer one is taken for a quote that was never closed. */
const longest = 200;

/**
 * Joins records whose quoted values hold line ends into `land_record` (n, raw); returns false when there are none.
 *
 * A line with an odd number of quotes opens or closes a value. Two neighbouring odd lines are one record only if the
 * first ends inside a value, the second begins inside one, all between is text of values, and the joined record has
 * the header's number of fields; but not if all between look like records themselves. An odd line left over is
 * quarantined alone, so it swallows no neighbour.
 */
export async function joinQuoted(db: DuckDBConnection, context: QuoteContext): Promise<boolean> {
  await run(
    db,
    `create or replace temp table land_odd as select rowid + 1 as n, line from land_line
    where rowid >= ${context.after} and contains(line, '"') and (strlen(line) - strlen(replace(line, '"', ''))) % 2 = 1`,
  );
  if (!Number(await one(db, 'select count(*) from land_odd'))) return false;
  await run(db, `create or replace temp table land_pair as ${pairSql(context)}`);
  await run(db, `create or replace temp table land_join as ${acceptedSql}`);
  await run(
    db,
    `insert into land_bad select n, 'opens or closes a quote without its counterpart', line from land_odd
    where n not in (select first from land_join) and n not in (select last from land_join) order by n`,
  );
  await run(db, `create or replace temp table land_record as ${recordSql(context.after)}`);
  await assertComplete(db, context.after);
  return true;
}

/** Every line is in exactly one record or set aside. */
async function assertComplete(db: DuckDBConnection, after: number): Promise<void> {
  const counts = `select (select count(*) from land_line where line is not null and rowid >= ${after})
    - (select count(*) from (select unnest(range(first + 1, last + 1)) as n from land_join) join land_line on land_line.rowid = n - 1 where line is not null)
    - (select count(*) from land_bad where line not in (select line from land_damaged)) - (select count(*) from land_record)`;
  const missing = Number(await one(db, counts));
  if (missing)
    throw new LoadError(
      'failed',
      `${missing} lines were lost while joining quoted values; nothing is used`,
    );
}

/** Neighbouring odd lines that make one well-formed record. */
function pairSql({ delimiter, columns }: QuoteContext): string {
  const d = escaped(delimiter);
  const inside = '(?:[^"]|"")*';
  const field = `(?:"${inside}"|[^"${d}]*)`;
  const pattern = {
    opens: `(?:${field}${d})*"${inside}`,
    closes: `${inside}"(?:${d}${field})*`,
    // Begins and ends inside a value, the same one or another.
    within: `${inside}(?:"(?:${d}${field})*${d}"${inside})*`,
  };
  const matches = (text: string, which: keyof typeof pattern) =>
    `regexp_full_match(${text}, ${quoteText(pattern[which])})`;
  const fields = (text: string) =>
    `len(string_split(regexp_replace(${text}, '"${inside}"', '', 'g'), ${quoteText(delimiter)}))`;
  return `with neighbour as (select n as first, line as opener, lead(n) over (order by n) as last, lead(line) over (order by n) as closer from land_odd),
    candidate as (select first, last, ${fields(`opener || '"'`)} + ${fields(`'"' || closer`)} - 1 as parts from neighbour
      where last - first <= ${longest} and ${matches('opener', 'opens')} and ${matches('closer', 'closes')}),
    between_line as (select first, n, coalesce(line, '') as line from (select first, unnest(range(first + 1, last)) as n from candidate) join land_line on land_line.rowid = n - 1),
    middle as (select first, sum(${fields(`'"' || line || '"'`)} - 1) as parts, bool_and(${matches('line', 'within')} and n not in (select line from land_damaged)) as fits,
      ${columns} > 2 and bool_and(not contains(line, '"') and ${fields('line')} = ${columns} and not starts_with(line, ${quoteText(delimiter)})) as are_records from between_line group by first)
    select first, last from candidate left join middle using (first)
    where coalesce(fits and not are_records, true) and candidate.parts + coalesce(middle.parts, 0) = ${columns}`;
}

/** Of pairs that share a line the earlier wins: in a chain the first, third, fifth. */
const acceptedSql = `with marked as (select o.n, p.last, row_number() over (order by o.n) as place from land_odd o left join land_pair p on p.first = o.n),
  chained as (select n, last, place, max(case when last is null then place else 0 end) over (order by n) as before from marked)
  select n as first, last from chained where last is not null and (place - before) % 2 = 1`;

function recordSql(after: number): string {
  return `with member as (select first, unnest(range(first, last + 1)) as n from land_join),
    joined as (select first as n, string_agg(coalesce(line, ''), chr(10) order by m.n) as raw from member m join land_line on land_line.rowid = m.n - 1 group by first)
    select n, raw from (select rowid + 1 as n, line as raw from land_line where line is not null and rowid >= ${after}
      and rowid + 1 not in (select n from member) and rowid + 1 not in (select line from land_bad)
      union all select n, raw from joined) order by n`;
}
