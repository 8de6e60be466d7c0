import { type Baselines, baselinesAt } from './baselines.ts';
import { type Horizon, horizonOf, type WindowKind, windowAt } from './calendar.ts';
import { wonIn } from './closed.ts';
import type { Span } from './days.ts';
import { commonShock, modelWeight, type Outlook, type Past } from './distribution.ts';
import {
  type Depth,
  expect,
  fitModel,
  type Fit,
  type Ground,
  layGround,
  type Scope,
  wholeScope,
} from './fit.ts';
import type { History } from './history.ts';
import { dayOfWeek, type Known, knownAt, loadAt } from './known.ts';
import { firstVisits, type Visit } from './learned-shares.ts';

/** What was worked out at one cut-off for one window, before it is blended; cents. Depends on nothing later. */
export interface Parts extends Baselines {
  won: number;
  existing: number;
  fresh: number;
  variance: number;
  depth: Depth;
}

/** A forecast of one window at one cut-off. */
export interface Point {
  /** Day of the cut-off. */
  day: number;
  kind: WindowKind;
  span: Span;
  horizon: Horizon;
  parts: Parts;
  /** The share of the model in what is still to be won, and the common shock beside its variance. */
  weight: number;
  tau: number;
  /** How many earlier forecasts of the kind these were learned from. */
  learnedFrom: number;
  outlook: Outlook;
}

/** Forecasts at the ends of weeks, each from what was known then. */
export interface Walk {
  history: History;
  /** How many weeks the newest belief has; week `weeks - 1` ends with the as-of instant. */
  weeks: number;
  dayOf(week: number): number;
  partsAt(week: number): Parts[];
  pointAt(week: number, k: number): Point | null;
  fitAt(week: number): Fit;
}

export interface WalkOptions {
  history: History;
  kinds: WindowKind[];
  /** The weights of the rows that count. */
  scopeOf?: (known: Known) => Scope;
  /** Parts that were worked out before, by day of the cut-off. */
  kept?: (day: number) => Parts[] | undefined;
  onParts?: (day: number, parts: Parts[]) => void;
}

interface Believed {
  ground: Ground;
  scope: Scope;
  visits: Visit[];
}

/** How many earlier periods teach the blend and the shock. */
const mostPast = 8;

export function openWalk({ history, kinds, scopeOf, kept, onParts }: WalkOptions): Walk {
  const beliefs = new Map<number, Believed>();
  const parts = new Map<number, Parts[]>();
  const believedAt = (day: number): Believed => {
    const load = loadAt(history, endOf(day));
    const found = beliefs.get(load) ?? believe(history, load, scopeOf);
    beliefs.set(load, found);
    return found;
  };
  const { known: newest } = believedAt(history.day).ground;
  const { weeks } = newest;
  const dayOf = (week: number) => dayOfWeek(newest, week);
  /** Beliefs may begin in different weeks, but all end with the same one. */
  const weekIn = ({ ground }: Believed, week: number) => ground.known.weeks - weeks + week;

  const fitAt = (week: number): Fit => {
    const believed = believedAt(dayOf(week));
    return fitModel(believed.ground, weekIn(believed, week), kinds);
  };

  function partsAt(week: number): Parts[] {
    const known = parts.get(week) ?? kept?.(dayOf(week));
    if (known) {
      parts.set(week, known);
      return known;
    }
    const believed = believedAt(dayOf(week));
    const made = partsOf(believed, weekIn(believed, week), kinds);
    parts.set(week, made);
    onParts?.(dayOf(week), made);
    return made;
  }

  function pastOf(week: number, k: number): { past: Past[]; independent: number } {
    const day = dayOf(week);
    const { ground, scope } = believedAt(day);
    const past: Past[] = [];
    const like = likeWeeks(kinds[k] as WindowKind, {
      week,
      day,
      fiscalYearStart: history.fiscalYearStart,
    });
    for (const other of like.weeks) {
      if (other < 0) continue;
      const on = dayOf(other);
      const span = windowAt(kinds[k] as WindowKind, on, history.fiscalYearStart);
      if (span.to > day + 1) continue;
      const { existing, fresh, variance, naive, depth } = partsAt(other)[k] as Parts;
      if (naive === null || depth === 'naive') continue;
      const rest = { from: Math.max(span.from, on + 1), to: span.to };
      const actual = wonIn(ground.known, rest, day, scope.closings);
      past.push({ model: existing + fresh, naive, variance, actual });
    }
    return { past, independent: past.length / like.overlap };
  }

  function pointAt(week: number, k: number): Point | null {
    const kind = kinds[k] as WindowKind;
    const day = dayOf(week);
    const own = partsAt(week)[k] as Parts;
    if (own.naive === null && own.depth === 'naive') return null;
    const horizon = horizonOf(kind);
    const { past, independent } = pastOf(week, k);
    const weight = weightOf(own, past, horizon, independent);
    const blend = (p: { model: number; naive: number }) =>
      weight * p.model + (1 - weight) * p.naive;
    const tau = Math.sqrt(commonShock(past, horizon, blend, independent));
    const mean = blend({ model: own.existing + own.fresh, naive: own.naive ?? 0 });
    return {
      day,
      kind,
      span: windowAt(kind, day, history.fiscalYearStart),
      horizon,
      parts: own,
      weight,
      tau,
      learnedFrom: past.length,
      outlook: { won: own.won, mean, variance: own.variance + (tau * mean) ** 2 },
    };
  }

  return { history, weeks, dayOf, partsAt, pointAt, fitAt };
}

function believe(history: History, load: number, scopeOf: WalkOptions['scopeOf']): Believed {
  const known = knownAt(history, load);
  return {
    ground: layGround(known),
    scope: scopeOf ? scopeOf(known) : wholeScope,
    visits: firstVisits(known),
  };
}

const weightOf = (own: Parts, past: Past[], horizon: Horizon, independent: number): number => {
  if (own.depth === 'naive') return 0;
  return own.naive === null ? 1 : modelWeight(past, horizon, independent);
};

/** The end of a day as loads are dated. */
const endOf = (day: number): string =>
  `${new Date(day * 86_400_000).toISOString().slice(0, 10)} 99`;

function partsOf(
  { ground, scope, visits }: Believed,
  cutOff: number,
  kinds: WindowKind[],
): Parts[] {
  const { known } = ground;
  const fit = fitModel(ground, cutOff, kinds);
  const expected = expect(fit, scope);
  return kinds.map((kind, k) => {
    const span = fit.spans[k] as Span;
    const { existing, fresh, variance } = expected[k] as (typeof expected)[number];
    return {
      won: wonIn(
        known,
        { from: span.from, to: Math.min(span.to, fit.day + 1) },
        fit.day,
        scope.closings,
      ),
      existing,
      fresh,
      variance,
      depth: fit.depth,
      ...baselinesAt({ known, cutOff, kind, scope, visits }),
    };
  });
}

/**
 * Earlier weeks from which a window of the kind lay alike: as many weeks before the end of the period, or any week when
 * windows move along with the cut-off. `overlap`: how many of them see nearly the same days.
 */
function likeWeeks(
  kind: WindowKind,
  { week, day, fiscalYearStart }: { week: number; day: number; fiscalYearStart: number },
): { weeks: number[]; overlap: number } {
  if (!('months' in kind)) {
    const overlap = Math.max(1, Math.round((kind.toDay - kind.fromDay) / 7));
    return {
      weeks: Array.from({ length: 52 }, (_, i) => week - Math.ceil((kind.toDay - 1) / 7) - i),
      overlap,
    };
  }
  const weeksTo = ({ to }: Span) => Math.floor((to - 1 - day) / 7);
  const before = (n: number) => windowAt({ ...kind, ahead: kind.ahead - n }, day, fiscalYearStart);
  const left = weeksTo(before(0));
  const weeks = Array.from(
    { length: mostPast + kind.ahead },
    (_, i) => week - left + weeksTo(before(i + 1)),
  );
  return { weeks, overlap: 1 };
}
