import * as Plot from '@observablehq/plot';
import { formatDay, formatValue, type Measure } from './format.ts';
import { Chart } from './plot.tsx';
import {
  color,
  framed,
  gridY,
  type Level,
  levelOf,
  place,
  type Quantity,
  stepColor,
  textLeft,
  tip,
} from './theme.ts';
import { dayStart, niceEnd } from './ticks.ts';
import { endNames, hitTimes, type Timed, timeAxis, timeMargins } from './time-frame.ts';
import { linked, measured, type Twin } from './twin.ts';
import { valueTicks } from './value-ticks.ts';

export interface AreaSeries {
  name: string;
  /** Step of the ramp; by place in the list when absent. */
  level?: Level | undefined;
}

export interface AreaPoint extends Timed {
  /** One value per series. */
  values: Quantity[];
}

export interface AreaTrendProps {
  /** From the bottom up. */
  series: AreaSeries[];
  /** In the order of time. */
  points: AreaPoint[];
  measure: Measure;
  height?: number | undefined;
  today?: string | undefined;
  summary?: string | undefined;
}

/** Stacked areas over time, named at their right ends. */
export function AreaTrend(props: AreaTrendProps) {
  return (
    <Chart
      spec={(width) => areaTrendOptions(props, width)}
      summary={props.summary ?? areaTrendSummary(props)}
    />
  );
}

const sumOf = ({ values }: AreaPoint): number =>
  values.reduce<number>((sum, v) => sum + place(v), 0);

export function areaTrendOptions(props: AreaTrendProps, width: number) {
  const { series, points, measure, height = 220 } = props;
  const end = niceEnd(Math.max(0, ...points.map(sumOf)), 4);
  const ticks = valueTicks(0, end, 4, measure);
  const { margins, endColumn } = timeMargins(
    ticks,
    series.map(({ name }) => name),
    width,
  );
  const at = points.map(({ on }) => dayStart(on));
  const [from = 0, to = 1] = [at[0], at.at(-1)];
  const layers = stacked(points, series.length);
  return framed({ width, height }, margins, {
    x: { type: 'linear', domain: [from, to] },
    y: { domain: [0, end] },
    marks: [
      gridY(ticks),
      ...layers.map(({ low, high }, n) => [
        Plot.areaY(at, {
          x: at,
          y1: low,
          y2: high,
          fill: stepColor(series[n]?.level ?? levelOf(n, series.length)),
        }),
        Plot.lineY(at, { x: at, y: high, stroke: color.surface, strokeWidth: 1 }),
      ]),
      hitTimes(at, [0, end], tipsOf(props)),
      textLeft(ticks),
      ...timeAxis(from, to, width, margins),
      ...endNames(
        layers.flatMap(({ low, high }, n) => {
          const [bottom, top] = [low.at(-1) ?? 0, high.at(-1) ?? 0];
          return top > bottom ? [{ name: series[n]?.name ?? '', y: (bottom + top) / 2 }] : [];
        }),
        { column: endColumn, height, margins },
        [0, end],
      ),
    ],
  });
}

/** For each series the lower and upper edge at each point. */
export function stacked(points: readonly AreaPoint[], count: number) {
  let below = points.map(() => 0);
  return Array.from({ length: count }, (_, n) => {
    const low = below;
    below = points.map(({ values }, i) => (low[i] ?? 0) + place(values[n]));
    return { low, high: below };
  });
}

function tipsOf({ series, points, measure, today }: AreaTrendProps) {
  const shown = (value: Quantity) => formatValue(value, measure.unit, measure);
  return points.map(({ on, values, href }) => ({
    href,
    title: tip(
      formatDay(on, { today }),
      ...series.map(({ name }, n) => `${name} ${shown(values[n] ?? null)}`).toReversed(),
    ),
  }));
}

export function areaTrendSummary({ points, measure, today }: AreaTrendProps): string {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return 'No point in time is known';
  const said = (point: AreaPoint) =>
    `${formatValue(sumOf(point), measure.unit, measure)} on ${formatDay(point.on, { today })}`;
  return `From ${said(first)} to ${said(last)}, ${points.length} points`;
}

export function areaTrendTable({ series, points, measure }: AreaTrendProps): Twin {
  return {
    caption: `By time: ${series.map(({ name }) => name).join(', ')}`,
    columns: [
      { ...linked('Date'), unit: 'date' },
      ...series.map(({ name }, n) => measured(`v${n}`, name, measure)),
    ],
    rows: points.map(({ on, values, href }) => ({
      label: on,
      href,
      ...Object.fromEntries(series.map((_, n) => [`v${n}`, values[n] ?? null])),
    })),
  };
}
