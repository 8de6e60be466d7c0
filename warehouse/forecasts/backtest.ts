import type { Viewer } from '../access.ts';
import type { Backtest, BacktestScore } from './answer.ts';
import { circumstance, type Source, toQuestion } from '../ask.ts';
import type { Query } from '../query.ts';
import { dayNumber } from './days.ts';
import { pointOf } from './forecast.ts';
import { type FrozenReader, ordered } from './frozen.ts';
import { forecastMethods } from './index.ts';
import { type Outcome, outcomesOf, scoreMethod, toldPoints } from './told.ts';

export interface BacktestRequest {
  /** The name of the windows. */
  windows: string;
  where: Query['where'];
  /** Days between which cut-offs count. */
  from: string;
  to: string;
  asOf?: string | undefined;
}

/** Scores of the stored forecasts of all methods whose windows are over (metrics.md 2.15). */
export async function readBacktest(
  source: Source,
  viewer: Viewer,
  { request, frozen }: { request: BacktestRequest; frozen: FrozenReader },
): Promise<Backtest> {
  const { windows, where, from, to, asOf } = request;
  const question = await toQuestion(source, viewer, { metrics: ['wonValue'], where, asOf });
  const series = { windows, where: ordered(where) };
  const { fiscalYearStart } = source.settings;
  const all = toldPoints(
    frozen.read(series, 'points'),
    frozen.read(series, 'parts'),
    fiscalYearStart,
  );
  const told = all.filter(({ day }) => dayNumber(from) <= day && day <= dayNumber(to));
  const today = dayNumber(question.moment.day);
  const outcomes = await outcomesOf(source, viewer, { told, where, today });
  return {
    ...circumstance(source, question),
    windows,
    from,
    to,
    methods: scores(outcomes),
    byHorizon: byHorizon(outcomes),
    points: outcomes.map(({ told: one, actual }) => ({
      ...pointOf(one, null),
      period: one.period,
      window: one.point.window,
      actual: (actual / 100).toFixed(2),
    })),
    notes: ['Calls are no part of a snapshot; how wrong people were is told with their calls'],
  };
}

function scores(outcomes: Outcome[]): BacktestScore[] {
  const windows = [...new Set(outcomes.map(({ told }) => told.point.window))];
  return windows.flatMap((window) => {
    const own = outcomes.filter(({ told }) => told.point.window === window);
    return forecastMethods.map((method) => {
      const told = own.filter((one) => one.told.totals[method] !== null);
      const score = scoreMethod(own, method);
      return {
        method,
        window,
        wape: score?.wape ?? null,
        bias: score?.bias ?? null,
        coverage: score?.coverage ?? null,
        pinball: score?.pinball ?? null,
        n: score?.n ?? 0,
        periods: new Set(told.map((one) => one.told.period)).size,
      };
    });
  });
}

function byHorizon(outcomes: Outcome[]): BacktestScore[] {
  const weeks = [...new Set(outcomes.map(({ told }) => told.weeksToEnd))].sort((a, b) => a - b);
  return weeks.flatMap((weeksToEnd) =>
    scores(outcomes.filter(({ told }) => told.weeksToEnd === weeksToEnd)).map((score) => ({
      ...score,
      weeksToEnd,
    })),
  );
}
