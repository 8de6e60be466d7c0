import * as Plot from '@observablehq/plot';
import { formatMonth, formatValue, type Measure } from './format.ts';
import { Chart } from './plot.tsx';
import { textWidth, withoutOverlap } from './text-fit.ts';
import {
  type ColorName,
  color,
  framed,
  gridY,
  place,
  type Quantity,
  radius,
  textBelow,
  textLeft,
  tip,
} from './theme.ts';
import { niceEnd } from './ticks.ts';
import { endNames, timeMargins } from './time-frame.ts';
import { linked, measured, type Twin } from './twin.ts';
import { valueTicks } from './value-ticks.ts';

export interface PairedMonth {
  /** A day of the month. */
  on: string;
  /** One value per side. */
  values: [Quantity, Quantity];
  href?: string | undefined;
}

export interface PairedSide {
  name: string;
  color?: ColorName | undefined;
}

export interface PairedColumnsProps {
  /** The two that are held against each other: the first is the accent, the second grey, unless they say otherwise. */
  sides: [PairedSide, PairedSide];
  /** One after another, none left out. */
  months: PairedMonth[];
  measure: Measure;
  height?: number | undefined;
  summary?: string | undefined;
}

/** Two columns per month, side by side. */
export function PairedColumns(props: PairedColumnsProps) {
  return (
    <Chart
      spec={(width) => pairedColumnsOptions(props, width)}
      summary={props.summary ?? pairedColumnsSummary(props)}
    />
  );
}

const colorOf = (sides: PairedColumnsProps['sides'], n: 0 | 1): string =>
  color[sides[n].color ?? (n === 0 ? 'accent' : 'faint')];

export function pairedColumnsOptions(props: PairedColumnsProps, width: number) {
  const { sides, months, measure, height = 220 } = props;
  const all = months.flatMap(({ values }) => values.map(place));
  const [least, most] = [Math.min(0, ...all), Math.max(0, ...all)];
  const domain: [number, number] = [least < 0 ? -niceEnd(-least, 2) : 0, niceEnd(most, 4)];
  const ticks = valueTicks(...domain, 4, measure);
  const { margins, endColumn } = timeMargins(
    ticks,
    sides.map(({ name }) => name),
    width,
  );
  const count = Math.max(1, months.length);
  const slot = (width - margins.left - margins.right) / count;
  const columns = months.flatMap(({ values }, i) =>
    values.map((value, n) => ({ from: i + 0.14 + n * 0.37, value: place(value), n: n as 0 | 1 })),
  );
  const last = months.at(-1);
  return framed({ width, height }, margins, {
    x: { type: 'linear', domain: [0, count] },
    y: { domain },
    marks: [
      Plot.rect(months, {
        x1: (_: PairedMonth, i: number) => i,
        x2: (_: PairedMonth, i: number) => i + 1,
        y1: () => domain[0],
        y2: () => domain[1],
        fill: 'transparent',
        className: 'hit',
        title: (month: PairedMonth) => tipOf(month, props),
        href: ({ href }: PairedMonth) => href,
      }),
      gridY(ticks),
      Plot.rect(columns, {
        x1: 'from',
        x2: ({ from }) => from + 0.35,
        y1: 0,
        y2: 'value',
        fill: ({ n }) => colorOf(sides, n),
        rx: radius,
      }),
      least < 0 ? Plot.ruleY([0], { stroke: color.faint }) : null,
      textLeft(ticks),
      ...monthAxis(months, slot),
      ...endNames(
        last ? sides.map(({ name }, n) => ({ name, y: place(last.values[n]) })) : [],
        { column: endColumn, height, margins },
        domain,
      ),
    ],
  });
}

/** Names of months under their columns, as many as fit at even steps, and the years where they begin. */
function monthAxis(months: readonly PairedMonth[], slot: number): Plot.Markish[] {
  const step = [1, 2, 3, 6, 12].find((each) => each * slot >= textWidth('May') + 8) ?? 24;
  const spots = months.flatMap(({ on }, i) => {
    const isShown = (Number(on.slice(5, 7)) - 1) % step === 0;
    return isShown ? [{ on, at: i + 0.5, text: formatMonth(on) }] : [];
  });
  const firsts = spots.filter(
    ({ on }, i) => spots.findIndex((other) => other.on.slice(0, 4) === on.slice(0, 4)) === i,
  );
  const years = withoutOverlap(
    firsts.map(({ on, at }) => ({ at: at * slot, text: on.slice(0, 4), tick: at })),
  );
  return [
    textBelow(spots, 8),
    textBelow(
      years.map(({ tick, text }) => ({ at: tick, text })),
      22,
    ),
  ];
}

function tipOf({ on, values }: PairedMonth, { sides, measure }: PairedColumnsProps): string {
  const shown = (value: Quantity, signed = false) =>
    formatValue(value, measure.unit, { ...measure, signed });
  const [first, second] = values;
  const isWhole = first !== null && second !== null;
  const difference = isWhole ? (place(first) - place(second)).toFixed(2) : null;
  return tip(
    `${formatMonth(on)} ${on.slice(0, 4)}`,
    `${sides[0].name} ${shown(first)}`,
    `${sides[1].name} ${shown(second)}`,
    `Difference ${shown(difference, true)}`,
  );
}

export function pairedColumnsSummary({ sides, months, measure }: PairedColumnsProps): string {
  const sum = (n: 0 | 1) =>
    months.reduce((cents, { values }) => cents + Math.round(place(values[n]) * 100), 0) / 100;
  const said = sides.map(
    ({ name }, n) => `${name} ${formatValue(sum(n as 0 | 1).toFixed(2), measure.unit, measure)}`,
  );
  return `${said.join(', ')} in ${months.length} months`;
}

export function pairedColumnsTable({ sides, months, measure }: PairedColumnsProps): Twin {
  return {
    caption: `By month: ${sides.map(({ name }) => name).join(', ')}`,
    columns: [
      linked('Month'),
      measured('v0', sides[0].name, measure),
      measured('v1', sides[1].name, measure),
    ],
    rows: months.map(({ on, values: [v0, v1], href }) => ({
      label: `${formatMonth(on)} ${on.slice(0, 4)}`,
      v0,
      v1,
      href,
    })),
  };
}
