import { type SQL, sql } from 'drizzle-orm';
import type { Viewer } from './access.ts';
import type { Answer, Cell, Column, Row } from './answers.ts';
import { circumstance, type Source, toQuestion } from './ask.ts';
import { WarehouseError } from './errors.ts';
import { filters } from './filters.ts';
import { learnedSteps } from './learned.ts';
import { isPlanned, moneySql, rateSql } from './money.ts';
import { nearest } from './nearest.ts';
import type { QueryInput } from './query.ts';
import type { Question } from './question.ts';
import {
  during,
  known,
  openDay,
  openStates,
  routeOf,
  states,
  today,
  versionStep,
} from './relations.ts';
import { raw, statement, step } from './statement.ts';

/** Which opportunities, as of when, in which order and which part of them. */
export interface ListRequest extends Pick<QueryInput, 'where' | 'asOf' | 'knownAt' | 'period'> {
  /** Part of the name of the opportunity or account, or a whole id. */
  search?: string;
  /** `lost` counts those without a decision too. Default all. */
  outcome?: 'open' | 'won' | 'lost' | 'all';
  /** A column, `-` in front for descending; default the largest amount first. */
  sort?: string;
  limit: number;
  offset: number;
}

const text = { unit: 'text', kind: 'attribute' } as const;
const date = { unit: 'date', kind: 'attribute' } as const;
const columns: Column[] = [
  { name: 'opportunity', label: 'Id', ...text },
  { name: 'name', label: 'Opportunity', ...text },
  { name: 'account', label: 'Account', ...text },
  { name: 'accountId', label: 'Account id', ...text },
  { name: 'salesman', label: 'Salesman', ...text },
  { name: 'team', label: 'Team', ...text },
  { name: 'stage', label: 'Stage', ...text },
  { name: 'pipeline', label: 'Pipeline', ...text },
  { name: 'outcome', label: 'Outcome', ...text },
  { name: 'amount', label: 'Amount', unit: 'money', kind: 'attribute' },
  { name: 'agreed', label: 'Agreed amount', ...text },
  { name: 'closeOn', label: 'Close date', ...date },
  { name: 'nextStep', label: 'Next step', ...text },
  { name: 'createdOn', label: 'Created', ...date },
  { name: 'ageDays', label: 'Age', unit: 'days', kind: 'attribute' },
  { name: 'probability', label: 'Typed probability', unit: 'ratio', kind: 'attribute' },
  { name: 'learned', label: 'Learned probability', unit: 'ratio', kind: 'attribute' },
];

/**
 * Opportunities as they stood at the as-of instant (deleted and merged ones left out), with their amounts in the
 * reporting currency; `count` is how many there are in all. The period is that of the close date.
 */
export async function listOpportunities(
  source: Source,
  viewer: Viewer,
  request: ListRequest,
): Promise<Answer & { count: number }> {
  const { where, asOf, knownAt, period } = request;
  const question = await toQuestion(source, viewer, {
    metrics: ['openPipeline'],
    where,
    asOf,
    knownAt,
    period,
  });
  const outcome = request.outcome ?? 'all';
  const which = sql`not is_deleted and merged_into is null and ${searched(request.search)} and ${closedAs(outcome)} and ${inPeriod(question)}`;
  const hints = { openOnly: outcome === 'open' };
  const count = statement(
    stateSteps(question, hints),
    sql`select count(*)::integer as n from state where ${which}`,
  );
  const [rows, [counted]] = await Promise.all([
    readStates(source, question, which, { ...request, ...hints }),
    source.reader.all(count.text, count.values),
  ]);
  return {
    ...circumstance(source, question),
    columns: inCurrency(columns, source),
    rows,
    notes: [],
    count: Number(counted?.n),
  };
}

/** What is known beforehand of the states that will be let through: less is read then. */
interface Hints {
  openOnly?: boolean;
  ids?: string[];
}

type Page = Pick<ListRequest, 'sort' | 'limit' | 'offset'> & Hints;

/** Up to so many rows are first chosen by the columns that sort them and then read whole. */
const onePage = 1000;

/** States of opportunities at the question's instant, those that `which` (over the columns of the state) lets through. */
export async function readStates(
  { reader }: Source,
  question: Question,
  which: SQL,
  page: Page,
): Promise<Row[]> {
  const { sort = '-amount', limit, offset, ids } = page;
  const order = raw(`order by ${orderOf(sort, columns, 'Opportunities')}, opportunity`);
  const ask = async (body: SQL, from: Hints) => {
    const { text: words, values } = statement(shownSteps(question, which, from), body);
    return (await reader.all(words, values)) as Row[];
  };
  const isTable = !isOfVersions(question, page);
  if (ids || !isTable || limit > onePage)
    return ask(sql`select * from shown ${order} limit ${limit} offset ${offset}`, page);
  const chosen = await ask(
    sql`select opportunity from shown ${order} limit ${limit} offset ${offset}`,
    page,
  );
  if (!chosen.length) return [];
  const found = chosen.map((row) => String(row.opportunity));
  return ask(sql`select * from shown ${order}`, { ...page, ids: found });
}

/** The columns of the list as `shown`. */
function shownSteps(question: Question, which: SQL, hints: Hints): SQL[] {
  const dictionary = sql`(select pipeline, label, probability from stage_version where ${known(question)} and ${during(question)})`;
  const shown = sql`select m.opportunity_id as opportunity, m.name, m.account, m.account_id as "accountId", m.salesman, m.team, m.stage, m.pipeline, m.outcome,
      case when has_amount and has_rate then whole end as amount, m.amount || ' ' || m.currency as agreed, close_day as "closeOn", m.next_step as "nextStep", created_on as "createdOn",
      greatest(0, coalesce(closed_on, ${today(question)}) - created_on)::integer as "ageDays",
      case when m.outcome = 'open' then coalesce(m.probability, d.probability, e.probability)::double end as probability,
      case when m.outcome = 'open' then coalesce(p.probability, mean.probability, whole_mean.probability)::double end as learned
    from valued m left join ${dictionary} d on d.label = m.stage and d.pipeline = m.pipeline left join ${dictionary} e on e.label = m.stage and e.pipeline = ''
      left join learned p on p.stage = m.stage and p.pipeline = coalesce(m.pipeline, '') left join learned mean on mean.stage is null and mean.pipeline = coalesce(m.pipeline, '')
      left join learned whole_mean on whole_mean.pipeline is null`;
  return [...valuedSteps(question, which, hints), ...learnedSteps(question), step('shown', shown)];
}

/** States that `which` lets through as `valued`, with `whole`: the amount in the reporting currency. */
export function valuedSteps(question: Question, which: SQL, hints: Hints = {}): SQL[] {
  const planned = isPlanned(question) && !isOfVersions(question, hints);
  return [
    ...stateSteps(question, hints),
    ...(planned ? [] : [step('rate', rateSql(question))]),
    step('state_base', sql`select * from state where ${which}`),
    step('valued', moneySql(question, 'state', { planned })),
  ];
}

export const inCurrency = (list: Column[], { settings }: Source): Column[] =>
  list.map((column) =>
    column.unit === 'money' ? { ...column, currency: settings.currency } : column,
  );

/** The SQL that sorts by one of the columns; throws `wrong-name` for any other. */
export function orderOf(sort: string, list: Column[], what: string): string {
  const name = sort.replace(/^-/, '');
  const names = list.map((column) => column.name);
  if (names.includes(name)) return `"${name}" ${sort.startsWith('-') ? 'desc' : 'asc'} nulls last`;
  throw new WarehouseError(
    'wrong-name',
    `${what} cannot be sorted by "${name}"; nearest: "${nearest(name, names)}"`,
  );
}

/** One row per opportunity that the viewer may see, deleted ones included, with its local days. */
function stateSteps(question: Question, hints: Hints = {}): SQL[] {
  const only = hints.ids ? sql`opportunity_id in ${hints.ids}` : raw('true');
  const body = sql`select * from (select *, coalesce(closed_on, close_on) as close_day, coalesce(closed_on, close_on) as period_on from ${stateRows(question, hints)} as o where ${only}) b
    where ${filters(question, 'open')} and ${soldAs(question)}`;
  return [
    ...(isOfVersions(question, hints) ? [versionStep(question, only)] : []),
    step('state', body),
  ];
}

/** Whether the states have to be found among the versions: of closed ones of a past day, or of any other instant. */
function isOfVersions(question: Question, { openOnly = false }: Hints): boolean {
  const route = routeOf(question);
  return route === 'version' || (route === 'day' && !openOnly);
}

const neverClosed = raw(
  'null::timestamp as closed_at, null::date as closed_on, false as is_deleted, null::varchar as merged_into',
);

function stateRows(question: Question, hints: Hints): SQL {
  if (!hints.openOnly || routeOf(question) === 'now') return states(question);
  if (routeOf(question) === 'day') return sql`(select *, ${neverClosed} from ${openDay(question)})`;
  return sql`(select *, null::timestamp as closed_at, null::date as closed_on from ${openStates(question)})`;
}

/** A product filter lets through what has a line of it; the rows are named `b`. */
export function soldAs(question: Question): SQL {
  const wanted = question.query.where.product;
  if (!wanted) return raw('true');
  const values = sql`${JSON.stringify(wanted)}::json::varchar[]`;
  const lines = sql`select opportunity_id from line_version where ${known(question)} and ${during(question)}`;
  const listed = sql`b.opportunity_id in (select opportunity_id from (${lines} and list_contains(${values}, product)))`;
  return wanted.includes(null) ? sql`(${listed} or b.opportunity_id not in (${lines}))` : listed;
}

function searched(search = ''): SQL {
  if (!search.trim()) return raw('true');
  const wanted = sql`lower(${search.trim()})`;
  return sql`(contains(lower(name), ${wanted}) or contains(lower(coalesce(account, '')), ${wanted}) or lower(opportunity_id) = ${wanted})`;
}

function closedAs(outcome: NonNullable<ListRequest['outcome']>): SQL {
  if (outcome === 'all') return raw('true');
  return raw(outcome === 'lost' ? `outcome in ('lost', 'withdrawn')` : `outcome = '${outcome}'`);
}

const inPeriod = ({ period: { from, to } }: Question): SQL =>
  from === null ? raw('true') : sql`period_on >= ${from}::date and period_on < ${to}::date`;

/** The cells of one opportunity's state; null when it does not exist then. */
export async function findState(
  source: Source,
  viewer: Viewer,
  id: string,
  when: { asOf: string; knownAt: string },
): Promise<Record<string, Cell> | null> {
  const question = await toQuestion(source, viewer, { metrics: ['openPipeline'], ...when });
  const rows = await readStates(source, question, raw('true'), {
    ids: [id],
    limit: 1,
    offset: 0,
  });
  return rows[0] ?? null;
}
