import type { FieldGrid, GridCell } from '#warehouse/field-grid.ts';
import { formatValue } from '#components/format.ts';
import type { HeatCell } from '#components/heat-table.tsx';
import { type Choices, measures } from './choices.ts';

/** Fewer than this tell nothing about a rate or a mean (metric 2.3). */
const fewest = 5;

/**
 * One cell in words: its number, shaded only beyond noise with a sign that says on which side; with too few, how many
 * more it takes to know it within ten points.
 */
export function cellOf(
  cell: GridCell,
  { currency }: Pick<FieldGrid, 'currency'>,
  measure: Choices['measure'],
): HeatCell {
  const { unit, of, tones } = measures[measure];
  const { n, number, side, z, expected, ratio, missing } = cell;
  const shown = (value: GridCell['number']) => formatValue(value, unit, { currency });
  if (unit !== 'count' && (n < fewest || number === null)) {
    const more = missing ?? fewest - n;
    return {
      text: `+${formatValue(more, 'count')}`,
      said: `${formatValue(n, 'count')} ${of}, ${formatValue(more, 'count')} more are missing to know it`,
      isFaint: true,
    };
  }
  const against =
    expected === null
      ? `what is expected (${formatValue(ratio, 'times')})`
      : `${shown(expected)} expected`;
  const judged = z === null ? 'too few to judge' : `${side ?? 'within noise of'} ${against}`;
  return {
    text: `${shown(number)}${signs[side ?? 'none']}`,
    said: [
      shown(number),
      judged,
      unit === 'count' ? '' : `n = ${formatValue(n, 'count')}`,
      missing ? `${formatValue(missing, 'count')} more to know it well` : '',
    ]
      .filter(Boolean)
      .join(', '),
    ...(side ? { tone: tones[side], shade: shadeOf(z) } : {}),
  };
}

const signs = { above: ' ▲', below: ' ▼', none: '' } as const;

/** From a third at the edge of noise to whole at six standard errors. */
const shadeOf = (z: number | null): number =>
  Math.min(1, Math.max(0.33, (Math.abs(z ?? 0) - 1) / 5));
