import { and, desc, eq, sql } from 'drizzle-orm';
import { append, type Db, entriesOf, type Stored } from './entries.ts';
import { entry, look } from './schema.ts';
import type { State } from './state.ts';

/** When somebody looked at a page, and at what. */
export interface Look {
  page: string;
  at: string;
  snapshot: string;
  asOf: string;
  knownAt: string;
}

export interface NewLook {
  id: string;
  author: string;
  page: string;
  snapshot: string;
  asOf: string;
  knownAt: string;
}

/** Looks nearer to each other than this are one sitting. */
const sitting = 30 * 60_000;
/** A look at the same thing again is noted no more often than this. */
const again = 10 * 60_000;
/** No sitting has more. */
const most = 1000;

/** Notes a look; the same thing again within some minutes is not another one. */
export function noteLook(state: State, { id, author, ...own }: NewLook): Promise<Look> {
  return state.write(async (db, at) => {
    const [last] = await looksOf(db, { author, page: own.page, limit: 1 });
    if (last && at - last.at < again && isSame(last, own)) return toLook(last);
    const asked = ['page' as const];
    return toLook(await append(db, { kind: 'look', asked }, { id, author, at, own }));
  });
}

/** The last look before the present sitting, to ask what changed since; null for who is here for the first time. */
export function findLastLook(
  state: State,
  { author, page, now }: { author: string; page: string; now: number },
): Promise<Look | null> {
  return state.read(async (db) => {
    let from = now;
    for (const each of await looksOf(db, { author, page, limit: most })) {
      if (from - each.at >= sitting) return toLook(each);
      from = Math.min(from, each.at);
    }
    return null;
  });
}

/** Newest first. */
function looksOf(
  db: Db,
  { author, page, limit }: { author: string; page: string; limit: number },
): Promise<Stored<'look'>[]> {
  const own = and(eq(entry.author, author), eq(look.page, page));
  const newest = sql`${entry.seq} in (select ${entry.seq} from ${entry} join ${look} on ${look.seq} = ${entry.seq} where ${own} order by ${desc(entry.seq)} limit ${limit})`;
  return entriesOf(db, 'look', newest).then((looks) => looks.reverse());
}

const isSame = (a: Omit<NewLook, 'id' | 'author'>, b: Omit<NewLook, 'id' | 'author'>): boolean =>
  a.snapshot === b.snapshot && a.asOf === b.asOf && a.knownAt === b.knownAt;

const toLook = ({ page, at, snapshot, asOf, knownAt }: Stored<'look'>): Look => ({
  page,
  at: new Date(at).toISOString(),
  snapshot,
  asOf,
  knownAt,
});
