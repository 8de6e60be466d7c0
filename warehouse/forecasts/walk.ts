import { createHash } from 'node:crypto';
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
import { fingerprints } from './fingerprint.ts';
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

/** What was worked out at a cut-off, with the fingerprint of all that was known by then. */
export interface Stand {
  day: number;
  inputHash: string;
  parts: Parts[];
}

/** Forecasts at the ends of weeks, each from what was known then. */
export interface Walk {
  history: History;
  kinds: WindowKind[];
  /** How many weeks the newest belief has; week `weeks - 1` ends with the as-of instant. */
  weeks: number;
  dayOf(week: number): number;
  standAt(week: number): Stand;
  /** The point of each window; null where nothing can be told. */
  pointsAt(week: number): (Point | null)[];
  /** Fingerprint of all that the points of a week were made of. */
  inputOf(week: number): string;
  /** How many cut-offs have to be fitted before the points of these weeks can be told. */
  missingFor(weeks: number[]): number;
  fitAt(week: number): Fit;
}

export interface WalkOptions {
  history: History;
  kinds: WindowKind[];
  /** The weights of the rows that count. */
  scopeOf?: (known: Known) => Scope;
  /** What was worked out before at this day, or near it. */
  kept?: (day: number) => Stand | undefined;
  onStand?: (stand: Stand) => void;
}

interface Believed {
  ground: Ground;
  scope: Scope;
  visits: Visit[];
  fingerprints: string[];
}

/** How many earlier periods teach the blend and the shock. */
const mostPast = 8;

export function openWalk({ history, kinds, scopeOf, kept, onStand }: WalkOptions): Walk {
  const beliefs = new Map<number, Believed>();
  const stands = new Map<number, Stand>();
  const believedAt = (day: number): Believed => {
    const load = loadAt(history, endOf(day));
    const found = beliefs.get(load) ?? believe(history, load, scopeOf);
    beliefs.set(load, found);
    return found;
  };
  const { known: newest } = believedAt(history.day).ground;
  const { weeks } = newest;
  const dayOf = (week: number) => dayOfWeek(newest, week);
  const spansAt = (day: number) =>
    kinds.map((kind) => windowAt(kind, day, history.fiscalYearStart));
  /** Beliefs may begin in different weeks, but all end with the same one. */
  const weekIn = ({ ground }: Believed, week: number) => ground.known.weeks - weeks + week;

  /** A neighbour serves when it looks at the same periods; the newest day stands for itself. */
  function maybeKept(week: number): Stand | undefined {
    const found = stands.get(week) ?? kept?.(dayOf(week));
    if (!found || (week === weeks - 1 && found.day !== dayOf(week))) return undefined;
    const isSame = kinds.every((kind, k) => {
      const [own, other] = [spansAt(dayOf(week))[k], spansAt(found.day)[k]];
      return !('months' in kind) || own?.from === other?.from;
    });
    if (!isSame) return undefined;
    stands.set(week, found);
    return found;
  }

  function standAt(week: number): Stand {
    const found = maybeKept(week);
    if (found) return found;
    const day = dayOf(week);
    const believed = believedAt(day);
    const at = weekIn(believed, week);
    const inputHash = believed.fingerprints[at] as string;
    const made = { day, inputHash, parts: partsOf(believed, at, kinds) };
    stands.set(week, made);
    onStand?.(made);
    return made;
  }

  const likeWeeksOf = (week: number, k: number) => {
    const day = dayOf(week);
    const { fiscalYearStart } = history;
    const like = likeWeeks(kinds[k] as WindowKind, { week, day, fiscalYearStart });
    const isOver = (other: number) => (spansAt(dayOf(other))[k] as Span).to <= day + 1;
    return { ...like, weeks: like.weeks.filter((other) => other >= 0 && isOver(other)) };
  };

  function pastOf(week: number, k: number): { past: Past[]; independent: number } {
    const day = dayOf(week);
    const { ground, scope } = believedAt(day);
    const like = likeWeeksOf(week, k);
    const past = like.weeks.flatMap((other): Past[] => {
      const stand = standAt(other);
      const { existing, fresh, variance, naive, depth } = stand.parts[k] as Parts;
      if (naive === null || depth === 'naive') return [];
      const span = spansAt(stand.day)[k] as Span;
      const rest = { from: Math.max(span.from, stand.day + 1), to: span.to };
      const actual = wonIn(ground.known, rest, day, scope.closings);
      return [{ model: existing + fresh, naive, variance, actual }];
    });
    return { past, independent: past.length / like.overlap };
  }

  function pointAt(week: number, k: number): Point | null {
    const kind = kinds[k] as WindowKind;
    const { day, parts } = standAt(week);
    const own = parts[k] as Parts;
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
      span: spansAt(day)[k] as Span,
      horizon,
      parts: own,
      weight,
      tau,
      learnedFrom: past.length,
      outlook: { won: own.won, mean, variance: own.variance + (tau * mean) ** 2 },
    };
  }

  const needed = (week: number) => [
    week,
    ...new Set(kinds.flatMap((_, k) => likeWeeksOf(week, k).weeks)),
  ];

  return {
    history,
    kinds,
    weeks,
    dayOf,
    standAt,
    pointsAt: (week) => kinds.map((_, k) => pointAt(week, k)),
    inputOf: (week) => {
      const hash = createHash('sha256').update(JSON.stringify(kinds));
      for (const other of needed(week)) {
        const { day, inputHash } = standAt(other);
        hash.update(`${day} ${inputHash}`);
      }
      return hash.digest('hex');
    },
    missingFor: (asked) =>
      [...new Set(asked.flatMap(needed))].filter((week) => !maybeKept(week)).length,
    fitAt: (week) => {
      const believed = believedAt(dayOf(week));
      return fitModel(believed.ground, weekIn(believed, week), kinds);
    },
  };
}

function believe(history: History, load: number, scopeOf: WalkOptions['scopeOf']): Believed {
  const known = knownAt(history, load);
  return {
    ground: layGround(known),
    scope: scopeOf ? scopeOf(known) : wholeScope,
    visits: firstVisits(known),
    fingerprints: fingerprints(known),
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
