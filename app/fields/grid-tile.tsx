import type { FieldGrid, FieldGridInput } from '#warehouse/field-grid.ts';
import { formatValue } from '#components/format.ts';
import { type HeatRow, HeatTable } from '#components/heat-table.tsx';
import { Tile } from '../tile.tsx';
import { hrefOf, lasting, type Params, receiptHref, toQuery, type View } from '../view.ts';
import { cellOf } from './cells.ts';
import { type Choices, labelOf, measures, wordOf } from './choices.ts';

export interface Frame {
  path: string;
  /** What stays in the address. */
  params: Params;
  /** The view in the period of the page. */
  view: View;
  /** The period in words. */
  words: string;
  choices: Choices;
}

export const gridNote =
  'Shaded only beyond noise: ▲ above and ▼ below what row and column let one expect, of all shaded at most one in twenty by chance';

interface GridProps {
  grid: FieldGrid;
  rows: FieldGridInput['rows'];
  columns: FieldGridInput['columns'];
  frame: Frame;
  /** People first, then how to choose. */
  before?: React.ReactNode;
}

/** One measure by two dimensions; each cell opens its receipt, an empty one says how many are missing. */
export function GridTile({ grid, rows, columns, frame, before }: GridProps) {
  const { view, words, choices } = frame;
  const { label, of, unit } = measures[choices.measure];
  const missing = unit === 'count' ? '' : `. +n: so many more ${of} are missing to know a cell`;
  return (
    <Tile
      span={12}
      title={titleOf(grid, rows, columns)}
      note={`${label} in ${words}. ${gridNote}${missing}`}
      query={toQuery(view, [choices.measure], { by: [rows, columns] })}
    >
      {before}
      {grid.rows.length === 0 || grid.columns.length === 0 ? (
        <p className="empty">
          Nothing has a {wordOf(rows)} and a {wordOf(columns)} in {words}.{' '}
          <a href={hrefOf(frame.path, frame.params, { period: 'all' })}>Look at all periods</a>.
        </p>
      ) : (
        <HeatTable
          caption={`${label} by ${wordOf(rows)} and ${wordOf(columns)}`}
          label={labelOf(rows)}
          columns={grid.columns.map(({ value }) => value ?? 'none')}
          rows={rowsOf({ grid, rows, columns, frame })}
        />
      )}
      <p className="muted">
        {formatValue(grid.judged, 'count')} of {formatValue(grid.cells.length, 'count')} cells could
        be judged, {grid.told} differ beyond noise. {grid.notes.join('. ')}
      </p>
    </Tile>
  );
}

function titleOf({ told, judged }: FieldGrid, rows: string, columns: string): string {
  const pair = `${labelOf(rows)} × ${wordOf(columns)}`;
  if (judged === 0) return `${pair}: too few closings to judge`;
  if (told === 0) return `${pair}: nothing differs beyond noise`;
  return `${pair}: ${told} ${told === 1 ? 'cell differs' : 'cells differ'} beyond noise`;
}

/** Rows in which something differs come first, the others after them in their order. */
function rowsOf({ grid, rows, columns, frame }: Omit<GridProps, 'before'>): HeatRow[] {
  const { measure } = frame.choices;
  const found = grid.rows.map(({ value }, r) => {
    const own = grid.cells.filter((cell) => cell.row === r).sort((a, b) => a.column - b.column);
    const cells = own.map((cell) => ({
      ...cellOf(cell, grid, measure),
      href:
        cell.n > 0
          ? cellHref(frame, { [rows]: value, [columns]: grid.columns[cell.column]?.value ?? null })
          : undefined,
    }));
    const told = own.filter(({ side }) => side !== null).length;
    return { told, label: value ?? 'none', href: cellHref(frame, { [rows]: value }), cells };
  });
  return found.sort((a, b) => b.told - a.told);
}

/** The receipt of the measure for some values. */
export function cellHref(
  { path, params, view, choices }: Frame,
  only: Record<string, string | null>,
): string {
  const values = Object.entries(only).map(([name, value]) => [name, [value]]);
  const where = { ...view.where, ...Object.fromEntries(values) };
  return receiptHref(path, lastingHere(params), toQuery(view, [choices.measure], { where }));
}

/** The view and the choices of this page. */
export const lastingHere = (params: Params): Params => ({
  ...lasting(params),
  field: params.field,
  across: params.across,
  measure: params.measure,
});
