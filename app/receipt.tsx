'use client';
import { useQuery } from '@tanstack/react-query';
import { usePathname, useSearchParams } from 'next/navigation';
import { useState } from 'react';
import type { Receipt as ReceiptOf } from '#warehouse/answers.ts';
import type { QueryInput } from '#warehouse/query.ts';
import type { ConversionRowsInput } from '#warehouse/conversion-request.ts';
import type { RewrittenRowsInput } from '#warehouse/rewritten-request.ts';
import type { StageAgeRowsInput } from '#warehouse/stage-age-request.ts';
import type { WaterfallRowsInput } from '#warehouse/waterfall-request.ts';
import { Drawer } from '#components/drawer.tsx';
import { formatDay, formatValue } from '#components/format.ts';
import { Skeleton } from '#components/skeleton.tsx';
import { Failure } from './failure.tsx';
import { idOf } from './failure-id.ts';
import { ConversionProof, MovedProof, RewrittenProof, StageAgeProof } from './receipt-moved.tsx';
import { type ComparedInput, ComparedProof } from './receipt-compared.tsx';
import { useTRPC } from './trpc-client.tsx';
import { exportHref } from './view.ts';

/** The proof of one number beside the page that shows it; the address says which. */
export function ReceiptDrawer() {
  const params = useSearchParams();
  const path = usePathname();
  const wanted = params.get('receipt');
  const close = () => {
    const rest = new URLSearchParams(params);
    rest.delete('receipt');
    window.history.pushState(null, '', rest.size ? `${path}?${rest}` : path);
  };
  return (
    <Drawer title="Receipt" isOpen={wanted !== null} onClose={close}>
      {wanted === null ? null : <Asked text={wanted} />}
    </Drawer>
  );
}

function Asked({ text }: { text: string }) {
  const query = maybeQuery(text);
  if (!query)
    return (
      <Failure message="This address holds a receipt that cannot be read. Close it and open the number again." />
    );
  if ('salesman' in query) return <ComparedProof input={query} />;
  if ('outcome' in query) return <ConversionProof input={query} />;
  if ('flag' in query) return <StageAgeProof input={query} />;
  if ('bar' in query) return <MovedProof input={query} />;
  return 'day' in query ? <RewrittenProof input={query} /> : <Proof query={query} />;
}

type Opened =
  | QueryInput
  | WaterfallRowsInput
  | RewrittenRowsInput
  | ConversionRowsInput
  | (StageAgeRowsInput & Required<Pick<StageAgeRowsInput, 'flag'>>)
  | ComparedInput;

/** Only whether it is JSON is seen here; what it asks is checked by the server. */
function maybeQuery(text: string): Opened | undefined {
  try {
    return JSON.parse(text) as Opened;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function Proof({ query }: { query: QueryInput }) {
  const { data, error, refetch } = useQuery(useTRPC().receipt.queryOptions(query));
  if (error) return <Failure message={error.message} id={idOf(error)} onRetry={() => refetch()} />;
  if (!data) return <Skeleton shape="bars" />;
  return <Shown receipt={data} query={query} />;
}

function Shown({ receipt, query }: { receipt: ReceiptOf; query: QueryInput }) {
  const { unit, label, meaning, formula, filters, notes, version } = receipt;
  const currency = receipt.currency ?? undefined;
  return (
    <div className="receipt">
      <p className="receipt-value">
        <strong>{formatValue(receipt.value, unit, { currency, exact: true })}</strong> {label}
      </p>
      <p className="muted">{circumstances(receipt)}</p>
      <h3>What it means</h3>
      <p>{meaning}.</p>
      <h3>Formula</h3>
      <p className="receipt-code">{formula}</p>
      <h3>Filters</h3>
      <p>{filters.length ? filters.join(' · ') : 'none'}</p>
      {notes.length ? (
        <>
          <h3>To be known</h3>
          <p>{notes.join(' · ')}</p>
        </>
      ) : null}
      <Rows receipt={receipt} />
      <h3>
        SQL{' '}
        <span>
          <Copy text={receipt.sql} /> · <a href={exportHref('rows', 'csv', query)}>export rows</a> ·{' '}
          <a href={exportHref('rows', 'parquet', query)}>Parquet</a>
        </span>
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <pre className="receipt-code" tabIndex={0}>
        {receipt.sql}
        {receipt.parameters.map((value, i) => `\n-- $${i + 1} = ${JSON.stringify(value)}`).join('')}
      </pre>
      <p className="muted">
        Definition: <a href={`/definitions#${receipt.metric}`}>{label}</a>, version {version}.{' '}
        {receipt.source}. Snapshot {receipt.circumstance.snapshot}.
      </p>
    </div>
  );
}

function circumstances({ circumstance }: ReceiptOf): string {
  const { asOf, knownAt, isNow, period, rate, currency } = circumstance;
  const known = isNow ? 'as known now' : `known at ${formatValue(knownAt, 'instant')}`;
  return `as of ${formatDay(asOf)}, ${known} · ${period === 'all' ? 'all periods' : period} · ${currency}, ${rate} rates`;
}

const most = 40;

function Rows({ receipt }: { receipt: ReceiptOf }) {
  const { metric, rows, rowCount, sum, adds, unit } = receipt;
  const own = receipt.columns.find(({ name }) => name === metric);
  const options = { currency: receipt.currency ?? own?.currency, exact: true };
  const shown = rows.slice(0, most);
  const isShare = unit === 'ratio' || unit === 'times';
  const text = (value: ReceiptOf['value'] | undefined) =>
    formatValue(value, isShare ? 'text' : unit, { exact: true });
  return (
    <>
      <h3>Rows</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">Opportunity</th>
            <th scope="col">Stage</th>
            <th scope="col" data-right>
              {isShare ? 'Counts as' : (own?.label ?? 'Share')}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows come once and stay in their order
            <tr key={i}>
              <td>
                {row.opportunity ? (
                  <a href={`/opportunities/${encodeURIComponent(String(row.opportunity))}`}>
                    {String(row.name ?? row.opportunity)}
                  </a>
                ) : (
                  String(row.name ?? row.salesman ?? '–')
                )}
              </td>
              <td>{formatValue(row.stage, 'text')}</td>
              <td data-right>{text(row[metric])}</td>
            </tr>
          ))}
          {rowCount > shown.length ? (
            <tr className="muted">
              <td colSpan={3}>{(rowCount - shown.length).toLocaleString('en')} more</td>
            </tr>
          ) : null}
          <tr data-total>
            <th scope="row" colSpan={2}>
              {unit === 'money' || unit === 'count' ? 'Sum of' : 'Made of'}{' '}
              {rowCount.toLocaleString('en')} rows
            </th>
            <td data-right className="proof" data-adds={adds === true || undefined}>
              {formatValue(sum, unit, options)}{' '}
              {adds ? <span title="equal to the number">✓</span> : '✗ not equal to the number'}
            </td>
          </tr>
        </tbody>
      </table>
    </>
  );
}

function Copy({ text }: { text: string }) {
  const [words, setWords] = useState('copy');
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setWords('copied'),
      () => setWords('not allowed here'),
    );
  return (
    <button type="button" className="link" onClick={copy}>
      {words}
    </button>
  );
}
