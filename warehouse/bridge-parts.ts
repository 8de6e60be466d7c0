import type { Viewer } from './access.ts';
import type { Row } from './answers.ts';
import type { Source } from './ask.ts';
import { knownReason, reasonLabels, timeReason } from './bridge-reasons.ts';
import { type Difference, differences, type Node, toUnits } from './bridge-shares.ts';
import type { Stage } from './bridge-walk.ts';
import { fromCents } from './cents.ts';
import type { Metric } from './definitions.ts';
import { metrics } from './metrics/index.ts';
import { readBars } from './waterfall.ts';
import { type BarName, exits } from './waterfall-bars.ts';
import { type Lives, readLives } from './waterfall-lives.ts';
import { toWalk, type Walk } from './waterfall-request.ts';
import { barRows, topMoves } from './waterfall-rows.ts';
import { rewrite } from './waterfall-told.ts';

export interface Page {
  limit: number;
  offset: number;
}

/** One reason within a step: what it adds, in cents or as a count, and the opportunities behind it. */
export interface Part {
  step: string;
  reason: string;
  label: string;
  delta: bigint;
  count: number;
  rows(page: Page): Promise<Row[]>;
  /** The largest of a whole step, when it can tell them at once; its parts share it. */
  largest?: (limit: number) => Promise<Row[]>;
}

/** What one change of circumstance adds, by reason. Open pipeline over time goes through the waterfall. */
export async function partsOf(
  source: Source,
  viewer: Viewer,
  { stage, before, after }: { stage: Stage; before: Node; after: Node },
): Promise<Part[]> {
  const isStock = ['openPipeline', 'openCount'].includes(after.name);
  if (stage.step === 'asOf' && isStock)
    return waterfallParts(source, viewer, stage, [before, after]);
  const found = differences(await before.shares(), await after.shares());
  const reasons = await reasonsOf(source, { stage, before, after }, found);
  const groups = new Map<string, Told[]>();
  for (const [i, difference] of found.entries()) {
    const told = reasons[i] as Reason;
    groups.set(told.reason, [...(groups.get(told.reason) ?? []), { ...difference, ...told }]);
  }
  return [...groups].map(([reason, list]) => ({
    step: stage.step,
    reason,
    label: `${stage.label}: ${reasonLabels[reason] ?? reason}`,
    delta: list.reduce((sum, { delta }) => sum + delta, 0n),
    count: list.length,
    rows: async ({ limit, offset }) =>
      list
        .sort(byWeight)
        .slice(offset, offset + limit)
        .map((told) => toRow(told, after.unit)),
  }));
}

interface Reason {
  reason: string;
  change: ReturnType<typeof rewrite>;
}
type Told = Difference & Reason;

const byWeight = (a: Told, b: Told): number => {
  const [x, y] = [a.delta < 0n ? -a.delta : a.delta, b.delta < 0n ? -b.delta : b.delta];
  return x === y ? (a.key < b.key ? -1 : 1) : x > y ? -1 : 1;
};

const unchanged = { attribute: null, old: null, new: null, at: null };

const plainReasons: Record<string, [only: string, other: string, both: string]> = {
  definition: ['onlyTo', 'onlyFrom', 'valuedOtherwise'],
  rate: ['entered', 'left', 'revalued'],
  currency: ['entered', 'left', 'revalued'],
};

async function reasonsOf(
  source: Source,
  { stage, before, after }: { stage: Stage; before: Node; after: Node },
  found: Difference[],
): Promise<Reason[]> {
  if (stage.step !== 'asOf' && stage.step !== 'knownAt') {
    const [only, other, both] = plainReasons[stage.step] ?? ['entered', 'left', 'valuedOtherwise'];
    return found.map(({ was, is }) => ({
      reason: was === null ? only : is === null ? other : both,
      change: unchanged,
    }));
  }
  const isBack = before.question.moment.instant > after.question.moment.instant;
  const [a, b] = isBack ? [after, before] : [before, after];
  const [then, now] = [await statesOf(source, a, found), await statesOf(source, b, found)];
  const metric: Metric = metrics[after.name];
  return found.map((d) => {
    const sides: Parameters<typeof knownReason>[1] = [then.get(d.key)?.[0], now.get(d.key)?.[0]];
    const turned = isBack ? { ...d, was: d.is, is: d.was, delta: -d.delta } : d;
    const reason =
      stage.step === 'knownAt'
        ? knownReason(metric, sides, d)
        : timeReason(metric, after.question, sides, turned);
    return { reason, change: rewrite(...sides) };
  });
}

function statesOf(source: Source, { question }: Node, found: Difference[]): Promise<Lives> {
  const { instant } = question.moment;
  return readLives(source, question, {
    ids: found.map(({ key }) => key),
    since: instant,
    until: instant,
  });
}

function toRow({ key, row, was, is, delta, reason, change }: Told, unit: Node['unit']): Row {
  const cell = (units: bigint | null) =>
    units === null ? null : unit === 'money' ? fromCents(units) : Number(units);
  const { name, account, salesman, stage, closeOn } = row;
  return {
    opportunity: key,
    name: name ?? key,
    account: account ?? null,
    salesman: salesman ?? null,
    stage: stage ?? null,
    closeOn: closeOn ?? null,
    reason: reasonLabels[reason] ?? reason,
    ...change,
    before: cell(was),
    after: cell(is),
    value: cell(delta),
  };
}

/** The open pipeline from one instant to another as bars; backwards they count the other way round. */
async function waterfallParts(
  source: Source,
  viewer: Viewer,
  stage: Stage,
  [before, after]: [Node, Node],
): Promise<Part[]> {
  const walk = await walkBetween(source, viewer, before, after);
  const isBack = walk.first.moment.instant !== before.question.moment.instant;
  const { bars } = await readBars(source, walk);
  const isCount = after.unit === 'count';
  const sign = isBack ? -1n : 1n;
  const told = (row: Row, bar: string) => (isCount ? counted(row, bar, sign) : signed(row, sign));
  const largest = async (limit: number) =>
    (await topMoves(source, walk, limit)).map((row) => told(row, String(row.bar)));
  return bars
    .filter(({ kind, bar, count }) => kind !== 'total' && count > 0 && !(isCount && isChange(bar)))
    .map(({ bar, value, count, label }) => ({
      step: stage.step,
      reason: bar,
      label: `${stage.label}: ${label}${isBack ? ', looking back' : ''}`,
      delta: sign * (isCount ? BigInt(bar in exits ? -count : count) : toUnits(value)),
      count,
      rows: async (page) => {
        const { rows } = await barRows(source, walk, { bar: bar as BarName, ...page });
        return rows.map((row) => told(row, bar));
      },
      largest,
    }));
}

const isChange = (bar: string): boolean => ['increased', 'decreased', 'currency'].includes(bar);

const counted = (row: Row, bar: string, sign: bigint): Row => ({
  ...row,
  before: bar in exits ? 1 : 0,
  after: bar in exits ? 0 : 1,
  value: Number(sign) * (bar in exits ? -1 : 1),
});

const signed = (row: Row, sign: bigint): Row => ({
  ...row,
  value: fromCents(sign * toUnits(row.value ?? null)),
});

function walkBetween(source: Source, viewer: Viewer, before: Node, after: Node): Promise<Walk> {
  const { where, period, knownAt, currency, rate } = after.query;
  const [from, to] = [before.query.asOf as string, after.query.asOf as string].sort() as [
    string,
    string,
  ];
  return toWalk(source, viewer, { from, to, where, period, knownAt, currency, rate }, true);
}
