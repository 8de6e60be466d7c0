import type { Viewer } from '../access.ts';
import { type Source, toQuestion } from '../ask.ts';
import type { Query } from '../query.ts';
import { isoInstant } from '../period.ts';
import { dayNumber, dayText } from './days.ts';
import { quantile } from './distribution.ts';
import { type Frozen, type FrozenReader, nearStands, ordered, partsFile } from './frozen.ts';
import { readHistory } from './history.ts';
import { codeVersion } from './index.ts';
import type { Known } from './known.ts';
import { openWalk, type Point, type Stand, type Walk } from './walk.ts';
import type { WindowSet } from './windows.ts';

/** Which cut-offs are to be stored: the ends of weeks in `[from, to]`, of which those after all that is stored count alone. */
export interface FreezeRequest {
  windows: WindowSet;
  where: Query['where'];
  /** Days; null is the as-of day alone. */
  from: string | null;
  to: string | null;
  asOf?: string | undefined;
}

export interface FreezeHooks {
  /** What is stored so far. */
  frozen: FrozenReader;
  /** Stores for good; must be durable when it returns. */
  store(kind: 'parts' | 'points', body: Frozen): void;
  /** `done` of `all` cut-offs have been fitted. */
  progress?(done: number, all: number): void;
  clock(): Date;
}

/** Works out what is missing and hands it out to be stored, cut-off by cut-off; what is stored is never worked out anew. */
export async function freeze(
  source: Source,
  viewer: Viewer,
  request: FreezeRequest,
  hooks: FreezeHooks,
): Promise<{ stored: number; fitted: number }> {
  const { windows, where, asOf } = request;
  const question = await toQuestion(source, viewer, { metrics: ['wonValue'], where, asOf });
  const series = { windows: windows.name, where: ordered(where) };
  const history = await readHistory(source, question);
  const head = (day: number, inputHash: string) => ({
    codeVersion,
    ...series,
    cutOff: dayText(day),
    inputHash,
    snapshot: source.snapshot,
    madeAt: hooks.clock().toISOString(),
    isBackfilled: dayNumber(isoInstant(source.settings.asOf).slice(0, 10)) - day >= 7,
  });
  let [fitted, all] = [0, 0];
  const walk = openWalk({
    history,
    kinds: windows.kinds,
    ...(Object.keys(where).length ? { scopeOf: mine } : {}),
    kept: nearStands(hooks.frozen.read(series, 'parts')),
    onStand: (stand: Stand) => {
      hooks.store('parts', { ...head(stand.day, stand.inputHash), ...partsFile(stand) });
      hooks.progress?.(++fitted, all);
    },
  });
  const weeks = weeksAsked(walk, request, hooks.frozen.read(series, 'points'));
  all = walk.missingFor(weeks);
  for (const week of weeks) {
    const points = walk.pointsAt(week).map((point) => point && pointFile(point));
    hooks.store('points', { ...head(walk.standAt(week).day, walk.inputOf(week)), points });
  }
  return { stored: weeks.length, fitted };
}

/** What the filters of the question leave. */
const mine = (known: Known) => ({
  weeks: known.mine,
  closings: known.closings.mine,
  entries: known.entries.mine,
});

/** Weeks without a stored point at their end or within three days of it; the as-of day itself always counts. */
function weeksAsked(walk: Walk, { from, to }: FreezeRequest, stored: Frozen<'points'>[]): number[] {
  const days = stored.map(({ cutOff }) => dayNumber(cutOff));
  const first = from === null ? walk.history.day : dayNumber(from);
  const last = to === null ? walk.history.day : dayNumber(to);
  return Array.from({ length: walk.weeks }, (_, week) => week).filter((week) => {
    const day = walk.dayOf(week);
    if (day < first || day > last) return false;
    const reach = day === walk.history.day ? 0 : 3;
    return !days.some((other) => Math.abs(other - day) <= reach);
  });
}

function pointFile({ kind, span, weight, tau, learnedFrom, outlook }: Point) {
  const at = (p: number) => Math.round(quantile(outlook, p));
  return {
    window: kind.name,
    from: dayText(span.from),
    to: dayText(span.to),
    weight,
    tau,
    learnedFrom,
    mean: outlook.mean,
    variance: outlook.variance,
    p10: at(0.1),
    p50: at(0.5),
    p90: at(0.9),
  };
}
