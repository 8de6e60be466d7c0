import { fromZero, notedRows } from './noted-rows.ts';
import * as Plot from '@observablehq/plot';
import { formatValue, type Measure } from './format.ts';
import { Chart } from './plot.tsx';
import { textWidth } from './text-fit.ts';
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
  stepColor,
  textBelow,
  tip,
} from './theme.ts';
import { linked, measured, type Twin } from './twin.ts';
import { fittingTicks } from './value-ticks.ts';

export interface RangeRow {
  label: string;
  /** What is certain: a green bar from 0. */
  done: Quantity;
  /** Where it should end: a band and the line in it. */
  band?: { low: Quantity; mid: Quantity; high: Quantity } | null | undefined;
  /** Without a band: what is added to the green bar. */
  open?: Quantity | undefined;
  target: Quantity;
  /** Words at the right, one per column; the last columns give way when it is narrow. */
  notes: string[];
  href?: string | undefined;
}

export interface RangeBarsProps {
  rows: RangeRow[];
  measure: Measure;
  words: { label: string; done: string; band: string; mid: string; open: string; target: string };
  summary?: string | undefined;
}

/** One row per period: what is certain, what is expected, and the target as a dashed tick. */
export function RangeBars(props: RangeBarsProps) {
  return (
    <Chart
      spec={(width) => rangeBarsOptions(props, width)}
      summary={props.summary ?? rangeBarsSummary(props)}
    />
  );
}

export function rangeBarsOptions({ rows, measure, words }: RangeBarsProps, width: number) {
  const { names, columns, margins, inner, room } = notedRows(rows, width, { top: 8 });
  const { end, ticks } = fromZero(Math.max(0, ...rows.map(reach)), room, measure);
  const bars = rows.map((row, i) => ({ ...row, i, doneText: doneText(row, words.done, measure) }));
  const bands = bars.flatMap(({ i, band }) => (band ? [{ i, ...band }] : []));
  const opens = bars.filter(({ band, open }) => !band && place(open) > 0);
  const targets = bars.filter(({ target }) => target !== null);
  return framed({ width, height: rows.length * 37 + 34 }, margins, {
    x: { domain: [0, end] },
    y: rowsScale(rows.length, 0.42),
    marks: [
      hitRows(rows, [0, end], margins, {
        href: ({ href }) => href,
        title: (row) => tipOf(row, words, measure),
      }),
      gridX(ticks),
      Plot.barX(bands, { x1: edge('low'), x2: edge('high'), y: 'i', fill: soft, rx: radius }),
      Plot.barX(opens, {
        x1: ({ done }) => place(done),
        x2: ({ done, open }) => place(done) + place(open),
        y: 'i',
        fill: stepColor(2),
        insetLeft: 1,
        rx: radius,
      }),
      Plot.barX(bars, { x: edge('done'), y: 'i', fill: color.won, rx: radius }),
      Plot.tickX(bands, { x: edge('mid'), y: 'i', stroke: color.accent, strokeWidth: 3 }),
      Plot.tickX(targets, {
        x: edge('target'),
        y: 'i',
        stroke: color.ink,
        strokeWidth: 1.5,
        strokeDasharray: '2.5 2',
        insetTop: -5,
        insetBottom: -5,
      }),
      Plot.text(
        bars.filter(({ done, doneText }) => (place(done) / end) * inner > textWidth(doneText) + 14),
        {
          x: edge('done'),
          y: 'i',
          text: 'doneText',
          textAnchor: 'end',
          dx: -7,
          fill: color.surface,
        },
      ),
      leftNames(names),
      ...columns.marks,
      textBelow(fittingTicks(ticks, [0, end], inner)),
    ],
  });
}

// The band is a little stronger than the soft accent, so that it stands on white.
const soft = 'color-mix(in srgb, var(--accent) 22%, var(--surface))';

const edge =
  <K extends string>(name: K) =>
  (row: Record<K, Quantity>): number =>
    place(row[name]);

const reach = ({ done, band, open, target }: RangeRow): number =>
  Math.max(place(band?.high), place(target), place(done) + (band ? 0 : place(open)));

const doneText = ({ done }: RangeRow, word: string, { unit, currency }: Measure): string =>
  `${word.toLowerCase()} ${formatValue(done, unit, { currency })}`;

function tipOf(row: RangeRow, words: RangeBarsProps['words'], { unit, currency }: Measure): string {
  const shown = (value: Quantity, exact = true) => formatValue(value, unit, { currency, exact });
  const { label, done, band, open, target } = row;
  return tip(
    label,
    `${words.done} ${shown(done)}`,
    band && `${words.mid} ${shown(band.mid, false)}`,
    band && `${words.band} ${shown(band.low, false)} to ${shown(band.high, false)}`,
    !band && open !== undefined && `${words.open} ${shown(open)}`,
    `${words.target} ${shown(target)}`,
  );
}

export function rangeBarsSummary({ rows, measure, words }: RangeBarsProps): string {
  const shown = (value: Quantity) => formatValue(value, measure.unit, measure);
  const each = rows.map(({ label, done, band, open = null, target }) => {
    const expected = band ? `${words.mid} ${shown(band.mid)}` : `${words.open} ${shown(open)}`;
    return `${label}: ${words.done} ${shown(done)}, ${expected}, ${words.target} ${shown(target)}`;
  });
  return each.join('; ') || `No ${words.label.toLowerCase()} is known`;
}

export function rangeBarsTable({ rows, measure, words }: RangeBarsProps): Twin {
  const hasBand = rows.some(({ band }) => band);
  const hasOpen = rows.some(({ band, open }) => !band && open !== undefined);
  return {
    caption: `${words.done} and ${words.target} by ${words.label.toLowerCase()}`,
    columns: [
      linked(words.label),
      measured('done', words.done, measure),
      ...(hasBand
        ? [
            measured('low', `${words.band}, low`, measure),
            measured('mid', words.mid, measure),
            measured('high', `${words.band}, high`, measure),
          ]
        : []),
      ...(hasOpen ? [measured('open', words.open, measure)] : []),
      measured('target', words.target, measure),
    ],
    rows: rows.map(({ label, done, band, open, target, href }) => ({
      label,
      done,
      ...band,
      open,
      target,
      href,
    })),
  };
}
