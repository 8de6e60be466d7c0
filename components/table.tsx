import { isOnRight, type Measure, type Shown } from './format.ts';
import styles from './table.module.css';
import { ValueCell } from './value-cell.tsx';

export interface TableColumn extends Measure {
  name: string;
  label: string;
  /** Where a cell leads; none when it leads nowhere. */
  href?: ((row: Record<string, Shown>) => string | null) | undefined;
  /** Long words that take several lines rather than one. */
  isWrapped?: boolean | undefined;
  /** How sure it is, small beside it. */
  note?: ((row: Record<string, Shown>) => string | null) | undefined;
  /** Words that stand in its place; the value itself where there are none. */
  instead?: ((row: Record<string, Shown>) => string | null) | undefined;
}

export interface TableProps {
  caption: string;
  /** The first names the row: it and the heads stay in view. */
  columns: TableColumn[];
  rows: Record<string, Shown>[];
  /** What is said instead of no rows. */
  empty?: string | undefined;
}

/** Rows under a caption; numbers on the right, whole on hover. */
export function Table({ caption, columns, rows, empty = 'There is nothing to show.' }: TableProps) {
  if (!rows.length) return <p className={styles.empty}>{empty}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className={styles.scroll} tabIndex={0} aria-label={caption}>
      <table className={styles.table}>
        <caption className={styles.caption}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, label, unit }) => (
              <th key={name} scope="col" data-right={isOnRight(unit) || undefined}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows come once and stay in their order
            <tr key={i}>
              {columns.map((column, n) => (
                <Cell key={column.name} column={column} row={row} isFirst={n === 0} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface CellProps {
  column: TableColumn;
  row: Record<string, Shown>;
  isFirst: boolean;
}

function Cell({ column, row, isFirst }: CellProps) {
  const note = column.note?.(row);
  const value = (
    <>
      <ValueCell
        value={row[column.name]}
        measure={column}
        href={column.href?.(row)}
        instead={column.instead?.(row)}
      />
      {note ? <span className={styles.note}> {note}</span> : null}
    </>
  );
  const isRight = isOnRight(column.unit) || undefined;
  if (!isFirst)
    return (
      <td data-right={isRight} data-wrapped={column.isWrapped || undefined}>
        {value}
      </td>
    );
  return (
    <th scope="row" data-right={isRight}>
      {value}
    </th>
  );
}
