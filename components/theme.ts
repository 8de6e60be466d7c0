import * as Plot from '@observablehq/plot';
import { shorten, widest } from './text-fit.ts';

/** The one look of all charts. Colours are the page's CSS variables, so that one picture serves both themes. */
export const color = {
  ink: 'var(--ink)',
  muted: 'var(--muted)',
  faint: 'var(--faint)',
  line: 'var(--line)',
  surface: 'var(--surface)',
  accent: 'var(--accent)',
  accentSoft: 'var(--accent-soft)',
  won: 'var(--won)',
  lost: 'var(--lost)',
  warn: 'var(--warn)',
} as const;

export type ColorName = keyof typeof color;
export type Level = 1 | 2 | 3 | 4 | 5;

export const fontSize = 12;
export const radius = 2;

/** A number as it comes: exact decimal text, a plain number, or none. */
export type Quantity = string | number | null;

/** A quantity as a place on a scale; 0 for none. */
export const place = (value: Quantity | undefined): number => Number(value ?? 0);

/** A step of the single-hue ramp, light (early) to dark (late). */
export const stepColor = (level: Level): string => `var(--step-${level})`;

/** The step of the i-th of so many. */
export const levelOf = (i: number, count: number): Level =>
  (count < 2 ? 3 : 1 + Math.round((i / (count - 1)) * 4)) as Level;

export interface Margins {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** Plot options without axes of Plot's own: every chart draws its few lines and words itself. */
export function framed(
  size: { width: number; height: number },
  { top, right, bottom, left }: Margins,
  rest: Plot.PlotOptions,
): Plot.PlotOptions {
  return {
    ...size,
    marginTop: top,
    marginRight: right,
    marginBottom: bottom,
    marginLeft: left,
    ...rest,
    x: { axis: null, ...rest.x },
    y: { axis: null, ...rest.y },
  };
}

/** A band scale over rows by their number, for names may be the same. */
export const rowsScale = (count: number, padding: number): Plot.ScaleOptions => ({
  type: 'band',
  domain: Array.from({ length: count }, (_, i) => i),
  padding,
  paddingOuter: padding / 2,
});

export const rowNumber = (_: unknown, i: number): number => i;

/** Names left of the rows, cut to the column; `column` is how wide that is. */
export function nameColumn(names: readonly string[], width: number) {
  const column = Math.min(widest(names), width * 0.34);
  return { column, names: names.map((name) => shorten(name, column)) };
}

export const leftNames = (names: readonly string[]): Plot.Markish =>
  Plot.text(names, {
    y: rowNumber,
    text: (name: string) => name,
    frameAnchor: 'left',
    textAnchor: 'end',
    dx: -8,
    fill: color.muted,
  });

export interface Tick {
  at: number;
  text: string;
}

export const gridX = (ticks: readonly Tick[]): Plot.Markish =>
  Plot.ruleX(ticks, { x: 'at', stroke: color.line });

export const gridY = (ticks: readonly Tick[]): Plot.Markish =>
  Plot.ruleY(ticks, { y: 'at', stroke: color.line });

export const textBelow = (ticks: readonly Tick[], dy = 8): Plot.Markish =>
  Plot.text(ticks, {
    x: 'at',
    text: 'text',
    frameAnchor: 'bottom',
    lineAnchor: 'top',
    dy,
    fill: color.muted,
  });

export const textLeft = (ticks: readonly Tick[]): Plot.Markish =>
  Plot.text(ticks, {
    y: 'at',
    text: 'text',
    frameAnchor: 'left',
    textAnchor: 'end',
    dx: -8,
    fill: color.muted,
  });

/** Tip lines as one title; the first is its head. */
export const tip = (...lines: (string | null | undefined | false)[]): string =>
  lines.filter(Boolean).join('\n');

interface Hits<T> {
  title: (row: T) => string;
  href: (row: T) => string | null | undefined;
}

/** What the pointer and the arrow keys find: one area per row, from the left edge of the picture to the right. */
export function hitRows<T>(
  rows: readonly T[],
  [from, to]: readonly [number, number],
  { left, right }: Margins,
  { title, href }: Hits<T>,
): Plot.Markish {
  return Plot.barX(rows, {
    x1: () => from,
    x2: () => to,
    y: rowNumber,
    title,
    href,
    insetLeft: -left,
    insetRight: -right,
    insetTop: -4,
    insetBottom: -4,
    rx: 4,
    fill: 'transparent',
    className: 'hit',
  });
}
