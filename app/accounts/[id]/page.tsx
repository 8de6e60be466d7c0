import { notFound } from 'next/navigation';
import type { AccountImage } from '#warehouse/account-answer.ts';
import { formatMoney, formatValue } from '#components/format.ts';
import { Table } from '#components/table.tsx';
import { Timeline } from '#components/timeline.tsx';
import { openPage } from '../../open.ts';
import { Shell } from '../../shell.tsx';
import { Tile } from '../../tile.tsx';
import { hrefOf, isPast, lasting, type Params } from '../../view.ts';
import { lanesOf, spanOf } from './lanes.ts';

/** The whole image of one account: its fields, people, relatives, opportunities, activities and history. */
export default async function Account(props: {
  params: Promise<{ id: string }>;
  searchParams: Promise<Params>;
}) {
  const [{ id }, page] = await Promise.all([props.params, openPage(props.searchParams)]);
  const { params, options, view, ask } = page;
  const { asOf, knownAt } = view;
  const account = await ask.account({ id: decodeURIComponent(id), asOf, knownAt });
  if (!account) notFound();
  const { currency } = account;
  const path = `/accounts/${id}`;
  const opportunityHref = (row: Record<string, unknown>) =>
    hrefOf(`/opportunities/${encodeURIComponent(String(row.opportunity))}`, lasting(params));
  return (
    <Shell path={path} current="/accounts" params={params} view={view} options={options}>
      <h1 className="sentence">
        <strong>{account.name}</strong> {isPast(view) ? 'had' : 'has'}{' '}
        <strong>{formatMoney(account.openPipeline, { currency })} open</strong> and{' '}
        {formatMoney(account.wonValue, { currency })} won.
      </h1>
      <div className="grid">
        <Tile span={4} title="What it is" note={`As of ${formatValue(account.asOf, 'date')}`}>
          <Facts account={account} />
        </Tile>
        <Tile
          span={8}
          title="People"
          note={`${account.contacts.length} contacts; roles are those in its opportunities`}
        >
          <Table
            caption="Contacts"
            empty="No contact is known."
            columns={[
              { name: 'name', label: 'Contact', unit: 'text' },
              { name: 'title', label: 'Title', unit: 'text' },
              { name: 'role', label: 'Roles', unit: 'text' },
              { name: 'opportunities', label: 'In', unit: 'count' },
              { name: 'email', label: 'E-mail', unit: 'text' },
              { name: 'phone', label: 'Phone', unit: 'text' },
            ]}
            rows={account.contacts.map((contact) => ({ ...contact }))}
          />
        </Tile>
        <Tile
          span={12}
          title="From lead to sale"
          note="Leads, opportunities, what was won, and activities; arrow keys go through it"
        >
          <Timeline
            label={`The life of ${account.name}`}
            {...spanOf(account)}
            now={{ at: Date.parse(account.asOf), label: 'as of' }}
            lanes={lanesOf(account)}
          />
        </Tile>
        <Tile span={12} title="Opportunities" note="Open and past, the latest close date first">
          <Table
            caption="Opportunities of the account"
            columns={[
              { name: 'name', label: 'Opportunity', unit: 'text', href: opportunityHref },
              { name: 'outcome', label: 'Outcome', unit: 'text' },
              { name: 'stage', label: 'Stage', unit: 'text' },
              { name: 'amount', label: 'Amount', unit: 'money', currency },
              { name: 'closeOn', label: 'Close date', unit: 'date' },
              { name: 'salesman', label: 'Salesman', unit: 'text' },
            ]}
            rows={account.opportunities}
          />
        </Tile>
        {account.relatives.length ? (
          <Tile span={12} title="Parent and children" note="With what is open and won there">
            <Table
              caption="Parent and children"
              columns={[
                {
                  name: 'name',
                  label: 'Account',
                  unit: 'text',
                  href: ({ id: other }) =>
                    hrefOf(`/accounts/${encodeURIComponent(String(other))}`, lasting(params)),
                },
                { name: 'relation', label: 'Is its', unit: 'text' },
                { name: 'openPipeline', label: 'Open', unit: 'money', currency },
                { name: 'wonValue', label: 'Won', unit: 'money', currency },
              ]}
              rows={account.relatives.map((relative) => ({ ...relative }))}
            />
          </Tile>
        ) : null}
        <Tile title="Activities" note={`${account.activities.length}, newest first`}>
          <Table
            caption="Activities of the account"
            columns={[
              { name: 'subject', label: 'Subject', unit: 'text' },
              { name: 'opportunityName', label: 'Opportunity', unit: 'text' },
              { name: 'dueOn', label: 'Due', unit: 'date' },
              { name: 'doneAt', label: 'Done', unit: 'instant' },
            ]}
            rows={account.activities.map((activity) => ({ ...activity }))}
          />
        </Tile>
        <Tile title="History" note="How its fields and owner were">
          <Table
            caption="History of the account"
            columns={[
              { name: 'from', label: 'From', unit: 'date' },
              { name: 'industry', label: 'Industry', unit: 'text' },
              { name: 'region', label: 'Region', unit: 'text' },
              { name: 'segment', label: 'Segment', unit: 'text' },
              { name: 'owner', label: 'Owner', unit: 'text' },
            ]}
            rows={account.history.filter(isKnown).reverse()}
          />
        </Tile>
      </div>
    </Shell>
  );
}

/** Before the first thing was known of it there is nothing to show. */
const isKnown = ({ industry, region, segment, owner }: AccountImage['history'][number]): boolean =>
  [industry, region, segment, owner].some((value) => value !== null);

function Facts({ account }: { account: AccountImage }) {
  const facts: [string, string | null][] = [
    ['Industry', account.industry],
    ['Region', account.region],
    ['Segment', account.segment],
    ['Country', account.country],
    ['Owner', account.owner],
  ];
  return (
    <dl className="numbers" data-text>
      {facts.map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{formatValue(text, 'text')}</dd>
        </div>
      ))}
    </dl>
  );
}
