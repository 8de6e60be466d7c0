import { type SQL, sql } from 'drizzle-orm';
import type { Viewer } from './access.ts';
import type { Column, Row } from './answers.ts';
import type { MovedRows, WaterfallBar } from './movement-answer.ts';
import { circumstance, type Source } from './ask.ts';
import { raw, statement } from './statement.ts';
import { attribute } from './told.ts';
import { partsSql, readBars, shownBars } from './waterfall.ts';
import { type BarName, bars } from './waterfall-bars.ts';
import { type Lives, readLives, type Stretch } from './waterfall-lives.ts';
import { changeOf, rewrite } from './waterfall-told.ts';
import { moveSteps } from './waterfall-moves.ts';
import {
  toWalk,
  type Walk,
  type WaterfallRowsInput,
  waterfallRowsSchema,
} from './waterfall-request.ts';
import { WarehouseError } from './errors.ts';

/** What is told of one opportunity behind a bar or a step. */
export const movedColumns = (
  label: string,
  unit: 'money' | 'count',
  currency: string,
): Column[] => [
  attribute('opportunity', 'Id'),
  attribute('name', 'Opportunity'),
  attribute('account', 'Account'),
  attribute('salesman', 'Salesman'),
  attribute('stage', 'Stage'),
  attribute('closeOn', 'Close date', 'date'),
  attribute('reason', 'Reason'),
  attribute('attribute', 'Changed'),
  attribute('old', 'From'),
  attribute('new', 'To'),
  attribute('at', 'At', 'instant'),
  { ...attribute('before', 'Before', unit), ...(unit === 'money' ? { currency } : {}) },
  { ...attribute('after', 'After', unit), ...(unit === 'money' ? { currency } : {}) },
  { name: 'value', label, unit, kind: 'metric', ...(unit === 'money' ? { currency } : {}) },
];

/** The opportunities behind one bar, each with the change that put it there; two or three statements, whatever the limit. */
export async function readWaterfallRows(
  source: Source,
  viewer: Viewer,
  input: WaterfallRowsInput,
): Promise<MovedRows> {
  const { bar, limit, offset, ...rest } = waterfallRowsSchema.parse(input);
  const walk = await toWalk(source, viewer, rest);
  if (!shownBars(walk).includes(bar))
    throw new WarehouseError(
      'wrong-use',
      `This waterfall has no bar "${bar}"; ${bar === 'backDated' ? 'say with fromKnownAt as what was known when the start is meant' : `its bars are ${shownBars(walk).join(', ')}`}`,
    );
  const shown = circumstance(source, walk.last);
  return {
    ...shown,
    columns: movedColumns(bars[bar].label, 'money', shown.currency),
    ...(await barRows(source, walk, { bar, limit, offset })),
  };
}

interface Page {
  bar: BarName;
  limit: number;
  offset: number;
}

type Proved = Pick<MovedRows, 'rows' | 'count' | 'sum' | 'total' | 'adds'>;

/** A page of a bar's rows, with the proof over all of them that they make the bar. */
export async function barRows(source: Source, walk: Walk, page: Page): Promise<Proved> {
  const { bar } = page;
  const found = await readParts(source, walk, sql`bar = ${bar}`, page);
  const { bars: told } = await readBars(source, walk);
  const { value: total, count: all } = told.find((one) => one.bar === bar) as WaterfallBar;
  const sum = found[0] ? String(found[0].sum) : total;
  const count = found[0] ? Number(found[0].count) : all;
  return {
    rows: await tell(source, walk, found),
    count,
    sum,
    total,
    adds: sum === total && count === all,
  };
}

/** The largest moves of all bars between start and end, each with its `bar`. */
export async function topMoves(source: Source, walk: Walk, limit: number): Promise<Row[]> {
  const between = raw(`bar not in ('start', 'end')`);
  const parts = await readParts(source, walk, between, { limit, offset: 0 });
  const rows = await tell(source, walk, parts);
  return rows.map((row, i) => ({ ...row, bar: parts[i]?.bar ?? null }));
}

interface Part {
  opportunity_id: string;
  bar: BarName;
  value: string;
  is_reorganised: boolean;
  began: string;
  constant: string;
  ended: string;
  count: string;
  sum: string;
}

async function readParts(
  { reader }: Source,
  walk: Walk,
  which: SQL,
  { limit, offset }: Omit<Page, 'bar'>,
): Promise<Part[]> {
  const { text, values } = statement(
    moveSteps(walk),
    sql`select opportunity_id, bar, value, is_reorganised, began, constant, ended, count(*) over () as count, sum(value) over () as sum
      from (${raw(partsSql(walk))}) where ${which} order by abs(value) desc, opportunity_id, bar limit ${limit} offset ${offset}`,
  );
  return (await reader.all(text, values)) as unknown as Part[];
}

/** The parts with names and the change behind each. */
async function tell(source: Source, walk: Walk, parts: Part[]): Promise<Row[]> {
  const { first, last, then } = walk;
  const ids = [...new Set(parts.map((part) => part.opportunity_id))];
  const [since, until] = [first.moment.instant, last.moment.instant];
  const lives = await readLives(source, last, { ids, since, until });
  const known = then && parts.some(({ bar }) => bar === 'backDated');
  const before: Lives = known
    ? await readLives(source, then, { ids, since, until: since })
    : new Map();
  return parts.map((part) => {
    const life = lives.get(part.opportunity_id) ?? [];
    return toRow(part, { life, was: before.get(part.opportunity_id)?.[0], walk });
  });
}

interface Sides {
  life: Stretch[];
  /** The state at the start as it was known then. */
  was: Stretch | undefined;
  walk: Walk;
}

function toRow(part: Part, { life, was, walk }: Sides): Row {
  const { bar, is_reorganised: isReorganised } = part;
  const state = bar === 'start' || bar === 'backDated' ? (life[0] ?? was) : life.at(-1);
  const seen = [state, life.at(-1), life[0]].find((one) => one?.isSeen);
  const filters = Object.keys(walk.last.query.where);
  const change =
    bar === 'backDated'
      ? rewrite(was, firstAt(life, walk.first.moment.instant))
      : bar === 'currency'
        ? { attribute: 'rate', old: String(part.constant), new: String(part.ended), at: null }
        : changeOf(bar, life, { isReorganised, filters });
  return {
    opportunity: part.opportunity_id,
    name: seen?.name ?? part.opportunity_id,
    account: seen?.account ?? null,
    salesman: state?.salesman ?? null,
    stage: state?.stage ?? null,
    closeOn: state?.closeOn ?? null,
    reason: isReorganised && bar.startsWith('transferred') ? 're-organisation' : bars[bar].label,
    ...change,
    before: String(part.began),
    after: String(part.ended),
    value: String(part.value),
  };
}

/** The state at the start, when there was one. */
const firstAt = (life: Stretch[], since: string): Stretch | undefined =>
  life[0] && life[0].from <= since ? life[0] : undefined;
