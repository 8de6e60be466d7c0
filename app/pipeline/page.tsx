import type { Answer, Row } from '#warehouse/answers.ts';
import { AreaTrend } from '#components/area-trend.tsx';
import { formatMoney, formatValue } from '#components/format.ts';
import { StageBars } from '#components/stage-bars.tsx';
import { Table, type TableColumn } from '#components/table.tsx';
import { Choose } from '../choose.tsx';
import { Figure } from '../figure.tsx';
import { Later } from '../later.tsx';
import { Moved } from '../moved.tsx';
import { openPage } from '../open.ts';
import { insteadOf, surenessOf } from '../rate.ts';
import { Sentence } from '../sentence.tsx';
import { pipelineSentence } from '../sentences.ts';
import { Shell } from '../shell.tsx';
import { Tile } from '../tile.tsx';
import { isPast, lasting, one, type Params, receiptHref, toQuery, type View } from '../view.ts';
import { dimensionLabels, periodInWords } from '../words.ts';
import { ConversionTile } from './conversion.tsx';
import { CreatedClosed } from './created-closed.tsx';
import { Enough } from './enough.tsx';
import { OpenExplorer } from './explorer.tsx';
import { StageTime } from './stage-time.tsx';
import { trendOf } from './trend.ts';

const path = '/pipeline';
const stageMetrics = ['openCount', 'openPipeline', 'typedWeightedPipeline', 'weightedPipeline'];
const trends = [
  { id: 'openPipeline', label: 'Open value', unit: 'money' },
  { id: 'openCount', label: 'Open opportunities', unit: 'count' },
  { id: 'weightedPipeline', label: 'Learned weighted value', unit: 'money' },
  { id: 'typedWeightedPipeline', label: 'Typed weighted value', unit: 'money' },
] as const;
const needs = ['overduePipeline', 'overdueCount', 'undatedPipeline', 'undatedCount'];
const results = ['wonValue', 'wonCount', 'lostValue', 'lostCount', 'winRate', 'daysToClose'];
const created = ['createdPipeline', 'createdCount', 'averageOpenSize', 'medianOpenSize'];
const breakdown = [
  'openCount',
  'openPipeline',
  'typedWeightedPipeline',
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
] as const;

/** The pipeline of the period: by stage, over two years, by any dimension, and what needs somebody. */
export default async function Pipeline({ searchParams }: { searchParams: Promise<Params> }) {
  const page = await openPage(searchParams);
  const { params, options, view, ask } = page;
  const wanted = one(params.by);
  const by = dimensions.find((name) => name === wanted) ?? 'team';
  const whole = ask.answer(toQuery(view, [...stageMetrics, ...needs, ...results, ...created]));
  // A failure is shown where it belongs; until then nobody may call it unhandled.
  whole.catch(() => undefined);
  const stageQuery = toQuery(view, stageMetrics, { by: ['stage'] });
  const byQuery = toQuery(view, breakdown, { by: [by] });
  const trended = trends.find(({ id }) => id === one(params.trend)) ?? trends[0];
  const trendQuery = toQuery(view, [trended.id], { by: ['stage'], period: 'all' });
  const kept = { ...lasting(params), by: params.by, trend: params.trend };
  const receipt = (metric: string, more: Record<string, string | null> = {}) =>
    receiptHref(path, kept, toQuery(view, [metric], { where: { ...view.where, ...only(more) } }));
  const period = periodInWords(view.period);
  return (
    <Shell path={path} current={path} params={params} view={view} options={options}>
      <Later shape="sentence" load={() => whole}>
        {({ rows: [row], currency }) => (
          <Sentence
            pieces={pipelineSentence(period, row, { currency, past: isPast(view) })}
            hrefOf={(metric) => receipt(metric)}
          />
        )}
      </Later>
      <div className="grid">
        <Later shape="bars" tile={tiles.stages} load={() => ask.answer(stageQuery)}>
          {(answer) => (
            <Tile
              {...tiles.stages}
              hasChart
              query={stageQuery}
              table={
                <NumberTable
                  caption="By stage"
                  answer={answer}
                  href={(row, metric) => receipt(metric, { stage: textOf(row.stage) })}
                />
              }
            >
              <Stages answer={answer} receipt={receipt} />
            </Tile>
          )}
        </Later>
        <Moved page={page} path={path} span={5} />
        <Later
          shape="area"
          tile={tiles.trend}
          load={() => ask.trend({ query: trendQuery, weeks: 104 })}
        >
          {(answer) => (
            <Tile
              {...tiles.trend}
              hasChart
              note={`${trended.label} of all periods by stage, weekly${trended.unit === 'money' ? `, ${answer.currency}` : ''}`}
            >
              <p className="choose">
                <Choose
                  name="Shows"
                  label="What the trend shows"
                  path={path}
                  params={kept}
                  param="trend"
                  items={[...trends]}
                  chosen={trended.id}
                />
              </p>
              <Weeks answer={answer} stages={options.values.stage ?? []} {...trended} />
            </Tile>
          )}
        </Later>
        <Later shape="numbers" tile={tiles.results} load={() => whole}>
          {(answer) => (
            <Tile {...tiles.results} note={winNote(answer.rows[0])} query={toQuery(view, results)}>
              <Numbers names={results} answer={answer} receipt={receipt} />
            </Tile>
          )}
        </Later>
        <Enough page={page} path={path} />
        <Tile
          span={12}
          title="What is open, taken apart"
          note="Pick bars or brush points: all other charts follow at once; Escape shows all"
        >
          <OpenExplorer input={exploredOf(view)} />
        </Tile>
        <StageTime page={page} path={path} />
        <ConversionTile page={page} path={path} />
        <CreatedClosed page={page} path={path} />
        <Later shape="numbers" tile={tiles.needs} load={() => whole}>
          {(answer) => (
            <Tile {...tiles.needs} query={toQuery(view, needs)}>
              <Numbers names={needs} answer={answer} receipt={receipt} />
            </Tile>
          )}
        </Later>
        <Later shape="numbers" tile={tiles.created} load={() => whole}>
          {(answer) => (
            <Tile {...tiles.created} query={toQuery(view, created)}>
              <Numbers names={created} answer={answer} receipt={receipt} />
            </Tile>
          )}
        </Later>
        <Later shape="table" tile={tiles.by} load={() => ask.answer(byQuery)}>
          {(answer) => (
            <Tile
              {...tiles.by}
              title={`${period} by ${(dimensionLabels[by] ?? by).toLowerCase()}`}
              note={['Every number opens', ...answer.notes].join(' · ')}
              query={byQuery}
            >
              <p className="choose">
                <Choose
                  name="By"
                  label="Break down by"
                  path={path}
                  params={kept}
                  param="by"
                  items={dimensions.map((id) => ({ id, label: dimensionLabels[id] ?? id }))}
                  chosen={by}
                />
              </p>
              <NumberTable
                caption={`By ${by}`}
                answer={answer}
                href={(row, metric) =>
                  Object.hasOwn(options.values, by)
                    ? receipt(metric, { [by]: textOf(row[by]) })
                    : null
                }
              />
            </Tile>
          )}
        </Later>
      </div>
    </Shell>
  );
}

/** What the charts are asked of. */
const exploredOf = ({ period, asOf, knownAt, currency, rate, where }: View) => ({
  period,
  asOf,
  knownAt,
  currency,
  rate,
  where,
  flags: true,
});

const tiles = {
  stages: {
    span: 7,
    title: 'By stage',
    note: 'Open value; dots: typed ○ and learned ● weighted value; right: what typing adds',
  },
  trend: { span: 8, title: 'Two years of it', note: 'Open value of all periods by stage, weekly' },
  results: {
    span: 4,
    title: 'Closed in the period',
    note: 'By the day of the move to a closed stage',
  },
  needs: {
    span: 4,
    title: 'What needs somebody',
    note: 'Open, but the close date has passed or is not known; not in the open value above',
  },
  created: {
    span: 12,
    title: 'Created in the period, and sizes',
    note: 'Created by the amount seven days after creation; sizes of what is open for the period',
  },
  by: { span: 12, title: 'By any dimension', note: 'Every number opens' },
} as const;

type Receipt = (metric: string, more?: Record<string, string | null>) => string;

const textOf = (value: Row[string] | undefined): string | null =>
  value === null || value === undefined ? null : String(value);

const only = (more: Record<string, string | null>): Record<string, (string | null)[]> =>
  Object.fromEntries(Object.entries(more).map(([name, value]) => [name, [value]]));

function Stages({ answer, receipt }: { answer: Answer; receipt: Receipt }) {
  const { currency } = answer;
  const rows = answer.rows.filter(({ openCount }) => Number(openCount) > 0);
  if (rows.length === 0)
    return <p className="empty">Nothing is open for this period. Widen the period or the scope.</p>;
  return (
    <StageBars
      measure={{ unit: 'money', currency }}
      words={{
        label: 'Stage',
        value: 'Open value',
        hollow: 'Typed weighted',
        solid: 'Learned weighted',
      }}
      bars={rows.map((row) => ({
        label: String(row.stage ?? 'none'),
        value: String(row.openPipeline),
        hollow: String(row.typedWeightedPipeline),
        solid: String(row.weightedPipeline),
        notes: [
          `${formatValue(row.openCount, 'count')} open`,
          formatMoney(
            (Number(row.typedWeightedPipeline) - Number(row.weightedPipeline)).toFixed(2),
            { currency, signed: true },
          ),
        ],
        href: receipt('openPipeline', { stage: textOf(row.stage) }),
      }))}
    />
  );
}

function Weeks({
  answer,
  stages,
  id,
  unit,
}: {
  answer: Answer;
  stages: (string | null)[];
  id: string;
  unit: 'money' | 'count';
}) {
  const { series, points } = trendOf(answer.rows, { stages, metric: id });
  if (points.length === 0)
    return <p className="empty">Nothing was open in these two years. Widen the scope.</p>;
  return (
    <AreaTrend series={series} points={points} measure={{ unit, currency: answer.currency }} />
  );
}

function NumberTable({
  caption,
  answer: { columns, rows, currency },
  href,
}: {
  caption: string;
  answer: Answer;
  href: (row: Row, metric: string) => string | null;
}) {
  const shown: TableColumn[] = columns
    .filter(({ kind }) => kind !== 'companion')
    .map(({ name, label, unit, kind }) => ({
      name,
      label,
      unit,
      currency,
      href: kind === 'metric' ? (row) => href(row as Row, name) : undefined,
      note: (row) => surenessOf(row as Row, name),
      instead: (row) => insteadOf(row as Row, name),
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
  receipt: Receipt;
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
                instead={insteadOf(rows[0], name)}
              />
            </dd>
          </div>
        ))}
    </dl>
  );
}

function winNote(row: Row | undefined): string {
  const sureness = surenessOf(row, 'winRate');
  return sureness
    ? `Win rate with 95 % confidence: ${sureness}`
    : 'Nothing was closed in the period';
}
