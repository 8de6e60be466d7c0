import { and, inArray, lte } from 'drizzle-orm';
import { append, entriesOf, type Own, type Stored } from './entries.ts';
import { type Action, entry, mark } from './schema.ts';
import type { State } from './state.ts';

/** What a rule finds at an opportunity. `size` grows with what is wrong, in the rule's own steps; `hash` changes with anything. */
export interface Evidence {
  hash: string;
  size: number;
}

/** A rule that holds for an opportunity. */
export interface Risk {
  rule: string;
  opportunity: string;
}

/** What somebody did about a risk. */
export interface Mark extends Risk {
  seq: number;
  id: string;
  author: string;
  at: string;
  action: Action;
  /** Of a snooze: the day on which it ends; null: as soon as the evidence changes. */
  untilOn: string | null;
  /** What the author saw. */
  evidence: Evidence | null;
  /** Of an assignment; null takes it back. */
  salesman: string | null;
  comment: string | null;
}

export interface NewMark extends Risk {
  id: string;
  author: string;
  action: Action;
  untilOn: string | null;
  evidence: Evidence | null;
  salesman: string | null;
  comment: string | null;
}

/** Stores a mark and returns it; the same `id` again returns what was stored. */
export function makeMark(state: State, made: NewMark): Promise<Mark> {
  const { id, author, evidence, rule, opportunity, action, untilOn, salesman, comment } = made;
  const own: Own<'mark'> = {
    ...{ rule, opportunity, action, untilOn, salesman, comment },
    evidenceHash: evidence?.hash ?? null,
    evidenceSize: evidence?.size ?? null,
  };
  const asked = Object.keys(own) as (keyof Own<'mark'>)[];
  return state.write(async (db, at) =>
    toMark(await append(db, { kind: 'mark', asked }, { id, author, at, own })),
  );
}

/** All marks in their order, of some opportunities or of all, as they were at an instant (ISO). */
export function readMarks(
  state: State,
  { opportunities, until }: { opportunities?: string[]; until?: string },
): Promise<Mark[]> {
  const where = and(
    opportunities && inArray(mark.opportunity, opportunities),
    until === undefined ? undefined : lte(entry.at, Date.parse(until)),
  );
  return state.read(async (db) => (await entriesOf(db, 'mark', where)).map(toMark));
}

function toMark({ at, evidenceHash, evidenceSize, ...stored }: Stored<'mark'>): Mark {
  const { seq, id, author, rule, opportunity, action, untilOn, salesman, comment } = stored;
  return {
    ...{ seq, id, author, rule, opportunity, action, untilOn, salesman, comment },
    at: new Date(at).toISOString(),
    evidence:
      evidenceHash === null || evidenceSize === null
        ? null
        : { hash: evidenceHash, size: evidenceSize },
  };
}
