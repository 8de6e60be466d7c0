import type { Viewer } from '../access.ts';
import type { ForecastMethod } from './answer.ts';
import { answer, type Source } from '../ask.ts';
import { toCents } from '../cents.ts';
import type { Query } from '../query.ts';
import { quarterOf } from '../period.ts';
import { dayNumber, dayText } from './days.ts';
import { type Outlook, quantile } from './distribution.ts';
import type { Frozen, FrozenPoint } from './frozen.ts';
import { type Judged, type Score, scoreOf } from './scores.ts';
import type { Parts } from './walk.ts';

/** One stored point with what else was stored at its cut-off. */
export interface Told {
  file: Frozen<'points'>;
  point: FrozenPoint;
  parts: Parts;
  period: string;
  day: number;
  weeksToEnd: number;
  outlook: Outlook;
  /** The period's total by each method, cents; null where it could not tell. */
  totals: Record<ForecastMethod, number | null>;
}

/** Points beside their parts, oldest first; where several were stored in a week, the last. */
export function toldPoints(
  points: Frozen<'points'>[],
  parts: Frozen<'parts'>[],
  fiscalYearStart: number,
): Told[] {
  const partsOf = new Map(parts.map((file) => [file.cutOff, file.parts]));
  return points.flatMap((file) =>
    file.points.flatMap((point, k) => {
      const own = partsOf.get(file.cutOff)?.[k];
      return point && own ? [tell(file, { point, parts: own }, fiscalYearStart)] : [];
    }),
  );
}

function tell(
  file: Frozen<'points'>,
  { point, parts }: { point: FrozenPoint; parts: Parts },
  fiscalYearStart: number,
): Told {
  const day = dayNumber(file.cutOff);
  const outlook = { won: parts.won, mean: point.mean, variance: point.variance };
  return {
    file,
    point,
    parts,
    period: periodName(file.windows, point, fiscalYearStart),
    day,
    weeksToEnd: Math.floor((dayNumber(point.to) - 1 - day) / 7),
    outlook,
    totals: totalsOf(parts, outlook),
  };
}

export function periodName(
  windows: string,
  { from, to }: Pick<FrozenPoint, 'from' | 'to'>,
  fiscalYearStart: number,
): string {
  if (windows === 'month') return from.slice(0, 7);
  if (windows === 'quarter') return quarterOf(from, fiscalYearStart);
  return `${from}..${dayText(dayNumber(to) - 1)}`;
}

export function totalsOf(parts: Parts, { won, mean }: Outlook): Told['totals'] {
  const whole = (rest: number | null) => (rest === null ? null : won + rest);
  return {
    default: won + mean,
    hazard: parts.depth === 'naive' ? null : won + parts.existing + parts.fresh,
    naive: whole(parts.naive),
    lastYear: whole(parts.lastYear),
    typedWeighted: whole(parts.typedWeighted),
    learnedWeighted: whole(parts.learnedWeighted),
    sameDayRatio: whole(parts.sameDayRatio),
    calls: null,
  };
}

/** A point whose window is over, and the window's result as known now, cents. */
export interface Outcome {
  told: Told;
  actual: number;
}

/** What came of the points whose windows are over by the end of a day. */
export async function outcomesOf(
  source: Source,
  viewer: Viewer,
  { told, where, today }: { told: Told[]; where: Query['where']; today: number },
): Promise<Outcome[]> {
  const over = told.filter(({ point }) => dayNumber(point.to) <= today + 1);
  const names = [...new Set(over.map(({ period }) => period))];
  const windows = over[0]?.file.windows;
  const results = new Map(
    windows === 'month' || windows === 'quarter'
      ? await byCalendar(source, viewer, {
          where,
          by: windows === 'month' ? 'closeMonth' : 'closeQuarter',
        })
      : await Promise.all(names.map((period) => byDays(source, viewer, { where, period }))),
  );
  return over.map((one) => ({ told: one, actual: results.get(one.period) ?? 0 }));
}

type Result = [string, number];

async function byCalendar(
  source: Source,
  viewer: Viewer,
  { where, by }: { where: Query['where']; by: 'closeMonth' | 'closeQuarter' },
): Promise<Result[]> {
  const { rows } = await answer(source, viewer, { metrics: ['wonValue'], by: [by], where });
  return rows.map((row) => [String(row[by]), centsOf(row.wonValue)]);
}

async function byDays(
  source: Source,
  viewer: Viewer,
  { where, period }: { where: Query['where']; period: string },
): Promise<Result> {
  const { rows } = await answer(source, viewer, { metrics: ['wonValue'], where, period });
  return [period, centsOf(rows[0]?.wonValue)];
}

const centsOf = (money: unknown): number => Number(toCents(String(money ?? 0)));

/** Scores of one method where it told something; null where it told nothing. */
export function scoreMethod(outcomes: Outcome[], method: ForecastMethod): Score | null {
  const judged = outcomes.flatMap(({ told, actual }): Judged[] => {
    const mean = told.totals[method];
    if (mean === null) return [];
    if (method !== 'default') return [{ mean, actual }];
    return [{ mean, actual, quantile: (p) => quantile(told.outlook, p) }];
  });
  return scoreOf(judged);
}
