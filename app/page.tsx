import { shiftQuarter } from '#warehouse/period.ts';
import type { Row } from '#warehouse/answers.ts';
import { formatMoney, formatRatio, formatValue } from '#components/format.ts';
import { RangeBars } from '#components/range-bars.tsx';
import { Table } from '#components/table.tsx';
import { AtStake } from './at-stake.tsx';
import { Later } from './later.tsx';
import { Moved } from './moved.tsx';
import { type Opened, openPage } from './open.ts';
import { Sentence } from './sentence.tsx';
import { outlookSentence } from './sentences.ts';
import { Shell } from './shell.tsx';
import { Tile } from './tile.tsx';
import { hrefOf, isPast, lasting, type Params, receiptHref, toQuery } from './view.ts';
import { periodInWords } from './words.ts';

const metrics = [
  'wonValue',
  'openPipeline',
  'openCount',
  'typedWeightedPipeline',
  'weightedPipeline',
  'quota',
];
const needs = ['overduePipeline', 'overdueCount', 'undatedPipeline', 'undatedCount'];

/** What this and the coming periods hold, what changed, the largest open opportunities, what needs somebody. */
export default async function Outlook({ searchParams }: { searchParams: Promise<Params> }) {
  const page = await openPage(searchParams);
  const { params, options, view, ask } = page;
  const ahead = /^\d{4}-Q\d$/.test(view.period)
    ? [0, 1, 2, 3].map((n) => shiftQuarter(view.period, n))
    : [view.period];
  const periods = Promise.all(
    ahead.map(async (period) => {
      const [{ rows, currency }, told] = await Promise.all([
        ask.answer(toQuery(view, metrics, { period })),
        forecastOf(page, period),
      ]);
      return { ...rows[0], ...told, period, currency } as Row;
    }),
  );
  // A failure is shown where it belongs; until then nobody may call it unhandled.
  periods.catch(() => undefined);
  const receipt = (metric: string, period = view.period) =>
    receiptHref('/', lasting(params), toQuery(view, [metric], { period }));
  return (
    <Shell path="/" current="/" params={params} view={view} options={options}>
      <Later shape="sentence" load={() => periods}>
        {([row]) => (
          <Sentence
            pieces={outlookSentence(periodInWords(view.period), row, {
              currency: String(row?.currency),
              past: isPast(view),
            })}
            hrefOf={(metric) =>
              metric === 'forecast' ? hrefOf('/forecast', lasting(params)) : receipt(metric)
            }
          />
        )}
      </Later>
      <div className="grid">
        <Later shape="bars" tile={coming} load={() => periods}>
          {(rows) => (
            <Tile
              {...coming}
              note={rows.some(isForecast) ? forecastNote : coming.note}
              hasChart
              query={toQuery(view, metrics)}
              table={<Numbers rows={rows} receipt={receipt} />}
            >
              <Coming
                rows={rows}
                receipt={receipt}
                forecastHref={(period) => hrefOf('/forecast', lasting(params), { period })}
              />
            </Tile>
          )}
        </Later>
        <Moved page={page} path="/" span={5} />
        <Largest page={page} />
        <Later shape="numbers" tile={needing} load={() => ask.answer(toQuery(view, needs))}>
          {({ rows: [row = {}], currency }) => (
            <Tile {...needing} query={toQuery(view, needs)}>
              <Needs row={row} currency={currency} receipt={receipt} />
              <AtStake page={page} />
            </Tile>
          )}
        </Later>
      </div>
    </Shell>
  );
}

type Receipt = (metric: string, period?: string) => string;

/** What was forecast of a period by the as-of day; nothing where forecasts do not speak of the view, or hold back. */
async function forecastOf({ view, ask }: Opened, period: string): Promise<Row> {
  const { where, asOf, knownAt, currency, rate } = view;
  const isTold = /^\d{4}-(Q\d|\d{2})$/.test(period) && !knownAt && !currency && rate === 'plan';
  if (!isTold) return {};
  const { p10, p50, p90, pTarget, abstains } = await ask.forecast({ period, where, asOf });
  return abstains ? {} : { p10, p50, p90, pTarget };
}

const isForecast = ({ p50 }: Row): boolean => p50 !== undefined && p50 !== null;
const forecastNote =
  'Won, then what the forecast says: 8 of 10 cases lie in the band, half of them below its line';

const coming = {
  span: 7,
  title: 'This and the coming periods',
  note: 'Won, then open weighted by experience (the chance ever to win), against the quota',
} as const;
const needing = {
  span: 4,
  title: 'What needs somebody',
  note: 'Open, but the close date has passed or is not known; in no period above',
} as const;

interface ComingProps {
  rows: Row[];
  receipt: Receipt;
  forecastHref: (period: string) => string;
}

function Coming({ rows, receipt, forecastHref }: ComingProps) {
  const currency = String(rows[0]?.currency);
  const money = (value: unknown) => formatMoney(String(value ?? '0'), { currency });
  return (
    <RangeBars
      measure={{ unit: 'money', currency }}
      words={{
        label: 'Period',
        done: 'Won',
        band: 'P10 to P90',
        mid: 'Forecast, P50',
        open: 'Open by experience',
        target: 'Quota',
      }}
      rows={rows.map((row) => ({
        label: periodInWords(String(row.period)),
        done: String(row.wonValue),
        band: isForecast(row)
          ? { low: String(row.p10), mid: String(row.p50), high: String(row.p90) }
          : null,
        open: String(row.weightedPipeline),
        target: Number(row.quota ?? 0) > 0 ? String(row.quota) : null,
        notes: isForecast(row)
          ? [
              money(row.p50),
              row.pTarget === null ? 'no quota' : `${formatRatio(Number(row.pTarget))} reach it`,
            ]
          : [
              `${money(row.openPipeline)} open`,
              Number(row.quota ?? 0) > 0 ? `quota ${money(row.quota)}` : 'no quota',
            ],
        href: isForecast(row)
          ? forecastHref(String(row.period))
          : receipt('weightedPipeline', String(row.period)),
      }))}
    />
  );
}

function Numbers({ rows, receipt }: { rows: Row[]; receipt: Receipt }) {
  const currency = String(rows[0]?.currency);
  const labels: Record<string, string> = {
    wonValue: 'Won',
    openPipeline: 'Open',
    typedWeightedPipeline: 'Typed weighted',
    weightedPipeline: 'Learned weighted',
    quota: 'Quota',
  };
  return (
    <Table
      caption="This and the coming periods"
      columns={[
        { name: 'period', label: 'Period', unit: 'text' },
        ...Object.entries(labels).map(([name, label]) => ({
          name,
          label,
          unit: 'money' as const,
          currency,
          href: (row: Record<string, unknown>) => receipt(name, String(row.period)),
        })),
      ]}
      rows={rows}
    />
  );
}

const most = 7;

function Largest({ page: { params, view, ask, options } }: { page: Opened }) {
  const { asOf, knownAt, where, period } = view;
  const tile = {
    span: 8,
    title: `Largest open opportunities of ${periodInWords(period)}`,
    note: `As they stood on the as-of day, in ${options.currency} at plan rates`,
  } as const;
  const load = () =>
    ask.opportunities({ where, asOf, knownAt, period, outcome: 'open', limit: most, offset: 0 });
  return (
    <Later shape="table" tile={tile} load={load}>
      {({ rows }) => (
        <Tile {...tile}>
          {rows.length === 0 ? (
            <p className="empty">Nothing is open for this period. Widen the period or the scope.</p>
          ) : (
            <Table
              caption={tile.title}
              columns={[
                {
                  name: 'name',
                  label: 'Opportunity',
                  unit: 'text',
                  href: (row) =>
                    hrefOf(
                      `/opportunities/${encodeURIComponent(String(row.opportunity))}`,
                      lasting(params),
                    ),
                },
                { name: 'amount', label: 'Amount', unit: 'money', currency: options.currency },
                { name: 'closeOn', label: 'Close date', unit: 'date' },
                { name: 'nextStep', label: 'Next step', unit: 'text' },
                { name: 'salesman', label: 'Salesman', unit: 'text' },
              ]}
              rows={rows}
            />
          )}
        </Tile>
      )}
    </Later>
  );
}

function Needs({ row, currency, receipt }: { row: Row; currency: string; receipt: Receipt }) {
  const lines = [
    ['overduePipeline', 'overdueCount', 'past their close date'],
    ['undatedPipeline', 'undatedCount', 'without a close date'],
  ] as const;
  // One line at least: that nothing is overdue is an answer too.
  const told = lines.filter(([, count], i) => i === 0 || Number(row[count]) > 0);
  return (
    <ul className="needs dense">
      {told.map(([value, count, text]) => (
        <li key={value}>
          <a href={receipt(count)}>
            {formatValue(row[count], 'count')} {text}
          </a>
          <a href={receipt(value)} className="figure">
            <strong>{formatValue(row[value], 'money', { currency })}</strong>
          </a>
        </li>
      ))}
    </ul>
  );
}
