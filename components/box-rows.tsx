import { fromZero, notedRows } from './noted-rows.ts';
import * as Plot from '@observablehq/plot';
import { formatValue, type Measure } from './format.ts';
import { Chart } from './plot.tsx';
import {
  color,
  framed,
  gridX,
  hitRows,
  leftNames,
  place,
  type Quantity,
  radius,
  rowsScale,
  textBelow,
  tip,
} from './theme.ts';
import { linked, measured, type Twin } from './twin.ts';
import { fittingTicks } from './value-ticks.ts';

/** How something is usually distributed: a band from `low` to `high`, the line `mid` in it, and `end` beyond. */
export interface Usual {
  low: number;
  mid: number;
  high: number;
  end: number;
}

export interface BoxRow {
  label: string;
  /** None where too little is known to say what is usual. */
  usual: Usual | null;
  /** What is now, to be held against it. */
  value: Quantity;
  /** Words at the right, one per column; the last columns give way when it is narrow. */
  notes: string[];
  href?: string | undefined;
}

export interface BoxRowsProps {
  rows: BoxRow[];
  measure: Measure;
  words: { label: string; value: string; low: string; mid: string; high: string; end: string };
  /** The scale reaches at least so far, so that several pictures have the same. */
  reach?: number | undefined;
  summary?: string | undefined;
}

/** One row each: what is usual as a band with its middle and its far end, and what is now as a dot. */
export function BoxRows(props: BoxRowsProps) {
  return (
    <Chart
      spec={(width) => boxRowsOptions(props, width)}
      summary={props.summary ?? boxRowsSummary(props)}
    />
  );
}

export function boxRowsOptions(props: BoxRowsProps, width: number) {
  const { rows, measure } = props;
  const { names, columns, margins, inner, room } = notedRows(rows, width, { top: 4 });
  const { end, ticks } = fromZero(Math.max(props.reach ?? 0, reachOf(rows)), room, measure);
  const known = rows.flatMap(({ usual }, i) => (usual ? [{ i, ...usual }] : []));
  const dots = rows.flatMap(({ value }, i) => (value === null ? [] : [{ i, value }]));
  return framed({ width, height: rows.length * 30 + 30 }, margins, {
    x: { domain: [0, end] },
    y: rowsScale(rows.length, 0.5),
    marks: [
      hitRows(rows, [0, end], margins, {
        href: ({ href }) => href,
        title: (row) => tipOf(row, props),
      }),
      gridX(ticks),
      Plot.ruleY(known, { x1: 'high', x2: 'end', y: 'i', stroke: whisker, strokeWidth: 2 }),
      Plot.tickX(known, { x: 'end', y: 'i', stroke: whisker, strokeWidth: 2, inset: 2 }),
      Plot.barX(known, { x1: 'low', x2: 'high', y: 'i', fill: band, rx: radius }),
      Plot.tickX(known, { x: 'mid', y: 'i', stroke: color.accent, strokeWidth: 3 }),
      Plot.dot(dots, {
        x: ({ value }) => place(value),
        y: 'i',
        r: 4.5,
        fill: color.ink,
        stroke: color.surface,
        strokeWidth: 1.5,
      }),
      leftNames(names),
      ...columns.marks,
      textBelow(fittingTicks(ticks, [0, end], inner)),
    ],
  });
}

/** How far the scale has to reach for some rows. */
export const reachOf = (rows: readonly Pick<BoxRow, 'usual' | 'value'>[]): number =>
  Math.max(0, ...rows.flatMap(({ usual, value }) => [place(value), usual?.end ?? 0]));

const band = 'color-mix(in srgb, var(--accent) 26%, var(--surface))';
const whisker = 'color-mix(in srgb, var(--accent) 45%, var(--surface))';

function tipOf({ label, usual, value, notes }: BoxRow, { words, measure }: BoxRowsProps): string {
  const shown = (quantity: Quantity) => formatValue(quantity, measure.unit, measure);
  const parts = (['low', 'mid', 'high', 'end'] as const).map(
    (name) => usual && `${words[name]} ${shown(usual[name])}`,
  );
  return tip(label, `● ${words.value} ${shown(value)}`, ...parts, notes.join(' · '));
}

export function boxRowsSummary({ rows, measure, words }: BoxRowsProps): string {
  const shown = (quantity: Quantity) => formatValue(quantity, measure.unit, measure);
  const each = rows.map(({ label, usual, value }) =>
    usual
      ? `${label} ${shown(value)} against ${shown(usual.mid)}`
      : `${label} ${shown(value)}, with nothing to hold it against`,
  );
  return `${words.value} by ${words.label.toLowerCase()}: ${each.join(', ') || 'none'}`;
}

export function boxRowsTable({ rows, measure, words }: BoxRowsProps): Twin {
  return {
    caption: `${words.value} by ${words.label.toLowerCase()}`,
    columns: [
      linked(words.label),
      measured('value', words.value, measure),
      measured('low', words.low, measure),
      measured('mid', words.mid, measure),
      measured('high', words.high, measure),
      measured('end', words.end, measure),
    ],
    rows: rows.map(({ label, usual, value, href }) => ({ label, value, ...usual, href })),
  };
}
