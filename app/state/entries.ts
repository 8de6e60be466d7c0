import { getTableColumns, type InferSelectModel, type SQL, sql } from 'drizzle-orm';
import type { LibSQLDatabase } from 'drizzle-orm/libsql/driver-core';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { damaged, StateError } from './errors.ts';
import { entry, type Kind, kinds } from './schema.ts';
import { sealOf, type Value } from './seal.ts';

/** What reads and writes: the database, or a transaction on it. */
export type Db = Pick<LibSQLDatabase, 'values' | 'insert'>;

/** Who typed something, when, and under which name of the client's; `seq` numbers all entries in their order. */
export interface Entry {
  seq: number;
  id: string;
  author: string;
  at: number;
  after: string;
  seal: string;
}

/** The values of a kind's own table. */
export type Own<K extends Kind> = Omit<InferSelectModel<(typeof kinds)[K]>, 'seq'>;
export type Stored<K extends Kind> = Entry & Own<K>;

/** What is to be written. `id` is chosen by the client and makes repeating harmless. */
export interface Writing {
  id: string;
  author: string;
  at: number;
}

/** Entries of a kind in their order. Throws `damaged-state` when one of them is not as it was written. */
export async function entriesOf<K extends Kind>(
  db: Db,
  kind: K,
  where: SQL = sql`true`,
): Promise<Stored<K>[]> {
  const { seq: _, ...own } = columnsOf(kinds[kind]);
  const rows = await fetch(
    db,
    { ...columnsOf(entry), ...own },
    sql`${entry} join ${kinds[kind]} on ${kinds[kind].seq} = ${entry.seq} where ${where} order by ${entry.seq}`,
  );
  return rows.map((row) => unseal(kind, row, Object.keys(own)));
}

/** The number and seal of the newest entry; 0 and an empty seal before the first. */
export async function lastEntry(db: Db): Promise<{ seq: number; seal: string; at: number }> {
  const { seq, seal, at } = entry;
  const [row] = await fetch(db, { seq, seal, at }, sql`${entry} order by ${seq} desc limit 1`);
  return (row ?? { seq: 0, seal: '', at: 0 }) as { seq: number; seal: string; at: number };
}

/** How far a clock may go back before entries are refused. */
const clockSlack = 5 * 60_000;

/**
 * Appends an entry and returns it as stored. An `id` that is there already is not stored again: its entry is returned
 * when it is the same author's and agrees in what was `asked`, and `id-taken` is thrown when it is another.
 */
export async function append<K extends Kind>(
  db: Db,
  { kind, asked }: { kind: K; asked: (keyof Own<K>)[] },
  writing: Writing & { own: Own<K> },
): Promise<Stored<K>> {
  const { id, author, own } = writing;
  const stored = await maybeStored(db, { kind, id, author });
  if (stored) return agreeing(stored, own, asked);
  const last = await lastEntry(db);
  const made = { seq: last.seq + 1, id, author, at: inOrder(writing.at, last.at) };
  const seal = sealOf({ ...made, kind, after: last.seal }, own);
  const whole = { ...made, after: last.seal, seal };
  await db.insert(entry).values({ ...whole, kind });
  await db.insert(kinds[kind]).values({ seq: made.seq, ...own } as never);
  return { ...whole, ...own };
}

/** The entry of this id, kind and author; undefined when the id is free. Throws `id-taken` when it is another's. */
export async function maybeStored<K extends Kind>(
  db: Db,
  { kind, id, author }: { kind: K; id: string; author: string },
): Promise<Stored<K> | undefined> {
  const columns = { kind: entry.kind, author: entry.author };
  const [taken] = await fetch(db, columns, sql`${entry} where ${entry.id} = ${id}`);
  if (!taken) return undefined;
  if (taken.kind !== kind || taken.author !== author) throw idTaken(id);
  const [stored] = await entriesOf(db, kind, sql`${entry.id} = ${id}`);
  if (!stored) throw damaged('an entry has lost what was typed');
  return stored;
}

function agreeing<K extends Kind>(
  stored: Stored<K>,
  own: Own<K>,
  asked: (keyof Own<K>)[],
): Stored<K> {
  if (asked.some((name) => stored[name] !== own[name])) throw idTaken(stored.id);
  return stored;
}

const idTaken = (id: string): StateError =>
  new StateError(
    'id-taken',
    `Something else was stored under the id ${id} before. Send it under a new id`,
  );

/** Entries are in the order of their time, whatever the clock does: a small step back is smoothed, a large one refused. */
function inOrder(at: number, last: number): number {
  if (at >= last - clockSlack) return Math.max(at, last);
  const [now, then] = [at, last].map((each) => new Date(each).toISOString());
  throw new StateError(
    'clock-behind',
    `This machine's clock says ${now}, but the last entry was written at ${then}. Nothing was stored; set the clock`,
  );
}

function unseal<K extends Kind>(kind: K, row: Record<string, Value>, names: string[]): Stored<K> {
  const { seq, id, author, at, after, seal } = row as unknown as Entry;
  const own = Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
  if (row.kind !== kind || sealOf({ seq, id, kind, author, at, after }, own) !== seal)
    throw damaged(`entry ${seq} (${kind}) is not as it was written`);
  return { seq, id, author, at, after, seal, ...own } as Stored<K>;
}

const columnsOf = (table: SQLiteTable): Record<string, SQLiteColumn> => getTableColumns(table);

/** Text leaves the file as bytes: libSQL ends the process on text that is no UTF-8. */
async function fetch(
  db: Db,
  columns: Record<string, SQLiteColumn>,
  from: SQL,
): Promise<Record<string, Value>[]> {
  const names = Object.keys(columns);
  const cells = Object.values(columns).map((column) =>
    column.getSQLType() === 'text' ? sql`cast(${column} as blob)` : sql`${column}`,
  );
  const rows = await db.values<unknown[]>(sql`select ${sql.join(cells, sql`, `)} from ${from}`);
  return rows.map((row) => Object.fromEntries(names.map((name, i) => [name, decode(row[i])])));
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(cell: unknown): Value {
  if (!(cell instanceof ArrayBuffer)) return cell as number | null;
  try {
    return utf8.decode(cell);
  } catch (error) {
    throw damaged('a text in it is no text', error);
  }
}
