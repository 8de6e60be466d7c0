import { type MeasureName, measureNames } from '#warehouse/comparison-request.ts';
import type { SalesmanProfile } from '#warehouse/salesman-answer.ts';
import { DotInterval, type DotIntervalProps } from '#components/dot-interval.tsx';
import { formatValue } from '#components/format.ts';
import { Table } from '#components/table.tsx';
import { Later } from '../../later.tsx';
import { Tile } from '../../tile.tsx';
import { comparedHref, type Person } from './person.ts';
import { placeInWords, units } from './words.ts';

const tile = {
  span: 7,
  title: 'Against what the mix lets one expect',
  note: '100 % is what such opportunities came to with all others; drawn to it as far as unsure, with the 95 % interval; hollow ones cannot be told from it',
} as const;

const labels: Record<MeasureName, string> = {
  winRate: 'Win rate',
  size: 'Size of won ones',
  days: 'Days to close',
};

interface Props {
  person: Person;
  load: () => Promise<SalesmanProfile>;
}

/** Win rate, size and speed beside what anybody with his mix would have had. */
export function Against({ person, load }: Props) {
  return (
    <Later shape="bars" tile={tile} load={load}>
      {(told) =>
        told.compared ? (
          <Results told={told} person={person} />
        ) : (
          <Tile {...tile}>
            <p className="empty">
              Nothing was closed in {person.words}. <a href={person.wide}>Look at all periods</a>.
            </p>
          </Tile>
        )
      }
    </Later>
  );
}

function Results({ told, person }: { told: SalesmanProfile; person: Person }) {
  const rows = resultsOf(told);
  const href = (measure: string) => comparedHref(person, { measure });
  const props: DotIntervalProps = {
    measure: { unit: 'ratio' },
    band: { low: 1, high: 1, label: 'cannot be told from what was expected' },
    words: { label: 'Result', value: 'Of what was expected', interval: '95 % interval' },
    rows: rows.map(({ name, label, ratio, ratioLow, ratioHigh, had, expected, n }) => ({
      label,
      value: ratio,
      low: ratioLow,
      high: ratioHigh,
      notes: [`${had} of ${expected} expected`, ratio === null ? `n = ${n}, too few` : `n = ${n}`],
      href: href(name),
    })),
  };
  return (
    <Tile
      {...tile}
      hasChart
      table={
        <Table
          caption="Results against expectation"
          columns={[
            {
              name: 'label',
              label: 'Result',
              unit: 'text',
              href: ({ name }) => href(String(name)),
            },
            { name: 'n', label: 'n', unit: 'count' },
            { name: 'had', label: 'Had', unit: 'text' },
            { name: 'expected', label: 'Expected', unit: 'text' },
            { name: 'ratio', label: 'Of what was expected', unit: 'ratio' },
            { name: 'ratioLow', label: '95 % interval, low', unit: 'ratio' },
            { name: 'ratioHigh', label: '95 % interval, high', unit: 'ratio' },
          ]}
          rows={rows}
        />
      }
    >
      <DotInterval {...props} />
      <p className="muted">{placeInWords(told)}</p>
    </Tile>
  );
}

/** The three measures in words and numbers. */
function resultsOf({ compared, currency }: SalesmanProfile) {
  return measureNames.flatMap((name) => {
    const found = compared?.measures[name];
    if (!found) return [];
    const { n, observed, expected, ratio, ratioLow, ratioHigh } = found;
    const shown = (value: number | null) => formatValue(value, units[name], { currency });
    const said = { had: shown(observed), expected: shown(expected) };
    return [{ name, label: labels[name], n, ...said, ratio, ratioLow, ratioHigh }];
  });
}
