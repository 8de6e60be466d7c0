import { sql } from 'drizzle-orm';
import { setImmediate as turn } from 'node:timers/promises';
import type { Acknowledged } from './acknowledged.ts';
import { type Db, type Entry, entriesOf, lastEntry } from './entries.ts';
import { damaged } from './errors.ts';
import { entry, kindNames } from './schema.ts';

const page = 500;

/**
 * Reads all entries and throws `damaged-state` unless each is as it was written, none is missing between two others,
 * and the last one that was acknowledged is among them. Returns the newest.
 */
export async function checkChain(db: Db, acknowledged: Acknowledged | null): Promise<Acknowledged> {
  const { seq: end } = await lastEntry(db);
  let last: Acknowledged = { seq: 0, seal: '' };
  let noted = acknowledged === null || acknowledged.seq === 0;
  while (last.seq < end) {
    for (const each of await readPage(db, last.seq)) {
      if (each.seq !== last.seq + 1 || each.after !== last.seal)
        throw damaged(`an entry is missing before entry ${each.seq}`);
      last = { seq: each.seq, seal: each.seal };
      noted ||= acknowledged?.seq === each.seq && acknowledged.seal === each.seal;
    }
    await turn();
  }
  if (!noted) throw missing(last.seq, acknowledged?.seq ?? 0);
  return last;
}

async function readPage(db: Db, after: number): Promise<Entry[]> {
  const within = sql`${entry.seq} > ${after} and ${entry.seq} <= ${after + page}`;
  const found: Entry[] = [];
  for (const kind of kindNames) found.push(...(await entriesOf(db, kind, within)));
  if (found.length === 0) throw damaged(`entry ${after + 1} has lost what was typed`);
  return found.sort((a, b) => a.seq - b.seq);
}

function missing(last: number, acknowledged: number): Error {
  if (last >= acknowledged)
    return damaged(`entry ${acknowledged} is another one than the one that was acknowledged`);
  return damaged(
    `it ends with entry ${last}, but entry ${acknowledged} was acknowledged. If an older copy was put back on purpose, remove state.seal beside it`,
  );
}
