import { fromZero, notedRows } from './noted-rows.ts';
import * as Plot from '@observablehq/plot';
import { formatValue, type Measure } from './format.ts';
import { Chart } from './plot.tsx';
import {
  color,
  framed,
  gridX,
  hitRows,
  type Level,
  leftNames,
  levelOf,
  place,
  type Quantity,
  radius,
  rowNumber,
  rowsScale,
  stepColor,
  textBelow,
  tip,
} from './theme.ts';
import { fittingTicks } from './value-ticks.ts';
import { linked, measured, type Twin } from './twin.ts';

export interface StageBar {
  label: string;
  value: Quantity;
  /** A typed estimate. */
  hollow: Quantity;
  /** A learned estimate. */
  solid: Quantity;
  /** Words right of the bar, one per column; the last columns give way when it is narrow. */
  notes: string[];
  href?: string | undefined;
  /** Step of the ramp; by place in the list when absent. */
  level?: Level | undefined;
}

export interface StageBarsProps {
  bars: StageBar[];
  measure: Measure;
  /** What value, hollow and solid dot are called, in the tip and the table. */
  words: { label: string; value: string; hollow: string; solid: string };
  summary?: string | undefined;
}

/** Bars from light to dark, each with a typed and a learned estimate. */
export function StageBars(props: StageBarsProps) {
  return (
    <Chart
      spec={(width) => stageBarsOptions(props, width)}
      summary={props.summary ?? stageBarsSummary(props)}
    />
  );
}

export function stageBarsOptions({ bars, measure, words }: StageBarsProps, width: number) {
  const { names, columns, margins, inner, room } = notedRows(bars, width, { top: 6 });
  const { end, ticks } = fromZero(Math.max(0, ...bars.flatMap(valuesOf)), room, measure);
  const shown = (value: Quantity) => formatValue(value, measure.unit, { ...measure, exact: true });
  return framed({ width, height: bars.length * 34 + 32 }, margins, {
    x: { domain: [0, end] },
    y: rowsScale(bars.length, 0.38),
    marks: [
      hitRows(bars, [0, end], margins, {
        href: ({ href }) => href,
        title: ({ label, value, hollow, solid, notes }) =>
          tip(
            label,
            `${words.value} ${shown(value)}`,
            hollow !== null && `○ ${words.hollow} ${shown(hollow)}`,
            solid !== null && `● ${words.solid} ${shown(solid)}`,
            notes.join(' · '),
          ),
      }),
      gridX(ticks),
      Plot.barX(bars, {
        x: ({ value }: StageBar) => place(value),
        y: rowNumber,
        fill: ({ level }: StageBar, i: number) => stepColor(level ?? levelOf(i, bars.length)),
        rx: radius,
      }),
      dots(bars, 'hollow', color.surface, color.ink),
      dots(bars, 'solid', color.ink, color.surface),
      leftNames(names),
      ...columns.marks,
      textBelow(fittingTicks(ticks, [0, end], inner)),
    ],
  });
}

const valuesOf = ({ value, hollow, solid }: StageBar): number[] =>
  [value, hollow, solid].map(place);

function dots(bars: StageBar[], which: 'hollow' | 'solid', fill: string, stroke: string) {
  const all = bars.map((bar, row) => ({ row, value: bar[which] }));
  return Plot.dot(
    all.filter(({ value }) => value !== null),
    { x: ({ value }) => place(value), y: 'row', r: 4.5, fill, stroke, strokeWidth: 1.5 },
  );
}

export function stageBarsSummary({ bars, measure, words }: StageBarsProps): string {
  const each = bars.map(
    ({ label, value }) => `${label} ${formatValue(value, measure.unit, measure)}`,
  );
  return `${words.value} by ${words.label.toLowerCase()}: ${each.join(', ') || 'none'}`;
}

export function stageBarsTable({ bars, measure, words }: StageBarsProps): Twin {
  return {
    caption: `${words.value} by ${words.label.toLowerCase()}`,
    columns: [
      linked(words.label),
      measured('value', words.value, measure),
      measured('hollow', words.hollow, measure),
      measured('solid', words.solid, measure),
    ],
    rows: bars.map(({ label, value, hollow, solid, href }) => ({
      label,
      value,
      hollow,
      solid,
      href,
    })),
  };
}
