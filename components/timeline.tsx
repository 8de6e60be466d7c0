'use client';
import { type KeyboardEvent, useId, useMemo, useState } from 'react';
import { layOut, type TimelineLane, type TimelineShape, ticksBetween } from './timeline-layout.ts';
import styles from './timeline.module.css';

export interface TimelineProps {
  /** What the picture says, for those who do not see it. */
  label: string;
  /** The stretch that is drawn, in milliseconds. */
  from: number;
  to: number;
  /** A hairline: the instant from which one looks. */
  now: { at: number; label: string } | null;
  lanes: TimelineLane[];
}

/** Several lanes over one time axis. Pointer and arrow keys show the same tip; widths are shares, so it fits any page. */
export function Timeline({ label, from, to, now, lanes }: TimelineProps) {
  const { shapes, titles, height } = useMemo(() => layOut(lanes, from, to), [lanes, from, to]);
  const ticks = useMemo(() => ticksBetween(from, to), [from, to]);
  const [active, setActive] = useState<number | null>(null);
  const help = useId();
  const shown = active === null ? null : (shapes[active] ?? null);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    <div
      className={styles.timeline}
      role="group"
      aria-label={label}
      aria-describedby={help}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys go through its marks
      tabIndex={0}
      onKeyDown={(event) => setActive(step(event, active, shapes.length))}
      onBlur={() => setActive(null)}
      onPointerLeave={() => setActive(null)}
    >
      <svg width="100%" height={height + axisHeight} aria-hidden="true" focusable="false">
        {ticks.map(({ at, text, major }) => (
          <Tick key={at} x={share(at, from, to)} text={text} major={major} height={height} />
        ))}
        {titles.map(({ title, note, y }) => (
          <text key={title} className={styles.title} x="0" y={y}>
            {title}
            {note ? <tspan className={styles.note}>{`  ${note}`}</tspan> : null}
          </text>
        ))}
        {now ? <Now x={share(now.at, from, to)} label={now.label} height={height} /> : null}
        {shapes.map((shape, i) => (
          <g
            key={shape.id}
            data-active={i === active || undefined}
            onPointerEnter={() => setActive(i)}
          >
            <Shape shape={shape} />
          </g>
        ))}
      </svg>
      <div className={styles.help} id={help}>
        Arrow keys go through {shapes.length} marks
      </div>
      <div aria-live="polite">{shown ? <Tip shape={shown} /> : null}</div>
    </div>
  );
}

const axisHeight = 22;

/** A place on the axis as a share of the width. */
const share = (at: number, from: number, to: number): number => (at - from) / (to - from || 1);
const percent = (part: number): string => `${Math.round(part * 1e5) / 1e3}%`;

function step(event: KeyboardEvent, active: number | null, count: number): number | null {
  const last = count - 1;
  const moves: Record<string, number | null> = {
    ArrowRight: active === null ? 0 : Math.min(last, active + 1),
    ArrowLeft: active === null ? last : Math.max(0, active - 1),
    Home: 0,
    End: last,
    Escape: null,
  };
  if (!(event.key in moves) || count === 0) return active;
  if (event.key !== 'Escape') event.preventDefault();
  return moves[event.key] ?? null;
}

function Tick({
  x,
  text,
  major,
  height,
}: {
  x: number;
  text: string;
  major: boolean;
  height: number;
}) {
  const anchor = x > 0.96 ? 'end' : x < 0.02 ? 'start' : 'middle';
  return (
    <g data-major={major || undefined} className={styles.tick}>
      <line x1={percent(x)} x2={percent(x)} y1="0" y2={height} />
      <text x={percent(x)} y={height + 16} textAnchor={anchor}>
        {text}
      </text>
    </g>
  );
}

function Now({ x, label, height }: { x: number; label: string; height: number }) {
  const anchor = x > 0.85 ? 'end' : 'start';
  return (
    <g className={styles.now}>
      <line x1={percent(x)} x2={percent(x)} y1="0" y2={height} />
      <text x={percent(x)} dx={anchor === 'end' ? -5 : 5} y="11" textAnchor={anchor}>
        {label}
      </text>
    </g>
  );
}

function Shape({ shape }: { shape: TimelineShape }) {
  const { kind, x, width, y, height, tone, level, text, minimum } = shape;
  const paint = { 'data-tone': tone, 'data-level': level };
  if (kind === 'dot' || kind === 'square') return <Mark shape={shape} />;
  return (
    <g className={styles[kind]} {...paint}>
      <rect
        x={percent(x)}
        width={percent(width)}
        y={y}
        height={height}
        rx={kind === 'block' ? 2 : 0}
      />
      {kind === 'line' ? (
        <line
          className={styles.end}
          x1={percent(x + width)}
          x2={percent(x + width)}
          y1={y - 3}
          y2={y + 5}
        />
      ) : null}
      {text ? (
        <text
          className={styles.text}
          data-minimum={minimum}
          x={percent(shape.textX)}
          dx={shape.textAnchor === 'end' ? -4 : kind === 'block' ? 0 : 4}
          y={shape.textY}
          textAnchor={shape.textAnchor}
        >
          {text}
        </text>
      ) : null}
      <rect
        className={styles.hit}
        x={percent(x)}
        width={percent(width)}
        y={y - 4}
        height={height + 8}
      />
    </g>
  );
}

function Mark({ shape: { kind, x, y, height, filled, tone } }: { shape: TimelineShape }) {
  const size = height / 2;
  const className = styles.mark;
  const paint = { 'data-tone': tone, 'data-filled': filled || undefined };
  return (
    <g className={className} {...paint}>
      {kind === 'dot' ? (
        <circle cx={percent(x)} cy={y + size} r={size} />
      ) : (
        <svg x={percent(x)} y={y} overflow="visible" aria-hidden="true">
          <rect x={-size + 0.5} y="0.5" width={height - 1} height={height - 1} rx="1.5" />
        </svg>
      )}
    </g>
  );
}

function Tip({ shape }: { shape: TimelineShape }) {
  const middle = Math.min(1, Math.max(0, shape.x + shape.width / 2));
  const shift = middle > 0.7 ? '-100%' : middle < 0.3 ? '0' : '-50%';
  return (
    <div
      className={styles.tip}
      style={{
        left: percent(middle),
        top: shape.y + shape.height + 8,
        transform: `translateX(${shift})`,
      }}
    >
      {shape.tip.map((line, i) => (
        <span key={line} className={i === 0 ? styles.tipHead : undefined}>
          {line}
        </span>
      ))}
    </div>
  );
}
