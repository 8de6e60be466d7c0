import * as Plot from '@observablehq/plot';
import { textWidth, widest } from './text-fit.ts';
import { color, rowNumber } from './theme.ts';

/** Columns of words right of the bars; the last give way when there is no room. */
export interface NoteColumns {
  width: number;
  marks: Plot.Markish[];
}

const gap = 12;

/** At most two fifths of the picture, one line of words in any case; `width` is the room they take. */
export function noteColumns(notes: readonly (readonly string[])[], width: number): NoteColumns {
  const most = Math.max(0, ...notes.map(({ length }) => length));
  const marks: Plot.Markish[] = [];
  let end = 0;
  for (let n = 0; n < most; n += 1) {
    const start = end + gap;
    const next = start + widest(notes.map((words) => words[n] ?? ''));
    if (next > Math.max(width * 0.4, textWidth('64 open −€ 230 k') + gap)) break;
    marks.push(column(notes, n, start));
    end = next;
  }
  return { width: end, marks };
}

const column = (notes: readonly (readonly string[])[], n: number, start: number): Plot.Markish =>
  Plot.text(notes, {
    y: rowNumber,
    text: (words: readonly string[]) => words[n] ?? '',
    frameAnchor: 'right',
    textAnchor: 'start',
    dx: start,
    fill: color.muted,
  });
