import { type SQL, sql } from 'drizzle-orm';
import type { DimensionName } from '../dimensions.ts';
import { among } from '../filters.ts';
import { closingSql, localDay } from '../layouts.ts';
import { atPlanRates } from '../money.ts';
import { columnOf, type Question } from '../question.ts';
import { seenBy } from '../relations.ts';
import { raw, type Statement, statement, step } from '../statement.ts';

/** What an opportunity may be told apart by, and the column of the versions that says it. */
export const categories = {
  salesman: 'salesman_id',
  team: 'team',
  industry: 'industry',
  region: 'region',
  segment: 'segment',
  leadSource: 'lead_source',
  type: 'type',
  category: 'category',
} as const;

export type CategoryName = keyof typeof categories;
export const categoryNames = Object.keys(categories) as CategoryName[];

/** The last load, for what is still believed. */
export const forever = 1_000_000;
/** A day that never comes. */
export const never = 1_000_000;

/** Columns of the open opportunities at the ends of weeks, in the order of the statement. */
export const weekColumns = [
  'week',
  'opportunity',
  'knownFrom',
  'knownTo',
  'stage',
  'isStageKnown',
  'stageSince',
  'born',
  'amount',
  'closeOn',
  'pushes',
  'activeOn',
  'typed',
  'exitOn',
  'mine',
  ...categoryNames,
] as const;
export const closingColumns = [
  'opportunity',
  'knownFrom',
  'knownTo',
  'isWon',
  'closedOn',
  'sinceOn',
  'untilOn',
  'amount',
  'mine',
  ...categoryNames,
] as const;
export const entryColumns = [
  'opportunity',
  'knownFrom',
  'knownTo',
  'on',
  'stage',
  'isBirth',
  'amount',
  'mine',
  ...categoryNames,
] as const;

/** What else of a version is asked for: what filters and owners need. */
const read = `opportunity_id, valid_from, valid_to, outcome, is_deleted, merged_into, pipeline, stage, stage_order, amount, currency, close_on, probability,
  salesman_id, salesman, team, director, manager_path, account, industry, region, segment, lead_source, type, category`;

/** What every installation has at its loads: each is believed from when its newest extract was taken. */
export const loadStatement = (): Statement =>
  statement([], raw('select as_of::varchar as "asOf" from load order by load_no'));

/** Texts by their codes: stages by pipeline and order, categories by name. */
export const dictionaryStatement = (): Statement =>
  statement(
    [],
    sql`select category, value, code from (${raw(stageCodes)}) union all ${sql.join(
      categoryNames.map((name) => raw(codes(name))),
      raw(' union all '),
    )} order by 1, 3`,
  );

const stageCodes = `select 'stage' as category, pipeline || '|' || stage as value, pipeline, stage, row_number() over (order by pipeline, place, stage) - 1 as code
  from (select coalesce(pipeline, '') as pipeline, coalesce(stage, '') as stage, min(stage_order) as place from opportunity_version where outcome = 'open' group by 1, 2)`;
const codes = (name: CategoryName): string =>
  `select '${name}' as category, value, row_number() over (order by value) - 1 as code from (select distinct ${categories[name]} as value from opportunity_version where ${categories[name]} is not null)`;

/**
 * One row for each open opportunity at the end of each week before the as-of instant, `week` counted back from it, as it
 * was then, as believed in loads `[knownFrom, knownTo)`; with the end of its stay in the stage.
 */
export function weekStatement(question: Question): Statement {
  const { zone } = question.settings;
  const day = raw(String(anchorDay(question)));
  const rows = sql`select *, unnest(list_concat(case when valid_from <= ${anchor(question)} and ${anchor(question)} < valid_to then [0] else [] end,
      range(greatest(1, (${day} - end_on + 7) // 7), (${day} - first_on) // 7 + 1))) as week
    from (select *, ${raw(dayOf(localDay('valid_from', zone)))} as first_on, case when valid_to = 'infinity' then ${never} else ${raw(dayOf(localDay('valid_to', zone)))} end as end_on from every_coded where is_open)`;
  const dated = sql`select *, ${day}::integer - 7 * week::integer as day, date '1970-01-01' + (${day}::integer - 7 * week::integer) as week_on from (${rows})`;
  const priced = atPlanRates('select * from every_week', 'week_on', question.settings);
  const weeks = sql`select w.*, a.last_on as active_on, coalesce(w.probability, d.probability, e.probability) as typed
    from (${priced}) w asof left join every_activity a on a.opportunity = w.opportunity_id and a.seen_on <= w.day
    left join every_stage d on d.label = w.stage and d.pipeline = w.pipeline and d.first_on <= w.day and w.day < d.end_on
    left join every_stage e on e.label = w.stage and e.pipeline = '' and e.first_on <= w.day and w.day < e.end_on`;
  return statement(
    [
      ...codedSteps(question),
      step('every_activity', raw(activitySql(zone))),
      step('every_stage', raw(stageSql(zone))),
      step('every_week', dated),
    ],
    sql`select week::double, code_opportunity::double, known_no::double, until_no::double, code_stage::double, (stage is not null)::double, stage_since_on::double, born_on::double,
      ${raw(cents('amount_plan'))}, coalesce(close_on - date '1970-01-01', ${never})::double, pushes::double, coalesce(active_on, -${never})::double, coalesce(typed, 0)::double, exit_on::double,
      (${mine(question, { closeDay: 'close_on' })})::double, ${raw(codeColumns)}
      from (${weeks}) order by week desc, code_opportunity, known_no`,
  );
}

/** Closings in force on days `[sinceOn, untilOn)`, as the layout `closing` has them, for each belief. */
export function closingStatement(question: Question): Statement {
  const { zone } = question.settings;
  const at = anchor(question);
  const rows = sql`select * from every_closing where valid_from <= ${at}`;
  const priced = sql`${atPlanRates('select * from every_past', 'closed_on', question.settings)}`;
  const day = (column: string) => raw(dayOf(localDay(column, zone)));
  const told = sql`select c.* exclude (opportunity_id), split_part(c.opportunity_id, chr(1), 1) as opportunity_id, split_part(c.opportunity_id, chr(1), 2)::integer as known_no, c.closed_on as close_day,
      ${day('c.valid_from')} as since_on, case when c.valid_to > ${at} then ${never} else ${day('c.valid_to')} end as until_on from (${priced}) c`;
  return statement(
    [
      ...codeSteps(),
      ...lifeSteps(question, '*'),
      step('every_closing', raw(closingsOfLives(zone))),
      step('every_past', rows),
    ],
    sql`select p.code::double, t.known_no::double, e.until_no::double, (outcome = 'won')::double, (closed_on - date '1970-01-01')::double, since_on::double, until_on::double,
      ${raw(cents('amount_plan'))}, (${mine(question, { closeDay: 'close_day' })})::double, ${raw(codeColumns)}
      from (${told}) t join every_epoch e on e.opportunity_id = t.opportunity_id and e.known_no = t.known_no join code_opportunity p on p.value = t.opportunity_id ${raw(codeJoins('t'))}
      order by closed_on, p.code, t.known_no, since_on`,
  );
}

/** What came into the open pipeline: births, and returns of what had been closed. `stage` -1: closed when born. */
export function entryStatement(question: Question): Statement {
  const { zone } = question.settings;
  const rows = sql`select *, ${raw(localDay('valid_from', zone))} as entered_on from every_coded where valid_from <= ${anchor(question)} and (enters or (is_birth and outcome <> 'open' and not is_deleted and merged_into is null))`;
  const priced = atPlanRates('select * from every_entry', 'entered_on', question.settings);
  return statement(
    [...codedSteps(question), step('every_entry', rows)],
    sql`select code_opportunity::double, known_no::double, until_no::double, (entered_on - date '1970-01-01')::double, (case when is_open then code_stage else -1 end)::double, is_birth::double,
      ${raw(cents('amount_plan'))}, (${mine(question, { closeDay: 'close_on' })})::double, ${raw(codeColumns)}
      from (${priced}) order by entered_on, code_opportunity, known_no`,
  );
}

const anchor = ({ moment }: Question): SQL => sql`${moment.instant}::timestamp`;
export const anchorDay = ({ moment }: Question): number =>
  Math.round(Date.parse(`${moment.day}T00:00:00Z`) / 86_400_000);
const dayOf = (date: string): string => `(${date} - date '1970-01-01')`;
const cents = (column: string): string =>
  `coalesce((${column} * 100)::double, 'nan'::double) as ${column}_cents`;
const codeColumns = categoryNames
  .map((name) => `coalesce(code_${name}, -1)::double as code_${name}`)
  .join(', ');
const codeJoins = (of: string): string =>
  categoryNames
    .map(
      (name) =>
        `left join (select value, code as code_${name} from code_${name}) k_${name} on k_${name}.value = ${of}.${categories[name]}`,
    )
    .join(' ');

/** 1 where the viewer sees the row and it meets the filters of the question, else 0. */
function mine(question: Question, { closeDay }: { closeDay: string }): SQL {
  const parts = Object.entries(question.query.where).map(([name, values]) =>
    among(
      raw(
        columnOf(name as DimensionName, question)
          .replaceAll('close_day', closeDay)
          .replaceAll('created_on', 'born_day'),
      ),
      values,
    ),
  );
  return sql`coalesce(${sql.join([seenBy(question.viewer), ...parts], raw(' and '))}, false)::integer`;
}

const codeSteps = (): SQL[] => [
  step('code_opportunity', raw(opportunityCodes)),
  ...categoryNames.map((name) => step(`code_${name}`, raw(codes(name)))),
];

/** The versions of each opportunity as believed after each load that told something of it: a life. */
function lifeSteps({ moment }: Question, columns = read): SQL[] {
  const opens = `outcome = 'open' and not is_deleted and merged_into is null`;
  return [
    step(
      'every_load',
      raw('select known_at, row_number() over (order by load_no) - 1 as no from load'),
    ),
    step(
      'every_version',
      sql`select ${raw(columns)}, f.no as from_no, coalesce(t.no, ${forever}) as end_no from opportunity_version v join every_load f on f.known_at = v.known_from
        left join every_load t on t.known_at = v.known_to where v.valid_from <= ${moment.instant}::timestamp`,
    ),
    step(
      'every_epoch',
      sql`select opportunity_id, no as known_no, lead(no, 1, ${forever}::bigint) over (partition by opportunity_id order by no) as until_no
        from (select opportunity_id, from_no as no from every_version union select opportunity_id, end_no from every_version where end_no < ${forever})`,
    ),
    step(
      'every_life',
      raw(
        `select v.* exclude (from_no, end_no), e.known_no, e.until_no, v.opportunity_id || chr(1) || e.known_no as life, ${opens} as is_open
        from every_version v join every_epoch e on e.opportunity_id = v.opportunity_id and v.from_no <= e.known_no and e.known_no < v.end_no`,
      ),
    ),
  ];
}

/** Lives with what came before in each, and codes in the place of texts. */
function codedSteps(question: Question): SQL[] {
  const { zone } = question.settings;
  const onDay = (column: string) => dayOf(localDay(column, zone));
  const codes = categoryNames.map((name) => `code_${name}`).join(', ');
  const days = `${onDay('stage_since')} as stage_since_on, ${onDay('born')} as born_on, ${localDay('born', zone)} as born_day`;
  return [
    ...codeSteps(),
    step('code_stage', raw(`select pipeline, stage, code as code_stage from (${stageCodes})`)),
    ...lifeSteps(question),
    step('every_marked', raw(markedSql)),
    step('every_run', raw(runSql)),
    step(
      'every_coded',
      raw(
        `select m.*, p.code as code_opportunity, s.code_stage, ${codes}, ${days}, case when run_end = 'infinity' then ${never} else ${onDay('run_end')} end as exit_on
        from every_run m join code_opportunity p on p.value = m.opportunity_id left join code_stage s on s.pipeline = coalesce(m.pipeline, '') and s.stage = coalesce(m.stage, '') ${codeJoins('m')}`,
      ),
    ),
  ];
}

const opportunityCodes =
  'select opportunity_id as value, row_number() over (order by opportunity_id) - 1 as code from opportunity_version group by 1';

/** Where a life enters the pipeline, changes its stage, or puts its close date off (once within a day). */
const markedSql = `select *, min(valid_from) over w as born, lag(valid_from) over w is null as is_birth, is_open and lag(is_open) over w is not true as enters,
    (is_open, pipeline, stage) is distinct from lag((is_open, pipeline, stage)) over w as turns, is_open and lag(is_open) over w and close_on > lag(close_on) over w as is_push
  from every_life window w as (partition by life order by valid_from)`;
const runSql = `select * exclude (run), max(valid_to) over (partition by life, run) as run_end, min(valid_from) over (partition by life, run) as stage_since,
    coalesce(sum(is_counted::integer) over (partition by life order by valid_from), 0) as pushes
  from (select *, sum(turns::integer) over w as run, is_push and (pushed_before is null or valid_from > pushed_before + interval 24 hour) as is_counted
    from (select *, last_value(case when is_push then valid_from end ignore nulls) over (partition by life order by valid_from rows between unbounded preceding and 1 preceding) as pushed_before from every_marked)
    window w as (partition by life order by valid_from))`;

/** The one definition of closings, asked of lives in the place of opportunities. */
const closingsOfLives = (zone: string): string =>
  closingSql(
    '(select * exclude (life, known_no, until_no, is_open) replace (life as opportunity_id) from every_life)',
    zone,
  );

/**
 * Since when it could be seen (\`seen_on\`) that the last activity was on which day. What the first load tells of the
 * past could be seen at once, what a later one tells from when its extract was taken.
 */
const activitySql = (zone: string): string => `
  select opportunity, seen_on, max(done_on) over (partition by opportunity order by seen_on) as last_on from (
    select opportunity, greatest(done_on, case when f.load_no > (select min(load_no) from load) then ${dayOf(localDay('f.as_of', zone))} else done_on end) as seen_on, max(done_on) as done_on from (
      select opportunity, load_no, ${dayOf(`case when kind = 'event' then greatest(coalesce(${localDay('coalesce(ends_at, starts_at)', zone)}, due_on), coalesce(${localDay('created_at', zone)}, due_on)) when completed_at is not null then ${localDay('completed_at', zone)} when closed then due_on end`)} as done_on
      from fact_activity where opportunity is not null and not coalesce(deleted, false) and not coalesce(child, false)) a join load f using (load_no)
    where done_on is not null group by 1, 2)`;

const stageSql = (zone: string): string => `
  select pipeline, label, probability, ${dayOf(localDay('valid_from', zone))} as first_on, case when valid_to = 'infinity' then ${never} else ${dayOf(localDay('valid_to', zone))} end as end_on
  from stage_version where known_to = 'infinity'`;
