import type { FieldGrid, GridCell } from '#warehouse/field-grid.ts';
import { formatValue } from '#components/format.ts';
import type { Piece } from '../sentences.ts';
import { type Choices, measures, wordOf } from './choices.ts';

type Told = Pick<FieldGrid, 'rows' | 'columns' | 'cells' | 'judged' | 'told' | 'currency'>;

/** The combination of two fields that differs most beyond noise, or that none does. The piece `cell` opens it. */
export function fieldsSentence(
  grid: Told,
  { field, across, measure }: Choices,
  { period, past }: { period: string; past: boolean },
): Piece[] {
  const { label, of } = measures[measure];
  const pair = `${wordOf(field)} and ${wordOf(across)}`;
  if (grid.judged === 0)
    return [
      { text: `Too few ${of} in ${period} to judge any combination of ${pair}`, strong: true },
      { text: '. Widen the period or choose a coarser field.' },
    ];
  const found = strongestOf(grid);
  if (!found)
    return [
      {
        text: `No combination of ${pair} ${past ? 'differed' : 'differs'} beyond noise`,
        strong: true,
      },
      {
        text: ` in its ${label.toLowerCase()} in ${period}; ${grid.judged} of ${grid.cells.length} could be judged.`,
      },
    ];
  return [
    { text: `${nameOf(found, grid)}: `, strong: true },
    {
      text: `${label.toLowerCase()} ${shown(found.number, grid, measure)}`,
      metric: 'cell',
      strong: true,
    },
    { text: insteadOf(found, grid, measure) },
    {
      text: ` ${grid.told} of ${grid.judged} combinations of ${pair} ${past ? 'differed' : 'differ'} beyond noise in ${period}.`,
    },
  ];
}

/** Of those beyond noise the one farthest from what its row and column let one expect. */
export const strongestOf = ({ cells }: Pick<Told, 'cells'>): GridCell | undefined =>
  cells
    .filter(({ side }) => side !== null)
    .sort((a, b) => Math.abs(b.z ?? 0) - Math.abs(a.z ?? 0))[0];

const nameOf = ({ row, column }: GridCell, { rows, columns }: Told): string =>
  `${rows[row]?.value ?? 'none'}, ${columns[column]?.value ?? 'none'}`;

const shown = (value: GridCell['number'], { currency }: Told, measure: Choices['measure']) =>
  formatValue(value, measures[measure].unit, { currency });

function insteadOf(cell: GridCell, grid: Told, measure: Choices['measure']): string {
  if (cell.expected !== null)
    return `, where ${shown(cell.expected, grid, measure)} were to be expected.`;
  const times = formatValue(cell.ratio, 'times');
  return `, typically ${times} of what was to be expected.`;
}
