import * as Plot from '@observablehq/plot';
import { shorten, spread, widest, withoutOverlap } from './text-fit.ts';
import { color, type Margins, type Tick, textBelow } from './theme.ts';
import { dateTicks } from './ticks.ts';

/** One day on a time axis, and where it leads. */
export interface Timed {
  on: string;
  href?: string | undefined;
}

/** Room for the ticks at the left and for names at the ends of lines. */
export function timeMargins(ticks: readonly Tick[], names: readonly string[], width: number) {
  const endColumn = Math.min(widest(names), width * 0.3);
  return {
    margins: {
      top: 8,
      right: names.length ? endColumn + 10 : 14,
      bottom: 38,
      left: Math.max(16, widest(ticks.map(({ text }) => text)) + 8),
    },
    endColumn,
  };
}

/** Months below the picture, and under them the years where they begin; what would touch is left out. */
export function timeAxis(from: number, to: number, width: number, { left, right }: Margins) {
  const inner = width - left - right;
  const pixels = (at: number) => ((at - from) / (to - from || 1)) * inner;
  const ticks = dateTicks(from, to, Math.max(2, Math.floor(inner / 40)));
  const months = withoutOverlap(ticks.map(({ at, text }) => ({ at: pixels(at), text, tick: at })));
  const years = withoutOverlap(
    ticks.flatMap(({ at, year }) => (year ? [{ at: pixels(at), text: year, tick: at }] : [])),
  );
  const back = (spots: { tick: number; text: string }[]): Tick[] =>
    spots.map(({ tick, text }) => ({ at: tick, text }));
  return [textBelow(back(months), 8), textBelow(back(years), 22)];
}

/** Names at the right end, moved apart where lines end close together; left out where there is no room. */
export function endNames(
  ends: readonly { name: string; y: number }[],
  { column, height, margins }: { column: number; height: number; margins: Margins },
  domain: readonly [number, number],
): Plot.Markish[] {
  const inner = height - margins.top - margins.bottom;
  const room = Math.max(1, Math.floor(inner / 14) + 1);
  const shown = ends.slice(-room);
  const [low, high] = domain;
  const pixel = (y: number) => (1 - (y - low) / (high - low || 1)) * inner;
  const placed = spread(
    shown.map(({ y }) => pixel(y)),
    14,
    0,
    inner,
  );
  return shown.map(({ name, y }, i) =>
    Plot.text([name], {
      y: () => y,
      text: (text: string) => shorten(text, column),
      frameAnchor: 'right',
      textAnchor: 'start',
      dx: 8,
      dy: (placed[i] ?? 0) - pixel(y),
      fill: color.muted,
    }),
  );
}

interface Hit {
  title: string;
  href?: string | undefined;
}

/** One upright stretch per point, from halfway to the one before to halfway to the next. */
export function hitTimes(
  at: readonly number[],
  [low, high]: readonly [number, number],
  hits: readonly Hit[],
): Plot.Markish {
  const stretches = at.map((here, i) => ({
    from: i ? ((at[i - 1] ?? here) + here) / 2 : here,
    to: i < at.length - 1 ? ((at[i + 1] ?? here) + here) / 2 : here,
    hit: hits[i],
  }));
  return Plot.rect(stretches, {
    x1: 'from',
    x2: 'to',
    y1: () => low,
    y2: () => high,
    title: ({ hit }) => hit?.title,
    href: ({ hit }) => hit?.href,
    fill: 'transparent',
    className: 'hit-time',
  });
}
