import { shiftQuarter } from '#warehouse/period.ts';
import type {
  ForecastAnswer,
  ForecastError,
  ForecastMethod,
  ForecastPoint,
} from '#warehouse/forecasts/answer.ts';
import { Fan, fanTable, type FanProps } from '#components/fan.tsx';
import { formatDay, formatMoney, formatRatio } from '#components/format.ts';
import { RangeBars, rangeBarsTable, type RangeBarsProps } from '#components/range-bars.tsx';
import { Table } from '#components/table.tsx';
import { Later } from '../later.tsx';
import { type Opened, openPage } from '../open.ts';
import { Sentence } from '../sentence.tsx';
import { Shell } from '../shell.tsx';
import { Tile } from '../tile.tsx';
import { hrefOf, isPast, lasting, type Params, receiptHref, toQuery } from '../view.ts';
import { periodInWords } from '../words.ts';
import { MadeOf } from './made-of.tsx';
import { forecastSentence } from './sentence.ts';

const path = '/forecast';

/** What the period will bring, of what it is made, how it moved, and how wrong such forecasts have been. */
export default async function ForecastPage({ searchParams }: { searchParams: Promise<Params> }) {
  const page = await openPage(searchParams);
  const { params, options, view, ask } = page;
  const { where, asOf } = view;
  const ahead = /^\d{4}-Q\d$/.test(view.period)
    ? [0, 1, 2, 3].map((n) => shiftQuarter(view.period, n))
    : [view.period];
  const coming = Promise.all(
    ahead.map(async (period) => ({ period, found: await ask.forecast({ period, where, asOf }) })),
  );
  const first = coming.then(([one]) => (one as Told).found);
  // A failure is shown where it belongs; until then nobody may call it unhandled.
  first.catch(() => undefined);
  const receipt = (metric: string, period = view.period) =>
    receiptHref(path, lasting(params), toQuery(view, [metric], { period }));
  return (
    <Shell path={path} current={path} params={params} view={view} options={options}>
      <Later shape="sentence" load={() => first}>
        {(found) => (
          <Sentence
            pieces={forecastSentence(periodInWords(view.period), found, { past: isPast(view) })}
            hrefOf={() => '#made-of'}
          />
        )}
      </Later>
      <div className="grid">
        <Later shape="bars" tile={tiles.coming} load={() => coming}>
          {(told) => <Coming told={told} page={page} />}
        </Later>
        <Later shape="numbers" tile={tiles.madeOf} load={() => first}>
          {(found) => (
            <Tile {...tiles.madeOf}>
              <MadeOf found={found} hrefOf={(metric) => receipt(metric)} />
            </Tile>
          )}
        </Later>
        <Later shape="area" tile={tiles.moved} load={() => first}>
          {(found) => <HowItMoved found={found} params={params} />}
        </Later>
        <Later shape="table" tile={tiles.errors} load={() => first}>
          {(found) => <Errors found={found} />}
        </Later>
      </div>
    </Shell>
  );
}

interface Told {
  period: string;
  found: ForecastAnswer;
}

const tiles = {
  coming: {
    span: 7,
    title: 'This and the coming periods',
    note: 'Won, then what 8 of 10 cases bring with the middle one in it, against the target',
  },
  madeOf: {
    span: 5,
    title: 'Of what it is made',
    note: 'The parts of the mean add up to it',
  },
  moved: {
    span: 7,
    title: 'How it moved',
    note: 'What was forecast at the end of each week, as it was stored then',
  },
  errors: {
    span: 5,
    title: 'How wrong it has been',
    note: 'Stored forecasts of past periods at this point, against what came',
  },
} as const;

function Coming({ told, page: { params } }: { told: Told[]; page: Opened }) {
  const currency = told[0]?.found.currency ?? '';
  const money = (value: string) => formatMoney(value, { currency });
  const props: RangeBarsProps = {
    measure: { unit: 'money', currency },
    words: {
      label: 'Period',
      done: 'Won',
      band: 'P10 to P90',
      mid: 'P50',
      open: 'Open by experience',
      target: 'Target',
    },
    rows: told.map(({ period, found: { won, p10, p50, p90, target, pTarget } }) => ({
      label: periodInWords(period),
      done: won ?? '0',
      band: p50 === null ? null : { low: p10, mid: p50, high: p90 },
      target,
      notes: [
        p50 === null ? 'cannot be told' : money(p50),
        pTarget === null ? 'no target' : `${formatRatio(pTarget)} to reach it`,
      ],
      href: hrefOf(path, lasting(params), { period }),
    })),
  };
  return (
    <Tile {...tiles.coming} hasChart table={<Table {...rangeBarsTable(props)} />}>
      <RangeBars {...props} />
    </Tile>
  );
}

function HowItMoved({ found, params }: { found: ForecastAnswer; params: Params }) {
  const { points, target, currency } = found;
  if (points.length < 2)
    return (
      <Tile {...tiles.moved}>
        <p className="empty">
          {points[0]
            ? `The first forecast of this period was stored on ${formatDay(points[0].cutOff)}: it has not moved yet.`
            : 'No forecast of this period was stored by this day.'}
        </p>
      </Tile>
    );
  const props: FanProps = {
    measure: { unit: 'money', currency },
    words: { mid: 'P50', band: 'P10 to P90', target: 'Target' },
    points: points.map(({ cutOff, p10, p50, p90 }) => ({
      on: cutOff,
      low: p10,
      mid: p50,
      high: p90,
      target,
      href: hrefOf(path, params, { asOf: cutOff }),
    })),
  };
  return (
    <Tile {...tiles.moved} hasChart table={<Table {...fanTable(props)} />}>
      <p className="before">{movedInWords(points, currency)}</p>
      <Fan {...props} />
    </Tile>
  );
}

/** From the first stored forecast to the last. */
function movedInWords(points: ForecastPoint[], currency: string): string {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return '';
  const money = (value: string) => formatMoney(value, { currency });
  const late = points.filter(({ isBackfilled }) => isBackfilled).length;
  const made = late
    ? ` ${late === points.length ? 'All' : `${late} of ${points.length}`} were worked out later from what was known then.`
    : '';
  return `${money(first.p50)} on ${formatDay(first.cutOff)}, ${money(last.p50)} on ${formatDay(last.cutOff)}.${made}`;
}

/** Every method beside the others: what it says now, and how wrong it has been. */
function Errors({ found }: { found: ForecastAnswer }) {
  const { errors, errorsAt, points, currency, notes } = found;
  const now = points.at(-1)?.totals;
  const model = errors.find(({ method }) => method === 'default');
  return (
    <Tile {...tiles.errors}>
      {errorsAt?.periods && model ? (
        <p className="before">
          {`${errorsAt.weeksToEnd} weeks before the end of ${errorsAt.periods} past ${errorsAt.periods === 1 ? 'period' : 'periods'} it ${model.words}.`}
        </p>
      ) : (
        <p className="before">
          No past period has a forecast stored at this point, so nobody knows how wrong it is.{' '}
          <code>npx plumbline backtest</code> works them out from what was known then.
        </p>
      )}
      <Table
        caption="Methods"
        empty="Nothing is stored to measure it by."
        columns={[
          { name: 'label', label: 'Method', unit: 'text' },
          { name: 'total', label: 'Says now', unit: 'money', currency },
          { name: 'wape', label: 'Off by', unit: 'ratio' },
          { name: 'bias', label: 'Too high by', unit: 'ratio' },
          { name: 'heldWords', label: 'P10–P90 held', unit: 'text' },
        ]}
        rows={errors.map((error) => toRow(error, now))}
      />
      {notes.map((note) => (
        <p className="muted" key={note}>
          {note}
        </p>
      ))}
    </Tile>
  );
}

const toRow = (
  { method, label, wape, bias, held, n }: ForecastError,
  now: Record<ForecastMethod, string | null> | undefined,
) => ({
  label,
  total: now?.[method] ?? null,
  wape,
  bias,
  heldWords: held === null ? '–' : `${held} of ${n}`,
});
