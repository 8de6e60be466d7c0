import { formatValue } from '#components/format.ts';
import { Table } from '#components/table.tsx';
import { Shell } from '../shell.tsx';
import { api } from '../trpc.ts';
import { exportHref, hrefOf, type Params, readView } from '../view.ts';

const path = '/accounts';
const pageSize = 200;

/** Accounts with what is open and won there, those with the most open pipeline first. */
export default async function Accounts({ searchParams }: { searchParams: Promise<Params> }) {
  const params = await searchParams;
  const ask = await api();
  const options = await ask.options();
  const search = typeof params.search === 'string' ? params.search : '';
  const from = Math.max(0, Math.trunc(Number(params.from ?? 0)) || 0);
  const list = await ask.accounts({ search, limit: pageSize, offset: from });
  const upTo = Math.min(list.count, from + pageSize);
  const columns = list.columns
    .filter(({ name }) => name !== 'account')
    .map((column) => ({
      ...column,
      href:
        column.name === 'name'
          ? (row: Record<string, unknown>) => `${path}/${encodeURIComponent(String(row.account))}`
          : undefined,
    }));
  return (
    <Shell
      path={path}
      current={path}
      params={params}
      view={readView(params, options)}
      options={options}
    >
      <h1 className="sentence">
        <strong>{formatValue(list.count, 'count')}</strong> accounts
        {search ? ` for “${search}”` : ''}, as they are now.
      </h1>
      <form className="choose" method="get" action={path} aria-label="Search">
        <label>
          Search <input type="search" name="search" defaultValue={search} />
        </label>
        <button type="submit">Show</button>
        <a href={exportHref('accounts', 'csv', { search })}>All as CSV</a>
        <a href={exportHref('accounts', 'parquet', { search })}>Parquet</a>
      </form>
      {list.rows.length ? (
        <section className="tile" data-wide>
          <Table caption="Accounts" columns={columns} rows={list.rows} />
          <footer>
            <span>
              {from + 1} to {upTo} of {formatValue(list.count, 'count')}
            </span>
            {from > 0 ? (
              <a href={hrefOf(path, params, { from: String(Math.max(0, from - pageSize)) })}>
                Before
              </a>
            ) : null}
            {upTo < list.count ? (
              <a href={hrefOf(path, params, { from: String(upTo) })}>Further</a>
            ) : null}
          </footer>
        </section>
      ) : (
        <p>No account has this name or id. Clear the search.</p>
      )}
    </Shell>
  );
}
