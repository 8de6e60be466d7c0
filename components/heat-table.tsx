import styles from './heat-table.module.css';

export interface HeatCell {
  /** The number, short. */
  text: string;
  /** The same and what is known of it, for the tip and for those who listen. */
  said: string;
  /** How strongly it is shaded, 0 to 1; none where it does not differ beyond noise. */
  shade?: number | undefined;
  tone?: 'won' | 'lost' | 'accent' | 'warn' | undefined;
  /** Not a number of its own: too little is known. */
  isFaint?: boolean | undefined;
  href?: string | undefined;
}

export interface HeatRow {
  label: string;
  href?: string | undefined;
  /** One per column, in their order. */
  cells: HeatCell[];
}

export interface HeatTableProps {
  caption: string;
  /** What stands in the rows. */
  label: string;
  columns: string[];
  /** The whole of rows and columns may stand among them as one more. */
  rows: HeatRow[];
}

/** Numbers by row and column, each in its cell, shaded only where it means something; the table is its own twin. */
export function HeatTable({ caption, label, columns, rows }: HeatTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className={styles.scroll} tabIndex={0} aria-label={caption}>
      <table className={styles.table} style={{ minWidth: nameWidth + columns.length * cellWidth }}>
        <caption className={styles.caption}>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{label}</th>
            {columns.map((text) => (
              <th key={text} scope="col" title={text}>
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.label}>
              <th scope="row" title={row.label}>
                {row.href ? <a href={row.href}>{row.label}</a> : row.label}
              </th>
              {row.cells.map((cell, n) => (
                <td
                  key={columns[n]}
                  style={{ background: fillOf(cell) }}
                  data-faint={cell.isFaint || undefined}
                >
                  <Shown {...cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Shown({ text, said, href }: HeatCell) {
  const words = (
    <>
      <span aria-hidden="true">{text}</span>
      <span className={styles.said}>{said}</span>
    </>
  );
  return href ? (
    <a href={href} title={said}>
      {words}
    </a>
  ) : (
    <span title={said}>{words}</span>
  );
}

/** The least room of the names and of a cell, in pixels. */
const nameWidth = 112;
const cellWidth = 70;

/** At most half of the tone, so that the ink on it stays legible in both themes. */
function fillOf({ shade, tone = 'warn' }: HeatCell): string | undefined {
  if (shade === undefined || shade <= 0) return undefined;
  const part = Math.round(8 + Math.min(1, shade) * 42);
  return `color-mix(in srgb, var(--${tone}) ${part}%, var(--surface))`;
}
