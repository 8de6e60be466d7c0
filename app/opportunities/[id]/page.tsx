import { notFound } from 'next/navigation';
import type { LifeEvent, OpportunityLife } from '#warehouse/opportunity-answer.ts';
import { formatRatio, formatValue } from '#components/format.ts';
import { Table } from '#components/table.tsx';
import { Timeline } from '#components/timeline.tsx';
import { openPage } from '../../open.ts';
import { nobody, salesmanPath } from '../../salesmen/span.ts';
import { opportunitySentence } from '../../sentences.ts';
import { Sentence } from '../../sentence.tsx';
import { Shell } from '../../shell.tsx';
import { Tile } from '../../tile.tsx';
import { hrefOf, isPast, lasting, type Params } from '../../view.ts';
import { lanesOf, spanOf } from './lanes.ts';
import { RiskTile } from './risk.tsx';
import { TwinsTile } from './twins.tsx';

/** One opportunity: five facts, its people, its life as one picture and as a list. */
export default async function Opportunity(props: {
  params: Promise<{ id: string }>;
  searchParams: Promise<Params>;
}) {
  const [{ id }, page] = await Promise.all([props.params, openPage(props.searchParams)]);
  const { params, options, view, ask } = page;
  const { asOf, knownAt } = view;
  const life = await ask.opportunity({ id: decodeURIComponent(id), asOf, knownAt });
  if (!life) notFound();
  const span = spanOf(life);
  const path = `/opportunities/${id}`;
  const accountHref = life.accountId
    ? hrefOf(`/accounts/${encodeURIComponent(life.accountId)}`, lasting(params))
    : null;
  const shell = { path, current: '/opportunities' as const, params, view, options };
  const sentence = (
    <Sentence pieces={opportunitySentence(life, { past: isPast(view) })} hrefOf={() => path} />
  );
  if (!life.exists)
    return (
      <Shell {...shell}>
        {sentence}
        <p className="empty">
          <a href={hrefOf(path, params, { asOf: null, knownAt: null })}>See it as it is now</a>
        </p>
      </Shell>
    );
  return (
    <Shell {...shell}>
      {sentence}
      <div className="grid">
        <Tile span={7} title="The five facts" note={`As of ${formatValue(life.asOf, 'date')}`}>
          <Facts life={life} />
        </Tile>
        <Tile
          span={5}
          title="People"
          note={
            <>
              {accountHref ? (
                <>
                  At <a href={accountHref}>{life.accountName}</a>
                </>
              ) : (
                'No account'
              )}
              {life.salesmanId ? (
                <>
                  , sold by{' '}
                  <a href={hrefOf(salesmanPath(life.salesmanId), lasting(params), nobody)}>
                    {life.salesman ?? life.salesmanId}
                  </a>
                </>
              ) : null}
            </>
          }
        >
          <People life={life} />
        </Tile>
        {life.outcome === 'open' && !life.isDeleted && !life.mergedInto ? (
          <>
            <RiskTile page={page} id={life.opportunity} />
            <TwinsTile page={page} id={life.opportunity} />
          </>
        ) : null}
        <Tile
          span={12}
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
        <Tile
          span={7}
          title="Every change"
          note="When it was so, when it was known, and by what evidence"
        >
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
            rows={life.events.map(shownEvent).reverse()}
          />
        </Tile>
        <Tile
          span={5}
          title="Tasks and events"
          note={`${life.activities.length} linked, newest first`}
        >
          {life.activities.length === 0 ? (
            <p className="empty">No task and no event is linked to it.</p>
          ) : (
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
          )}
        </Tile>
      </div>
    </Shell>
  );
}

const attributeWords: Record<string, string> = {
  closeOn: 'close date',
  nextStep: 'next step',
  isDeleted: 'deleted',
  mergedInto: 'merged into',
  leadSource: 'lead source',
};

/** A change in words: its attribute by the name people use, its values as they read them. */
function shownEvent({ attribute, old, new: now, ...event }: LifeEvent) {
  const said = (value: LifeEvent['old']): LifeEvent['old'] => {
    if (value === null) return null;
    if (attribute === 'closeOn') return formatValue(value, 'date');
    if (attribute === 'amount') return formatValue(value, 'money', { exact: true });
    return attribute === 'probability' ? formatRatio(Number(value)) : value;
  };
  return {
    ...event,
    attribute: attributeWords[attribute] ?? attribute,
    old: said(old),
    new: said(now),
  };
}

function People({ life }: { life: OpportunityLife }) {
  if (life.contacts.length === 0)
    return <p className="empty">No contact has a role in it: nobody there is known to decide.</p>;
  return (
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
  );
}

function Facts({ life }: { life: OpportunityLife }) {
  const planned = life.activities.filter(({ done }) => !done).length;
  const unknown = life.versions.at(-1)?.unknown ?? [];
  const or = (text: string, name: string) =>
    text === '–' && unknown.includes(name) ? 'unknown: it was never tracked' : text;
  const money = { currency: life.currency, exact: true };
  const ratio = (value: number | null) => (value === null ? '–' : formatRatio(value));
  const facts: [string, string][] = [
    ['Value', or(formatValue(life.amountReporting, 'money', money), 'amount')],
    ['Expected date', or(formatValue(life.closeOn, 'date'), 'closeDate')],
    ['Stage', or(formatValue(life.stage, 'text'), 'stage')],
    ['Next step', or(formatValue(life.nextStep, 'text'), 'nextStep')],
    ['Tasks and events', `${life.activities.length - planned} done, ${planned} ahead`],
    [
      'Probability, typed ○ and learned ●',
      `${ratio(life.probability)} and ${ratio(life.learnedProbability)}`,
    ],
    ['Products', life.lines.map(({ product }) => product).join(', ') || '–'],
    ['Lead source and type', [life.leadSource, life.type].filter(Boolean).join(', ') || '–'],
  ];
  return (
    <dl className="numbers" data-text>
      {facts.map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
