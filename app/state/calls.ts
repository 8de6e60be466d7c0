import { and, eq, lte, type SQL } from 'drizzle-orm';
import { toCents } from '#warehouse/cents.ts';
import { append, type Db, entriesOf, maybeStored, type Own, type Stored } from './entries.ts';
import { StateError } from './errors.ts';
import { type Category, call, entry, type Level } from './schema.ts';
import type { State } from './state.ts';

/** Whose result is judged: one of a dimension's values, or the whole, which has none. */
export interface Scope {
  level: Level;
  scope: string | null;
}

/** What stood there when a call was made, in its currency; what was not shown is null. */
export interface Seen {
  snapshot: string;
  asOf: string;
  knownAt: string;
  open: string;
  won: string;
  /** What the step below said: the calls of those below, or the opportunities. */
  below: string | null;
  /** The median of the model's forecast. */
  p50: string | null;
}

/** A judgement of what a scope will win in a period. */
export interface Call extends Scope {
  seq: number;
  id: string;
  author: string;
  at: string;
  period: string;
  /** What is judged: everything won, and what is open in this category or a better one. */
  category: Category;
  /** Null: no judgement of one's own, what stands below counts. */
  value: string | null;
  currency: string;
  reason: string;
  seen: Seen;
  /** The call of the same scope, period and category that this one follows. */
  supersedes: number | null;
}

export interface NewCall extends Scope {
  id: string;
  author: string;
  period: string;
  category: Category;
  value: string | null;
  currency: string;
  reason: string;
  seen: Seen;
  /** The call that its author saw standing; undefined: whichever stands. */
  follows?: number | null;
}

const asked = ['level', 'scope', 'period', 'category', 'value', 'currency', 'reason'] as const;

/**
 * Stores a call and returns it. The same `id` again returns what was stored. Throws `changed-meanwhile` when another
 * call stands than the one that its author saw.
 */
export function makeCall(state: State, made: NewCall): Promise<Call> {
  return state.write(async (db, at) => {
    const { id, author } = made;
    const known = await maybeStored(db, { kind: 'call', id, author });
    const supersedes = known ? known.supersedes : await follow(db, made);
    const own = { ...ownOf(made), supersedes };
    return toCall(await append(db, { kind: 'call', asked: [...asked] }, { id, author, at, own }));
  });
}

/** Which calls: those of a period, a category, and made by an instant (ISO). */
export interface CallsOf {
  period?: string;
  category?: Category;
  until?: string;
}

/** All calls ever made, in their order; with `until` as they were then. */
export function readCalls(state: State, { period, category, until }: CallsOf): Promise<Call[]> {
  const where = and(
    period === undefined ? undefined : eq(call.period, period),
    category === undefined ? undefined : eq(call.category, category),
    until === undefined ? undefined : lte(entry.at, Date.parse(until)),
  );
  return state.read(async (db) => (await entriesOf(db, 'call', where)).map(toCall));
}

/** Of each scope, period and category the call that stands: the newest. */
export function standing(calls: Call[]): Call[] {
  return [...new Map(calls.map((each) => [keyOf(each), each])).values()];
}

const keyOf = ({ level, scope, period, category }: Call): string =>
  JSON.stringify([level, scope, period, category]);

/** The share by which what is called may change before a call counts as stale. */
export const staleShare = 0.1;

/**
 * Whether what a call was about, open and won together, has changed since by more than a share of what it was. Both
 * in the currency of the call.
 */
export function isStale(
  { seen }: Pick<Call, 'seen'>,
  now: { open: string; won: string },
  share = staleShare,
): boolean {
  const then = toCents(seen.open) + toCents(seen.won);
  const change = toCents(now.open) + toCents(now.won) - then;
  return Math.abs(Number(change)) > share * Math.abs(Number(then));
}

async function follow(db: Db, made: NewCall): Promise<number | null> {
  const { level, scope, period, category, follows } = made;
  const before = await entriesOf(db, 'call', sameScope({ level, scope, period, category }));
  const last = before.at(-1)?.seq ?? null;
  if (follows === undefined || follows === last) return last;
  throw new StateError(
    'changed-meanwhile',
    'Another call was made for this meanwhile. Look at it, then decide again; nothing was stored',
  );
}

function sameScope(of: Scope & { period: string; category: Category }): SQL | undefined {
  return and(
    eq(call.level, of.level),
    of.scope === null ? undefined : eq(call.scope, of.scope),
    eq(call.period, of.period),
    eq(call.category, of.category),
  );
}

function ownOf({ seen, ...made }: NewCall): Omit<Own<'call'>, 'supersedes'> {
  const { level, scope, period, category, value, currency, reason } = made;
  return {
    ...{ level, scope, period, category, value, currency, reason },
    seenSnapshot: seen.snapshot,
    seenAsOf: seen.asOf,
    seenKnownAt: seen.knownAt,
    seenOpen: seen.open,
    seenWon: seen.won,
    seenBelow: seen.below,
    seenP50: seen.p50,
  };
}

function toCall(stored: Stored<'call'>): Call {
  const { seq, id, author, level, scope, period, category, value, currency, reason } = stored;
  return {
    ...{ seq, id, author, level, scope, period, category, value, currency, reason },
    at: new Date(stored.at).toISOString(),
    seen: {
      snapshot: stored.seenSnapshot,
      asOf: stored.seenAsOf,
      knownAt: stored.seenKnownAt,
      open: stored.seenOpen,
      won: stored.seenWon,
      below: stored.seenBelow,
      p50: stored.seenP50,
    },
    supersedes: stored.supersedes,
  };
}
