import { memo } from 'react';
import type { DataColumn } from './data-table.tsx';
import styles from './data-table.module.css';
import { isOnRight } from './format.ts';
import type { TableRow } from './row-pages.ts';
import { ValueCell } from './value-cell.tsx';

interface DataRowProps {
  index: number;
  /** None while it is on its way. */
  row: TableRow | undefined;
  columns: readonly DataColumn[];
  /** The one row that Tab reaches. */
  isActive: boolean;
}

/** One row of a long table; its first cell names it. Drawn anew only when something of it changes. */
export const DataRow = memo(function DataRow({ index, row, columns, isActive }: DataRowProps) {
  const [first, ...rest] = columns;
  return (
    <tr aria-rowindex={index + 2} data-index={index} tabIndex={isActive ? 0 : -1}>
      {first ? (
        <th scope="row" data-right={isOnRight(first.unit) || undefined}>
          {row ? <Value row={row} column={first} /> : <Blank text={`Row ${index + 1} is coming`} />}
        </th>
      ) : null}
      {rest.map((column) => (
        <td key={column.name} data-right={isOnRight(column.unit) || undefined}>
          {row ? <Value row={row} column={column} /> : <Blank />}
        </td>
      ))}
    </tr>
  );
});

const Value = ({ row, column }: { row: TableRow; column: DataColumn }) => (
  <ValueCell
    value={row[column.name]}
    measure={column}
    href={column.hrefTemplate && maybeFilled(column.hrefTemplate, row)}
    isQuiet
  />
);

const Blank = ({ text }: { text?: string }) => (
  <span className={styles.blank}>
    {text ? <span className={styles.caption}>{text}</span> : null}
  </span>
);

/** The height of rows that are not drawn. */
export const Gap = ({ height, columns }: { height: number; columns: number }) => (
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it can be focused
  <tr aria-hidden="true" className={styles.gap}>
    <td colSpan={columns} style={{ height }} />
  </tr>
);

/** The address with `{column}` replaced by the row's value; none where the row has none. */
export function maybeFilled(template: string, row: TableRow): string | undefined {
  let isWhole = true;
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = row[name];
    if (value === null || value === undefined || value === '') isWhole = false;
    return encodeURIComponent(String(value));
  });
  return isWhole ? filled : undefined;
}
