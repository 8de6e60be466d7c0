import type { Viewer } from './access.ts';
import type { Column, MovedRows, Row } from './answers.ts';
import { circumstance, type Source } from './ask.ts';
import { raw, statement } from './statement.ts';
import { barSql, readBars, shownBars } from './waterfall.ts';
import { type BarName, bars } from './waterfall-bars.ts';
import { type Lives, readLives, type Stretch } from './waterfall-lives.ts';
import { changeOf, rewrite, type Told } from './waterfall-told.ts';
import { moveSteps } from './waterfall-moves.ts';
import {
  toWalk,
  type Walk,
  type WaterfallRowsInput,
  waterfallRowsSchema,
} from './waterfall-request.ts';
import { WarehouseError } from './errors.ts';

const attribute = (name: string, label: string, unit: Column['unit'] = 'text'): Column => ({
  name,
  label,
  unit,
  kind: 'attribute',
});

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

/** A page of a bar's rows, with the proof over all of them that they make the bar. */
export async function barRows(
  source: Source,
  walk: Walk,
  { bar, limit, offset }: Page,
): Promise<Pick<MovedRows, 'rows' | 'count' | 'sum' | 'total' | 'adds'>> {
  const { where, value } = barSql(bar);
  const { text, values } = statement(
    moveSteps(walk),
    raw(
      `select opportunity_id, (${value})::decimal(18,2) as value, is_reorganised, began, constant, ended, count(*) over () as count, sum(${value}) over () as sum
      from moved where ${where} order by abs(${value}) desc, opportunity_id limit ${limit} offset ${offset}`,
    ),
  );
  const found = await source.reader.all(text, values);
  const { bars: told } = await readBars(source, walk);
  const whole = told.find((one) => one.bar === bar);
  const details = await tell(source, walk, bar, found);
  const sum = found.length ? String(found[0]?.sum) : (whole?.value ?? '0.00');
  const count = found.length ? Number(found[0]?.count) : (whole?.count ?? 0);
  return {
    rows: details,
    count,
    sum,
    total: whole?.value ?? '0.00',
    adds: sum === whole?.value && count === whole?.count,
  };
}

async function tell(
  source: Source,
  walk: Walk,
  bar: BarName,
  found: Record<string, unknown>[],
): Promise<Row[]> {
  const { first, last, then } = walk;
  const ids = found.map((row) => String(row.opportunity_id));
  const [since, until] = [first.moment.instant, last.moment.instant];
  const lives = await readLives(source, last, { ids, since, until });
  const before: Lives =
    bar === 'backDated' && then
      ? await readLives(source, then, { ids, since, until: since })
      : new Map();
  return found.map((row) => {
    const id = String(row.opportunity_id);
    const life = lives.get(id) ?? [];
    const change =
      bar === 'backDated'
        ? rewrite(before.get(id)?.[0], firstAt(life, since))
        : changeOf(bar, life, {
            isReorganised: row.is_reorganised === true,
            filters: Object.keys(last.query.where),
          });
    const state =
      bar === 'start' || bar === 'backDated' ? (life[0] ?? before.get(id)?.[0]) : life.at(-1);
    const seen = [state, life.at(-1), life[0]].find((one) => one?.isSeen);
    return {
      opportunity: id,
      name: seen?.name ?? id,
      account: seen?.account ?? null,
      salesman: state?.salesman ?? null,
      stage: state?.stage ?? null,
      closeOn: state?.closeOn ?? null,
      reason: row.is_reorganised === true ? 're-organisation' : bars[bar].label,
      ...(bar === 'currency' ? revalued(row) : change),
      before: String(row.began),
      after: String(row.ended),
      value: String(row.value),
    };
  });
}

const revalued = (row: Record<string, unknown>): Told => ({
  attribute: 'rate',
  old: String(row.constant),
  new: String(row.ended),
  at: null,
});

/** The state at the start, when there was one. */
const firstAt = (life: Stretch[], since: string): Stretch | undefined =>
  life[0] && life[0].from <= since ? life[0] : undefined;
