import {
  bigint,
  boolean,
  char,
  date,
  integer,
  numeric,
  pgTable,
  smallint,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';

/** The tables of a snapshot: what is true when (valid), as known when (known), and the layouts made from it. */
const money = (name: string) => numeric(name, { precision: 18, scale: 2 });
/** Sums of many amounts, each of which may be as large as `money` holds. */
const wide = (name: string) => numeric(name, { precision: 38, scale: 2 });
const share = (name: string) => numeric(name, { precision: 18, scale: 12 });
const instant = (name: string) => timestamp(name, { mode: 'string' });

const valid = () => ({
  validFrom: instant('valid_from').notNull(),
  validTo: instant('valid_to').notNull(),
});
const known = () => ({
  knownFrom: instant('known_from').notNull(),
  knownTo: instant('known_to').notNull(),
});

/** What an opportunity is at one time, with the team of its salesman and the fields of its account as they were. */
const state = () => ({
  name: text('name'),
  pipeline: text('pipeline'),
  stage: text('stage'),
  stageOrder: integer('stage_order'),
  outcome: text('outcome').notNull(),
  amount: money('amount'),
  currency: char('currency', { length: 3 }),
  closeOn: date('close_on'),
  probability: numeric('probability', { precision: 7, scale: 6 }),
  category: text('category'),
  nextStep: text('next_step'),
  leadSource: text('lead_source'),
  type: text('type'),
  salesmanId: text('salesman_id'),
  salesman: text('salesman'),
  teamId: text('team_id'),
  team: text('team'),
  director: text('director'),
  managerPath: text('manager_path'),
  accountId: text('account_id'),
  account: text('account'),
  industry: text('industry'),
  region: text('region'),
  segment: text('segment'),
});

export const opportunityVersion = pgTable('opportunity_version', {
  opportunityId: text('opportunity_id').notNull(),
  ...state(),
  stageRaw: text('stage_raw'),
  isDeleted: boolean('is_deleted').notNull(),
  mergedInto: text('merged_into'),
  lossReason: text('loss_reason'),
  /** `default`: nobody chose the close date, the source set it to the end of a month; `typed`; null without a date. */
  dateQuality: text('date_quality'),
  evidence: text('evidence').notNull(),
  unknown: text('unknown').notNull(),
  ...valid(),
  ...known(),
});

export const userVersion = pgTable('user_version', {
  userId: text('user_id').notNull(),
  name: text('name'),
  active: boolean('active'),
  teamId: text('team_id'),
  managerId: text('manager_id'),
  team: text('team'),
  director: text('director'),
  managerPath: text('manager_path'),
  ...valid(),
  ...known(),
});

export const accountVersion = pgTable('account_version', {
  accountId: text('account_id').notNull(),
  name: text('name'),
  parentId: text('parent_id'),
  type: text('type'),
  industry: text('industry'),
  region: text('region'),
  segment: text('segment'),
  country: text('country'),
  ownerId: text('owner_id'),
  isDeleted: boolean('is_deleted').notNull(),
  mergedInto: text('merged_into'),
  ...valid(),
  ...known(),
});

export const stageVersion = pgTable('stage_version', {
  pipeline: text('pipeline').notNull(),
  label: text('label').notNull(),
  stageOrder: integer('stage_order'),
  class: text('class').notNull(),
  probability: numeric('probability', { precision: 7, scale: 6 }),
  category: text('category'),
  active: boolean('active'),
  evidence: text('evidence').notNull(),
  ...valid(),
  ...known(),
});

export const lineVersion = pgTable('line_version', {
  opportunityId: text('opportunity_id').notNull(),
  product: text('product'),
  family: text('family'),
  shareFrom: share('share_from').notNull(),
  shareTo: share('share_to').notNull(),
  ...valid(),
  ...known(),
});

export const quotaVersion = pgTable('quota_version', {
  salesmanId: text('salesman_id'),
  teamId: text('team_id'),
  startsOn: date('starts_on').notNull(),
  months: integer('months').notNull(),
  amount: money('amount').notNull(),
  currency: char('currency', { length: 3 }),
  ...valid(),
  ...known(),
});

export const rateVersion = pgTable('rate_version', {
  kind: text('kind').notNull(),
  currency: char('currency', { length: 3 }).notNull(),
  startsOn: date('starts_on').notNull(),
  factor: numeric('factor', { precision: 18, scale: 9 }).notNull(),
  ...valid(),
  ...known(),
});

/** What the amount is in the reporting currency at plan rates; null without an amount or a rate. */
const atPlanRate = () => ({ amountPlan: money('amount_plan') });

/** A stretch during which an opportunity counts as closed, with its dimensions as they were at the closing. */
export const closing = pgTable('closing', {
  opportunityId: text('opportunity_id').notNull(),
  ...state(),
  closedAt: instant('closed_at').notNull(),
  closedOn: date('closed_on').notNull(),
  createdAt: instant('created_at').notNull(),
  createdOn: date('created_on').notNull(),
  ...atPlanRate(),
  ...valid(),
});

/** A stretch during which an opportunity counts as created, with its first credible amount. */
export const creation = pgTable('creation', {
  opportunityId: text('opportunity_id').notNull(),
  ...state(),
  createdAt: instant('created_at').notNull(),
  createdOn: date('created_on').notNull(),
  ...atPlanRate(),
  ...valid(),
});

/**
 * A move of the expected close date, later or earlier, while it counts: pushes within a day of each other are one, and
 * none counts while the opportunity is deleted nor once it is merged. Fields and `close_on` as after the move.
 */
export const dateMove = pgTable('date_move', {
  opportunityId: text('opportunity_id').notNull(),
  ...state(),
  createdOn: date('created_on').notNull(),
  movedAt: instant('moved_at').notNull(),
  movedOn: date('moved_on').notNull(),
  wasOn: date('was_on').notNull(),
  /** The first close date that the opportunity had. */
  firstOn: date('first_on').notNull(),
  ...atPlanRate(),
  ...valid(),
});

const described = () => ({
  salesmanId: text('salesman_id'),
  salesman: text('salesman'),
  team: text('team'),
  director: text('director'),
  managerPath: text('manager_path'),
});

/** Tasks and events, each once, with the people and the account of the time when they were done; see `activitySql`. */
export const activity = pgTable('activity', {
  activityId: text('activity_id').notNull(),
  kind: text('kind').notNull(),
  activityType: text('activity_type').notNull(),
  name: text('name'),
  opportunityId: text('opportunity_id'),
  ...described(),
  accountId: text('account_id'),
  account: text('account'),
  industry: text('industry'),
  region: text('region'),
  segment: text('segment'),
  madeAt: instant('made_at').notNull(),
  doneAt: instant('done_at'),
  doneOn: date('done_on'),
  plannedOn: date('planned_on'),
});

/** Leads as they are told of now, under who had each when it was created. */
export const lead = pgTable('lead', {
  leadId: text('lead_id').notNull(),
  name: text('name'),
  status: text('status'),
  leadSource: text('lead_source'),
  industry: text('industry'),
  opportunityId: text('opportunity_id'),
  ...described(),
  createdAt: instant('created_at').notNull(),
  createdOn: date('created_on').notNull(),
  convertedAt: instant('converted_at'),
  convertedOn: date('converted_on'),
});

/** Open stretches at day grain, cut at months: open at the end of day D without reading the history. */
export const opportunityMonth = pgTable('opportunity_month', {
  month: date('month').notNull(),
  opportunityId: text('opportunity_id').notNull(),
  ...state(),
  createdAt: instant('created_at').notNull(),
  createdOn: date('created_on').notNull(),
  ...atPlanRate(),
  firstDay: smallint('first_day').notNull(),
  endDay: smallint('end_day').notNull(),
});

/**
 * A visit of an open stage, or a stage that was passed without one (`is_skipped`); what the opportunity was when it
 * entered. `is_first`: the first that counts of this stage. `fate`: how the opportunity has ended once `fate_at` has
 * come (won, lost, withdrawn, gone), `[valid_from, valid_to)`.
 */
export const stageVisit = pgTable('stage_visit', {
  opportunityId: text('opportunity_id').notNull(),
  pipeline: text('pipeline'),
  stage: text('stage').notNull(),
  stageOrder: integer('stage_order'),
  currency: char('currency', { length: 3 }),
  closeOn: date('close_on'),
  category: text('category'),
  leadSource: text('lead_source'),
  type: text('type'),
  salesmanId: text('salesman_id'),
  salesman: text('salesman'),
  team: text('team'),
  director: text('director'),
  managerPath: text('manager_path'),
  account: text('account'),
  industry: text('industry'),
  region: text('region'),
  segment: text('segment'),
  createdOn: date('created_on').notNull(),
  isSkipped: boolean('is_skipped').notNull(),
  isFirst: boolean('is_first').notNull(),
  enteredAt: instant('entered_at').notNull(),
  enteredOn: date('entered_on').notNull(),
  /** created, up, down, across, elsewhere, or what it was before: won, lost, withdrawn, gone, unknown. */
  cameHow: text('came_how').notNull(),
  cameFrom: text('came_from'),
  /** Infinity while it lasts. */
  leftAt: instant('left_at').notNull(),
  leftHow: text('left_how'),
  leftTo: text('left_to'),
  /** How long it lasted, how long all earlier ones of this stage together and the longest of them. */
  days: integer('days'),
  daysBefore: integer('days_before').notNull(),
  longestBefore: integer('longest_before'),
  /** When the next visit of this stage began. */
  againAt: instant('again_at'),
  /** The amount when it left, see `amount-step.ts`. */
  amountStep: smallint('amount_step'),
  /** When, after the first entry, a higher open stage of the pipeline was first reached. */
  advancedAt: instant('advanced_at'),
  advancedDays: integer('advanced_days'),
  advancedTo: text('advanced_to'),
  /** When it left this stage for a lower one; of the first entry only. */
  movedBackAt: instant('moved_back_at').array(),
  fate: text('fate'),
  fateAt: instant('fate_at'),
  fateDays: integer('fate_days'),
  ...valid(),
});

/** The newest state of each opportunity, open ones first. */
export const opportunity = pgTable('opportunity', {
  opportunityId: text('opportunity_id').notNull(),
  ...state(),
  createdAt: instant('created_at').notNull(),
  createdOn: date('created_on').notNull(),
  closedAt: instant('closed_at'),
  closedOn: date('closed_on'),
  ...atPlanRate(),
  isDeleted: boolean('is_deleted').notNull(),
  mergedInto: text('merged_into'),
});

/**
 * How many closings in force between two days, `[since_on, until_on)`, are of opportunities that stood in a stage before;
 * without a stage all of the pipeline.
 */
export const learning = pgTable('learning', {
  pipeline: text('pipeline').notNull(),
  stage: text('stage'),
  sinceOn: date('since_on').notNull(),
  untilOn: date('until_on').notNull(),
  resolved: bigint('resolved', { mode: 'number' }).notNull(),
  won: bigint('won', { mode: 'number' }).notNull(),
});

const sums = () => ({
  n: bigint('n', { mode: 'number' }).notNull(),
  money: wide('money').notNull(),
  typed: wide('typed').notNull(),
  learned: wide('learned').notNull(),
});

/** What was open at the end of each week, back from the as-of day, by the people who had it. */
export const pipelineWeek = pgTable('pipeline_week', {
  week: date('week').notNull(),
  pipeline: text('pipeline'),
  stage: text('stage'),
  stageOrder: integer('stage_order'),
  salesmanId: text('salesman_id'),
  salesman: text('salesman'),
  team: text('team'),
  director: text('director'),
  managerPath: text('manager_path'),
  ...sums(),
});

/** The same by the fields of the accounts; without owners, so for viewers who see everything only. */
export const fieldWeek = pgTable('field_week', {
  week: date('week').notNull(),
  pipeline: text('pipeline'),
  stage: text('stage'),
  stageOrder: integer('stage_order'),
  industry: text('industry'),
  region: text('region'),
  segment: text('segment'),
  ...sums(),
});

/** Every value that a dimension ever had in the versions of an owner; `place` is its order. */
export const dimensionValue = pgTable('dimension_value', {
  dimension: text('dimension').notNull(),
  value: text('value'),
  place: integer('place'),
  salesmanId: text('salesman_id'),
  managerPath: text('manager_path'),
});

/** How many records of each kind were ever loaded. */
export const objectCount = pgTable('object_count', {
  object: text('object').notNull(),
  n: integer('n').notNull(),
});

export const load = pgTable('load', {
  loadNo: integer('load_no').notNull(),
  load: text('load').notNull(),
  knownAt: instant('known_at').notNull(),
  /** When the newest extract known by then was taken. */
  asOf: instant('as_of').notNull(),
  startedAt: instant('started_at').notNull(),
  finishedAt: instant('finished_at'),
  counts: text('counts').notNull(),
});

export const sourceState = pgTable('source_state', {
  source: text('source').notNull(),
  freshAt: instant('fresh_at'),
  error: text('error'),
});

/** When the newest extract of each object was taken. */
export const objectState = pgTable('object_state', {
  source: text('source').notNull(),
  object: text('object').notNull(),
  freshAt: instant('fresh_at'),
});

export const checkResult = pgTable('check_result', {
  check: text('check').notNull(),
  severity: text('severity').notNull(),
  meaning: text('meaning').notNull(),
  failing: integer('failing').notNull(),
  example: text('example'),
});

export const setting = pgTable('setting', {
  name: text('name').notNull(),
  value: text('value').notNull(),
});

export const versionTables = {
  opportunityVersion,
  userVersion,
  accountVersion,
  stageVersion,
  lineVersion,
  quotaVersion,
  rateVersion,
};
/** In the order in which they are made: the later ones are made from the earlier. */
export const layoutTables = {
  closing,
  creation,
  dateMove,
  activity,
  lead,
  opportunityMonth,
  stageVisit,
  opportunity,
  learning,
  pipelineWeek,
  fieldWeek,
  dimensionValue,
  objectCount,
};
export const ledgerTables = { load, sourceState, objectState, checkResult, setting };
export const schemaVersion = 5;
