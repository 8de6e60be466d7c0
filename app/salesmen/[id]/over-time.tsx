import { formatDay, type Measure } from '#components/format.ts';
import { type LinePoint, type LineSeries, LineTrend } from '#components/line-trend.tsx';
import { Table } from '#components/table.tsx';
import { Later } from '../../later.tsx';
import { insteadOf } from '../../rate.ts';
import { Tile } from '../../tile.tsx';
import { ofQuarter, sinceBegun, type ToldQuarter, weeksBetween, yearUntil } from './over-time.ts';
import { quartersUntil } from '../quarters.ts';
import { metricHref, type Person, queryOf } from './person.ts';

const tile = {
  span: 12,
  title: 'Over time',
  note: 'Quarters that are over, and what was open week by week; time runs alike in all four',
} as const;

/** Won, open, win rate and activities on one axis of time. */
export function OverTime({ person }: { person: Person }) {
  return (
    <Later shape="area" tile={tile} load={() => read(person)}>
      {(told) => <Shown told={told} person={person} />}
    </Later>
  );
}

type Told = Awaited<ReturnType<typeof read>>;

async function read(person: Person) {
  const { ask, options } = person.page;
  const quarters = quartersUntil(person.day, options);
  const [first, last] = [quarters[0], quarters.at(-1)];
  if (!first || !last) return null;
  const period = `${first.from}..${last.last}`;
  const by = ['closeQuarter'];
  const [results, done, open, ...rates] = await Promise.all([
    ask.answer(queryOf(person, ['wonValue', 'wonCount'], { period, by })),
    ask.answer(queryOf(person, ['activitiesDone'], { period, by })),
    ask.trend({
      query: queryOf(person, ['openPipeline'], { period: 'all' }),
      weeks: Math.max(2, Math.min(260, weeksBetween(first.last, person.day))),
    }),
    ...quarters.map((quarter) =>
      ask.answer(queryOf(person, ['winRate'], { period: yearUntil(quarter.last) })),
    ),
  ]);
  const told = quarters.map((quarter, i) => ({
    ...quarter,
    won: ofQuarter(results.rows, quarter, 'wonValue'),
    done: ofQuarter(done.rows, quarter, 'activitiesDone'),
    rate: rates[i]?.rows[0],
  }));
  const begun = sinceBegun(told, open.rows);
  return {
    quarters: begun.quarters,
    span: [begun.from, person.day] as [string, string],
    currency: results.currency,
    open: open.rows.filter(({ week }) => String(week) >= begun.from),
  };
}

interface Panel {
  title: string;
  note: string;
  measure: Measure;
  series: LineSeries[];
  points: LinePoint[];
  domain?: [number, number];
}

function Shown({ told, person }: { told: Told; person: Person }) {
  if (!told || told.open.length === 0)
    return (
      <Tile {...tile}>
        <p className="empty">No quarter is over yet on this day. Choose a later one.</p>
      </Tile>
    );
  return (
    <Tile {...tile} hasChart table={<Twin told={told} />}>
      <div className="halves">
        {panelsOf(told, person).map(({ title, note, ...panel }) => (
          <section key={title}>
            <h3 className="within">
              {title} <span className="muted">{note}</span>
            </h3>
            <LineTrend {...panel} span={told.span} height={150} bandLabel="95 % interval" />
          </section>
        ))}
      </div>
    </Tile>
  );
}

function panelsOf(told: NonNullable<Told>, person: Person): Panel[] {
  const { quarters, currency, open } = told;
  const money: Measure = { unit: 'money', currency };
  const each = (name: 'won' | 'done', metric: string): LinePoint[] =>
    quarters.map(({ text, last, [name]: value }) => ({
      on: last,
      values: [value ?? 0],
      href: metricHref(person, metric, { period: text }),
    }));
  return [
    {
      title: 'Won',
      note: `by quarter, ${currency}`,
      measure: money,
      series: [{ name: 'Won', color: 'won' }],
      points: each('won', 'wonValue'),
    },
    {
      title: 'Open',
      note: `weekly, whenever it should close, ${currency}`,
      measure: money,
      series: [{ name: 'Open' }],
      points: open.map((row) => ({
        on: String(row.week),
        values: [row.openPipeline as string | null],
        href: metricHref(person, 'openPipeline', { period: 'all', asOf: String(row.week) }),
      })),
    },
    {
      title: 'Win rate',
      note: 'of the twelve months until then, with its 95 % interval',
      measure: { unit: 'ratio' },
      series: [{ name: 'Win rate' }],
      domain: [0, 1],
      points: quarters.map((quarter) => ratePoint(quarter, person)),
    },
    {
      title: 'Activities done',
      note: 'by quarter',
      measure: { unit: 'count' },
      series: [{ name: 'Activities' }],
      points: each('done', 'activitiesDone'),
    },
  ];
}

function ratePoint({ last, rate: row }: ToldQuarter, person: Person): LinePoint {
  const href = metricHref(person, 'winRate', { period: yearUntil(last) });
  if (insteadOf(row, 'winRate')) return { on: last, values: [null], href };
  const number = (name: string) => row?.[name] as number | null;
  return {
    on: last,
    values: [number('winRate')],
    band: [number('winRateLow'), number('winRateHigh')],
    href,
  };
}

function Twin({ told: { quarters, currency } }: { told: NonNullable<Told> }) {
  return (
    <Table
      caption="By quarter"
      columns={[
        { name: 'quarter', label: 'Quarter', unit: 'text' },
        { name: 'won', label: 'Won', unit: 'money', currency },
        { name: 'rate', label: 'Win rate of twelve months', unit: 'ratio' },
        { name: 'n', label: 'n', unit: 'count' },
        { name: 'done', label: 'Activities done', unit: 'count' },
      ]}
      rows={quarters.map(({ text, last, won, done, rate }) => ({
        quarter: `${text}, until ${formatDay(last)}`,
        won,
        rate: insteadOf(rate, 'winRate') ? null : (rate?.winRate ?? null),
        n: Number(rate?.winRateN ?? 0),
        done,
      }))}
    />
  );
}
