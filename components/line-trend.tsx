import * as Plot from '@observablehq/plot';
import { formatDay, formatValue, type Measure } from './format.ts';
import { Chart } from './plot.tsx';
import {
  type ColorName,
  color,
  framed,
  gridY,
  place,
  type Quantity,
  textLeft,
  tip,
} from './theme.ts';
import { dayStart, niceEnd } from './ticks.ts';
import { endNames, hitTimes, type Timed, timeAxis, timeMargins } from './time-frame.ts';
import { linked, measured, type Twin } from './twin.ts';
import { valueTicks } from './value-ticks.ts';

export interface LineSeries {
  name: string;
  color?: ColorName | undefined;
  isDashed?: boolean | undefined;
  /** Holds from each point until the next: what is set, not measured. */
  isStepped?: boolean | undefined;
}

export interface LinePoint extends Timed {
  /** One value per series; none leaves a gap. */
  values: Quantity[];
  /** The ends of the band at this point. */
  band?: [low: Quantity, high: Quantity] | undefined;
}

export interface LineTrendProps {
  series: LineSeries[];
  /** In the order of time. */
  points: LinePoint[];
  measure: Measure;
  /** What the band is, in the tip and the table. */
  bandLabel?: string | undefined;
  /** The axis may begin above 0 where differences are what matters. */
  isCut?: boolean | undefined;
  /** The least and greatest value of the axis, for pictures on one scale. */
  domain?: [number, number] | undefined;
  /** The first and last day of the axis, for pictures beside each other. */
  span?: [from: string, to: string] | undefined;
  height?: number | undefined;
  today?: string | undefined;
  summary?: string | undefined;
}

/** One or more lines over time, named at their right ends, with a band behind them. */
export function LineTrend(props: LineTrendProps) {
  return (
    <Chart
      spec={(width) => lineTrendOptions(props, width)}
      summary={props.summary ?? lineTrendSummary(props)}
    />
  );
}

export function lineTrendOptions(props: LineTrendProps, width: number) {
  const { series, points, measure, height = 200 } = props;
  const domain = props.domain ?? domainOf(props);
  const ticks = valueTicks(...domain, 4, measure);
  const names = series.length > 1 ? series.map(({ name }) => name) : [];
  const { margins, endColumn } = timeMargins(ticks, names, width);
  const at = points.map(({ on }) => dayStart(on));
  const [from = 0, to = 1] = props.span?.map(dayStart) ?? [at[0], at.at(-1)];
  return framed({ width, height }, margins, {
    x: { type: 'linear', domain: [from, to] },
    y: { domain },
    marks: [
      gridY(ticks),
      bandArea(points, at),
      ...series.map((each, n) => line(each, points, at, n)),
      hitTimes(at, domain, tipsOf(props)),
      textLeft(ticks),
      ...timeAxis(from, to, width, margins),
      ...endNames(
        names.flatMap((name, n) => {
          const last = points.findLast(({ values }) => isKnown(values[n]));
          return last ? [{ name, y: place(last.values[n]) }] : [];
        }),
        { column: endColumn, height, margins },
        domain,
      ),
    ],
  });
}

const isKnown = (value: Quantity | undefined): value is string | number =>
  value !== null && value !== undefined;

function domainOf({ points, isCut }: LineTrendProps): [number, number] {
  const all = points
    .flatMap(({ values, band = [null, null] }) => [...values, ...band])
    .filter(isKnown)
    .map(Number);
  const [low, high] = [Math.min(...all, Infinity), Math.max(...all, -Infinity)];
  if (!all.length) return [0, 1];
  if (isCut)
    return high > low
      ? [low - (high - low) * 0.06, high + (high - low) * 0.06]
      : [low - 1, high + 1];
  return [low < 0 ? -niceEnd(-low, 2) : 0, high > 0 ? niceEnd(high, 4) : 0];
}

const bandArea = (points: readonly LinePoint[], at: readonly number[]): Plot.Markish =>
  Plot.areaY(points, {
    x: (_: LinePoint, i: number) => at[i],
    y1: ({ band }: LinePoint) => (isKnown(band?.[0]) ? Number(band?.[0]) : Number.NaN),
    y2: ({ band }: LinePoint) => (isKnown(band?.[1]) ? Number(band?.[1]) : Number.NaN),
    fill: color.accentSoft,
  });

const defaults: ColorName[] = ['accent', 'muted', 'faint'];

function line(
  { color: name, isDashed, isStepped }: LineSeries,
  points: readonly LinePoint[],
  at: readonly number[],
  n: number,
): Plot.Markish {
  return Plot.lineY(points, {
    x: (_: LinePoint, i: number) => at[i],
    y: ({ values }: LinePoint) => (isKnown(values[n]) ? Number(values[n]) : Number.NaN),
    stroke: color[name ?? defaults[n] ?? 'faint'],
    strokeWidth: n === 0 ? 2 : 1.5,
    strokeDasharray: isDashed ? '4 3' : undefined,
    strokeLinejoin: 'round',
    curve: isStepped ? 'step-after' : 'linear',
  });
}

function tipsOf({ series, points, measure, bandLabel = 'Band', today }: LineTrendProps) {
  const shown = (value: Quantity | undefined) => formatValue(value ?? null, measure.unit, measure);
  return points.map(({ on, values, band, href }) => ({
    href,
    title: tip(
      formatDay(on, { today }),
      ...series.map(({ name }, n) => `${name} ${shown(values[n])}`),
      band && `${bandLabel} ${shown(band[0])} to ${shown(band[1])}`,
    ),
  }));
}

export function lineTrendSummary({ series, points, measure, today }: LineTrendProps): string {
  const last = points.at(-1);
  if (!last) return 'No point in time is known';
  const said = series.map(
    ({ name }, n) => `${name} ${formatValue(last.values[n] ?? null, measure.unit, measure)}`,
  );
  return `${said.join(', ')} on ${formatDay(last.on, { today })}, ${points.length} points`;
}

export function lineTrendTable(props: LineTrendProps): Twin {
  const { series, points, measure, bandLabel = 'Band' } = props;
  const hasBand = points.some(({ band }) => band);
  const ends = [
    measured('low', `${bandLabel}, low`, measure),
    measured('high', `${bandLabel}, high`, measure),
  ];
  return {
    caption: `By time: ${series.map(({ name }) => name).join(', ')}`,
    columns: [
      { ...linked('Date'), unit: 'date' },
      ...series.map(({ name }, n) => measured(`v${n}`, name, measure)),
      ...(hasBand ? ends : []),
    ],
    rows: points.map(({ on, values, band, href }) => ({
      label: on,
      href,
      ...Object.fromEntries(series.map((_, n) => [`v${n}`, values[n] ?? null])),
      low: band?.[0],
      high: band?.[1],
    })),
  };
}
