import type { Answer, Cell } from '#warehouse/answers.ts';
import { fromCents, toCents } from '#warehouse/cents.ts';
import {
  PairedColumns,
  type PairedColumnsProps,
  pairedColumnsTable,
} from '#components/paired-columns.tsx';
import { Table } from '#components/table.tsx';
import { Later } from '../later.tsx';
import type { Opened } from '../open.ts';
import { Tile } from '../tile.tsx';
import { dayOf, lasting, receiptHref, toQuery } from '../view.ts';

const count = 13;
const tile = {
  span: 8 as const,
  title: 'Created and closed',
  note: 'By month: what came in as it stood after a week, and what went out, won or lost',
};

/** Whether the pipeline is refilled as fast as it is worked off. */
export function CreatedClosed({ page, path }: { page: Opened; path: string }) {
  const { view, ask, options, params } = page;
  const months = monthsUntil(dayOf(view, options));
  const period = `${months[0]}-01..${dayOf(view, options)}`;
  const created = toQuery(view, ['createdPipeline'], { by: ['createdMonth'], period });
  const closed = toQuery(view, ['wonValue', 'lostValue'], { by: ['closeMonth'], period });
  const load = () => Promise.all([ask.answer(created), ask.answer(closed)]);
  return (
    <Later shape="bars" tile={tile} load={load}>
      {([came, went]) => {
        const props: PairedColumnsProps = {
          sides: [{ name: 'Created' }, { name: 'Closed' }],
          measure: { unit: 'money', currency: came.currency },
          months: months.map((month) => ({
            on: `${month}-01`,
            values: [cellOf(came, month, 'createdPipeline'), closedIn(went, month)],
            href: receiptHref(
              path,
              lasting(params),
              toQuery(view, ['createdPipeline'], { period: month }),
            ),
          })),
        };
        return (
          <Tile {...tile} hasChart query={created} table={<Table {...pairedColumnsTable(props)} />}>
            <PairedColumns {...props} />
          </Tile>
        );
      }}
    </Later>
  );
}

/** The last months until a day, its own the last, as `YYYY-MM`. */
function monthsUntil(day: string): string[] {
  const [year, month] = day.split('-').map(Number) as [number, number];
  return Array.from({ length: count }, (_, i) =>
    new Date(Date.UTC(year, month - count + i, 1)).toISOString().slice(0, 7),
  );
}

function cellOf({ rows }: Answer, month: string, metric: string): string {
  const row = rows.find(({ createdMonth, closeMonth }) => (createdMonth ?? closeMonth) === month);
  return text(row?.[metric]);
}

const closedIn = (answer: Answer, month: string): string =>
  fromCents(
    toCents(cellOf(answer, month, 'wonValue')) + toCents(cellOf(answer, month, 'lostValue')),
  );

const text = (value: Cell | undefined): string => String(value ?? '0');
