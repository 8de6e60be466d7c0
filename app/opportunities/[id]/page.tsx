import { notFound } from 'next/navigation';
import type { OpportunityLife } from '#warehouse/answers.ts';
import { formatRatio, formatValue } from '#components/format.ts';
import { Table } from '#components/table.tsx';
import { Timeline } from '#components/timeline.tsx';
import { Shell } from '../../shell.tsx';
import { Tile } from '../../tile.tsx';
import { api } from '../../trpc.ts';
import { type Params, readView } from '../../view.ts';
import { lanesOf, spanOf } from './lanes.ts';

/** One opportunity: five facts, its people, its life as one picture and as a list. */
export default async function Opportunity(props: {
  params: Promise<{ id: string }>;
  searchParams: Promise<Params>;
}) {
  const [{ id }, params] = await Promise.all([props.params, props.searchParams]);
  const ask = await api();
  const options = await ask.options();
  const view = readView(params, options);
  const { asOf, knownAt } = view;
  const life = await ask.opportunity({ id: decodeURIComponent(id), asOf, knownAt });
  if (!life) notFound();
  const span = spanOf(life);
  const path = `/opportunities/${id}`;
  return (
    <Shell path={path} current="/opportunities" params={params} view={view} options={options}>
      <h1 className="sentence">
        <strong>{life.name}</strong> {inWords(life)}
      </h1>
      <div className="grid">
        <Tile title="The five facts" note={`As of ${formatValue(life.asOf, 'date')}`}>
          <Facts life={life} />
        </Tile>
        <Tile title="People" note={life.accountName ?? 'No account'}>
          {life.accountId ? (
            <p>
              <a href={`/accounts/${encodeURIComponent(life.accountId)}`}>
                The account {life.accountName}
              </a>
            </p>
          ) : null}
          <Table
            caption="Contacts and their roles"
            columns={[
              { name: 'name', label: 'Contact', unit: 'text' },
              { name: 'role', label: 'Role', unit: 'text' },
              { name: 'title', label: 'Title', unit: 'text' },
              { name: 'email', label: 'E-mail', unit: 'text' },
            ]}
            rows={life.contacts.map((contact) => ({ ...contact }))}
          />
        </Tile>
        <Tile
          wide
          title="Its life"
          note="Stage, amount, what was promised as close date, and activities; arrow keys go through it"
        >
          <Timeline
            label={`The life of ${life.name}`}
            from={span.from}
            to={span.to}
            now={{ at: Date.parse(life.asOf), label: 'as of' }}
            lanes={lanesOf(life)}
          />
        </Tile>
        <Tile title="Every change" note="When it was so, when it was known, and by what evidence">
          <Table
            caption="Changes"
            columns={[
              { name: 'at', label: 'At', unit: 'instant' },
              { name: 'kind', label: 'Change', unit: 'text' },
              { name: 'attribute', label: 'Of', unit: 'text' },
              { name: 'old', label: 'From', unit: 'text' },
              { name: 'new', label: 'To', unit: 'text' },
              { name: 'evidence', label: 'Evidence', unit: 'text' },
              { name: 'knownAt', label: 'Known', unit: 'instant' },
            ]}
            rows={life.events.map((event) => ({ ...event })).reverse()}
          />
        </Tile>
        <Tile title="Tasks and events" note={`${life.activities.length} linked, newest first`}>
          <Table
            caption="Tasks and events"
            columns={[
              { name: 'subject', label: 'Subject', unit: 'text' },
              { name: 'kind', label: 'Kind', unit: 'text' },
              { name: 'dueOn', label: 'Due', unit: 'date' },
              { name: 'doneAt', label: 'Done', unit: 'instant' },
              { name: 'salesman', label: 'Salesman', unit: 'text' },
              { name: 'contact', label: 'Contact', unit: 'text' },
            ]}
            rows={life.activities.map((activity) => ({ ...activity }))}
          />
        </Tile>
      </div>
    </Shell>
  );
}

function inWords({
  isDeleted,
  mergedInto,
  outcome,
  salesman,
  stage,
  closedAt,
}: OpportunityLife): string {
  if (isDeleted) return 'was deleted.';
  if (mergedInto) return `was merged into ${mergedInto}.`;
  const who = salesman ? ` with ${salesman}` : '';
  if (outcome === 'open') return `is in ${stage ?? 'no known stage'}${who}.`;
  return `was ${outcome} on ${formatValue(closedAt, 'date')}${who}.`;
}

function Facts({ life }: { life: OpportunityLife }) {
  const planned = life.activities.filter(({ done }) => !done).length;
  const unknown = life.versions.at(-1)?.unknown ?? [];
  const or = (text: string, name: string) =>
    text === '–' && unknown.includes(name) ? 'unknown: it was never tracked' : text;
  const facts: [string, string][] = [
    [
      'Value',
      or(
        formatValue(life.amountReporting, 'money', { currency: life.currency, exact: true }),
        'amount',
      ),
    ],
    ['Expected date', or(formatValue(life.closeOn, 'date'), 'closeDate')],
    ['Stage', or(formatValue(life.stage, 'text'), 'stage')],
    ['Next step', or(formatValue(life.nextStep, 'text'), 'nextStep')],
    ['Tasks and events', `${life.activities.length - planned} done, ${planned} ahead`],
    ['Typed probability', life.probability === null ? '–' : formatRatio(life.probability)],
    [
      'Learned probability',
      life.learnedProbability === null ? '–' : formatRatio(life.learnedProbability),
    ],
    ['Products', life.lines.map(({ product }) => product).join(', ') || '–'],
  ];
  return (
    <dl className="numbers">
      {facts.map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
