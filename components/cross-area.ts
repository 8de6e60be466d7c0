import { type CrossTable, numbersOf, type Range } from './cross.ts';
import type { Measure } from './format.ts';
import { widest } from './text-fit.ts';
import { niceEnd } from './ticks.ts';
import { fittingTicks, orderTicks, valueTicks } from './value-ticks.ts';

export interface Axis extends Measure {
  /** The column of numbers. */
  name: string;
  title: string;
  /** How many stored units one shown unit is: 100 where cents are stored. */
  scale: number;
}

export interface Axes {
  /** In even steps from 0. */
  x: Axis;
  /** By orders of magnitude; what is not above 0 stands at the bottom. */
  y: Axis;
}

export interface Place {
  x: number;
  y: number;
}

/** Where values stand in a picture, in its pixels. */
export interface Area {
  axes: Axes;
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
  xEnd: number;
  /** Of the decimal logarithm. */
  yEnds: [number, number];
}

export function areaOf(table: CrossTable, axes: Axes, width: number, height: number): Area {
  const { x, y } = axes;
  const xEnd = niceEnd(endsOf(numbersOf(table, x.name))[1] / x.scale, 4) * x.scale;
  const yEnds = decades(numbersOf(table, y.name), y.scale);
  const edge = { right: width - 20, top: 6, bottom: height - 28 };
  const area = { axes, width, height, left: 0, ...edge, xEnd, yEnds };
  return { ...area, left: widest(ticksOf(area).rows.map(({ text }) => text)) + 14 };
}

/** The smallest above 0 and the largest. */
function endsOf(values: Float64Array): [number, number] {
  let low = Infinity;
  let high = 0;
  for (const value of values) {
    if (value > high) high = value;
    if (value > 0 && value < low) low = value;
  }
  return [low, high];
}

function decades(values: Float64Array, scale: number): [number, number] {
  const [low, high] = endsOf(values);
  if (high === 0) return [Math.log10(scale), Math.log10(scale) + 1];
  const start = Math.floor(Math.log10(low / scale));
  const end = Math.max(start + 1, Math.ceil(Math.log10(high / scale)));
  return [start + Math.log10(scale), end + Math.log10(scale)];
}

export function ticksOf(area: Area) {
  const { x, y } = area.axes;
  const [low, high] = area.yEnds.map((end) => 10 ** end / y.scale) as [number, number];
  const end = area.xEnd / x.scale;
  const columns = fittingTicks(valueTicks(0, end, 4, x), [0, end], area.right - area.left);
  const rows = orderTicks(low, high, y);
  return {
    columns: columns.map(({ at, text }) => ({ at: xAt(area, at * x.scale), text })),
    rows: rows.map(({ at, text }) => ({ at: yAt(area, at * y.scale), text })),
  };
}

const within = (share: number): number => Math.min(Math.max(share, 0), 1);

export const xAt = ({ left, right, xEnd }: Area, value: number): number =>
  left + within(value / xEnd) * (right - left);

export const yAt = ({ top, bottom, yEnds: [low, high] }: Area, value: number): number =>
  bottom - within(value > 0 ? (Math.log10(value) - low) / (high - low) : 0) * (bottom - top);

/** What stands between two corners, in whole stored units. */
export function rangesOf(area: Area, a: Place, b: Place): Record<string, Range> {
  const { axes, left, right, top, bottom, xEnd } = area;
  const [low, high] = area.yEnds;
  const x = (at: number) => within((at - left) / (right - left)) * xEnd;
  const y = (at: number) => 10 ** (low + within((bottom - at) / (bottom - top)) * (high - low));
  const sorted = (p: number, q: number): Range => [
    Math.floor(Math.min(p, q)),
    Math.ceil(Math.max(p, q)),
  ];
  return {
    [axes.x.name]: sorted(x(a.x), x(b.x)),
    // Those at the bottom may be worth nothing.
    [axes.y.name]: sorted(
      Math.max(a.y, b.y) >= bottom ? 0 : y(Math.max(a.y, b.y)),
      y(Math.min(a.y, b.y)),
    ),
  };
}

/** The rectangle of two ranges; where one is missing it goes from edge to edge. */
export function boxOf(area: Area, ranges: Record<string, Range>) {
  const { axes, left: start, right: end, top: high, bottom: low } = area;
  const [x0, x1] = ranges[axes.x.name] ?? [-Infinity, Infinity];
  const [y0, y1] = ranges[axes.y.name] ?? [-Infinity, Infinity];
  const left = x0 === -Infinity ? start : xAt(area, x0);
  const right = x1 === Infinity ? end : xAt(area, x1);
  const bottom = y0 === -Infinity ? low : yAt(area, y0);
  const top = y1 === Infinity ? high : yAt(area, y1);
  return { left, top, width: right - left, height: bottom - top };
}
