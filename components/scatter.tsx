import * as Plot from '@observablehq/plot';
import { formatValue, type Measure } from './format.ts';
import { Chart } from './plot.tsx';
import { widest } from './text-fit.ts';
import {
  color,
  framed,
  place,
  type Quantity,
  stepColor,
  textBelow,
  textLeft,
  tip,
} from './theme.ts';
import { niceEnd } from './ticks.ts';
import { linked, measured, type Twin } from './twin.ts';
import { fittingTicks, orderTicks, valueTicks } from './value-ticks.ts';

export interface ScatterPoint {
  label: string;
  x: Quantity;
  /** Above 0, for the scale is of orders of magnitude; others are counted, not drawn. */
  y: Quantity;
  /** Needs the reader: amber. */
  isFlagged?: boolean | undefined;
  href?: string | undefined;
  /** One more line in the tip: why it is flagged. */
  note?: string | undefined;
}

export interface ScatterProps {
  points: ScatterPoint[];
  x: Measure;
  y: Measure;
  /** What the points and their two values are called, and what a flagged one is. */
  words: { label: string; x: string; y: string; flagged: string };
  height?: number | undefined;
  summary?: string | undefined;
}

/** Two values of many things, the second on a scale of orders of magnitude; each point opens. */
export function Scatter(props: ScatterProps) {
  return (
    <Chart
      spec={(width) => scatterOptions(props, width)}
      summary={props.summary ?? scatterSummary(props)}
      widths={[300]}
    />
  );
}

export function scatterOptions({ points, x, y, words, height = 240 }: ScatterProps, width: number) {
  const drawn = drawable(points);
  const values = drawn.map((point) => place(point.y));
  const low = Math.min(...values, Infinity);
  const domain: [number, number] = drawn.length ? roundedDomain(low, Math.max(...values)) : [1, 10];
  const rows = orderTicks(...domain, y);
  const end = niceEnd(Math.max(0, ...drawn.map((point) => place(point.x))), 4);
  const margins = {
    top: 8,
    right: 16,
    bottom: 26,
    left: widest(rows.map(({ text }) => text)) + 14,
  };
  const columns = fittingTicks(
    valueTicks(0, end, 4, x),
    [0, end],
    width - margins.left - margins.right,
  );
  return framed({ width, height }, margins, {
    x: { type: 'linear', domain: [0, end] },
    y: { type: 'log', domain },
    marks: [
      Plot.ruleY(rows, { y: 'at', stroke: color.line, className: 'hit-grid' }),
      Plot.dot(drawn, {
        x: (point: ScatterPoint) => place(point.x),
        y: (point: ScatterPoint) => place(point.y),
        r: 3,
        fill: ({ isFlagged }: ScatterPoint) => (isFlagged ? color.warn : stepColor(3)),
        title: (point: ScatterPoint) => tipOf(point, { x, y, words }),
        href: ({ href }: ScatterPoint) => href,
        className: 'hit',
        sort: null,
      }),
      textLeft(rows),
      textBelow(columns),
    ],
  });
}

/** Those that have a place, from left to right; flagged ones last, so that they lie on top. */
const drawable = (points: readonly ScatterPoint[]): ScatterPoint[] =>
  points
    .filter(({ x, y }) => x !== null && place(y) > 0)
    .toSorted((a, b) => Number(!!a.isFlagged) - Number(!!b.isFlagged) || place(a.x) - place(b.x));

/** A little room on both sides, at least one order of magnitude. */
function roundedDomain(low: number, high: number): [number, number] {
  const middle = Math.sqrt(low * high);
  const half = Math.max(Math.sqrt(10), Math.sqrt(high / low) * 1.15);
  return [middle / half, middle * half];
}

function tipOf(
  { label, x: across, y: up, isFlagged, note }: ScatterPoint,
  { x, y, words }: Pick<ScatterProps, 'x' | 'y' | 'words'>,
): string {
  return tip(
    label,
    `${words.y} ${formatValue(up, y.unit, { ...y, exact: true })}`,
    `${words.x} ${formatValue(across, x.unit, x)}`,
    isFlagged && (note ?? words.flagged),
  );
}

export function scatterSummary({ points, words }: ScatterProps): string {
  const shown = drawable(points);
  const flagged = shown.filter(({ isFlagged }) => isFlagged).length;
  const missing = points.length - shown.length;
  const left = missing
    ? `; ${missing} without ${words.x.toLowerCase()} or ${words.y.toLowerCase()} are not drawn`
    : '';
  return `${words.x} against ${words.y.toLowerCase()} of ${shown.length}, ${flagged} of them ${words.flagged.toLowerCase()}${left}`;
}

export function scatterTable({ points, x, y, words }: ScatterProps): Twin {
  return {
    caption: `${words.x} and ${words.y.toLowerCase()} by ${words.label.toLowerCase()}`,
    columns: [
      linked(words.label),
      measured('x', words.x, x),
      measured('y', words.y, y),
      { name: 'flag', label: words.flagged, unit: 'text' },
    ],
    rows: points.map(({ label, x: across, y: up, isFlagged, note, href }) => ({
      label,
      x: across,
      y: up,
      flag: isFlagged ? (note ?? 'yes') : null,
      href,
    })),
  };
}
