import { shiftQuarter } from '#warehouse/period.ts';
import type { Changes, Row } from '#warehouse/answers.ts';
import { formatDay, formatMoney, formatValue } from '#components/format.ts';
import { Table } from '#components/table.tsx';
import { Figure } from './figure.tsx';
import { Sentence } from './sentence.tsx';
import { outlookSentence, periodInWords } from './sentences.ts';
import { Shell } from './shell.tsx';
import { Tile } from './tile.tsx';
import { api } from './trpc.ts';
import { hrefOf, lasting, type Params, readView, receiptHref, toQuery } from './view.ts';

const metrics = ['wonValue', 'openPipeline', 'typedWeightedPipeline', 'weightedPipeline', 'quota'];

/** What the coming periods bring, what changed, and the largest open opportunities. */
export default async function Outlook({ searchParams }: { searchParams: Promise<Params> }) {
  const params = await searchParams;
  const ask = await api();
  const options = await ask.options();
  const view = readView(params, options);
  const past = view.asOf !== undefined || view.knownAt !== undefined;
  const currency = view.currency ?? options.currency;
  const ahead = /^\d{4}-Q\d$/.test(view.period)
    ? [0, 1, 2, 3].map((n) => shiftQuarter(view.period, n))
    : [view.period];
  const answers = await Promise.all(
    ahead.map((period) => ask.answer(toQuery(view, metrics, { period }))),
  );
  const rows = answers.map(({ rows: [row] }, i) => ({ period: ahead[i] ?? '', ...row }) as Row);
  const changes = await ask.changes({ limit: 6 });
  const { asOf, knownAt, where, period } = view;
  const largest = await ask.opportunities({
    where,
    asOf,
    knownAt,
    period,
    outcome: 'open',
    limit: 9,
    offset: 0,
  });
  const receipt = (metric: string, of = view.period) =>
    receiptHref('/', params, toQuery(view, [metric], { period: of }));
  return (
    <Shell path="/" current="/" params={params} view={view} options={options}>
      <Sentence
        pieces={outlookSentence(periodInWords(view.period), rows[0], { currency, past })}
        hrefOf={receipt}
      />
      <div className="grid">
        <Tile
          wide
          title="This and the next periods"
          note="Green is won, blue is open weighted by experience, the dashed tick is the quota; every number opens"
          query={toQuery(view, metrics)}
        >
          <Ranges rows={rows} currency={currency} receipt={receipt} />
        </Tile>
        <Tile
          title={`Open pipeline since ${formatDay(changes.since)}`}
          note={
            changes.basis === 'load'
              ? 'Between the last two loads, all periods; the steps sum to the cent'
              : 'The last week, since there was one load only; the steps sum to the cent'
          }
        >
          <Bridge changes={changes} />
        </Tile>
        <Tile
          title="Largest open opportunities of the period"
          note="As they stood on the as-of day"
        >
          <Table
            caption="Largest open opportunities"
            columns={[
              {
                name: 'name',
                label: 'Opportunity',
                unit: 'text',
                href: (row) =>
                  hrefOf(
                    `/opportunities/${encodeURIComponent(String(row.opportunity))}`,
                    lasting(params),
                  ),
              },
              { name: 'amount', label: 'Amount', unit: 'money', currency: options.currency },
              { name: 'closeOn', label: 'Close date', unit: 'date' },
              { name: 'nextStep', label: 'Next step', unit: 'text' },
            ]}
            rows={largest.rows}
          />
        </Tile>
      </div>
    </Shell>
  );
}

function Ranges({
  rows,
  currency,
  receipt,
}: {
  rows: Row[];
  currency: string;
  receipt: (metric: string, period: string) => string;
}) {
  const reach = (row: Row) =>
    Math.max(Number(row.quota ?? 0), Number(row.wonValue) + Number(row.weightedPipeline));
  const largest = Math.max(1, ...rows.map(reach));
  const share = (value: unknown) => `${(Number(value ?? 0) / largest) * 100}%`;
  return (
    <table className="ranges">
      <thead>
        <tr>
          <th scope="col">Period</th>
          <th scope="col">Won and weighted against quota</th>
          <th scope="col" data-right>
            Won
          </th>
          <th scope="col" data-right>
            Open
          </th>
          <th scope="col" data-right>
            Typed ○
          </th>
          <th scope="col" data-right>
            Learned ●
          </th>
          <th scope="col" data-right>
            Quota
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={String(row.period)}>
            <th scope="row">{periodInWords(String(row.period))}</th>
            <td className="range">
              <span className="range-track">
                <span className="range-won" style={{ width: share(row.wonValue) }} />
                <span className="range-open" style={{ width: share(row.weightedPipeline) }} />
                {row.quota ? (
                  <span className="range-quota" style={{ left: share(row.quota) }} />
                ) : null}
              </span>
            </td>
            {metrics.map((metric) => (
              <td key={metric} data-right>
                <Figure
                  value={row[metric]}
                  unit="money"
                  currency={currency}
                  label={metric}
                  href={receipt(metric, String(row.period))}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type Step = Changes['bridge'][number];
const hasEffect = ({ delta }: Step): boolean => Number(delta) !== 0;
const countOf = (steps: Step[]): string =>
  steps.reduce((sum, { count }) => sum + count, 0).toLocaleString('en');

const words: Record<Changes['bridge'][number]['kind'], string> = {
  created: 'Created',
  reopened: 'Reopened',
  restored: 'Restored',
  raised: 'Raised',
  cut: 'Cut',
  revalued: 'Exchange rates',
  won: 'Won',
  lost: 'Lost',
  deleted: 'Deleted',
  merged: 'Merged',
  pushed: 'Close date pushed',
  pulled: 'Close date pulled in',
  moved: 'Moved stage',
  transferred: 'Changed salesman',
};

function Bridge({
  changes: { before, after, bridge, currency, since, asOf },
}: {
  changes: Changes;
}) {
  return (
    <table className="bridge">
      <thead className="hidden">
        <tr>
          <th scope="col">Step</th>
          <th scope="col">Opportunities</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        <tr data-total>
          <th scope="row">{formatDay(since)}</th>
          <td data-right>{before.openCount.toLocaleString('en')}</td>
          <td data-right>{formatMoney(before.openPipeline, { currency })}</td>
        </tr>
        {bridge.filter(hasEffect).map(({ kind, count, delta }) => (
          <tr key={kind}>
            <th scope="row">{words[kind]}</th>
            <td data-right>{count.toLocaleString('en')}</td>
            <td data-right>{formatValue(delta, 'money', { currency, signed: true })}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">Pushed, pulled in, moved or handed over</th>
          <td data-right>{countOf(bridge.filter((step) => !hasEffect(step)))}</td>
          <td data-right>{formatMoney('0', { currency })}</td>
        </tr>
        <tr data-total>
          <th scope="row">{formatDay(asOf)}</th>
          <td data-right>{after.openCount.toLocaleString('en')}</td>
          <td data-right>{formatMoney(after.openPipeline, { currency })}</td>
        </tr>
      </tbody>
    </table>
  );
}
