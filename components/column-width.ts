import { formatValue, isOnRight, type Measure } from './format.ts';
import type { TableRow } from './row-pages.ts';
import { textWidth, widest } from './text-fit.ts';

const padding = 24;
const sortSign = 16;

/** Pixels a column needs for its head and what is known of its values, within bounds. */
export function columnWidth(
  { name, label, unit, currency }: Measure & { name: string; label: string },
  rows: readonly TableRow[],
): number {
  const texts = rows.slice(0, 50).map((row) => formatValue(row[name], unit, { currency }));
  const head = textWidth(label, 12) + sortSign;
  const most = isOnRight(unit) ? 180 : 300;
  return Math.ceil(Math.min(most, Math.max(56, head, widest(texts, 14)) + padding));
}
