'use client';
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import styles from './chart-tips.module.css';

interface Shown {
  lines: string[];
  left: number;
  top: number;
  /** Which way the tip grows from its place, so that it stays on the picture. */
  toward: 'left' | 'right';
}

/**
 * Shows the title of the mark under the pointer or reached by the arrow keys as a tip; Enter opens the mark's link,
 * Escape closes the tip. Knows nothing of the drawing but `title` and `a`.
 */
export function ChartTips({ summary, children }: { summary: string; children: ReactNode }) {
  const host = useRef<HTMLDivElement>(null);
  const active = useRef<Element | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const help = useId();

  const show = (mark: Element | null) => {
    if (mark === active.current) return;
    active.current?.removeAttribute('data-active');
    mark?.setAttribute('data-active', '');
    active.current = mark;
    setShown(mark && host.current ? tipOf(mark, host.current) : null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!host.current) return;
    if (event.key === 'Enter' && active.current) return open(active.current);
    const marks = marksIn(host.current);
    const next = nextMark(event.key, marks, active.current);
    if (next === undefined) return;
    event.preventDefault();
    show(next);
  };
  useEffect(() => {
    if (host.current) takeTitles(host.current);
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    <div
      ref={host}
      className={styles.chart}
      role="group"
      aria-roledescription="chart"
      aria-label={summary}
      aria-describedby={help}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys go through its marks
      tabIndex={0}
      onKeyDown={onKeyDown}
      onBlur={() => show(null)}
      onPointerMove={(event) => show(markUnder(event))}
      onPointerLeave={() => show(null)}
    >
      {children}
      <div className={styles.help} id={help}>
        Arrow keys go through the marks, Enter opens one
      </div>
      <div aria-live="polite">{shown ? <Tip {...shown} /> : null}</div>
    </div>
  );
}

function Tip({ lines: [head, ...rest], left, top, toward }: Shown) {
  return (
    <div className={styles.tip} data-toward={toward} style={{ left, top }}>
      <span className={styles.head}>{head}</span>
      {rest.map((line) => (
        <span key={line}>{line}</span>
      ))}
    </div>
  );
}

/** The marks that have something to say, of the drawing that is shown. */
function marksIn(host: Element): Element[] {
  const shown = [...host.querySelectorAll('svg[data-hits]')].filter(
    (svg) => svg.getClientRects().length > 0,
  );
  for (const svg of shown) takeTitles(svg);
  return shown.flatMap((svg) => [...svg.querySelectorAll('[data-tip]')]);
}

/** Moves titles to attributes, the links' names among them: the browser would show its own tip beside ours. */
function takeTitles(svg: Element): void {
  for (const title of svg.querySelectorAll('title')) {
    const tip = title.textContent ?? '';
    title.parentElement?.setAttribute('data-tip', tip);
    title.closest('a')?.setAttribute('aria-label', tip.replaceAll('\n', ', '));
    title.remove();
  }
}

function markUnder({ target, pointerType }: PointerEvent): Element | null {
  if (!(target instanceof Element) || pointerType === 'touch') return null;
  const svg = target.closest('svg[data-hits]');
  if (svg) takeTitles(svg);
  return target.closest('[data-tip]');
}

/** The mark that a key leads to; null where it closes; undefined when the key means nothing here. */
export function nextMark<T>(key: string, marks: readonly T[], from: T | null) {
  const at = from === null ? -1 : marks.indexOf(from);
  const last = marks.length - 1;
  const to: Record<string, number> = {
    ArrowRight: Math.min(last, at + 1),
    ArrowDown: Math.min(last, at + 1),
    ArrowLeft: at < 0 ? last : Math.max(0, at - 1),
    ArrowUp: at < 0 ? last : Math.max(0, at - 1),
    Home: 0,
    End: last,
  };
  if (key === 'Escape') return from === null ? undefined : null;
  return key in to ? marks[to[key] ?? 0] : undefined;
}

function open(mark: Element): void {
  const init = { bubbles: true, cancelable: true, view: window };
  mark.closest('a')?.dispatchEvent(new MouseEvent('click', init));
}

/** Beside the mark: below its middle, and toward the side where there is more room. */
function tipOf(mark: Element, host: Element): Shown {
  const box = mark.getBoundingClientRect();
  const around = host.getBoundingClientRect();
  const isTall = box.height > around.height / 2;
  const middle = (Math.max(box.left, around.left) + Math.min(box.right, around.right)) / 2;
  const left = middle - around.left;
  return {
    lines: (mark.getAttribute('data-tip') ?? '').split('\n'),
    left: Math.min(Math.max(left, 0), around.width),
    top: (isTall ? box.top + 8 : box.bottom + 4) - around.top,
    toward: left > around.width / 2 ? 'left' : 'right',
  };
}
