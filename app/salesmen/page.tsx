import type { Row } from '#warehouse/answers.ts';
import type { ComparedSalesman, Comparison } from '#warehouse/comparison-answer.ts';
import { type MeasureName, measureNames } from '#warehouse/comparison-request.ts';
import { DotInterval, type DotIntervalProps, dotIntervalTable } from '#components/dot-interval.tsx';
import { formatDay, formatValue, type Measure, type Shown } from '#components/format.ts';
import { Table, type TableColumn } from '#components/table.tsx';
import { Choose } from '../choose.tsx';
import { Later } from '../later.tsx';
import { openPage } from '../open.ts';
import { insteadOf, surenessOf } from '../rate.ts';
import { Sentence } from '../sentence.tsx';
import { Shell } from '../shell.tsx';
import { Tile } from '../tile.tsx';
import { dayOf, hrefOf, lasting, one, type Params, receiptHref, toQuery } from '../view.ts';
import { comparisonSentence } from './sentence.ts';
import { nobody, salesmanPath, spanInWords, spanOf } from './span.ts';

const path = '/salesmen';
const metrics = [
  'wonValue',
  'quota',
  'attainment',
  'winRate',
  'daysToClose',
  'averageWonSize',
  'slipRate',
  'pushes',
  'activitiesDone',
];

const measures: Record<MeasureName, { label: string; measure: Measure; note: string }> = {
  winRate: {
    label: 'Win rate',
    measure: { unit: 'ratio' },
    note: 'Share won with everybody’s mix of field, source, size and stage at takeover',
  },
  size: {
    label: 'Size of won ones',
    measure: { unit: 'money' },
    note: 'Typical amount won with everybody’s mix',
  },
  days: {
    label: 'Days to close',
    measure: { unit: 'days' },
    note: 'Typical days from takeover to winning with everybody’s mix',
  },
};

/** Salesmen beside each other, each against what his mix of opportunities lets one expect. */
export default async function Salesmen({ searchParams }: { searchParams: Promise<Params> }) {
  const page = await openPage(searchParams);
  const { params, options, ask } = page;
  const view = { ...page.view, period: spanOf(page.view, params, dayOf(page.view, options)) };
  const { where, period, asOf, knownAt, currency, rate } = view;
  const wanted = measureNames.find((name) => name === one(params.measure)) ?? 'winRate';
  const found = ask.comparison({ where, period, asOf, knownAt, currency, rate });
  // A failure is shown where it belongs; until then nobody may call it unhandled.
  found.catch(() => undefined);
  const query = toQuery(view, metrics, { by: ['salesmanId', 'salesman'] });
  const kept = { ...lasting(params), measure: params.measure };
  const words = spanInWords(params, period);
  const receipt = (row: Row, metric: string) =>
    receiptHref(
      path,
      kept,
      toQuery(view, [metric], {
        where: { ...view.where, salesmanId: [row.salesmanId as string | null] },
      }),
    );
  return (
    <Shell path={path} current={path} params={params} view={page.view} options={options}>
      <Later shape="sentence" load={() => found}>
        {(comparison) => (
          <Sentence pieces={comparisonSentence(comparison, words)} hrefOf={() => path} />
        )}
      </Later>
      <div className="grid">
        <Later shape="bars" tile={tiles.fair} load={() => found}>
          {(comparison) => <Fair comparison={comparison} name={wanted} params={kept} />}
        </Later>
        <Later shape="table" tile={tiles.all} load={() => ask.answer(query)}>
          {(answer) => (
            <Tile {...tiles.all} note={`${words}; every number opens`} query={query}>
              <Table
                caption="Salesmen"
                empty="Nobody closed anything in this period. Widen the period."
                columns={answer.columns
                  .filter(({ kind, name }) => kind !== 'companion' && name !== 'salesmanId')
                  .map(
                    ({ name, label, unit, kind }): TableColumn => ({
                      name,
                      label,
                      unit,
                      currency: answer.currency,
                      href: (row) =>
                        kind === 'metric'
                          ? receipt(row as Row, name)
                          : personHref(row.salesmanId, params),
                      note: name === 'winRate' ? (row) => surenessOf(row as Row, name) : undefined,
                      instead: (row) => insteadOf(row as Row, name),
                    }),
                  )}
                rows={answer.rows}
              />
            </Tile>
          )}
        </Later>
      </div>
    </Shell>
  );
}

const tiles = {
  fair: {
    span: 12,
    title: 'Who can be told from whom',
    note: 'With what everybody’s mix would give, and the 95 % interval; hollow ones are in the group of whom no two can be told apart',
  },
  all: { span: 12, title: 'All salesmen', note: 'Every number opens' },
} as const;

function Fair({
  comparison,
  name,
  params,
}: {
  comparison: Comparison;
  name: MeasureName;
  params: Params;
}) {
  const { salesmen, currency, asOf } = comparison;
  const { label, measure, note } = measures[name];
  const { band } = comparison.measures[name];
  const own = measure.unit === 'money' ? { ...measure, currency } : measure;
  const shown = salesmen
    .filter((each) => each.measures[name].adjusted !== null)
    .sort((a, b) => Number(b.measures[name].adjusted) - Number(a.measures[name].adjusted));
  const props: DotIntervalProps = {
    measure: own,
    words: { label: 'Salesman', value: label, interval: '95 % interval' },
    ...(band ? { band: { low: band.low, high: band.high, label: 'cannot be told apart' } } : {}),
    rows: shown.map((each) => rowOf(each, { measure: name, own, params })),
  };
  const few = salesmen.length - shown.length;
  return (
    <Tile
      {...tiles.fair}
      note={`${note}, as of ${formatDay(asOf)}. Hollow ones are in the shaded group, of whom no two can be told apart`}
      hasChart
      table={<Table {...dotIntervalTable(props)} />}
    >
      <p className="choose">
        <Choose
          name="Compares"
          label="What is compared"
          path={path}
          params={params}
          param="measure"
          items={measureNames.map((id) => ({ id, label: measures[id].label }))}
          chosen={name}
        />
      </p>
      {shown.length ? (
        <DotInterval {...props} />
      ) : (
        <p className="empty">Too few closings to compare anybody. Widen the period.</p>
      )}
      <p className="muted">
        {few > 0 ? `${few} with too few closings are not shown. ` : ''}
        {comparison.notes.join(' ')}
      </p>
    </Tile>
  );
}

function rowOf(
  { salesman, name, team, measures: all }: ComparedSalesman,
  { measure, own, params }: { measure: MeasureName; own: Measure; params: Params },
): DotIntervalProps['rows'][number] {
  const { adjusted, adjustedLow, adjustedHigh, observed, expected, n, place } = all[measure];
  const said = (value: number | null) => formatValue(value, own.unit, { currency: own.currency });
  return {
    label: name ?? 'nobody',
    value: adjusted,
    low: adjustedLow,
    high: adjustedHigh,
    isApart: place === 'above' || place === 'below',
    notes: [
      `${said(observed)} of ${said(expected)} expected`,
      `n = ${formatValue(n, 'count')}`,
      team ?? '–',
    ],
    href: personHref(salesman, params) ?? undefined,
  };
}

const personHref = (id: Shown, params: Params): string | null =>
  typeof id === 'string' ? hrefOf(salesmanPath(id), lasting(params), nobody) : null;
