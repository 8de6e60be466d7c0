import type { Measure } from './format.ts';
import { type NoteColumns, noteColumns } from './notes.ts';
import { type Margins, nameColumn } from './theme.ts';
import { niceEnd } from './ticks.ts';
import { valueTicks } from './value-ticks.ts';

/** The room of a picture with one row each: names at the left, words at the right, the scale between them. */
export interface NotedRows {
  names: string[];
  columns: NoteColumns;
  margins: Margins;
  /** Width of the scale. */
  inner: number;
  /** How many ticks find room on it. */
  room: number;
}

const gap = 12;
const tickWidth = 58;

export function notedRows(
  rows: readonly { label: string; notes: string[] }[],
  width: number,
  { top, left = gap, right = 0 }: { top: number; left?: number; right?: number },
): NotedRows {
  const { column, names } = nameColumn(
    rows.map(({ label }) => label),
    width,
  );
  const columns = noteColumns(
    rows.map(({ notes }) => notes),
    width,
  );
  const margins = {
    top,
    right: Math.max(columns.width + gap, right),
    bottom: 26,
    left: column + left,
  };
  const inner = width - margins.left - margins.right;
  return { names, columns, margins, inner, room: Math.floor(inner / tickWidth) };
}

/** A scale from 0 that the greatest value fits on, with its ticks. */
export function fromZero(greatest: number, room: number, measure: Measure) {
  const count = Math.max(2, room);
  const end = niceEnd(Math.max(0, greatest), count * 2);
  return { end, ticks: valueTicks(0, end, count, measure) };
}
