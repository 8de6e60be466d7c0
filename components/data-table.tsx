'use client';
import { type KeyboardEvent, useRef } from 'react';
import { type Failure, inOneLine } from './answer-error.ts';
import { ColumnChooser } from './column-chooser.tsx';
import styles from './data-table.module.css';
import { DataRow, Gap } from './data-table-row.tsx';
import type { Measure } from './format.ts';
import { formatValue, isOnRight } from './format.ts';
import type { Endpoint, TableRow } from './row-pages.ts';
import { useColumns } from './use-columns.ts';
import { useRowPages } from './use-row-pages.ts';
import { headHeight, useRowWindow } from './use-row-window.ts';

export interface DataColumn extends Measure {
  name: string;
  label: string;
  kind?: string | undefined;
  /** Where a cell leads: an address with names of columns in braces, filled in by each row. */
  hrefTemplate?: string | undefined;
}

export interface DataTableProps {
  caption: string;
  /** The first stays at the left and cannot be hidden. */
  columns: DataColumn[];
  /** Names of columns that are not shown until chosen. */
  hidden?: string[] | undefined;
  /** The first page, in the order of `sort`. */
  rows: TableRow[];
  /** How many rows there are in all. */
  count: number;
  pageSize: number;
  /** A column's name, lowest first; with `-` before it, highest first. */
  sort: string;
  /** Where further rows come from: GET with sort, offset and limit added, answering `{ rows, count }`. */
  endpoint: Endpoint;
}

/**
 * A list of any length: what is seen is drawn, what comes into view is fetched. Heads sort at the server, arrow keys move
 * from row to row, Enter opens one.
 */
export function DataTable(props: DataTableProps) {
  const { endpoint, sort } = props;
  return <Body key={JSON.stringify([endpoint, sort])} {...props} />;
}

function Body({ caption, columns, hidden = [], rows, ...list }: DataTableProps) {
  const scroller = useRef<HTMLElement>(null);
  const names = columns.map(({ name }) => name);
  const { seen, pages } = useRowPages({ rows, ...list, names });
  const sortBy = (order: string) => {
    pages.sortBy(order);
    scroller.current?.scrollTo({ top: 0 });
    table.setActive(0);
  };
  const { heads, shown, width, choose } = useColumns({
    caption,
    columns,
    hidden,
    rows,
    sort: seen.sort,
    onSort: sortBy,
  });
  const table = useRowWindow({ scroller, count: seen.count, pages, first: rows.length });
  return (
    <div className={styles.whole}>
      <div className={styles.bar}>
        <span role="status">
          {formatValue(seen.count, 'count')} {seen.count === 1 ? 'row' : 'rows'}
          {seen.isLoading ? ', more are coming' : ''}
        </span>
        {seen.failure ? <Failed failure={seen.failure} onRetry={pages.retry} /> : null}
        <ColumnChooser
          columns={columns.slice(1)}
          shown={shown.map(({ name }) => name)}
          onChange={choose}
        />
      </div>
      <section ref={scroller} className={styles.scroll} aria-label={caption}>
        <table
          className={styles.table}
          style={{ minWidth: width }}
          aria-rowcount={seen.count + 1}
          aria-busy={seen.isLoading}
        >
          <caption className={styles.caption}>{caption}</caption>
          <colgroup>
            {heads.map(({ name, size }, n) => (
              <col key={name} style={{ width: n ? size : `min(${size}px, 44vw)` }} />
            ))}
          </colgroup>
          <thead>
            <tr aria-rowindex={1} style={{ height: headHeight }}>
              {heads.map(({ name, label, unit, order, toggle }) => (
                <th
                  key={name}
                  scope="col"
                  aria-sort={order}
                  data-right={isOnRight(unit) || undefined}
                >
                  <button type="button" onClick={toggle}>
                    <span>{label}</span>
                    <span className={styles.order} aria-hidden="true">
                      {order === 'ascending' ? '↑' : order === 'descending' ? '↓' : ''}
                    </span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody onKeyDown={(event) => onKeyDown(event, table.move)} onFocus={table.onFocus}>
            {table.pieces.map((piece) =>
              piece.kind === 'gap' ? (
                <Gap key={`gap ${piece.from}`} height={piece.height} columns={shown.length} />
              ) : (
                <DataRow
                  key={piece.index}
                  index={piece.index}
                  row={pages.rowAt(piece.index)}
                  columns={shown}
                  isActive={piece.index === table.active}
                />
              ),
            )}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function Failed({ failure, onRetry }: { failure: Failure; onRetry: () => void }) {
  return (
    <span className={styles.failure} role="alert">
      Rows are missing. {inOneLine(failure)}{' '}
      <button type="button" onClick={onRetry}>
        Try again
      </button>
    </span>
  );
}

function onKeyDown(event: KeyboardEvent<HTMLElement>, move: (key: string) => boolean): void {
  const { key, target } = event;
  const row = target instanceof HTMLElement ? target.closest('tr') : null;
  if (key === 'Enter' && target === row) open(row, event);
  else if (!event.altKey && !event.ctrlKey && !event.metaKey && move(key)) event.preventDefault();
}

/** As a click on the row's link would, the keys held with it included. */
function open(row: HTMLElement, { ctrlKey, metaKey, shiftKey }: KeyboardEvent): void {
  const init = { bubbles: true, cancelable: true, view: window, ctrlKey, metaKey, shiftKey };
  row.querySelector('a')?.dispatchEvent(new MouseEvent('click', init));
}
