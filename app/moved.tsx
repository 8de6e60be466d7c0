import type { Waterfall as Moves } from '#warehouse/movement-answer.ts';
import type { WaterfallInput } from '#warehouse/waterfall-request.ts';
import { formatDay, formatValue } from '#components/format.ts';
import { Table } from '#components/table.tsx';
import { Waterfall, type WaterfallProps, waterfallTable } from '#components/waterfall.tsx';
import { compareDay, shifted } from './compare.ts';
import { Later } from './later.tsx';
import type { Opened } from './open.ts';
import { Tile, type TileProps } from './tile.tsx';
import { dayOf, hrefOf, lasting, type View } from './view.ts';
import { periodInWords } from './words.ts';

/** What moved the open pipeline of the period between the compared day and the as-of day; each bar opens. */
export function Moved({
  page,
  path,
  span,
}: {
  page: Opened;
  path: string;
  span: TileProps['span'];
}) {
  const { view } = page;
  const tile = {
    span,
    title: `What moved the pipeline of ${periodInWords(view.period)}`,
    note: 'Between two days; closes to the cent',
  };
  const load = async () => {
    const input = await spanOf(page);
    return input ? { input, moves: await page.ask.waterfall(input) } : null;
  };
  return (
    <Later shape="bars" tile={tile} load={load}>
      {(found) =>
        found ? (
          <Shown {...found} page={page} path={path} tile={tile} />
        ) : (
          <Tile {...tile}>
            <p className="empty">
              There was no load before this one, and nothing is known of a week before.
            </p>
          </Tile>
        )
      }
    </Later>
  );
}

/**
 * The two ends; after the load before, the start is shown as it was known then. Without one it is a week before, null
 * when nothing is known so far back.
 */
async function spanOf({ view, options, ask }: Opened): Promise<WaterfallInput | null> {
  const { period, where, knownAt, currency, rate } = view;
  const shared = { period, where, knownAt, currency, rate, to: endOf(view, options.today) };
  const day = compareDay(view, options);
  if (day !== null) return { ...shared, from: day };
  const before = (await ask.loads()).find(
    ({ asOf, startedAt }) => asOf !== null && asOf < shared.to && startedAt < (knownAt ?? '9'),
  );
  if (before?.asOf) return { ...shared, from: before.asOf, fromKnownAt: before.startedAt };
  const weekBefore = shifted(dayOf(view, options), -7);
  return weekBefore < options.firstDay ? null : { ...shared, from: weekBefore };
}

/** The as-of day when one is chosen, else the instant of the newest extract. */
const endOf = (view: View, today: string): string => view.asOf ?? dayOf(view, { today });

function Shown({
  input,
  moves,
  page: { params },
  path,
  tile,
}: {
  input: WaterfallInput;
  moves: Moves;
  page: Opened;
  path: string;
  tile: Pick<TileProps, 'span' | 'title' | 'note'>;
}) {
  const [start, ...rest] = moves.bars;
  const end = rest.pop();
  if (!start || !end) return null;
  const href = (bar: string) =>
    hrefOf(path, lasting(params), { receipt: JSON.stringify({ ...input, bar }) });
  const props: WaterfallProps = {
    measure: { unit: 'money', currency: moves.currency },
    start: { label: formatDay(moves.from), value: start.value, href: href('start') },
    end: { label: formatDay(moves.to), value: end.value, href: href('end') },
    steps: rest
      .filter(({ value, count }) => Number(value) !== 0 || count > 0)
      .map(({ bar, label, value, count, kind, meaning }) => ({
        label,
        delta: value,
        isNeutral: kind === 'neutral',
        note: `${formatValue(count, 'count')} opportunities. ${meaning}`,
        href: href(bar),
      })),
  };
  const known = input.fromKnownAt ? 'as it was known then' : 'as known now';
  return (
    <Tile
      {...tile}
      hasChart
      note={`From ${formatDay(moves.from)}, ${known}, to ${formatDay(moves.to)}, overdue ones included`}
      table={<Table {...waterfallTable(props)} />}
    >
      <Waterfall {...props} />
    </Tile>
  );
}
