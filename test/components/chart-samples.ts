import type { FunctionComponent } from 'react';
import { AreaTrend, areaTrendTable } from '#components/area-trend.tsx';
import { BoxRows, boxRowsTable } from '#components/box-rows.tsx';
import { DotInterval, dotIntervalTable } from '#components/dot-interval.tsx';
import { Fan, fanTable } from '#components/fan.tsx';
import { Funnel, funnelTable } from '#components/funnel.tsx';
import { Heatmap, heatmapTable } from '#components/heatmap.tsx';
import { LineTrend, lineTrendTable } from '#components/line-trend.tsx';
import { PairedColumns, pairedColumnsTable } from '#components/paired-columns.tsx';
import { RangeBars, rangeBarsTable } from '#components/range-bars.tsx';
import { Scatter, scatterTable } from '#components/scatter.tsx';
import { StageBars, stageBarsTable } from '#components/stage-bars.tsx';
import type { Twin } from '#components/twin.ts';
import { Waterfall, waterfallTable } from '#components/waterfall.tsx';

export type Kind = 'usual' | 'long' | 'tiny' | 'negative' | 'empty';
export const kinds: Kind[] = ['usual', 'long', 'tiny', 'negative', 'empty'];

export interface Sample {
  name: string;
  /** The chart, and how many marks can be pointed at. */
  of: (kind: Kind) => { component: FunctionComponent; twin: Twin; marks: number };
}

const eur = { unit: 'money', currency: 'EUR' } as const;
const long = 'A name <b>so long</b> & so tiring that no column of a picture holds it';

/** Values as text, with the character that the kind asks for. */
function values(kind: Kind, count = 7): string[] {
  const sizes: Record<Kind, (i: number) => number> = {
    usual: (i) => 1_900_000 / (i + 1),
    long: (i) => 123_456_789.12 * (i + 1),
    tiny: (i) => (i === 0 ? 9_000_000 : 0.01 * i),
    negative: (i) => (i % 2 ? -1 : 1) * 40_000 * (i + 1),
    empty: () => 0,
  };
  const length = kind === 'empty' ? 0 : count;
  return Array.from({ length }, (_, i) => sizes[kind](i).toFixed(2));
}

const labelOf = (kind: Kind, i: number): string => (kind === 'long' ? `${long} ${i}` : `Step ${i}`);
const day = (i: number): string =>
  new Date(Date.UTC(2024, 9, 1) + i * 7 * 86_400_000).toISOString().slice(0, 10);
const month = (i: number): string => new Date(Date.UTC(2024, 9 + i, 1)).toISOString().slice(0, 10);
const href = (i: number): string => `/list?at=${i}&more=<"`;

/** A chart with its props bound, and its twin. */
function bound<P extends object>(
  component: FunctionComponent<P>,
  table: (props: P) => Twin,
  marks: (props: P) => number,
) {
  return (props: P) => ({
    component: () => component(props) as never,
    twin: table(props),
    marks: marks(props),
  });
}

const stageBars = bound(StageBars, stageBarsTable, ({ bars }) => bars.length);
const rangeBars = bound(RangeBars, rangeBarsTable, ({ rows }) => rows.length);
const waterfall = bound(Waterfall, waterfallTable, () => 0);
const areaTrend = bound(AreaTrend, areaTrendTable, ({ points }) => points.length);
const lineTrend = bound(LineTrend, lineTrendTable, ({ points }) => points.length);
const fan = bound(Fan, fanTable, ({ points }) => points.length);
const paired = bound(PairedColumns, pairedColumnsTable, ({ months }) => months.length);
const funnel = bound(Funnel, funnelTable, ({ steps }) => steps.length);
const boxes = bound(BoxRows, boxRowsTable, ({ rows }) => rows.length);
const dots = bound(DotInterval, dotIntervalTable, ({ rows }) => rows.length);
const heatmap = bound(Heatmap, heatmapTable, ({ rows, columns }) => rows.length * columns.length);
const scatter = bound(
  Scatter,
  scatterTable,
  ({ points }) => points.filter(({ y }) => Number(y) > 0).length,
);

const barWords = { label: 'Stage', value: 'Open', hollow: 'typed', solid: 'learned' };
const rangeWords = {
  label: 'Quarter',
  done: 'Won',
  band: '80 % band',
  mid: 'P50',
  open: 'Weighted',
  target: 'Target',
};

export const samples: Sample[] = [
  {
    name: 'StageBars',
    of: (kind) =>
      stageBars({
        measure: eur,
        words: barWords,
        bars: values(kind).map((value, i) => ({
          label: labelOf(kind, i),
          value,
          hollow: i % 2 ? null : value,
          solid: i % 3 ? value : null,
          notes: [`${i} open`, '−€ 230 k'],
          href: href(i),
        })),
      }),
  },
  {
    name: 'RangeBars',
    of: (kind) =>
      rangeBars({
        measure: eur,
        words: rangeWords,
        rows: values(kind, 4).map((value, i) => ({
          label: labelOf(kind, i),
          done: value,
          band: i % 2 ? { low: value, mid: Number(value) * 1.2, high: Number(value) * 1.5 } : null,
          open: '5000.00',
          target: i === 3 ? null : value,
          notes: ['€ 4.9 M', 'target 5.5'],
          href: href(i),
        })),
      }),
  },
  {
    name: 'Waterfall',
    of: (kind) => {
      const deltas = values(kind);
      const end = deltas.reduce((sum, delta) => sum + Number(delta), 1000);
      const made = waterfall({
        measure: eur,
        start: { label: '30 Jun', value: '1000' },
        end: { label: '30 Sep', value: end.toFixed(2) },
        steps: deltas.map((delta, i) => ({ label: labelOf(kind, i), delta, href: href(i) })),
      });
      return { ...made, marks: deltas.length + 2 };
    },
  },
  {
    name: 'AreaTrend',
    of: (kind) =>
      areaTrend({
        measure: eur,
        series: [{ name: labelOf(kind, 0) }, { name: 'next' }, { name: 'later' }],
        points: values(kind === 'negative' ? 'usual' : kind, 60).map((value, i) => ({
          on: day(i),
          values: [value, null, value],
          href: href(i),
        })),
      }),
  },
  {
    name: 'LineTrend',
    of: (kind) =>
      lineTrend({
        measure: eur,
        series: [{ name: labelOf(kind, 0) }, { name: 'target', isDashed: true }, { name: 'pace' }],
        points: values(kind, 60).map((value, i) => ({
          on: day(i),
          values: [i % 9 ? value : null, value, value],
          band: [value, value],
          href: href(i),
        })),
      }),
  },
  {
    name: 'Fan',
    of: (kind) =>
      fan({
        measure: eur,
        words: { mid: 'P50', band: '80 % band', target: labelOf(kind, 0) },
        points: values(kind, 30).map((value, i) => ({
          on: day(i),
          low: value,
          mid: value,
          high: value,
          target: i < 9 ? null : '5000.00',
          href: href(i),
        })),
      }),
  },
  {
    name: 'PairedColumns',
    of: (kind) =>
      paired({
        measure: eur,
        sides: [{ name: labelOf(kind, 0) }, { name: 'closed' }],
        months: values(kind, 24).map((value, i) => ({
          on: month(i),
          values: [value, i % 5 ? value : null],
          href: href(i),
        })),
      }),
  },
  {
    name: 'Funnel',
    of: (kind) =>
      funnel({
        words: { label: 'Stage', count: 'Entered', share: 'Came on' },
        steps: values(kind).map((value, i) => ({
          label: labelOf(kind, i),
          count: Math.abs(Math.round(Number(value))),
          share: i ? { value: 0.66, low: 0.6, high: 0.74 } : null,
          isGoal: i === 6,
          href: href(i),
        })),
      }),
  },
  {
    name: 'BoxRows',
    of: (kind) =>
      boxes({
        measure: { unit: 'days' },
        words: { label: 'Step', value: 'Now', low: '25 %', mid: '50 %', high: '80 %', end: '95 %' },
        rows: values(kind).map((value, i) => ({
          label: labelOf(kind, i),
          value: i === 3 ? null : Math.abs(Math.round(Number(value))),
          usual: i === 2 ? null : { low: i, mid: 4 * i, high: 9 * i, end: 1000 * i },
          notes: ['1,840 open', '€ 2.5 M'],
          href: href(i),
        })),
      }),
  },
  {
    name: 'DotInterval',
    of: (kind) =>
      dots({
        measure: eur,
        words: { label: 'Name', value: 'Size', interval: '80 % interval' },
        band: { low: '100.00', high: '50000.00', label: 'Cannot be told apart' },
        rows: values(kind).map((value, i) => ({
          label: labelOf(kind, i),
          value: i === 3 ? null : value,
          low: i === 3 ? null : Number(value) - 10,
          high: i === 3 ? null : Number(value) + 10,
          notes: ['48 %', 'n 61'],
          href: href(i),
        })),
      }),
  },
  {
    name: 'Heatmap',
    of: (kind) =>
      heatmap({
        label: 'Region',
        words: { value: 'Chance' },
        columns: kind === 'empty' ? [] : Array.from({ length: 12 }, (_, i) => labelOf(kind, i)),
        rows: values(kind, 4).map((value, row) => ({
          label: labelOf(kind, row),
          cells: Array.from({ length: 12 }, (_, i) => ({
            text: i % 3 ? value : null,
            shade: i / 10 - 0.2,
            isMarked: i === 4,
            href: href(i),
          })),
        })),
      }),
  },
  {
    name: 'Scatter',
    of: (kind) =>
      scatter({
        x: { unit: 'days' },
        y: eur,
        words: { label: 'Name', x: 'Age', y: 'Amount', flagged: 'Too long' },
        points: values(kind, 40).map((value, i) => ({
          label: labelOf(kind, i),
          x: i * 9,
          y: value,
          isFlagged: i % 7 === 0,
          href: href(i),
        })),
      }),
  },
];
