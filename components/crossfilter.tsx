'use client';
import { type ReactNode, useCallback, useEffect, useMemo, useRef } from 'react';
import {
  type Crossed,
  type CrossTable,
  codedOf,
  cross,
  largest,
  noPicks,
  type Picks,
} from './cross.ts';
import { CrossBars, type CrossPanel } from './cross-bars.tsx';
import { CrossScatter, type CrossScatterProps } from './cross-scatter.tsx';
import styles from './crossfilter.module.css';
import { formatValue, type Measure } from './format.ts';

export interface CrossfilterProps {
  table: CrossTable;
  /** The column of numbers whose sums are shown; `scale` as of an axis. */
  measure: Measure & { name: string; scale: number };
  panels: CrossPanel[];
  scatter: Pick<CrossScatterProps, 'axes' | 'tone' | 'title' | 'note' | 'tipOf' | 'onOpen'>;
  picks: Picks;
  onPick: (picks: Picks) => void;
  /** What one row and many are called. */
  words: [string, string];
  /** The largest rows that pass, for a list below. */
  children: (rows: number[]) => ReactNode;
}

const shownRows = 10;

/** Several charts over the same rows: what is picked in one filters all others at once. Escape takes all picks away. */
export function Crossfilter(props: CrossfilterProps) {
  const { table, measure, panels, scatter, picks, onPick } = props;
  const root = useRef<HTMLElement>(null);
  const names = useMemo(() => panels.map(({ name }) => name), [panels]);
  const crossed = useMemo(
    () => cross(table, measure.name, picks, names),
    [table, measure.name, picks, names],
  );
  const places = useMemo(
    () => placesOf(table, measure.name, panels),
    [table, measure.name, panels],
  );
  const paintScatter = useRef<(crossed: Crossed) => void>(() => undefined);
  const latest = useRef(crossed);
  const paint = useCallback(
    (now: Crossed) => {
      latest.current = now;
      if (root.current) writeParts(root.current, now, { measure, places, words: props.words });
      paintScatter.current(now);
    },
    [measure, places, props.words],
  );
  useEffect(() => paint(crossed), [crossed, paint]);
  useThemeChange(() => paintScatter.current(latest.current));

  const onReady = useCallback((painter: (crossed: Crossed) => void) => {
    paintScatter.current = painter;
    painter(latest.current);
  }, []);
  const drawn = useRef(0);
  const onDrawn = useCallback(() => {
    cancelAnimationFrame(drawn.current);
    drawn.current = requestAnimationFrame(() => paint(latest.current));
  }, [paint]);
  const frame = useRef(0);
  const onBrush: CrossScatterProps['onBrush'] = (ranges, isDone) => {
    cancelAnimationFrame(frame.current);
    const next = { ...picks, ranges };
    if (isDone) onPick(next);
    else
      frame.current = requestAnimationFrame(() => paint(cross(table, measure.name, next, names)));
  };
  const isPicked = Object.keys(picks.codes).length + Object.keys(picks.ranges).length > 0;
  const rows = useMemo(
    () => largest(table, measure.name, crossed, shownRows),
    [table, measure.name, crossed],
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape counts wherever inside the focus is
    <section
      ref={root}
      className={styles.crossfilter}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isPicked) return;
        event.stopPropagation();
        onPick(noPicks);
      }}
    >
      <p className={styles.sum}>
        <span data-whole aria-live="polite" />
        {isPicked ? (
          <button type="button" className={styles.clear} onClick={() => onPick(noPicks)}>
            show all (Escape)
          </button>
        ) : null}
      </p>
      <div className={styles.panels}>
        <CrossScatter
          {...scatter}
          table={table}
          ranges={picks.ranges}
          onBrush={onBrush}
          onReady={onReady}
        />
        {panels.map((panel) => (
          <CrossBars
            key={panel.name}
            {...panel}
            column={codedOf(table, panel.name)}
            places={places[panel.name] ?? []}
            picked={picks.codes[panel.name] ?? nothing}
            onPick={(codes) => onPick(withCodes(picks, panel.name, codes))}
            onDrawn={onDrawn}
          />
        ))}
      </div>
      {props.children(rows)}
    </section>
  );
}

const nothing: number[] = [];

function withCodes({ codes, ranges }: Picks, name: string, picked: number[]): Picks {
  const { [name]: _, ...rest } = codes;
  return { codes: picked.length ? { ...rest, [name]: picked } : rest, ranges };
}

type Places = Record<string, { code: number; total: number }[]>;

/** In which order each panel shows its words: those that have rows, as they stand or largest first. */
function placesOf(table: CrossTable, measure: string, panels: CrossPanel[]): Places {
  const { groups } = cross(
    table,
    measure,
    noPicks,
    panels.map(({ name }) => name),
  );
  return Object.fromEntries(
    panels.map(({ name, isOrdered }) => {
      const { counts = [], sums = [] } = groups[name] ?? {};
      const places = Array.from(sums, (total, code) => ({ code, total })).filter(
        ({ code }) => (counts[code] ?? 0) > 0,
      );
      return [name, isOrdered ? places : places.sort((a, b) => b.total - a.total)];
    }),
  );
}

interface Written {
  measure: CrossfilterProps['measure'];
  places: Places;
  words: CrossfilterProps['words'];
}

/** Writes widths and numbers where they stand, without React: this happens at each frame of a drag. */
function writeParts(
  root: HTMLElement,
  { groups, count, sum }: Crossed,
  { measure, places, words }: Written,
) {
  const { unit, currency, scale } = measure;
  const text = (value: number) => formatValue(value / scale, unit, { currency });
  const whole = root.querySelector('[data-whole]');
  if (whole)
    whole.textContent = `${count.toLocaleString('en')} ${words[count === 1 ? 0 : 1]}, ${text(sum)}`;
  for (const [name, shown] of Object.entries(places)) {
    const panel = root.querySelector(`[data-panel="${name}"]`);
    const most = Math.max(1, ...shown.map(({ total }) => total));
    for (const { code } of shown) {
      const part = panel?.querySelector<HTMLElement>(`[data-part="${code}"]`);
      const value = panel?.querySelector(`[data-value="${code}"]`);
      const mine = groups[name]?.sums[code] ?? 0;
      if (part) part.style.width = `${(mine / most) * 100}%`;
      if (value) value.textContent = text(mine);
    }
  }
}

/** The canvas has its colours from the theme. */
function useThemeChange(repaint: () => void): void {
  const latest = useRef(repaint);
  latest.current = repaint;
  useEffect(() => {
    const again = () => latest.current();
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    const watcher = new MutationObserver(again);
    dark.addEventListener('change', again);
    watcher.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      dark.removeEventListener('change', again);
      watcher.disconnect();
    };
  }, []);
}
