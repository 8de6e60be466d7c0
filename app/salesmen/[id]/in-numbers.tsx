import type { Answer } from '#warehouse/answers.ts';
import type { ActivityVolume, SalesmanProfile } from '#warehouse/salesman-answer.ts';
import { formatValue } from '#components/format.ts';
import { Figure } from '../../figure.tsx';
import { Later } from '../../later.tsx';
import { insteadOf, surenessOf } from '../../rate.ts';
import { Tile } from '../../tile.tsx';
import { metricHref, type Person, queryOf } from './person.ts';

const results = ['wonValue', 'attainment', 'winRate', 'averageWonSize', 'slipRate', 'pushes'];
const open = ['openPipeline', 'weightedPipeline'];
const activities = ['activitiesDone'];

const tile = { span: 12, title: 'In numbers', note: 'Every number opens' } as const;

/** His own numbers of the period, and what he has open whenever it should close. */
export function InNumbers({
  person,
  load,
}: {
  person: Person;
  load: () => Promise<SalesmanProfile>;
}) {
  const { ask } = person.page;
  const query = queryOf(person, [...results, ...activities]);
  const all = async () => {
    const [closed, now, { activity }] = await Promise.all([
      ask.answer(query),
      ask.answer(queryOf(person, open, { period: 'all' })),
      load(),
    ]);
    return { closed, now, activity };
  };
  return (
    <Later shape="numbers" tile={tile} load={all}>
      {({ closed, now, activity }) => (
        <Tile
          {...tile}
          note={`Of ${person.words}; open ones whenever they should close`}
          query={query}
        >
          <dl className="numbers">
            <Numbers answer={closed} person={person} names={results} />
            <Numbers answer={now} person={person} names={open} period="all" />
            <Numbers
              answer={closed}
              person={person}
              names={activities}
              aside={activity ? peersOf(activity) : 'the source has no activities'}
            />
          </dl>
        </Tile>
      )}
    </Later>
  );
}

function Numbers({
  answer: { columns, rows, currency },
  person,
  names,
  period,
  aside,
}: {
  answer: Answer;
  person: Person;
  names: string[];
  period?: string;
  aside?: string;
}) {
  const [row] = rows;
  return columns
    .filter(({ name }) => names.includes(name))
    .map(({ name, label, unit }) => (
      <div key={name}>
        <dt>{label}</dt>
        <dd>
          <Figure
            value={row?.[name]}
            unit={unit}
            currency={currency}
            label={label}
            href={metricHref(person, name, period ? { period } : {})}
            instead={insteadOf(row, name)}
          />
          <span className="aside">{aside ?? surenessOf(row, name) ?? reasonOf(row, name)}</span>
        </dd>
      </div>
    ));
}

const reasonOf = (row: Answer['rows'][number] | undefined, name: string): string | null => {
  const reason = row?.[`${name}Reason`];
  return reason ? String(reason) : null;
};

/** `the middle half of 59 others: 104 to 172`. */
function peersOf({ low, high, peers }: ActivityVolume): string {
  if (low === null || high === null) return 'nobody else has anything open';
  return `middle half of ${peers} others: ${formatValue(low, 'count')} to ${formatValue(high, 'count')}`;
}
