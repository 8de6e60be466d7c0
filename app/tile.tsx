import type { ReactNode } from 'react';
import type { QueryInput } from '#warehouse/query.ts';
import { exportHref } from './view.ts';

export interface TileProps {
  title: ReactNode;
  /** How to read it: unit, rule, how sure. */
  note: ReactNode;
  /** Columns of twelve. */
  span?: 3 | 4 | 5 | 6 | 7 | 8 | 12;
  /** The same numbers as a table. */
  table?: ReactNode;
  /** What is shown, as files. */
  query?: QueryInput;
  children: ReactNode;
}

/** One finding: its title, how to read it, what it shows, its numbers as a table and as files. */
export function Tile({ title, note, span = 6, table, query, children }: TileProps) {
  return (
    <section className="tile" data-span={span}>
      <header>
        <h2>{title}</h2>
        <p className="muted">{note}</p>
      </header>
      {children}
      {table || query ? (
        <footer>
          {table ? (
            <details>
              <summary>Table</summary>
              {table}
            </details>
          ) : null}
          {query ? (
            <span>
              <a href={exportHref('answer', 'csv', query)}>CSV</a>{' '}
              <a href={exportHref('answer', 'parquet', query)}>Parquet</a>
            </span>
          ) : null}
        </footer>
      ) : null}
    </section>
  );
}
