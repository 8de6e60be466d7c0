import type { ReactNode } from 'react';
import type { QueryInput } from '#warehouse/query.ts';
import { ExportMenu } from '#components/export-menu.tsx';
import { exportHref } from './view.ts';
import { circumstanceOf } from './words.ts';

export interface TileProps {
  title: string;
  /** How to read it: unit, rule, how sure. */
  note: ReactNode;
  /** Columns of twelve. */
  span?: 3 | 4 | 5 | 6 | 7 | 8 | 12;
  /** The same numbers as a table. */
  table?: ReactNode;
  /** What is shown, as files. */
  query?: QueryInput;
  /** It shows a chart, which can be taken as a picture. */
  hasChart?: boolean;
  children: ReactNode;
}

/** One finding: its title, how to read it, what it shows, its numbers as a table, as files and as a picture. */
export function Tile({ title, note, span = 6, table, query, hasChart, children }: TileProps) {
  return (
    <section className="tile" data-span={span}>
      <header>
        <h2>{title}</h2>
        <p className="muted">{note}</p>
      </header>
      {query || hasChart ? (
        <ExportMenu
          name={title}
          csv={query && exportHref('answer', 'csv', query)}
          parquet={query && exportHref('answer', 'parquet', query)}
          circumstance={query && circumstanceOf(query)}
          hasChart={hasChart}
        />
      ) : null}
      {children}
      {table ? (
        <footer>
          <details>
            <summary>Table</summary>
            {table}
          </details>
        </footer>
      ) : null}
    </section>
  );
}
