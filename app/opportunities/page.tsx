import { DataTable } from '#components/data-table.tsx';
import { formatValue } from '#components/format.ts';
import { ListForm } from '../list-form.tsx';
import { openPage } from '../open.ts';
import { Shell } from '../shell.tsx';
import { exportHref, isPast, lasting, one, type Params } from '../view.ts';
import { periodInWords } from '../words.ts';
import { hrefTemplate, listColumns, pageSize } from '../list.ts';

const path = '/opportunities';
const outcomes = ['open', 'won', 'lost', 'all'] as const;

/** Opportunities as they stood, searched, filtered and sorted; any number of them. */
export default async function Opportunities({ searchParams }: { searchParams: Promise<Params> }) {
  const { params, options, view, ask } = await openPage(searchParams);
  const search = one(params.search) ?? '';
  const outcome = outcomes.find((each) => each === params.outcome) ?? 'open';
  // Without a period in the address the list is of all periods: one looks for an opportunity, not for a quarter.
  const period = one(params.period) ?? 'all';
  const sort = one(params.sort) ?? '-amount';
  const { where, asOf, knownAt } = view;
  const request = { where, asOf, knownAt, period, search, outcome };
  const list = await ask.opportunities({ ...request, sort, limit: pageSize, offset: 0 });
  const shown = { ...view, period };
  const verb = isPast(view) ? 'were' : 'are';
  return (
    <Shell path={path} current={path} params={params} view={shown} options={options}>
      <h1 className="sentence">
        <strong>
          {formatValue(list.count, 'count')} {list.count === 1 ? 'opportunity' : 'opportunities'}
        </strong>{' '}
        {search ? `match “${search}”` : `${verb} ${outcome === 'all' ? 'known' : outcome}`}
        {period === 'all' ? '' : `, by close date in ${periodInWords(period)}`}.
      </h1>
      <ListForm
        path={path}
        params={params}
        search={search}
        outcome={outcome}
        outcomes={outcomes}
        files={{
          csv: exportHref('opportunities', 'csv', { ...request, sort }),
          parquet: exportHref('opportunities', 'parquet', { ...request, sort }),
        }}
      />
      {list.rows.length ? (
        <section className="tile" data-span="12">
          <DataTable
            key={JSON.stringify(request)}
            caption="Opportunities"
            columns={listColumns(
              list.columns,
              hrefTemplate(`${path}/{opportunity}`, lasting(params)),
            )}
            hidden={[
              'opportunity',
              'accountId',
              'team',
              'pipeline',
              'outcome',
              'agreed',
              'createdOn',
            ]}
            rows={list.rows}
            count={list.count}
            pageSize={pageSize}
            sort={sort}
            endpoint={{
              url: '/api/list',
              params: { of: 'opportunities', query: JSON.stringify(request) },
            }}
          />
        </section>
      ) : (
        <p className="empty">
          Nothing matches. Widen the period, choose another outcome or clear the search.
        </p>
      )}
    </Shell>
  );
}
