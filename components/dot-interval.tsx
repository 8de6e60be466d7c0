import { notedRows } from './noted-rows.ts';
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
  rowNumber,
  rowsScale,
  textBelow,
  tip,
} from './theme.ts';
import { linked, measured, type Twin } from './twin.ts';
import { fittingTicks, valueTicks } from './value-ticks.ts';

export interface DotIntervalRow {
  label: string;
  /** None when too little is known to say. */
  value: Quantity;
  low: Quantity;
  high: Quantity;
  /** What was to be expected of this one: a dashed tick. */
  expected?: Quantity | undefined;
  /** Whether it differs beyond noise, where that is known better than the band tells. */
  isApart?: boolean | undefined;
  /** Words at the right, one per column; the last columns give way when it is narrow. */
  notes: string[];
  href?: string | undefined;
}

export interface DotIntervalProps {
  rows: DotIntervalRow[];
  measure: Measure;
  /** Where values cannot be told apart: whose interval reaches into it is hollow and grey. */
  band?: { low: Quantity; high: Quantity; label: string } | undefined;
  /** The least and greatest value of the axis, for pictures beside each other. */
  domain?: [number, number] | undefined;
  words: { label: string; value: string; interval: string; expected?: string };
  summary?: string | undefined;
}

/** A value per row with the interval it truly lies in, against a band in which nothing can be told apart. */
export function DotInterval(props: DotIntervalProps) {
  return (
    <Chart
      spec={(width) => dotIntervalOptions(props, width)}
      summary={props.summary ?? dotIntervalSummary(props)}
    />
  );
}

export function dotIntervalOptions(props: DotIntervalProps, width: number) {
  const { rows, measure, band } = props;
  const room = { top: 6, left: 16, right: 20 };
  const { names, columns, margins, inner, room: fits } = notedRows(rows, width, room);
  const domain = props.domain ?? domainOf(props);
  const count = Math.max(3, fits);
  const few = valueTicks(...domain, count, measure);
  // One tick alone tells no scale.
  const ticks = few.length > 1 ? few : valueTicks(...domain, 2 * count, measure);
  const known = rows.flatMap((row, i) =>
    row.value === null ? [] : [{ ...row, i, isApart: isApart(row, band) }],
  );
  const ranged = known.filter(({ low, high }) => low !== null && high !== null);
  const tone = ({ isApart: apart }: { isApart: boolean }) => (apart ? color.accent : color.faint);
  return framed({ width, height: rows.length * 28 + 32 }, margins, {
    x: { domain },
    y: rowsScale(rows.length, 0.3),
    marks: [
      hitRows(rows, domain, margins, {
        href: ({ href }) => href,
        title: (row) => tipOf(row, props),
      }),
      band && place(band.low) < place(band.high) ? bandRect(band) : null,
      gridX(ticks),
      band && place(band.low) === place(band.high)
        ? Plot.ruleX([place(band.low)], { stroke: color.muted, strokeDasharray: dashes })
        : null,
      Plot.ruleY(ranged, {
        x1: ({ low }) => place(low),
        x2: ({ high }) => place(high),
        y: 'i',
        stroke: tone,
        strokeWidth: 2,
      }),
      Plot.tickX(
        rows.flatMap(({ expected = null }, i) => (expected === null ? [] : [{ expected, i }])),
        {
          x: ({ expected }) => place(expected),
          y: 'i',
          stroke: color.ink,
          strokeWidth: 1.5,
          strokeDasharray: dashes,
        },
      ),
      Plot.dot(known, {
        x: ({ value }) => place(value),
        y: 'i',
        r: 4,
        fill: (row) => (row.isApart ? color.accent : color.surface),
        stroke: tone,
        strokeWidth: 1.5,
      }),
      Plot.text(rows, {
        y: rowNumber,
        text: ({ value }: DotIntervalRow) => (value === null ? '–' : ''),
        frameAnchor: 'left',
        textAnchor: 'start',
        dx: 4,
        fill: color.muted,
      }),
      leftNames(names),
      ...columns.marks,
      textBelow(fittingTicks(ticks, domain, inner)),
    ],
  });
}

const dashes = '2 2';

const bandRect = (band: { low: Quantity; high: Quantity }): Plot.Markish =>
  Plot.rect([band], {
    x1: ({ low }) => place(low),
    x2: ({ high }) => place(high),
    fill: 'color-mix(in srgb, var(--line) 55%, var(--surface))',
  });

/** Whether the interval lies wholly beside the band; without a band all are what they are. */
export function isApart(
  { low, high, value, isApart: told }: DotIntervalRow,
  band: DotIntervalProps['band'],
): boolean {
  if (told !== undefined) return told;
  if (!band) return true;
  return place(low ?? value) > place(band.high) || place(high ?? value) < place(band.low);
}

function domainOf({ rows, band }: DotIntervalProps): [number, number] {
  const all = [
    ...rows.flatMap(({ value, low, high, expected }) => [value, low, high, expected]),
    band?.low,
    band?.high,
  ]
    .filter((each) => each !== null && each !== undefined)
    .map(Number);
  if (!all.length) return [0, 1];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = (high - low || Math.abs(high) || 1) * 0.05;
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

function tipOf(row: DotIntervalRow, { measure, band, words }: DotIntervalProps): string {
  const shown = (value: Quantity) => formatValue(value, measure.unit, measure);
  const { label, value, low, high, notes, expected } = row;
  return tip(
    label,
    `${words.value} ${shown(value)}`,
    low !== null && high !== null && `${words.interval} ${shown(low)} to ${shown(high)}`,
    expected !== null &&
      expected !== undefined &&
      `${words.expected ?? 'Expected'} ${shown(expected)}`,
    band && value !== null && !isApart(row, band) && band.label,
    notes.join(' · '),
  );
}

export function dotIntervalSummary({ rows, measure, band, words }: DotIntervalProps): string {
  const shown = (value: Quantity) => formatValue(value, measure.unit, measure);
  const each = rows.map(({ label, value }) => `${label} ${shown(value)}`).join(', ') || 'none';
  const apart = rows.filter((row) => row.value !== null && isApart(row, band));
  const told = band
    ? `; beside the band: ${apart.map(({ label }) => label).join(', ') || 'none'}`
    : '';
  return `${words.value} by ${words.label.toLowerCase()}: ${each}${told}`;
}

export function dotIntervalTable({ rows, measure, words }: DotIntervalProps): Twin {
  const isExpected = rows.some(({ expected }) => expected !== null && expected !== undefined);
  return {
    caption: `${words.value} by ${words.label.toLowerCase()}`,
    columns: [
      linked(words.label),
      measured('value', words.value, measure),
      measured('low', `${words.interval}, low`, measure),
      measured('high', `${words.interval}, high`, measure),
      ...(isExpected ? [measured('expected', words.expected ?? 'Expected', measure)] : []),
    ],
    rows: rows.map(({ notes: _, isApart: __, ...row }) => row),
  };
}
