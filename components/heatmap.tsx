import * as Plot from '@observablehq/plot';
import type { TableColumn } from './table.tsx';
import { Chart } from './plot.tsx';
import { shorten, withoutOverlap } from './text-fit.ts';
import { color, framed, leftNames, nameColumn, radius, rowsScale, tip } from './theme.ts';
import { linked, type Twin } from './twin.ts';

export interface HeatmapCell {
  /** The value in words, short; none leaves the cell empty. */
  text: string | null;
  /** How strongly it is shaded, 0 to 1; none where it does not differ beyond noise. */
  shade?: number | null | undefined;
  /** What the shade says; amber when absent. */
  tone?: 'warn' | 'accent' | 'won' | 'lost' | undefined;
  /** Outlined: the one to look at. */
  isMarked?: boolean | undefined;
  href?: string | undefined;
  /** More lines in the tip. */
  notes?: string[] | undefined;
}

export interface HeatmapRow {
  label: string;
  /** One per column, in their order. */
  cells: HeatmapCell[];
  href?: string | undefined;
}

export interface HeatmapProps {
  /** What stands in the rows. */
  label: string;
  columns: string[];
  rows: HeatmapRow[];
  /** What a cell says. */
  words: { value: string };
  summary?: string | undefined;
}

/** Values by row and column, shaded only where it means something. */
export function Heatmap(props: HeatmapProps) {
  return (
    <Chart
      spec={(width) => heatmapOptions(props, width)}
      summary={props.summary ?? heatmapSummary(props)}
    />
  );
}

interface Placed extends HeatmapCell {
  x: number;
  y: number;
}

const rowHeight = 26;

export function heatmapOptions({ columns, rows, words }: HeatmapProps, width: number) {
  const { column, names } = nameColumn(
    rows.map(({ label }) => label),
    width,
  );
  const margins = { top: 22, right: 4, bottom: 2, left: column + 14 };
  const inner = width - margins.left - margins.right;
  const slot = inner / Math.max(1, columns.length);
  const cells = rows.flatMap((row, y) =>
    columns.map((_, x): Placed => ({ text: null, ...row.cells[x], x, y })),
  );
  const heads = withoutOverlap(
    columns.map((text, x) => ({
      at: (x + 0.5) * slot,
      text: shorten(text, slot * 1.6),
      x: x + 0.5,
    })),
    6,
  );
  const across = { x1: ({ x }: Placed) => x, x2: ({ x }: Placed) => x + 1, y: 'y' } as const;
  return framed({ width, height: rows.length * rowHeight + margins.top + 2 }, margins, {
    x: { type: 'linear', domain: [0, Math.max(1, columns.length)] },
    y: rowsScale(rows.length, 0),
    marks: [
      Plot.barX(cells, {
        ...across,
        inset: 1,
        rx: radius,
        fill: fillOf,
        className: 'hit-cell',
        title: (cell: Placed) => tipOf(cell, { columns, rows, words }),
        href: ({ href }: Placed) => href,
      }),
      Plot.barX(
        cells.filter(({ isMarked }) => isMarked),
        { ...across, inset: 1, rx: radius, fill: 'none', stroke: color.ink, strokeWidth: 2 },
      ),
      Plot.text(
        cells.filter(({ text }) => text),
        {
          x: ({ x }: Placed) => x + 0.5,
          y: 'y',
          text: ({ text }: Placed) => shorten(text ?? '', slot - 4),
          fill: color.ink,
        },
      ),
      leftNames(names),
      above(heads.map(({ x, text }) => ({ at: x, text }))),
    ],
  });
}

const above = (heads: { at: number; text: string }[]): Plot.Markish =>
  Plot.text(heads, {
    x: 'at',
    text: 'text',
    frameAnchor: 'top',
    lineAnchor: 'bottom',
    dy: -6,
    fill: color.muted,
  });

/** At most half of the tone, so that the ink on it stays legible in both themes. */
function fillOf({ shade, tone = 'warn', text }: HeatmapCell): string {
  if (shade === null || shade === undefined || shade <= 0)
    return text ? 'color-mix(in srgb, var(--line) 35%, var(--surface))' : 'transparent';
  const part = Math.round(8 + Math.min(1, shade) * 42);
  return `color-mix(in srgb, ${color[tone]} ${part}%, var(--surface))`;
}

function tipOf(
  { x, y, text, notes = [] }: Placed,
  { columns, rows, words }: Pick<HeatmapProps, 'columns' | 'rows' | 'words'>,
): string {
  const head = `${rows[y]?.label ?? ''}, ${columns[x] ?? ''}`;
  return tip(head, `${words.value} ${text ?? '–'}`, ...notes);
}

export function heatmapSummary({ columns, rows, words, label }: HeatmapProps): string {
  const all = rows.flatMap(({ label: row, cells }) =>
    cells.map((cell, n) => ({ ...cell, at: `${row}, ${columns[n] ?? ''}` })),
  );
  const strongest = all
    .filter(({ shade }) => (shade ?? 0) > 0)
    .toSorted((a, b) => (b.shade ?? 0) - (a.shade ?? 0))
    .slice(0, 3)
    .map(({ at, text }) => `${at}: ${text ?? '–'}`);
  const size = `${words.value} by ${label.toLowerCase()}, ${rows.length} by ${columns.length}`;
  return `${size}; ${strongest.length ? `most: ${strongest.join('; ')}` : 'nothing stands out'}`;
}

export function heatmapTable({ columns, rows, words, label }: HeatmapProps): Twin {
  const values = columns.map(
    (text, n): TableColumn => ({
      name: `c${n}`,
      label: text,
      unit: 'text',
      href: (row) => (typeof row[`h${n}`] === 'string' ? String(row[`h${n}`]) : null),
    }),
  );
  return {
    caption: `${words.value} by ${label.toLowerCase()}`,
    columns: [linked(label), ...values],
    rows: rows.map(({ label: name, cells, href }) => ({
      label: name,
      href,
      ...Object.fromEntries(
        cells.flatMap((cell, n) => [
          [`c${n}`, cell.text],
          [`h${n}`, cell.href ?? null],
        ]),
      ),
    })),
  };
}
