import { DataTable } from '#components/data-table.tsx';
import { formatValue } from '#components/format.ts';
import { hrefTemplate, listColumns, pageSize } from '../list.ts';
import { ListForm } from '../list-form.tsx';
import { openPage } from '../open.ts';
import { Shell } from '../shell.tsx';
import { exportHref, lasting, one, type Params } from '../view.ts';

const path = '/accounts';

/** Accounts with what is open and won there, those with the most open pipeline first. */
export default async function Accounts({ searchParams }: { searchParams: Promise<Params> }) {
  const { params, options, view, ask } = await openPage(searchParams);
  const search = one(params.search) ?? '';
  const sort = one(params.sort) ?? '-openPipeline';
  const list = await ask.accounts({ search, sort, limit: pageSize, offset: 0 });
  return (
    <Shell path={path} current={path} params={params} view={view} options={options}>
      <h1 className="sentence">
        <strong>
          {formatValue(list.count, 'count')} {list.count === 1 ? 'account' : 'accounts'}
        </strong>
        {search ? ` match “${search}”` : ''}, as they are now.
      </h1>
      <ListForm
        path={path}
        params={params}
        search={search}
        files={{
          csv: exportHref('accounts', 'csv', { search, sort }),
          parquet: exportHref('accounts', 'parquet', { search, sort }),
        }}
      />
      {list.rows.length ? (
        <section className="tile" data-span="12">
          <DataTable
            key={search}
            caption="Accounts"
            columns={listColumns(list.columns, hrefTemplate(`${path}/{account}`, lasting(params)))}
            hidden={['account']}
            rows={list.rows}
            count={list.count}
            pageSize={pageSize}
            sort={sort}
            endpoint={{
              url: '/api/list',
              params: { of: 'accounts', query: JSON.stringify({ search }) },
            }}
          />
        </section>
      ) : (
        <p className="empty">No account has this name or id. Clear the search.</p>
      )}
    </Shell>
  );
}
