import * as Plot from '@observablehq/plot';
import { formatAlike, formatValue, type Measure } from './format.ts';
import { Chart } from './plot.tsx';
import { widest } from './text-fit.ts';
import {
  color,
  framed,
  hitRows,
  leftNames,
  nameColumn,
  place,
  type Quantity,
  radius,
  rowsScale,
  tip,
} from './theme.ts';
import { linked, measured, type Twin } from './twin.ts';

export interface WaterfallStep {
  label: string;
  delta: Quantity;
  /** Nobody's doing: grey, whatever its sign. */
  isNeutral?: boolean | undefined;
  href?: string | undefined;
  /** One more line in the tip. */
  note?: string | undefined;
}

export interface WaterfallTotal {
  label: string;
  value: Quantity;
  href?: string | undefined;
}

export interface WaterfallProps {
  start: WaterfallTotal;
  steps: WaterfallStep[];
  end: WaterfallTotal;
  measure: Measure;
  summary?: string | undefined;
}

/** How one number became another. */
export function Waterfall(props: WaterfallProps) {
  return (
    <Chart
      spec={(width) => waterfallOptions(props, width)}
      summary={props.summary ?? waterfallSummary(props)}
    />
  );
}

export interface WaterfallRow {
  label: string;
  text: string;
  exact: string;
  from: number;
  to: number;
  kind: 'total' | 'up' | 'down' | 'neutral';
  href: string | undefined;
  note: string | undefined;
}

/** Start, steps and end with the places they span. What the steps leave open is said as a step of its own. */
export function waterfallRows({ start, steps, end, measure }: WaterfallProps): WaterfallRow[] {
  let at = cents(start.value);
  const spans = withRest(start, steps, end).map((step): Unworded => {
    const from = at;
    at += cents(step.delta);
    const { label, delta: value, href, note } = step;
    const kind = step.isNeutral ? 'neutral' : at >= from ? 'up' : 'down';
    return { label, value, from: from / 100, to: at / 100, kind, href, note };
  });
  return worded([total(start), ...spans, total(end)], measure);
}

type Unworded = Omit<WaterfallRow, 'text' | 'exact'> & { value: Quantity };

const total = ({ label, value, href }: WaterfallTotal): Unworded => {
  const at = place(value);
  return { label, value, from: at, to: at, kind: 'total', href, note: undefined };
};

function worded(rows: Unworded[], { unit, currency }: Measure): WaterfallRow[] {
  const isSigned = ({ kind }: Unworded) => kind !== 'total';
  const alike = formatAlike(
    rows.map((row) => ({ value: row.value, signed: isSigned(row) })),
    { unit, currency },
  );
  return rows.map((row, i) => ({
    ...row,
    text: alike[i] ?? '',
    exact: formatValue(row.value, unit, { currency, signed: isSigned(row), exact: true }),
  }));
}

const cents = (value: Quantity): number => Math.round(place(value) * 100);

function withRest(start: WaterfallTotal, steps: WaterfallStep[], end: WaterfallTotal) {
  const sum = steps.reduce((so, { delta }) => so + cents(delta), cents(start.value));
  const rest = cents(end.value) - sum;
  if (rest === 0) return steps;
  const left: WaterfallStep = {
    label: 'Not explained',
    delta: (rest / 100).toFixed(2),
    isNeutral: true,
  };
  return [...steps, left];
}

const fills: Record<WaterfallRow['kind'], string> = {
  total: color.accent,
  up: color.won,
  down: color.lost,
  neutral: color.faint,
};

export function waterfallOptions(props: WaterfallProps, width: number) {
  const rows = waterfallRows(props);
  const { column, names } = nameColumn(
    rows.map(({ label }) => label),
    width,
  );
  const margins = {
    top: 2,
    right: widest(rows.map(({ text }) => text)) + 10,
    bottom: 2,
    left: column + 16,
  };
  const at = rows.flatMap(({ from, to }) => [from, to]);
  const [low, high] = [Math.min(...at), Math.max(...at)];
  const span = high - low || Math.abs(high) || 1;
  // A step too small to see still shows: two pixels.
  const least = (span * 2) / Math.max(1, width - margins.left - margins.right);
  const domain: [number, number] = [low - span * 0.04, Math.max(high, low + span) + span * 0.02];
  const spans = rows.map((row, i) => ({ ...row, i, ...widened(row, least) }));
  const rowHeight = rows.length > 10 ? 17.5 : 22;
  return framed({ width, height: rows.length * rowHeight + 4 }, margins, {
    x: { domain },
    y: rowsScale(rows.length, 0.28),
    marks: [
      hitRows(rows, domain, margins, {
        href: ({ href }) => href,
        title: ({ label, exact, note }) => tip(label, exact, note),
      }),
      joints(spans, rowHeight * 0.72),
      Plot.barX(
        spans.filter(({ kind }) => kind !== 'total'),
        { x1: 'low', x2: 'high', y: 'i', fill: ({ kind }) => fills[kind as 'up'], rx: radius },
      ),
      Plot.tickX(
        spans.filter(({ kind }) => kind === 'total'),
        { x: 'to', y: 'i', stroke: color.accent, strokeWidth: 3, insetTop: -1, insetBottom: -1 },
      ),
      leftNames(names),
      Plot.text(spans, {
        x: ({ kind, to, high }) => (kind === 'total' ? to : high),
        y: 'i',
        text: 'text',
        textAnchor: 'start',
        dx: 7,
        fill: ({ kind }) => (kind === 'total' ? color.ink : color.muted),
      }),
    ],
  });
}

type Spanned = WaterfallRow & { i: number; low: number; high: number };

function widened({ from, to }: WaterfallRow, least: number): { low: number; high: number } {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const more = Math.max(0, least - (high - low)) / 2;
  return { low: low - more, high: high + more };
}

/** A hairline across the gap, from where one row ends to where the next begins. */
const joints = (spans: Spanned[], bar: number): Plot.Markish =>
  Plot.ruleX(spans.slice(1), {
    x: 'from',
    y1: ({ i }: Spanned) => i - 1,
    y2: 'i',
    insetTop: bar,
    insetBottom: bar,
    stroke: color.faint,
  });

export function waterfallSummary({ start, steps, end, measure }: WaterfallProps): string {
  const shown = (value: Quantity, signed: boolean) =>
    formatValue(value, measure.unit, { ...measure, signed });
  const largest = steps.toSorted((a, b) => Math.abs(place(b.delta)) - Math.abs(place(a.delta)));
  const most = largest.slice(0, 3).map(({ label, delta }) => `${label} ${shown(delta, true)}`);
  const because = most.length ? `, most by ${most.join(', ')}` : '';
  return `From ${shown(start.value, false)} (${start.label}) to ${shown(end.value, false)} (${end.label})${because}`;
}

export function waterfallTable(props: WaterfallProps): Twin {
  const { start, end, measure } = props;
  return {
    caption: `From ${start.label} to ${end.label}`,
    columns: [linked('Step'), measured('value', 'Value', measure)],
    rows: [
      { ...start },
      ...withRest(start, props.steps, end).map(({ label, delta, href }: WaterfallStep) => ({
        label,
        value: delta,
        href,
      })),
      { ...end },
    ],
  };
}
