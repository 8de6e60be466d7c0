import { resolve } from 'node:path';
import { localViewer } from '#warehouse/access.ts';
import type { Backtest, ForecastAnswer } from '#warehouse/forecasts/answer.ts';
import type { Column, Row } from '#warehouse/answers.ts';
import type { FreezeHooks } from '#warehouse/forecasts/freeze.ts';
import { parseWindows, type WindowSet, windowsOf } from '#warehouse/forecasts/windows.ts';
import type { Query } from '#warehouse/query.ts';
import type { Warehouse } from '#warehouse/warehouse.ts';
import { LoadError } from './errors.ts';
import { storeForecast } from './forecast-store.ts';
import { show, showRows, startBar } from './show.ts';

export interface ForecastRun {
  dataDir: string;
  json?: boolean;
  period?: string;
  where: Query['where'];
  asOf?: string;
}

export interface BacktestRun {
  dataDir: string;
  json?: boolean;
  period: string;
  windows?: string;
  every: string;
  from?: string;
  to?: string;
  where: Query['where'];
}

/** Tells a forecast; when none is stored for the as-of day it is worked out and stored first. */
export async function forecast(w: Warehouse, o: ForecastRun): Promise<ForecastAnswer> {
  const { period, where, asOf } = o;
  const input = { ...(period ? { period } : {}), where, ...(asOf ? { asOf } : {}) };
  const before = await w.forecast(localViewer, input);
  const windows = windowsOf(before.period, (await w.options(localViewer)).fiscalYearStart);
  await withBar(o, (hooks) =>
    w.freeze(localViewer, { windows, where, from: null, to: null, asOf }, hooks),
  );
  return w.forecast(localViewer, input);
}

/** Works out and stores what is missing between two days, then tells how wrong all that was. */
export async function backtest(w: Warehouse, o: BacktestRun): Promise<Backtest> {
  if (o.every !== 'week')
    throw new LoadError(
      'wrong-use',
      `--every ${o.every}: forecasts are made once a week, write week`,
    );
  if (o.windows === undefined && !['month', 'quarter'].includes(o.period))
    throw new LoadError('wrong-use', `--period ${o.period}: write month or quarter`);
  const windows: WindowSet = parseWindows(o.windows ?? o.period);
  const { asOf } = await w.answer(localViewer, { metrics: ['openCount'] });
  const to = dayOf('--to', o.to ?? asOf.slice(0, 10));
  const from = dayOf('--from', o.from ?? monthsBefore(to, 18));
  if (from > to) throw new LoadError('wrong-use', `--from ${from} comes after --to ${to}`);
  const { where } = o;
  await withBar(o, (hooks) => w.freeze(localViewer, { windows, where, from, to }, hooks));
  return w.backtest(localViewer, { windows: windows.name, where, from, to });
}

async function withBar<T>(
  { dataDir, json }: { dataDir: string; json?: boolean },
  work: (hooks: Omit<FreezeHooks, 'frozen'>) => Promise<T>,
): Promise<T> {
  const bar = startBar('Forecasting', json ?? false);
  try {
    return await work({
      store: (kind, body) => storeForecast(resolve(dataDir), kind, body),
      progress: bar.step,
      clock: () => new Date(),
    });
  } finally {
    bar.end();
  }
}

function dayOf(option: string, text: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
  if (!isDay) throw new LoadError('wrong-use', `${option} ${text} is not a day such as 2025-07-01`);
  return text;
}

function monthsBefore(day: string, months: number): string {
  const [year = 0, month = 1] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1 - months, 1)).toISOString().slice(0, 10);
}

export function showForecast(o: { json?: boolean }, found: ForecastAnswer): void {
  if (o.json) return void show(o, found);
  const { period, cutOff, p10, p50, p90, won, existing, target, pTarget } = found;
  const all = { period, cutOff, p10, p50, p90, won, existing, new: found.new, target, pTarget };
  show(o, all);
  if (found.abstains) process.stderr.write(`${found.abstains}\n`);
  const moved = found.points.map(({ totals: _, ...point }) => point) as unknown as Row[];
  if (moved.length) showRows(moved, pointColumns);
  if (found.errors.length) showRows(found.errors as unknown as Row[], errorColumns);
  for (const note of found.notes) process.stderr.write(`${note}\n`);
}

export function showBacktest(o: { json?: boolean; points?: boolean }, found: Backtest): void {
  if (o.json) return void show(o, found);
  showRows(found.methods.map(inPercent), scoreColumns);
  if (o.points) showRows(found.points as unknown as Row[], pastColumns);
  const { points, from, to, notes } = found;
  process.stderr.write(
    `${points.length} forecasts, cut-offs ${from} to ${to}\n${notes.join('\n')}\n`,
  );
}

/** Shares as percent with one decimal, for people. */
function inPercent(score: Backtest['methods'][number]): Row {
  const percent = (share: number | null) => (share === null ? null : (100 * share).toFixed(1));
  const { wape, bias, coverage, pinball } = score;
  return {
    ...(score as unknown as Row),
    wape: percent(wape),
    bias: percent(bias),
    coverage: percent(coverage),
    pinball: percent(pinball),
  };
}

const column = (name: string, label: string, unit: Column['unit'] = 'text'): Column => ({
  name,
  label,
  unit,
  kind: unit === 'text' ? 'attribute' : 'metric',
});

const scoreColumns = [
  column('window', 'Window'),
  column('method', 'Method'),
  column('wape', 'WAPE %', 'ratio'),
  column('bias', 'Bias %', 'ratio'),
  column('pinball', 'Pinball %', 'ratio'),
  column('coverage', 'In P10-P90 %', 'ratio'),
  column('n', 'Forecasts', 'count'),
  column('periods', 'Periods', 'count'),
];
const bandColumns = [
  column('cutOff', 'Cut-off'),
  column('weeksToEnd', 'Weeks to end', 'count'),
  column('p10', 'P10', 'money'),
  column('p50', 'P50', 'money'),
  column('p90', 'P90', 'money'),
];
const pointColumns = [
  ...bandColumns,
  column('won', 'Won', 'money'),
  column('existing', 'Open', 'money'),
  column('new', 'New', 'money'),
];
const pastColumns = [column('period', 'Period'), ...bandColumns, column('actual', 'Came', 'money')];
const errorColumns = [column('label', 'Method'), column('words', 'At this point of past periods')];
