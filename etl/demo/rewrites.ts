import { type Account, living } from './accounts.ts';
import type { Merged } from './book.ts';
import type { Company } from './company.ts';
import { insert, isOpen, type Opportunity, type State, stageOf, stateAt } from './life.ts';
import { holder, shuffled } from './people.ts';
import { at, createRandom, type Random } from './random.ts';
import { day, dayOf, evening, hour, instantText, week } from './time.ts';

/** A change of the past that shows in the files of one week and not before. */
export interface Rewrite {
  /** The first files that show it: 1 is the first --next-week. */
  week: number;
  kind: string;
  /** The opportunity, or the account that was merged away. */
  id: string;
  /** The instant that its row gives, if it has one; may lie weeks back. */
  at: string | null;
  detail: string;
}

interface Rewriting extends Rewrite {
  apply: (merged: Merged) => void;
}

/** Rewrites the past for every week so far and tells it, the coming week's rewrites included. */
export function rewritePast(
  company: Company,
  lives: Opportunity[],
): { rewrites: Rewrite[]; merged: Merged } {
  const merged: Merged = new Map();
  const rewrites: Rewrite[] = [];
  if (!company.stories) return { rewrites, merged };
  for (let n = 1; n <= company.plan.week + 1; n++)
    for (const { apply, ...told } of chooseRewrites(company, lives, n, rewrites)) {
      if (n <= company.plan.week) apply(merged);
      rewrites.push(told);
    }
  return { rewrites, merged };
}

interface Choice {
  company: Company;
  random: Random;
  week: number;
  /** The cut of the files before and of the files that show the rewrites. */
  before: number;
  after: number;
  taken: Set<string>;
  lives: { o: Opportunity; state: State }[];
}

/** Twelve rewrites of one week: what is chosen depends on the files of the week before alone. */
function chooseRewrites(
  company: Company,
  lives: Opportunity[],
  n: number,
  told: Rewrite[],
): Rewriting[] {
  const { plan } = company;
  const random = createRandom(plan.seed, 'rewrites', n);
  const before = evening(plan.firstToday + (n - 1) * week);
  const known = lives.flatMap((o) => {
    const state = o.vanishedAt <= before ? null : stateAt(o, before);
    return state ? [{ o, state }] : [];
  });
  const c: Choice = {
    company,
    random,
    week: n,
    before,
    after: before + week,
    taken: new Set(told.map((r) => r.id)),
    lives: shuffled(known, random),
  };
  return [
    backdated(c, 'amount'),
    backdated(c, 'amount'),
    backdated(c, 'closeOn'),
    changedWin(c, true),
    changedWin(c, false),
    removed(c, true),
    removed(c, false),
    restored(c),
    reowned(c, true),
    reowned(c, false),
    mergedAccount(c, lives),
    reopened(c),
  ].filter((rewrite) => rewrite !== null);
}

function find(
  c: Choice,
  suits: (o: Opportunity, state: State) => boolean,
): { o: Opportunity; state: State } | null {
  const found = c.lives.find(({ o, state }) => !c.taken.has(o.id) && suits(o, state)) ?? null;
  if (found) c.taken.add(found.o.id);
  return found;
}

/** Open for long, and open still for the week that comes. */
const wellOpen =
  (c: Choice) =>
  (o: Opportunity, state: State): boolean =>
    isOpen(state) &&
    state.amount !== null &&
    o.createdAt < c.before - 10 * week &&
    o.createdAt > c.before - 80 * week &&
    (o.closedAt === null || o.closedAt > c.after) &&
    !o.happenings.some((h) => h.changes.deleted);

function tell(
  c: Choice,
  kind: string,
  id: string,
  when: number | null,
  detail: string,
  apply: (merged: Merged) => void,
): Rewriting {
  return { week: c.week, kind, id, at: when === null ? null : instantText(when), detail, apply };
}

/** A row of history that says it is weeks old and was not there before. */
function backdated(c: Choice, attribute: 'amount' | 'closeOn'): Rewriting | null {
  const found = find(c, wellOpen(c));
  if (!found) return null;
  const { o } = found;
  const when =
    dayOf(c.before) - (21 + c.random.int(28)) * day + 11 * hour + c.random.int(3_000) * 1000 + 400;
  const then = stateAt(o, when) as State;
  const changes: Partial<State> =
    attribute === 'amount'
      ? { amount: Math.round(((then.amount ?? 100_000) * 1.2) / 100) * 100 }
      : { closeOn: then.closeOn + 45 * day };
  return tell(
    c,
    `back-dated ${attribute === 'amount' ? 'amount' : 'close date'}`,
    o.id,
    when,
    JSON.stringify(changes),
    () => insert(o, { at: when, by: then.owner, changes }),
  );
}

/** The amount of a won one is changed, with a row of history or by overwriting the row of its closing. */
function changedWin(c: Choice, withRow: boolean): Rewriting | null {
  const found = find(
    c,
    (o, state) =>
      state.stage === 'won' &&
      o.closedAt !== null &&
      o.closedAt > c.before - 30 * week &&
      o.closedAt < c.before - 3 * week,
  );
  if (!found) return null;
  const { o, state } = found;
  const amount = Math.round(((state.amount ?? 0) * (withRow ? 0.9 : 1.1)) / 100) * 100;
  const when = c.before + (1 + c.random.int(4)) * day;
  const detail = `${state.amount} -> ${amount} cents`;
  if (withRow)
    return tell(c, 'amount of a won one changed', o.id, when, detail, () =>
      insert(o, { at: when, by: state.owner, changes: { amount } }),
    );
  return tell(c, 'amount of a won one overwritten', o.id, null, detail, () => {
    for (const h of o.happenings)
      if (h.at === o.closedAt || (h.at > (o.closedAt ?? 0) && h.changes.amount !== undefined))
        h.changes.amount = amount;
    insert(o, { at: when, by: state.owner, changes: {}, silent: true });
  });
}

function removed(c: Choice, softly: boolean): Rewriting | null {
  const found = find(c, wellOpen(c));
  if (!found) return null;
  const { o, state } = found;
  const when = c.before + (1 + c.random.int(3)) * day;
  if (!softly)
    return tell(
      c,
      'vanished from the extract',
      o.id,
      null,
      'gone with its history',
      () => (o.vanishedAt = c.after),
    );
  return tell(c, 'deleted', o.id, when, 'IsDeleted', () =>
    endAt(o, when, state.owner, { deleted: true }),
  );
}

/** Nothing of its former life happens after that instant. */
function endAt(o: Opportunity, when: number, by: string, changes: Partial<State>): void {
  o.happenings = o.happenings.filter((h) => h.at <= when);
  o.efforts = o.efforts.filter((effort) => effort.from <= when);
  o.closedAt = o.closedAt !== null && o.closedAt <= when ? o.closedAt : null;
  insert(o, { at: when, by, changes, silent: true });
}

function restored(c: Choice): Rewriting | null {
  const found = find(c, (_, state) => state.deleted && typeof state.stage === 'number');
  if (!found) return null;
  const when = c.before + (1 + c.random.int(4)) * day;
  return tell(c, 'restored', found.o.id, when, 'no longer IsDeleted', () =>
    insert(found.o, { at: when, by: found.state.owner, changes: { deleted: false }, silent: true }),
  );
}

/** Given to another salesman, this week or as if weeks ago. */
function reowned(c: Choice, back: boolean): Rewriting | null {
  const found = find(c, wellOpen(c));
  if (!found) return null;
  const { o, state } = found;
  const when = c.before + (back ? -(15 + c.random.int(20)) : 2) * day - hour;
  const owner = holder(
    c.random.pick(
      c.company.people.seats.filter((seat) => holder(seat, c.before).id !== state.owner),
    ),
    c.before,
  ).id;
  return tell(c, back ? 're-owned, back-dated' : 're-owned', o.id, when, `to ${owner}`, () => {
    for (const h of o.happenings) if (h.at > when && h.changes.owner) h.changes.owner = owner;
    insert(o, { at: when, by: state.owner, changes: { owner } });
  });
}

/** A live account is merged into another; its opportunities move. */
function mergedAccount(c: Choice, lives: Opportunity[]): Rewriting | null {
  const { all } = c.company.accounts;
  const free = (account: Account) =>
    account.createdAt < c.before - 20 * week && !account.copyOf && !c.taken.has(account.id);
  const open = find(
    c,
    (o, state) =>
      isOpen(state) &&
      free(living(o.account, c.before)) &&
      living(o.account, c.before).id === state.account,
  );
  if (!open) return null;
  const loser = living(open.o.account, c.before);
  const winner = at(
    shuffled(
      all.filter((a) => free(a) && a !== loser && a.region === loser.region && a.parent !== loser),
      c.random,
    ),
    0,
  );
  const when = c.before + 3 * day;
  return tell(c, 'account merged', loser.id, when, `into ${winner.id}`, (merged) => {
    merged.set(loser.id, { into: winner.id, at: when });
    const by = c.company.people.chief.id;
    for (const o of lives) {
      if (o.createdAt <= when && stateAt(o, when)?.account === loser.id)
        insert(o, { at: when, by, changes: { account: winner.id } });
      if (o.createdAt > when)
        for (const h of o.happenings)
          if (h.changes.account === loser.id) h.changes.account = winner.id;
    }
  });
}

function reopened(c: Choice): Rewriting | null {
  const found = find(
    c,
    (o, state) =>
      state.stage === 'lost' &&
      !state.deleted &&
      o.closedAt !== null &&
      o.closedAt > c.before - 20 * week &&
      o.closedAt < c.before - 2 * week &&
      state.lossReason !== 'Other',
  );
  if (!found) return null;
  const { o, state } = found;
  const when = c.before + (1 + c.random.int(4)) * day;
  const stage = stageOf(o.pipeline, 1);
  return tell(c, 'reopened', o.id, when, `in ${stage.label}`, () => {
    o.closedAt = null;
    insert(o, {
      at: when,
      by: state.owner,
      changes: {
        stage: 1,
        probability: stage.probability,
        category: stage.category,
        lossReason: null,
        closeOn: dayOf(when) + 60 * day,
      },
    });
  });
}
