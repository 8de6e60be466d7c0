import { parseQuery } from '#warehouse/query.ts';
import { formatValue } from '#components/format.ts';
import { Table } from '#components/table.tsx';
import { api } from './trpc.ts';
import { exportHref, hrefOf, type Params } from './view.ts';

/** The proof of one number, beside the page that shows it. */
export async function Receipt({ path, params }: { path: string; params: Params }) {
  const { receipt: wanted } = params;
  if (typeof wanted !== 'string') return null;
  const query = parseQuery(JSON.parse(wanted));
  const receipt = await (await api()).receipt(query);
  const { unit, currency, rows, rowCount, sum, adds } = receipt;
  const options = { currency: currency ?? undefined, exact: true };
  const columns = receipt.columns
    .filter(({ name }) => ['name', 'stage', receipt.metric].includes(name))
    .map((column) => ({
      ...column,
      href:
        column.name === 'name'
          ? (row: Record<string, unknown>) =>
              row.opportunity
                ? `/opportunities/${encodeURIComponent(String(row.opportunity))}`
                : null
          : undefined,
    }));
  return (
    <aside className="drawer" aria-label={`Receipt of ${receipt.label}`}>
      <header>
        <h2>{receipt.label}</h2>
        <a href={hrefOf(path, params, { receipt: null })}>Close</a>
      </header>
      <p className="value">{formatValue(receipt.value, unit, options)}</p>
      <p>{receipt.meaning}.</p>
      <dl>
        <dt>Formula</dt>
        <dd>{receipt.formula}</dd>
        <dt>Filters</dt>
        <dd>{receipt.filters.join(' · ')}</dd>
        <dt>Definition</dt>
        <dd>
          {receipt.source}, version {receipt.version}
        </dd>
        {receipt.notes.length ? <dt>Notes</dt> : null}
        {receipt.notes.length ? <dd>{receipt.notes.join(' · ')}</dd> : null}
      </dl>
      <p className="proof" data-adds={adds === true || undefined}>
        {rowCount.toLocaleString('en')} rows make {formatValue(sum, unit, options)}{' '}
        {adds ? '✓ equal to the number' : '✗ not equal to the number'}
      </p>
      <Table
        caption={rows.length < rowCount ? `The first ${rows.length} rows` : 'All rows'}
        columns={columns}
        rows={rows.slice(0, 200)}
      />
      <p>
        All rows as <a href={exportHref('rows', 'csv', query)}>CSV</a> or{' '}
        <a href={exportHref('rows', 'parquet', query)}>Parquet</a>
      </p>
      <details>
        <summary>SQL</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
        <pre tabIndex={0}>{receipt.sql}</pre>
        <p className="muted">Values: {JSON.stringify(receipt.parameters)}</p>
      </details>
    </aside>
  );
}
