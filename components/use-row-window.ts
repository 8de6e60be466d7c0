'use client';
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { type FocusEvent, type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { RowPages } from './row-pages.ts';

export const rowHeight = 32;
export const headHeight = 32;
const overscan = 12;

export type Piece = { kind: 'row'; index: number } | { kind: 'gap'; from: number; height: number };

/** Which rows are drawn, which one the keyboard stands on; asks for those that come into view. */
export function useRowWindow({
  scroller,
  count,
  pages,
  first,
}: {
  scroller: RefObject<HTMLElement | null>;
  count: number;
  pages: Pick<RowPages, 'want'>;
  /** How many rows are known at first. */
  first: number;
}) {
  const [active, setActive] = useState(0);
  const isMoved = useRef(false);
  const here = Math.min(active, Math.max(0, count - 1));
  const rangeExtractor = useCallback(
    (range: Range) => withRow(defaultRangeExtractor(range), here, range.count),
    [here],
  );
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
    // Before the browser has measured: all rows that came with the page.
    initialRect: { width: 0, height: Math.max(1, first - overscan) * rowHeight },
    rangeExtractor,
  });
  const { startIndex = 0, endIndex = 0 } = virtual.range ?? {};
  const { want } = pages;
  // biome-ignore lint/correctness/useExhaustiveDependencies: also when the list changes its length
  useEffect(() => want(startIndex, endIndex), [startIndex, endIndex, count]);
  useEffect(() => {
    const row = isMoved.current && scroller.current?.querySelector(`[data-index="${here}"]`);
    if (!(row instanceof HTMLElement)) return;
    isMoved.current = false;
    row.focus({ preventScroll: true });
  });

  /** Whether the key means something here. */
  const move = (key: string): boolean => {
    const height = scroller.current?.clientHeight ?? 0;
    const screen = Math.max(1, Math.floor((height - headHeight) / rowHeight) - 1);
    const to = nextRow(key, here, { count, screen });
    if (to === undefined) return false;
    isMoved.current = true;
    setActive(to);
    virtual.scrollToIndex(to);
    return true;
  };
  const onFocus = ({ target }: FocusEvent) => {
    const index = target.closest('tr')?.getAttribute('data-index');
    if (index) setActive(Number(index));
  };
  const pieces = piecesOf(
    virtual.getVirtualItems().map(({ index }) => index),
    count,
  );
  return { active: here, setActive, move, onFocus, pieces };
}

/** The row that a key leads to; none when the key means nothing here. */
export function nextRow(
  key: string,
  from: number,
  { count, screen }: { count: number; screen: number },
): number | undefined {
  const to: Record<string, number> = {
    ArrowDown: from + 1,
    ArrowUp: from - 1,
    PageDown: from + screen,
    PageUp: from - screen,
    Home: 0,
    End: count - 1,
  };
  return key in to ? Math.max(0, Math.min(count - 1, to[key] ?? 0)) : undefined;
}

function withRow(range: number[], row: number, count: number): number[] {
  if (row >= count || range.includes(row)) return range;
  return row < (range[0] ?? 0) ? [row, ...range] : [...range, row];
}

/** The rows that are drawn, and between them the height of those that are not. */
export function piecesOf(drawn: readonly number[], count: number): Piece[] {
  const gap = (from: number, to: number): Piece[] =>
    to > from ? [{ kind: 'gap', from, height: (to - from) * rowHeight }] : [];
  let end = 0;
  const pieces = drawn.flatMap((index): Piece[] => {
    const before = gap(end, index);
    end = index + 1;
    return [...before, { kind: 'row', index }];
  });
  return [...pieces, ...gap(end, count)];
}
