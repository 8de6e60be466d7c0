import type { Options } from '#warehouse/answers.ts';
import { formatValue } from '#components/format.ts';
import { Table } from '#components/table.tsx';
import { Shell } from '../shell.tsx';
import { api } from '../trpc.ts';
import { exportHref, hrefOf, lasting, type Params, readView } from '../view.ts';

const path = '/opportunities';
const outcomes = ['open', 'won', 'lost', 'all'] as const;
const shown = [
  'name',
  'account',
  'salesman',
  'stage',
  'amount',
  'closeOn',
  'nextStep',
  'ageDays',
  'probability',
  'learned',
];
const pageSize = 200;

/** Opportunities as they stood, searched, filtered and sorted. */
export default async function Opportunities({ searchParams }: { searchParams: Promise<Params> }) {
  const params = await searchParams;
  const ask = await api();
  const options: Options = await ask.options();
  const view = readView(params, options);
  const search = typeof params.search === 'string' ? params.search : '';
  const outcome = outcomes.find((each) => each === params.outcome) ?? 'open';
  const period = typeof params.period === 'string' ? params.period : 'all';
  const sort = typeof params.sort === 'string' ? params.sort : '-amount';
  const from = Math.max(0, Math.trunc(Number(params.from ?? 0)) || 0);
  const { where, asOf, knownAt } = view;
  const request = { where, asOf, knownAt, period, search, outcome, sort };
  const list = await ask.opportunities({ ...request, limit: pageSize, offset: from });
  const columns = list.columns
    .filter(({ name }) => shown.includes(name))
    .map((column) => ({
      ...column,
      href:
        column.name === 'name'
          ? (row: Record<string, unknown>) =>
              hrefOf(
                `${path}/${encodeURIComponent(String(row.opportunity))}`,
                lasting({ asOf, knownAt }),
              )
          : undefined,
    }));
  const upTo = Math.min(list.count, from + pageSize);
  return (
    <Shell path={path} current={path} params={params} view={{ ...view, period }} options={options}>
      <h1 className="sentence">
        <strong>{formatValue(list.count, 'count')}</strong> {outcome === 'all' ? '' : outcome}{' '}
        opportunities{search ? ` for “${search}”` : ''}.
      </h1>
      <form className="choose" method="get" action={path} aria-label="Search">
        {Object.entries(params).flatMap(([name, value]) =>
          ['search', 'outcome', 'sort', 'from', 'receipt'].includes(name) || value === undefined
            ? []
            : [value]
                .flat()
                .map((each) => (
                  <input key={`${name}${each}`} type="hidden" name={name} value={each} />
                )),
        )}
        <label>
          Search <input type="search" name="search" defaultValue={search} />
        </label>
        <label>
          Outcome{' '}
          <select name="outcome" defaultValue={outcome}>
            {outcomes.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <label>
          Sort{' '}
          <select name="sort" defaultValue={sort}>
            {list.columns.flatMap(({ name, label }) =>
              shown.includes(name)
                ? [
                    <option key={name} value={name}>{`${label}, lowest first`}</option>,
                    <option
                      key={`-${name}`}
                      value={`-${name}`}
                    >{`${label}, highest first`}</option>,
                  ]
                : [],
            )}
          </select>
        </label>
        <button type="submit">Show</button>
        <a href={exportHref('opportunities', 'csv', request)}>All as CSV</a>
        <a href={exportHref('opportunities', 'parquet', request)}>Parquet</a>
      </form>
      {list.rows.length ? (
        <section className="tile" data-wide>
          <Table caption="Opportunities" columns={columns} rows={list.rows} />
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
        <p>Nothing matches. Widen the period, choose another outcome or clear the search.</p>
      )}
    </Shell>
  );
}
