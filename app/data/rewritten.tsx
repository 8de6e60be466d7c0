import type { LoadSummary } from '#warehouse/status-answer.ts';
import type { Rewritten, RewrittenNumber } from '#warehouse/movement-answer.ts';
import type { RewrittenInput } from '#warehouse/rewritten-request.ts';
import { formatDay, formatMoney, formatValue } from '#components/format.ts';
import { Table } from '#components/table.tsx';
import { Later } from '../later.tsx';
import type { Opened } from '../open.ts';
import { Tile } from '../tile.tsx';
import { hrefOf, one, receiptHref } from '../view.ts';

const tile = {
  span: 12 as const,
  title: 'History was rewritten',
  note: 'What is told about the past now, against what was told then',
};

/** Past months that are told otherwise since an earlier load, and the edits that did it. */
export function RewrittenTile({ page }: { page: Opened }) {
  const since = one(page.params.since);
  const load = async () => {
    const loads = await page.ask.loads();
    if (loads.length < 2) return null;
    const input = { since, where: page.view.where };
    return { loads, input, rewritten: await page.ask.rewritten({ ...input, limit: 100 }) };
  };
  return (
    <Later shape="table" tile={tile} load={load}>
      {(found) =>
        found ? (
          <Shown {...found} page={page} />
        ) : (
          <Tile {...tile}>
            <p className="empty">
              There has been one load only. After the next one this says what changed about the
              past.
            </p>
          </Tile>
        )
      }
    </Later>
  );
}

interface Found {
  loads: LoadSummary[];
  input: RewrittenInput;
  rewritten: Rewritten;
  page: Opened;
}

function Shown({ loads, input, rewritten, page: { params } }: Found) {
  const { numbers, edits, editCount, currency } = rewritten;
  const open = (n: RewrittenNumber) =>
    receiptHref('/data', params, { ...input, metric: n.metric, day: n.day });
  const byKey = new Map(numbers.map((n) => [`${n.metric} ${n.day}`, n]));
  return (
    <Tile {...tile} note={<Since loads={loads} rewritten={rewritten} params={params} />}>
      <Table
        caption="Past months that are told otherwise now"
        empty="No open pipeline, won or lost value of a past month is told otherwise now."
        columns={[
          { name: 'label', label: 'Number', unit: 'text' },
          { name: 'begins', label: 'Month of', unit: 'date' },
          { name: 'was', label: 'Told then', unit: 'money', currency, isExact: true },
          { name: 'is', label: 'Told now', unit: 'money', currency, isExact: true },
          {
            name: 'delta',
            label: 'Difference',
            unit: 'money',
            currency,
            isExact: true,
            href: (row) => {
              const number = byKey.get(String(row.key));
              return number ? open(number) : null;
            },
          },
          { name: 'why', label: 'Because of', unit: 'text' },
        ]}
        rows={numbers.map((n) => ({
          ...n,
          key: `${n.metric} ${n.day}`,
          reasons: null,
          why: n.reasons.map((r) => inWords(r, currency)).join(', '),
        }))}
      />
      <h3 className="within">
        {formatValue(editCount, 'count')} edits of what was told
        {editCount > edits.length ? `, the newest ${edits.length}` : ''}
      </h3>
      <Table
        caption="Edits of what was told"
        empty="Nothing that was told by then has been edited since."
        columns={[
          {
            name: 'name',
            label: 'Opportunity or account',
            unit: 'text',
            href: ({ object, id }) =>
              `/${object === 'account' ? 'accounts' : 'opportunities'}/${encodeURIComponent(String(id))}`,
          },
          { name: 'label', label: 'What', unit: 'text' },
          { name: 'attribute', label: 'Of', unit: 'text' },
          { name: 'old', label: 'Told then', unit: 'text' },
          { name: 'new', label: 'Told now', unit: 'text' },
          { name: 'at', label: 'So from', unit: 'instant' },
          { name: 'knownAt', label: 'Learned', unit: 'instant' },
        ]}
        rows={edits.map((edit) => ({ ...edit, name: edit.name ?? edit.id }))}
      />
    </Tile>
  );
}

const inWords = (
  { label, delta, count }: RewrittenNumber['reasons'][number],
  currency: string,
): string => `${label} (${count}): ${formatMoney(delta, { currency, exact: true })}`;

const most = 6;

function Since({
  loads,
  rewritten,
  params,
}: Pick<Found, 'loads' | 'rewritten'> & Pick<Opened, 'params'>) {
  const former = loads.slice(1, 1 + most);
  return (
    <>
      Since the extract of {formatDay(rewritten.since)}, as known then.{' '}
      {former.length > 1 ? 'Or since ' : ''}
      {former.length > 1
        ? former.map(({ load, asOf, startedAt }, i) => (
            <span key={load}>
              {i ? ' · ' : ''}
              <a href={hrefOf('/data', params, { since: startedAt })}>
                {asOf ? formatDay(asOf) : load}
              </a>
            </span>
          ))
        : null}
    </>
  );
}
