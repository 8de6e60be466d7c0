import type { Answer, Options, Row } from '#warehouse/answers.ts';
import { Bars } from '#components/bars.tsx';
import { formatMoney, formatRatio, formatValue } from '#components/format.ts';
import { Table, type TableColumn } from '#components/table.tsx';
import { Trend } from '#components/trend.tsx';
import { Figure } from '../figure.tsx';
import { Sentence } from '../sentence.tsx';
import { periodInWords, pipelineSentence } from '../sentences.ts';
import { Shell } from '../shell.tsx';
import { Tile } from '../tile.tsx';
import { api } from '../trpc.ts';
import { type Params, readView, receiptHref, toQuery } from '../view.ts';

const path = '/pipeline';
const stageMetrics = ['openCount', 'openPipeline', 'typedWeightedPipeline', 'weightedPipeline'];
const breakdownMetrics = [
  'openCount',
  'openPipeline',
  'weightedPipeline',
  'wonCount',
  'wonValue',
  'winRate',
];
const dimensions = [
  'team',
  'salesman',
  'director',
  'industry',
  'region',
  'segment',
  'product',
  'leadSource',
  'type',
  'pipeline',
  'category',
  'currency',
  'closeMonth',
  'createdQuarter',
];

/** The pipeline of the period: by stage, over two years, by any dimension, and what needs somebody. */
export default async function Pipeline({ searchParams }: { searchParams: Promise<Params> }) {
  const params = await searchParams;
  const ask = await api();
  const options = await ask.options();
  const view = readView(params, options);
  const by = dimensions.find((name) => name === params.by) ?? 'team';
  const stageQuery = toQuery(view, stageMetrics, { by: ['stage'] });
  const byQuery = toQuery(view, breakdownMetrics, { by: [by] });
  const trendQuery = toQuery(view, ['openPipeline'], { by: ['stage'], period: 'all' });
  const needs = ['overduePipeline', 'overdueCount', 'undatedPipeline', 'undatedCount'];
  const results = ['wonValue', 'wonCount', 'lostValue', 'lostCount', 'winRate', 'daysToClose'];
  const [whole, stages, broken, weeks] = await Promise.all([
    ask.answer(toQuery(view, [...stageMetrics, ...needs, ...results])),
    ask.answer(stageQuery),
    ask.answer(byQuery),
    ask.trend({ query: trendQuery, weeks: 104 }),
  ]);
  const currency = whole.currency;
  const total = whole.rows[0] ?? {};
  const receipt = (metric: string, more: Row = {}) =>
    receiptHref(
      path,
      params,
      toQuery(view, [metric], { where: { ...view.where, ...wanted(more) } }),
    );
  return (
    <Shell path={path} current={path} params={params} view={view} options={options}>
      <Sentence
        pieces={pipelineSentence(periodInWords(view.period), total, {
          currency,
          past: view.asOf !== undefined || view.knownAt !== undefined,
        })}
        hrefOf={(metric) => receipt(metric)}
      />
      <div className="grid">
        <Tile
          title="By stage"
          note="Open value; dots: typed ○ and learned ● weighted value. A bar opens its rows"
          query={stageQuery}
          table={numbersTable('By stage', stages, (row, metric) =>
            receipt(metric, { stage: row.stage ?? null }),
          )}
        >
          <Bars
            summary={`Open pipeline by stage, ${stages.rows.length} stages`}
            bars={stages.rows.map((row) => ({
              label: String(row.stage ?? 'none'),
              href: receipt('openPipeline', { stage: row.stage ?? null }),
              value: Number(row.openPipeline),
              hollow: Number(row.typedWeightedPipeline),
              solid: Number(row.weightedPipeline),
              note: `${formatMoney(String(row.openPipeline), { currency })} · ${formatValue(row.openCount, 'count')} open`,
            }))}
          />
        </Tile>
        <Tile
          title="Two years of it"
          note={`Open value of all periods by stage at the end of each week, ${currency}`}
        >
          <Weeks answer={weeks} stages={stagesOf(options)} />
        </Tile>
        <Tile title="Closed in the period" note={winNote(total)} query={toQuery(view, results)}>
          <Numbers names={results} answer={whole} receipt={receipt} />
        </Tile>
        <Tile
          title="Needs somebody"
          note="Open, but the close date has passed or is not known; not in the open value of the period"
          query={toQuery(view, needs)}
        >
          <Numbers names={needs} answer={whole} receipt={receipt} />
        </Tile>
        <Tile wide title={`By ${by}`} note="Any dimension; every number opens" query={byQuery}>
          <form className="choose" method="get" action={path}>
            {Object.entries(params).flatMap(([name, value]) =>
              ['by', 'receipt'].includes(name) || value === undefined
                ? []
                : [value]
                    .flat()
                    .map((each) => (
                      <input key={`${name}${each}`} type="hidden" name={name} value={each} />
                    )),
            )}
            <label>
              Break down by{' '}
              <select name="by" defaultValue={by}>
                {dimensions.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
            <button type="submit">Show</button>
          </form>
          {numbersTable(`By ${by}`, broken, (row, metric) =>
            Object.hasOwn(options.values, by) ? receipt(metric, { [by]: row[by] ?? null }) : null,
          )}
          {broken.notes.map((note) => (
            <p key={note} className="muted">
              {note}
            </p>
          ))}
        </Tile>
      </div>
    </Shell>
  );
}

const wanted = (more: Row): Record<string, (string | null)[]> =>
  Object.fromEntries(
    Object.entries(more).map(([name, value]) => [name, [value === null ? null : String(value)]]),
  );

const stagesOf = (options: Options): string[] =>
  (options.values.stage ?? []).filter((stage) => stage !== null);

function numbersTable(
  caption: string,
  { columns, rows, currency }: Answer,
  href: (row: Row, metric: string) => string | null,
) {
  const shown: TableColumn[] = columns
    .filter(({ kind }) => kind !== 'companion')
    .map(({ name, label, unit, kind }) => ({
      name,
      label,
      unit,
      currency,
      href: kind === 'metric' ? (row) => href(row as Row, name) : undefined,
    }));
  return <Table caption={caption} columns={shown} rows={rows} />;
}

function Numbers({
  names,
  answer: { columns, rows, currency },
  receipt,
}: {
  names: string[];
  answer: Answer;
  receipt: (metric: string) => string;
}) {
  return (
    <dl className="numbers">
      {columns
        .filter(({ name }) => names.includes(name))
        .map(({ name, label, unit }) => (
          <div key={name}>
            <dt>{label}</dt>
            <dd>
              <Figure
                value={rows[0]?.[name]}
                unit={unit}
                currency={currency}
                label={label}
                href={receipt(name)}
              />
            </dd>
          </div>
        ))}
    </dl>
  );
}

function winNote({ winRate, winRateLow, winRateHigh, winRateN }: Row): string {
  if (winRate === null || winRate === undefined) return 'Nothing was closed in the period';
  return `Win rate between ${formatRatio(Number(winRateLow))} and ${formatRatio(Number(winRateHigh))} with 95 % confidence, n = ${winRateN}`;
}

function Weeks({ answer, stages }: { answer: Answer; stages: string[] }) {
  const seen = new Set(answer.rows.map((row) => row.stage));
  const names = stages.filter((stage) => seen.has(stage));
  const byWeek = new Map<string, Map<string, number>>();
  for (const { week, stage, openPipeline } of answer.rows) {
    const values = byWeek.get(String(week)) ?? new Map<string, number>();
    values.set(String(stage ?? 'none'), Number(openPipeline));
    byWeek.set(String(week), values);
  }
  const shown = seen.has(null) ? [...names, 'none'] : names;
  const points = [...byWeek].map(([at, values]) => ({
    at,
    values: shown.map((name) => values.get(name) ?? 0),
  }));
  if (!points.length) return <p>There was no open opportunity in these two years.</p>;
  return (
    <Trend
      names={shown}
      points={points}
      format={(value) => formatMoney(String(Math.round(value)), {})}
      summary={`Open value by stage at the end of ${points.length} weeks`}
    />
  );
}
