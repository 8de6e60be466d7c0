'use client';
import { type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { Crossed, CrossTable, Range } from './cross.ts';
import {
  type Area,
  type Axes,
  areaOf,
  boxOf,
  type Place,
  rangesOf,
  ticksOf,
} from './cross-area.ts';
import { CrossFields } from './cross-fields.tsx';
import { paintPoints, pointsOf, rowAt, type Tone } from './cross-points.ts';
import styles from './crossfilter.module.css';

export interface CrossScatterProps {
  table: CrossTable;
  axes: Axes;
  tone: Tone;
  title: string;
  note: string;
  ranges: Record<string, Range>;
  /** Many times while dragging, at the end with `isDone`. */
  onBrush: (ranges: Record<string, Range>, isDone: boolean) => void;
  /** What is said of the row under the pointer. */
  tipOf: (row: number) => string[];
  onOpen: (row: number) => void;
  /** Gives the painter to whom knows when there is something new to paint. */
  onReady: (paint: (crossed: Crossed) => void) => void;
}

const height = 280;
const far = 4;

/** Many points on a canvas, of which a rectangle can be brushed; fields below it do the same by keyboard. */
export function CrossScatter(props: CrossScatterProps) {
  const { table, axes, tone, ranges, onBrush, onReady, onOpen } = props;
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const hits = useRef<Int32Array>(new Int32Array(0));
  const start = useRef<Place | null>(null);
  const width = useWidth(box);
  const area = useMemo(
    () => (width > 0 ? areaOf(table, axes, width, height) : null),
    [table, axes, width],
  );
  const [tip, setTip] = useState<(Place & { row: number }) | null>(null);
  const [dragged, setDragged] = useState<Record<string, Range> | null>(null);
  const brushed = dragged ?? ranges;

  useEffect(() => {
    const element = canvas.current;
    if (!area || !element) return;
    const about = { points: pointsOf(table, area), area, table, tone };
    onReady((crossed) => {
      hits.current = paintPoints(element, about, crossed);
    });
  }, [area, table, tone, onReady]);

  const move = (event: PointerEvent<HTMLDivElement>) => {
    if (!area) return;
    const here = placeOf(event);
    if (start.current) {
      if (!isFar(start.current, here)) return;
      const next = rangesOf(area, start.current, here);
      setDragged(next);
      onBrush(next, false);
      return;
    }
    const row = rowAt(hits.current, area, here);
    setTip(row === null ? null : { row, ...here });
  };
  const end = (event: PointerEvent<HTMLDivElement>) => {
    const [from, here] = [start.current, placeOf(event)];
    start.current = null;
    setDragged(null);
    if (!from || !area) return;
    if (isFar(from, here)) return onBrush(rangesOf(area, from, here), true);
    const row = rowAt(hits.current, area, here);
    if (row === null) onBrush({}, true);
    else onOpen(row);
  };
  return (
    <section className={styles.panel}>
      <h3 className={styles.title}>
        {props.title} <span className={styles.note}>{props.note}</span>
      </h3>
      <div
        ref={box}
        className={styles.plot}
        style={{ height }}
        data-near={tip !== null || undefined}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          start.current = placeOf(event);
          setTip(null);
        }}
        onPointerMove={move}
        onPointerUp={end}
        onPointerLeave={() => setTip(null)}
      >
        <div aria-hidden="true">
          {area ? <Frame area={area} /> : null}
          <canvas ref={canvas} className={styles.canvas} />
        </div>
        {area && Object.keys(brushed).length ? (
          <div className={styles.brush} style={boxOf(area, brushed)} />
        ) : null}
        {tip && area ? <Tip {...tip} area={area} lines={props.tipOf(tip.row)} /> : null}
      </div>
      <CrossFields axes={[axes.x, axes.y]} ranges={ranges} onChange={(r) => onBrush(r, true)} />
    </section>
  );
}

function useWidth(box: { current: HTMLDivElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!box.current) return;
    const watcher = new ResizeObserver(([entry]) =>
      setWidth(Math.floor(entry?.contentRect.width ?? 0)),
    );
    watcher.observe(box.current);
    return () => watcher.disconnect();
  }, [box]);
  return width;
}

const placeOf = (event: PointerEvent<HTMLDivElement>): Place => {
  const { left, top } = event.currentTarget.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
};

const isFar = (a: Place, b: Place): boolean => Math.hypot(a.x - b.x, a.y - b.y) >= far;

function Frame({ area }: { area: Area }) {
  const { columns, rows } = ticksOf(area);
  return (
    <svg className={styles.frame} width={area.width} height={area.height} aria-hidden="true">
      {rows.map(({ at, text }) => (
        <g key={text} transform={`translate(0,${at})`}>
          <line x1={area.left} x2={area.right} />
          <text x={area.left - 8} dy="0.32em" textAnchor="end">
            {text}
          </text>
        </g>
      ))}
      {columns.map(({ at, text }) => (
        <text key={text} x={at} y={area.bottom + 18} textAnchor="middle">
          {text}
        </text>
      ))}
    </svg>
  );
}

const tipWidth = 220;

function Tip({ x, y, area, lines }: Place & { area: Area; lines: string[] }) {
  const left = Math.max(0, Math.min(x + 12, area.width - tipWidth));
  return (
    <div className={styles.tip} style={{ left, top: y + 14, width: tipWidth }}>
      {lines.map((line) => (
        <div key={line}>{line}</div>
      ))}
    </div>
  );
}
