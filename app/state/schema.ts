import { integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** The tables of `state.db`, as the migrations make them (`migrations/*.sql` hold checks, indexes and triggers). */
export const entry = sqliteTable('entry', {
  seq: integer('seq').primaryKey(),
  id: text('id').notNull(),
  kind: text('kind').notNull(),
  author: text('author').notNull(),
  at: integer('at').notNull(),
  after: text('after').notNull(),
  seal: text('seal').notNull(),
});

const ofEntry = () => ({ seq: integer('seq').primaryKey() });

export const levels = ['salesman', 'team', 'director', 'whole'] as const;
export type Level = (typeof levels)[number];

/** From the widest to the narrowest: each holds those after it. */
export const categories = ['pipeline', 'bestCase', 'mostLikely', 'commit'] as const;
export type Category = (typeof categories)[number];

export const call = sqliteTable('call', {
  ...ofEntry(),
  level: text('level').$type<Level>().notNull(),
  scope: text('scope'),
  period: text('period').notNull(),
  category: text('category').$type<Category>().notNull(),
  value: text('value'),
  currency: text('currency').notNull(),
  reason: text('reason').notNull(),
  seenSnapshot: text('seen_snapshot').notNull(),
  seenAsOf: text('seen_as_of').notNull(),
  seenKnownAt: text('seen_known_at').notNull(),
  seenOpen: text('seen_open').notNull(),
  seenWon: text('seen_won').notNull(),
  seenBelow: text('seen_below'),
  seenP50: text('seen_p50'),
  supersedes: integer('supersedes'),
});

export const actions = ['acknowledge', 'snooze', 'show', 'assign', 'comment'] as const;
export type Action = (typeof actions)[number];

export const mark = sqliteTable('mark', {
  ...ofEntry(),
  rule: text('rule').notNull(),
  opportunity: text('opportunity').notNull(),
  action: text('action').$type<Action>().notNull(),
  untilOn: text('until_on'),
  evidenceHash: text('evidence_hash'),
  evidenceSize: real('evidence_size'),
  salesman: text('salesman'),
  comment: text('comment'),
});

export const look = sqliteTable('look', {
  ...ofEntry(),
  page: text('page').notNull(),
  snapshot: text('snapshot').notNull(),
  asOf: text('as_of').notNull(),
  knownAt: text('known_at').notNull(),
});

export const scenario = sqliteTable('scenario', {
  ...ofEntry(),
  scenario: text('scenario').notNull(),
  version: integer('version').notNull(),
  name: text('name').notNull(),
  overlay: text('overlay'),
});

/** What an entry can be: each kind has a table of its own, with one row for each of its entries. */
export const kinds = { call, mark, look, scenario };
export type Kind = keyof typeof kinds;
export const kindNames = Object.keys(kinds) as Kind[];
