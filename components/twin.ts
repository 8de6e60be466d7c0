import type { Measure, Shown } from './format.ts';
import type { TableColumn } from './table.tsx';

/** The numbers of a chart as a table: its other self for those who read rather than look. */
export interface Twin {
  caption: string;
  columns: TableColumn[];
  rows: Record<string, Shown>[];
}

/** The first column of a twin: names that lead where the marks lead. */
export const linked = (label: string): TableColumn => ({
  name: 'label',
  label,
  unit: 'text',
  href: ({ href }) => (typeof href === 'string' ? href : null),
});

export const measured = (name: string, label: string, measure: Measure): TableColumn => ({
  name,
  label,
  ...measure,
});
