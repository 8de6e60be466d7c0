import { wonIn } from './closed.ts';
import { quantile } from './distribution.ts';
import { type Scope, wholeScope } from './fit.ts';
import { type Known, knownAt } from './known.ts';
import { type Judged, type Score, scoreOf } from './scores.ts';
import type { Point, Walk } from './walk.ts';

/** The methods that are judged side by side; `hazard` is the model before it is blended. */
export const methodNames = [
  'default',
  'hazard',
  'naive',
  'lastYear',
  'typedWeighted',
  'learnedWeighted',
  'sameDayRatio',
] as const;
export type MethodName = (typeof methodNames)[number];

/** A forecast of a window that is over, and what came of it; cents. */
export interface Outcome {
  point: Point;
  actual: number;
  /** The whole period's total as each method saw it; null where it could not tell. */
  told: Record<MethodName, number | null>;
}

/** Forecasts of one window at the ends of weeks, and what came of them as known now. */
export function outcomesOf(
  walk: Walk,
  k: number,
  { from, to, scopeOf }: { from: number; to: number; scopeOf?: (known: Known) => Scope },
): Outcome[] {
  const { history } = walk;
  const newest = knownAt(history, history.loads.length - 1);
  const scope = scopeOf ? scopeOf(newest) : wholeScope;
  const found: Outcome[] = [];
  for (let week = 0; week < walk.weeks; week++) {
    const day = walk.dayOf(week);
    if (day < from || day > to) continue;
    const point = walk.pointsAt(week)[k] as Point | null;
    if (!point || point.span.to > history.day + 1) continue;
    const actual = wonIn(newest, point.span, history.day, scope.closings);
    found.push({ point, actual, told: toldBy(point) });
  }
  return found;
}

export function toldBy({ parts, outlook }: Point): Record<MethodName, number | null> {
  const whole = (rest: number | null) => (rest === null ? null : parts.won + rest);
  return {
    default: outlook.won + outlook.mean,
    hazard: parts.depth === 'naive' ? null : parts.won + parts.existing + parts.fresh,
    naive: whole(parts.naive),
    lastYear: whole(parts.lastYear),
    typedWeighted: whole(parts.typedWeighted),
    learnedWeighted: whole(parts.learnedWeighted),
    sameDayRatio: whole(parts.sameDayRatio),
  };
}

/** Scores of one method over the outcomes where it told something. */
export function scoreMethod(outcomes: Outcome[], method: MethodName): Score | null {
  const judged = outcomes.flatMap(({ told, actual, point }): Judged[] => {
    const mean = told[method];
    if (mean === null) return [];
    if (method !== 'default') return [{ mean, actual }];
    return [{ mean, actual, quantile: (p) => quantile(point.outlook, p) }];
  });
  return scoreOf(judged);
}
