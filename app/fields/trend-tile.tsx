import type { Answer, Row } from '#warehouse/answers.ts';
import {
  type PanelPoint,
  SmallMultiples,
  type SmallMultiplesProps,
  smallMultiplesTable,
} from '#components/small-multiples.tsx';
import { formatValue } from '#components/format.ts';
import { Table } from '#components/table.tsx';
import { insteadOf } from '../rate.ts';
import type { Quarter } from '../salesmen/quarters.ts';
import { Tile } from '../tile.tsx';
import { periodInWords } from '../words.ts';
import { measures, wordOf } from './choices.ts';
import { cellHref, type Frame } from './grid-tile.tsx';

const shownAtMost = 12;

interface Told {
  /** By the field and the quarter, and by the quarter alone. */
  answer: Answer;
  whole: Answer;
  quarters: Quarter[];
  frame: Frame;
}

/** The measure of each value by quarters that are over, all on one scale, that of all together behind it. */
export function TrendTile({ answer, whole, quarters, frame }: Told) {
  const { field, measure } = frame.choices;
  const { label, unit, quarter, isAdditive } = measures[measure];
  const points = (rows: Row[]): PanelPoint[] =>
    quarters.map(({ text, last }) => {
      const row = rows.find((one) => one[quarter] === text);
      return { on: last, value: shownOf(row, measure, isAdditive) };
    });
  const values = valuesOf(answer.rows, field);
  const props: SmallMultiplesProps = {
    measure: unit === 'money' ? { unit, currency: answer.currency } : { unit },
    words: { value: label, reference: 'All together' },
    // All together is as large as all panels where numbers add up.
    reference: isAdditive ? undefined : points(whole.rows),
    panels: values.slice(0, shownAtMost).map((value) => {
      const own = points(answer.rows.filter((row) => (row[field] ?? null) === value));
      const newest = own.at(-1)?.value ?? null;
      return {
        label: value ?? 'none',
        points: own,
        note: formatValue(newest, unit, { currency: answer.currency }),
        href: cellHref(frame, { [field]: value }),
      };
    }),
  };
  return (
    <Tile
      span={12}
      title={`${label} of each ${wordOf(field)} over time`}
      note={`${spanOf(quarters)}, all on one scale${isAdditive ? '' : '; grey: all together'}; right: the newest`}
      hasChart
      table={<Table {...smallMultiplesTable(props)} />}
    >
      {quarters.length > 1 && props.panels.length ? (
        <SmallMultiples {...props} />
      ) : (
        <p className="empty">Two quarters must be over to show a trend.</p>
      )}
      {values.length > shownAtMost ? (
        <p className="muted">
          The {shownAtMost} largest of {values.length} are shown.
        </p>
      ) : null}
    </Tile>
  );
}

function spanOf(quarters: Quarter[]): string {
  const [first, last] = [quarters[0], quarters.at(-1)];
  if (!first || !last) return 'Quarters that are over';
  return `Quarters that are over, ${periodInWords(first.text)} to ${periodInWords(last.text)}`;
}

function shownOf(row: Row | undefined, measure: string, isAdditive: boolean): PanelPoint['value'] {
  if (insteadOf(row, measure)) return null;
  const value = row?.[measure];
  if (typeof value === 'string' || typeof value === 'number') return value;
  return isAdditive ? 0 : null;
}

/** The values of the field, those with most behind them first. */
function valuesOf(rows: Row[], field: string): (string | null)[] {
  const sums = new Map<string | null, number>();
  for (const row of rows) {
    const value = (row[field] as string | null | undefined) ?? null;
    sums.set(
      value,
      (sums.get(value) ?? 0) + Number(row.winRateN ?? row.wonCount ?? row.createdCount ?? 0),
    );
  }
  return [...sums].sort((a, b) => b[1] - a[1]).map(([value]) => value);
}
