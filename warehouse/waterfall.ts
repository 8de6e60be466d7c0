import type { Viewer } from './access.ts';
import type { Waterfall, WaterfallBar } from './movement-answer.ts';
import { circumstance, type Source } from './ask.ts';
import { fromCents, sumMoney, toCents } from './cents.ts';
import { WarehouseError } from './errors.ts';
import { raw, type Statement, statement } from './statement.ts';
import { type BarName, barNames, bars, type changes, exits } from './waterfall-bars.ts';
import { moveSteps } from './waterfall-moves.ts';
import { toWalk, type Walk, type WaterfallInput } from './waterfall-request.ts';

/** Which rows of `moved` a bar is made of, and what each adds to it. */
interface BarSql {
  where: string;
  value: string;
}

/**
 * What happened to the open pipeline of a period between two instants, in exclusive bars that add up to the cent
 * (metrics.md 2.11). Throws `wrong-sum` with the numbers should they not.
 */
export async function readWaterfall(
  source: Source,
  viewer: Viewer,
  input: WaterfallInput,
): Promise<Waterfall> {
  const walk = await toWalk(source, viewer, input);
  return { ...circumstance(source, walk.last), ...(await readBars(source, walk)) };
}

type Summed = Omit<Waterfall, keyof ReturnType<typeof circumstance>>;

/** The bars of two settled states. */
export async function readBars(source: Source, walk: Walk): Promise<Summed> {
  const { text, values } = compileBars(walk);
  const groups = (await source.reader.all(text, values)) as unknown as Group[];
  const told = shownBars(walk).map((name) => toBar(name, groups));
  const { value: start } = told[0] as WaterfallBar;
  const { value: end } = told.at(-1) as WaterfallBar;
  const residual = toCents(sumMoney(told.slice(0, -1).map((one) => one.value))) - toCents(end);
  if (residual !== 0n) throw wrongSum(walk, text, told);
  return {
    from: walk.first.moment.day,
    to: walk.last.moment.day,
    throughFlow: walk.throughFlow,
    bars: told,
    start,
    end,
    residual: fromCents(residual),
    notes: notesOf(groups),
  };
}

/** What moved alike, summed; both ends come as groups of their own, from the states themselves. */
interface Group {
  kind: 'start' | 'moved' | 'end';
  entry: string | null;
  exit: string | null;
  is_reorganised: boolean;
  n: string;
  ended: string;
  raised_n: string;
  raised: string;
  cut_n: string;
  cut: string;
  revalued_n: string;
  revalued: string;
  dated_n: string;
  dated: string;
  no_amount: string;
  no_rate: string;
}

type Measure = [n: keyof Group, sum: keyof Group];

const measures: Partial<Record<BarName, Measure>> = {
  increased: ['raised_n', 'raised'],
  decreased: ['cut_n', 'cut'],
  currency: ['revalued_n', 'revalued'],
  backDated: ['dated_n', 'dated'],
};

function toBar(name: BarName, groups: Group[]): WaterfallBar {
  const { label, kind, meaning } = bars[name];
  const mine = groups.filter((group) => isOf(group, name));
  const [n, sum] = measures[name] ?? ['n', 'ended'];
  const value = (list: Group[]) =>
    fromCents((name in exits ? -1n : 1n) * toCents(sumMoney(list.map((one) => String(one[sum])))));
  return {
    bar: name,
    label,
    kind,
    meaning,
    value: value(mine),
    count: mine.reduce((count, one) => count + Number(one[n]), 0),
    ...(name.startsWith('transferred')
      ? { reorganised: value(mine.filter((one) => one.is_reorganised)) }
      : {}),
  };
}

const isOf = ({ kind, entry, exit }: Group, name: BarName): boolean => {
  if (name === 'start' || name === 'end') return kind === name;
  return kind === 'moved' && (name in measures || entry === name || exit === name);
};

function notesOf(groups: Group[]): string[] {
  const count = (name: 'no_amount' | 'no_rate') =>
    groups.reduce((sum, group) => sum + Number(group[name]), 0);
  return [
    ...(count('no_amount') ? [`${count('no_amount')} without amount count as 0`] : []),
    ...(count('no_rate')
      ? [`${count('no_rate')} without an exchange rate count as 0; see the data page`]
      : []),
  ];
}

const wrongSum = (walk: Walk, text: string, told: WaterfallBar[]): WarehouseError =>
  new WarehouseError(
    'wrong-sum',
    `The waterfall from ${walk.first.moment.day} to ${walk.last.moment.day} does not add up: ${told.map(({ bar, value }) => `${bar} ${value}`).join(', ')}. This is a fault of the program; please report it`,
    { sql: text },
  );

/** The bars that say something of a walk: what was known then only when that is compared, overdue only when apart. */
export const shownBars = ({ then, isApart }: Walk): BarName[] =>
  barNames.filter(
    (name) => (name !== 'backDated' || then !== null) && (name !== 'becameOverdue' || isApart),
  );

/** Few sums by entry and exit: a statement with columns for each bar would take longer to plan than to run. */
function compileBars(walk: Walk): Statement {
  const part = (name: string, test: string, value: string) =>
    `count(*) filter (where ${test}) as ${name}_n, coalesce(sum(${value}) filter (where ${test}), 0) as ${name}`;
  const { increased, decreased, currency } = changeSql;
  const { backDated } = endSql;
  const none = Array.from({ length: 8 }, () => '0').join(', ');
  const state = (relation: string, kind: string) =>
    `select '${kind}', null, null, false, count(*), coalesce(sum(value), 0), ${none}, count(*) filter (where not has_amount), count(*) filter (where has_amount and not has_rate) from ${relation} where is_in`;
  return statement(
    moveSteps(walk),
    raw(
      `select 'moved' as kind, entry, exit, is_reorganised, count(*) as n, sum(ended) as ended, ${part('raised', increased.where, increased.value)}, ${part('cut', decreased.where, decreased.value)},
        ${part('revalued', currency.where, currency.value)}, ${part('dated', backDated.where, backDated.value)}, 0 as no_amount, 0 as no_rate from moved group by all
      union all ${state(walk.then ? 'then_state' : 'first_state', 'start')} union all ${state('last_state', 'end')}`,
    ),
  );
}

/** What each opportunity adds to each bar, as `bar` and `value` beside the columns of `moved`. */
export function partsSql(walk: Walk): string {
  const part = ({ where, value }: BarSql, name: string) =>
    `select *, ${name} as bar, (${value})::decimal(18,2) as value from moved where ${where}`;
  const single = { ...changeSql, ...endSql };
  const shown = Object.entries(single).filter(([name]) =>
    shownBars(walk).includes(name as BarName),
  );
  return [
    part({ where: 'entry is not null', value: 'ended' }, 'entry'),
    part({ where: 'exit is not null', value: '-ended' }, 'exit'),
    ...shown.map(([name, made]) => part(made, `'${name}'`)),
  ].join(' union all ');
}

const changeSql: Record<keyof typeof changes, BarSql> = {
  increased: { where: 'changed > 0', value: 'changed' },
  decreased: { where: 'changed < 0', value: 'changed' },
  currency: { where: 'revalued <> 0', value: 'revalued' },
};

const endSql: Record<'start' | 'backDated' | 'end', BarSql> = {
  start: { where: 'coalesce(known_in, was_in)', value: 'coalesce(known, began)' },
  backDated: {
    where: `(was_in <> known_in or began <> known)`,
    value: 'began - known',
  },
  end: { where: 'ends_in', value: 'ended' },
};
