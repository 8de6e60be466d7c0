import type { Answer, Row } from '#warehouse/answers.ts';
import { DotInterval, type DotIntervalProps } from '#components/dot-interval.tsx';
import { formatValue } from '#components/format.ts';
import { Table, type TableColumn } from '#components/table.tsx';
import { insteadOf, surenessOf } from '../rate.ts';
import { Tile } from '../tile.tsx';
import { receiptHref, toQuery } from '../view.ts';
import { labelOf, wordOf } from './choices.ts';
import { type Frame, lastingHere } from './grid-tile.tsx';

/** What is told of each value of the field. */
export const valueMetrics = ['wonValue', 'winRate', 'averageWonSize', 'daysToClose'];

interface Values {
  answer: Answer;
  /** The same of all together. */
  whole: Row | undefined;
  frame: Frame;
}

const shownAtMost = 14;

/** Win rate of each value with its interval, the rate of all beside it. */
export function RatesTile({ answer, whole, frame }: Values) {
  const { field } = frame.choices;
  const rows = closedOf(answer, field);
  const shown = rows.slice(0, shownAtMost);
  const rate = (row: Row | undefined, name: string): number | null =>
    insteadOf(row, 'winRate') ? null : ((row?.[name] as number | null | undefined) ?? null);
  const props: DotIntervalProps = {
    measure: { unit: 'ratio' },
    words: {
      label: labelOf(field),
      value: 'Win rate',
      interval: '95 % interval',
      expected: 'All together',
    },
    rows: shown.map((row) => ({
      label: textOf(row[field]) ?? 'none',
      value: rate(row, 'winRate'),
      low: rate(row, 'winRateLow'),
      high: rate(row, 'winRateHigh'),
      expected: rate(whole, 'winRate'),
      notes: [`n = ${formatValue(row.winRateN ?? 0, 'count')}`],
      href: valueHref(frame, 'winRate', row[field]),
    })),
  };
  return (
    <Tile
      span={5}
      title={`Win rate by ${wordOf(field)}`}
      note="With the 95 % interval; tick: all together"
      hasChart
    >
      {shown.length ? (
        <DotInterval {...props} />
      ) : (
        <p className="empty">Nothing was closed in {frame.words}. Widen the period.</p>
      )}
      {rows.length > shown.length ? (
        <p className="muted">{rows.length - shown.length} more stand in the table.</p>
      ) : null}
    </Tile>
  );
}

/** Mix, rate, size and speed of each value; every number opens. */
export function ValuesTile({ answer, whole, frame }: Values) {
  const { field } = frame.choices;
  const all = Number(whole?.winRateN ?? 0);
  const columns = answer.columns
    .filter(({ kind }) => kind === 'metric')
    .map(
      ({ name, label, unit }): TableColumn => ({
        name,
        label,
        unit,
        currency: answer.currency,
        href: (row) => valueHref(frame, name, row[field]),
        note: name === 'winRate' ? (row) => surenessOf(row as Row, name) : undefined,
        instead: (row) => insteadOf(row as Row, name),
      }),
    );
  return (
    <Tile
      span={7}
      title={`What each ${wordOf(field)} brings`}
      note={`Mix: share of what was closed in ${frame.words}; every number opens`}
      query={toQuery(frame.view, valueMetrics, { by: [field] })}
    >
      <Table
        caption={`By ${wordOf(field)}`}
        empty="Nothing was closed in this period. Widen the period."
        columns={[
          { name: 'label', label: labelOf(field), unit: 'text' },
          {
            name: 'mix',
            label: 'Mix',
            unit: 'ratio',
            href: (row) => valueHref(frame, 'winRate', row[field]),
          },
          ...columns,
        ]}
        rows={answer.rows.map((row) => ({
          ...row,
          label: textOf(row[field]) ?? 'none',
          mix: all ? Number(row.winRateN ?? 0) / all : null,
        }))}
      />
    </Tile>
  );
}

const textOf = (value: Row[string] | undefined): string | null =>
  value === null || value === undefined ? null : String(value);

/** Values with closings, the most first. */
const closedOf = ({ rows }: Answer, field: string): Row[] =>
  rows
    .filter((row) => Number(row.winRateN ?? 0) > 0)
    .sort((a, b) => Number(b.winRateN) - Number(a.winRateN) || compare(a[field], b[field]));

const compare = (a: Row[string] | undefined, b: Row[string] | undefined): number =>
  String(a ?? '').localeCompare(String(b ?? ''), 'en');

function valueHref(
  { path, params, view, choices }: Frame,
  metric: string,
  value: Row[string] | undefined,
): string {
  const where = { ...view.where, [choices.field]: [textOf(value)] };
  return receiptHref(path, lastingHere(params), toQuery(view, [metric], { where }));
}
