import type { ReactNode } from 'react';
import type { QueryInput } from '#warehouse/query.ts';
import { exportHref } from './view.ts';

/** One finding: its title, how to read it, what it shows, its numbers as a table and as files. */
export function Tile({
  title,
  note,
  wide,
  table,
  query,
  children,
}: {
  title: string;
  note: string;
  wide?: boolean;
  table?: ReactNode;
  query?: QueryInput;
  children: ReactNode;
}) {
  return (
    <section className="tile" data-wide={wide || undefined}>
      <h2>{title}</h2>
      <p className="muted">{note}</p>
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
