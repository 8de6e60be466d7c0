'use client';
import {
  columnSizingFeature,
  columnVisibilityFeature,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useEffect, useMemo } from 'react';
import { columnWidth } from './column-width.ts';
import type { DataColumn } from './data-table.tsx';
import { isOnRight } from './format.ts';
import { keep, maybeKept } from './kept-choice.ts';
import type { TableRow } from './row-pages.ts';

const features = tableFeatures({ columnVisibilityFeature, rowSortingFeature, columnSizingFeature });

// The rows of a list stay with the server, a few pages excepted: the table's model holds its columns only.
const noRows: TableRow[] = [];

export interface Head extends DataColumn {
  size: number;
  order: 'ascending' | 'descending' | undefined;
  /** Sorts by it; once more, the other way round. */
  toggle: ((event: unknown) => void) | undefined;
}

/** The columns of a table: which are shown, how wide they are, which it is sorted by. */
export function useColumns({
  caption,
  columns,
  hidden,
  rows,
  sort,
  onSort,
}: {
  caption: string;
  columns: DataColumn[];
  hidden: string[];
  rows: TableRow[];
  sort: string;
  onSort: (sort: string) => void;
}) {
  const definitions = useMemo(
    () => columns.map((column, n) => definition(column, rows, n === 0)),
    [columns, rows],
  );
  const sorting = useMemo(() => sortingOf(sort), [sort]);
  const table = useTable({
    features,
    columns: definitions,
    data: noRows,
    initialState: { columnVisibility: visibility(columns, new Set(hidden)) },
    state: { sorting },
    onSortingChange: (change) =>
      onSort(sortOf(typeof change === 'function' ? change(sorting) : change)),
    manualSorting: true,
    enableSortingRemoval: false,
    enableMultiSort: false,
  });
  const key = `columns.${caption}`;
  // Only here: the server, and with it the first picture, does not know what this browser keeps.
  useEffect(() => {
    const kept = maybeKept(key);
    if (kept) table.setColumnVisibility(visibility(columns, new Set(kept)));
  }, [key, table, columns]);

  const { columnVisibility } = table.state;
  const shown = useMemo(
    () => columns.filter(({ name }) => columnVisibility[name] !== false),
    [columns, columnVisibility],
  );
  const heads = shown.map((column): Head => {
    const model = table.getColumn(column.name);
    return { ...column, ...stateOf(model?.getIsSorted()), ...sized(model) };
  });
  const choose = (names: string[]) => {
    const left = columns.flatMap(({ name }, n) => (n && !names.includes(name) ? [name] : []));
    table.setColumnVisibility(visibility(columns, new Set(left)));
    keep(key, left);
  };
  return { heads, shown, choose, width: heads.reduce((sum, { size }) => sum + size, 0) };
}

const definition = (column: DataColumn, rows: TableRow[], isFirst: boolean) => ({
  id: column.name,
  accessorFn: (row: TableRow) => row[column.name],
  header: column.label,
  size: columnWidth(column, rows),
  enableHiding: !isFirst,
  sortDescFirst: isOnRight(column.unit),
});

const visibility = (columns: readonly DataColumn[], hidden: ReadonlySet<string>) =>
  Object.fromEntries(columns.map(({ name }, n) => [name, n === 0 || !hidden.has(name)]));

interface ColumnModel {
  getSize: () => number;
  getToggleSortingHandler: () => ((event: unknown) => void) | undefined;
}

const sized = (model: ColumnModel | undefined) => ({
  size: model?.getSize() ?? 0,
  toggle: model?.getToggleSortingHandler(),
});

const orders = { asc: 'ascending', desc: 'descending' } as const;
const stateOf = (sorted: false | 'asc' | 'desc' | undefined) => ({
  order: sorted ? orders[sorted] : undefined,
});

const sortingOf = (sort: string): SortingState =>
  sort ? [{ id: sort.replace(/^-/, ''), desc: sort.startsWith('-') }] : [];

const sortOf = ([first]: SortingState): string =>
  first ? `${first.desc ? '-' : ''}${first.id}` : '';
