import { type SQL, sql } from 'drizzle-orm';
import { type Viewer, visible } from './access.ts';
import { dateMoveSql } from './layout-moves.ts';
import { type Knowledge, knownNow } from './layout-records.ts';
import {
  closingSql,
  creationSql,
  localDay,
  opportunityMonthSql,
  opportunitySql,
} from './layouts.ts';
import type { Question } from './question.ts';
import { eachTime, raw } from './statement.ts';

export const known = ({ knownAt }: Pick<Question, 'knownAt'>): SQL =>
  knownAt === null
    ? raw(`known_to = 'infinity'`)
    : sql`known_from <= ${knownAt}::timestamp and ${knownAt}::timestamp < known_to`;

export const during = ({ moment }: Pick<Question, 'moment'>): SQL =>
  sql`valid_from <= ${moment.instant}::timestamp and ${moment.instant}::timestamp < valid_to`;

/** The as-of day of a fact: that of the question, or that of its week. */
export const today = ({ weeks, moment }: Question): SQL =>
  weeks ? raw('week') : sql`${moment.day}::date`;

/** Rows that are valid at the instant asked for, or at each week's end. */
export const inForce = (question: Question, rows: SQL): SQL =>
  question.weeks
    ? sql`(select r.*, w.week from ${rows} r join week w on r.valid_from <= w.until and w.until < r.valid_to)`
    : sql`(select * from ${rows} r where ${during(question)})`;

/** A versioned relation as valid at the instant asked for, or at each week's end. */
export const valid = (question: Question, relation: string): SQL =>
  inForce(question, raw(relation));

/** The last days of the weeks of a trend and their last instants, newest first as number 0. */
export function weekSql({ moment, weeks, settings }: Question): SQL {
  const day = sql`(${moment.day}::date - 7 * i::integer)`;
  return sql`select i::integer as number, ${day} as week, (timezone(${raw(`'${settings.zone}'`)}, (${day} + 1)::timestamp))::timestamp - interval 1 millisecond as until from range(${weeks}) as r(i)`;
}

export const weekColumn = ({ weeks }: Question): '' | 'week, ' => (weeks ? 'week, ' : '');

/** Where open opportunities are read: the newest states, the days of the past, or the versions themselves. */
export function routeOf({ knownAt, moment, settings }: Question): 'now' | 'day' | 'version' {
  if (knownAt !== null) return 'version';
  if (moment.instant === settings.asOf) return 'now';
  return moment.isEndOfDay && moment.instant < settings.asOf ? 'day' : 'version';
}

/** What a viewer may see of a relation that names owners. Nothing but the steps `every_…` reads one without this. */
export const seenBy = (viewer: Viewer): SQL =>
  visible(viewer, { salesmanId: raw('salesman_id'), managerPath: raw('manager_path') });

const owned = ({ viewer }: Question, relation: string): SQL =>
  sql`(select * from ${raw(relation)} where ${seenBy(viewer)})`;

/**
 * The versions known then of the opportunities of which the viewer may see any: what happened to one has to be seen
 * whole to tell a creation or a closing; whose it was then decides what is shown of it.
 */
export function versionStep(question: Question, which: SQL = raw('true')): SQL {
  return eachTime('version', knownVersions(question, which));
}

/** Versions as known, of the opportunities of which the viewer may see any. */
export const knownVersions = (question: Known, which: SQL = raw('true')): SQL =>
  sql`select * exclude (known_from, known_to) from opportunity_version where ${known(question)} and ${which} and ${seenEver(question)}`;

type Known = Pick<Question, 'viewer' | 'knownAt'>;

/** Whether the viewer may see any version of an opportunity as known; a test over rows with `opportunity_id`. */
export function seenEver(question: Known): SQL {
  const seen = seenBy(question.viewer);
  if (question.viewer.scope === 'all') return seen;
  return sql`opportunity_id in (select opportunity_id from opportunity_version where ${known(question)} and ${seen})`;
}

/** A layout as far as the viewer may see it: the table, or the same made of the step `version`. */
export const closings = (question: Question): SQL => owned(question, everyClosing(question));

/** The closings of all opportunities, for steps `every_…` only. */
export const everyClosing = (question: Question): string =>
  layoutOr(question, 'closing', closingSql('version', question.settings.zone));

export const months = (question: Question): SQL =>
  owned(
    question,
    layoutOr(question, 'opportunity_month', opportunityMonthSql('version', question.settings)),
  );

export const dateMoves = (question: Question): SQL => owned(question, everyDateMove(question));

/** The moves of all opportunities, for steps `every_…` only. */
export const everyDateMove = (question: Question): string =>
  layoutOr(question, 'date_move', dateMoveSql('version', question.settings.zone));

/** Which records and versions were known by the question's known-at. */
export const knowledgeOf = ({ knownAt }: Question): Knowledge =>
  knownAt === null
    ? knownNow
    : {
        told: sql`load_no in (select load_no from load where known_at <= ${knownAt}::timestamp)`,
        known: known({ knownAt }),
      };

export const creations = (question: Question): SQL =>
  owned(question, layoutOr(question, 'creation', creationSql('version', question.settings.zone)));

/** Every opportunity's state at the instant, deleted and merged ones included. */
export function states(question: Question): SQL {
  const { moment, settings } = question;
  if (routeOf(question) === 'now') return owned(question, 'opportunity');
  const context = { zone: settings.zone, asOf: moment.instant, born: bornOf(question) };
  return owned(question, `(${opportunitySql('version', context)})`);
}

/** The open ones at the end of a past day. */
export function openDay(question: Question): SQL {
  const { day } = question.moment;
  const date = Number(day.slice(8));
  return sql`(select * from ${months(question)} where month = ${`${day.slice(0, 7)}-01`}::date and first_day <= ${date}::smallint and end_day > ${date}::smallint)`;
}

const bornOf = ({ knownAt, viewer }: Question): string =>
  knownAt === null
    ? `select opportunity_id, created_at from opportunity where ${viewer.scope === 'all' ? 'true /* viewer: all */' : 'opportunity_id in (select opportunity_id from version)'}`
    : 'select opportunity_id, min(valid_from) as created_at from version group by 1';

/** The states at the instant with the birth of each, without what only closed ones need. */
export function openStates(question: Question): SQL {
  if (routeOf(question) === 'now') return owned(question, 'opportunity');
  const rows = sql`select v.*, b.created_at, ${raw(localDay('b.created_at', question.settings.zone))} as created_on from version v join (${raw(bornOf(question))}) b using (opportunity_id) where ${during(question)}`;
  return sql`(select * from (${rows}) where ${seenBy(question.viewer)})`;
}

type Moment = Pick<Question, 'viewer' | 'knownAt' | 'moment'>;

/**
 * Whether the viewer may see an opportunity as it stood at the instant: it was in his scope then, or is today. Those out
 * of the world included.
 */
export function seenOpportunity(moment: Moment, id: SQL): SQL {
  const seen = seenBy(moment.viewer);
  if (moment.viewer.scope === 'all') return seen;
  const then = sql`${known(moment)} and ${during(moment)}`;
  return sql`${id} in (select opportunity_id from opportunity_version where ((${then}) or (known_to = 'infinity' and valid_to = 'infinity')) and ${seen})`;
}

/** Whether an account may be seen: it has an opportunity that may be seen at the instant, or its owner is in scope. */
export function seenAccount(moment: Moment, id: SQL): SQL {
  if (moment.viewer.scope === 'all') return seenBy(moment.viewer);
  const then = sql`${known(moment)} and ${during(moment)}`;
  const owner = visible(moment.viewer, {
    salesmanId: raw('owner_id'),
    managerPath: raw('manager_path'),
  });
  return sql`${id} in (select account_id from opportunity_version where ${then} and not is_deleted and ${seenBy(moment.viewer)}
    union all select account_id from (select account_id, owner_id from account_version where ${then})
      left join (select user_id as owner_id, manager_path from user_version where ${then}) using (owner_id) where ${owner})`;
}

/** Which tasks and events may be seen: those of an opportunity with it, the others with their account. */
export function seenActivity(moment: Moment): SQL {
  if (moment.viewer.scope === 'all') return seenBy(moment.viewer);
  return sql`case when opportunity is not null then ${seenOpportunity(moment, raw('opportunity'))} else ${seenAccount(moment, raw('account'))} end`;
}

const layoutOr = ({ knownAt }: Question, table: string, made: string): string =>
  knownAt === null ? table : `(${made})`;
