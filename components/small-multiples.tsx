import * as Plot from '@observablehq/plot';
import { formatDay, formatValue, type Measure } from './format.ts';
import { Chart } from './plot.tsx';
import styles from './small-multiples.module.css';
import { widest } from './text-fit.ts';
import { color, framed, gridY, place, type Quantity, textLeft, tip } from './theme.ts';
import { dayStart, niceEnd } from './ticks.ts';
import { hitTimes, type Timed } from './time-frame.ts';
import { measured, type Twin } from './twin.ts';
import { valueTicks } from './value-ticks.ts';

export interface PanelPoint extends Timed {
  value: Quantity;
}

export interface Panel {
  label: string;
  /** In the order of time; the same days in every panel. */
  points: PanelPoint[];
  /** Words beside the name: the newest value, how sure. */
  note?: string | undefined;
  href?: string | undefined;
}

export interface SmallMultiplesProps {
  panels: Panel[];
  measure: Measure;
  /** One line behind each, for all to be held against: the middle of all. */
  reference?: PanelPoint[] | undefined;
  words: { value: string; reference: string };
  today?: string | undefined;
}

/** The same measure of many, each in its own small picture, all on one scale. */
export function SmallMultiples(props: SmallMultiplesProps) {
  return (
    <ul className={styles.panels}>
      {props.panels.map((panel) => (
        <li key={panel.label} className={styles.panel}>
          <div className={styles.head}>
            {panel.href ? <a href={panel.href}>{panel.label}</a> : <span>{panel.label}</span>}
            <span className={styles.note}>{panel.note}</span>
          </div>
          <Chart
            spec={(width) => panelOptions(panel, props, width)}
            summary={panelSummary(panel, props)}
            widths={[180]}
          />
        </li>
      ))}
    </ul>
  );
}

const height = 76;

export function panelOptions(panel: Panel, props: SmallMultiplesProps, width: number) {
  const { measure, reference = [] } = props;
  const domain = commonDomain(props);
  const ticks = valueTicks(...domain, 2, measure);
  const margins = { top: 6, right: 8, bottom: 6, left: widest(ticks.map(({ text }) => text)) + 10 };
  const days = [...panel.points, ...reference].map(({ on }) => dayStart(on));
  const at = panel.points.map(({ on }) => dayStart(on));
  const ends = days.length ? [Math.min(...days), Math.max(...days)] : [0, 1];
  const line = (points: readonly PanelPoint[], stroke: string, strokeWidth: number) =>
    Plot.lineY(points, { x: dayOf, y: heightOf, stroke, strokeWidth, strokeLinejoin: 'round' });
  return framed({ width, height }, margins, {
    x: { type: 'linear', domain: ends },
    y: { domain },
    marks: [
      gridY(ticks),
      line(reference, color.faint, 1),
      line(panel.points, color.accent, 2),
      hitTimes(at, domain, tipsOf(panel, props)),
      textLeft(ticks),
    ],
  });
}

const dayOf = ({ on }: PanelPoint): number => dayStart(on);
const heightOf = ({ value }: PanelPoint): number => (value === null ? Number.NaN : Number(value));

/** The scale that serves all panels: from 0, or below it where something is. */
export function commonDomain({ panels, reference = [] }: SmallMultiplesProps): [number, number] {
  const all = [...panels.flatMap(({ points }) => points), ...reference].map(({ value }) =>
    place(value),
  );
  const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)];
  return [low < 0 ? -niceEnd(-low, 1) : 0, niceEnd(high, 2)];
}

function tipsOf({ points }: Panel, { measure, reference = [], words, today }: SmallMultiplesProps) {
  const others = new Map(reference.map(({ on, value }) => [on, value]));
  const shown = (value: Quantity) => formatValue(value, measure.unit, measure);
  return points.map(({ on, value, href }) => ({
    href,
    title: tip(
      formatDay(on, { today }),
      `${words.value} ${shown(value)}`,
      others.has(on) && `${words.reference} ${shown(others.get(on) ?? null)}`,
    ),
  }));
}

export function panelSummary(
  { label, points }: Panel,
  { measure, words }: SmallMultiplesProps,
): string {
  const shown = (point: PanelPoint | undefined) =>
    formatValue(point?.value ?? null, measure.unit, measure);
  return `${label}: ${words.value} from ${shown(points[0])} to ${shown(points.at(-1))}`;
}

export function smallMultiplesTable({ panels, measure, words }: SmallMultiplesProps): Twin {
  const days = [...new Set(panels.flatMap(({ points }) => points.map(({ on }) => on)))].toSorted();
  const values = panels.map(({ points }) => new Map(points.map(({ on, value }) => [on, value])));
  return {
    caption: `${words.value} by time`,
    columns: [
      { name: 'on', label: 'Date', unit: 'date' },
      ...panels.map(({ label }, n) => measured(`v${n}`, label, measure)),
    ],
    rows: days.map((on) => ({
      on,
      ...Object.fromEntries(values.map((of, n) => [`v${n}`, of.get(on) ?? null])),
    })),
  };
}
