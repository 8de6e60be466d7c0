import type { Vanished } from '#warehouse/movement-answer.ts';
import { formatMoney, formatValue } from '#components/format.ts';
import { Table } from '#components/table.tsx';
import { Later } from '../later.tsx';
import type { Opened } from '../open.ts';
import { Tile } from '../tile.tsx';
import { hrefOf, one } from '../view.ts';

const kinds = ['deleted', 'merged', 'cloned'] as const;
const words = { deleted: 'deleted', merged: 'merged', cloned: 'closed and made again' };
const shown = 50;

const tile = {
  span: 12 as const,
  title: 'Pipeline that vanished',
  note: 'Opportunities that went other than by an honest end; nothing of it is lost here',
};

/** The ledger of what was deleted, merged, or made again so that it looks young. */
export function VanishedTile({ page }: { page: Opened }) {
  const { where, asOf, knownAt } = page.view;
  const kind = kinds.find((each) => each === one(page.params.kind));
  const load = () => page.ask.vanished({ where, asOf, knownAt, kind, limit: shown });
  return (
    <Later shape="table" tile={tile} load={load}>
      {(vanished) => <Shown vanished={vanished} kind={kind} page={page} />}
    </Later>
  );
}

interface Found {
  vanished: Vanished;
  kind: (typeof kinds)[number] | undefined;
  page: Opened;
}

function Shown({ vanished, kind, page: { params } }: Found) {
  const { rows, count, value, currency } = vanished;
  return (
    <Tile {...tile}>
      <Kinds vanished={vanished} kind={kind} params={params} />
      <Table
        caption="Vanished opportunities"
        empty="Nothing was deleted, merged or made again."
        columns={[
          {
            name: 'name',
            label: 'Opportunity',
            unit: 'text',
            href: ({ opportunity }) => `/opportunities/${encodeURIComponent(String(opportunity))}`,
          },
          { name: 'salesman', label: 'Salesman', unit: 'text' },
          { name: 'team', label: 'Team', unit: 'text' },
          { name: 'how', label: 'How', unit: 'text' },
          { name: 'was', label: 'Was', unit: 'text' },
          { name: 'value', label: 'Value', unit: 'money', currency },
          { name: 'at', label: 'Went', unit: 'date' },
          {
            name: 'intoName',
            label: 'Lives on as',
            unit: 'text',
            href: ({ into }) =>
              into ? `/opportunities/${encodeURIComponent(String(into))}` : null,
          },
          { name: 'ageDays', label: 'Age it had', unit: 'days' },
        ]}
        rows={rows.map((row) => ({ ...row, how: words[String(row.kind) as keyof typeof words] }))}
      />
      <p className="muted">
        {formatValue(count, 'count')} opportunities, {formatMoney(value, { currency, exact: true })}
        {count > rows.length ? `; the newest ${rows.length} are shown` : ''}. {effect(vanished)}
      </p>
    </Tile>
  );
}

const percent = (ratio: number): string =>
  `${(ratio * 100).toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })} %`;

const effect = ({ winRate, winRateWithout }: Vanished): string =>
  winRate === null || winRateWithout === null
    ? ''
    : `The win rate is ${percent(winRate)}; had nothing been deleted or made again after a loss, it would be ${percent(winRateWithout)}.`;

function Kinds({
  vanished,
  kind,
  params,
}: Pick<Found, 'vanished' | 'kind'> & Pick<Opened, 'params'>) {
  const { totals, currency } = vanished;
  return (
    <p className="before">
      {totals.map((total, i) => (
        <span key={total.kind}>
          {i ? ' · ' : ''}
          <a
            aria-current={kind === total.kind ? 'true' : undefined}
            href={hrefOf('/data', params, { kind: kind === total.kind ? null : total.kind })}
          >
            {formatValue(total.count, 'count')} {words[total.kind]}
          </a>
          , {formatMoney(total.value, { currency })}
          {total.count
            ? `, ${formatValue(Math.round(total.ageDays / total.count), 'count')} days old on average`
            : ''}
        </span>
      ))}
    </p>
  );
}
