import { formatValue, type Shown, type ShownUnit } from './format.ts';

export interface TableColumn {
  name: string;
  label: string;
  unit: ShownUnit;
  currency?: string | undefined;
  /** Where a cell leads; none when it leads nowhere. */
  href?: ((row: Record<string, Shown>) => string | null) | undefined;
}

const left: ShownUnit[] = ['text', 'date', 'instant'];

/** Rows under a caption; numbers on the right, whole on hover. */
export function Table({
  caption,
  columns,
  rows,
}: {
  caption: string;
  columns: TableColumn[];
  rows: Record<string, Shown>[];
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className="scroll" tabIndex={0} aria-label={caption}>
      <table>
        <caption className="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, label, unit }) => (
              <th key={name} scope="col" data-right={!left.includes(unit) || undefined}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows come once and stay in their order
            <tr key={i}>
              {columns.map((column) => (
                <td key={column.name} data-right={!left.includes(column.unit) || undefined}>
                  <Cell column={column} row={row} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Cell({ column, row }: { column: TableColumn; row: Record<string, Shown> }) {
  const { name, unit, currency, href } = column;
  const text = formatValue(row[name], unit, { currency });
  const whole = formatValue(row[name], unit, { currency, exact: true });
  const to = href?.(row);
  if (to) return <a href={to}>{text}</a>;
  return <span title={whole === text ? undefined : whole}>{text}</span>;
}
