'use client';
import { useQuery } from '@tanstack/react-query';
import type { ComparedRows } from '#warehouse/comparison-answer.ts';
import type { ComparisonRowsInput, StageRowsInput } from '#warehouse/comparison-request.ts';
import { formatDay, formatValue } from '#components/format.ts';
import { Skeleton } from '#components/skeleton.tsx';
import { Failure } from './failure.tsx';
import { idOf } from './failure-id.ts';
import { useTRPC } from './trpc-client.tsx';
import { hrefOf } from './view.ts';
import { periodInWords } from './words.ts';

const most = 100;

export type ComparedInput = ComparisonRowsInput | StageRowsInput;

/** The closings of a salesman, or his stays in a stage, each beside what was expected of it. */
export function ComparedProof({ input }: { input: ComparedInput }) {
  return 'stage' in input ? <Stays input={input} /> : <Closings input={input} />;
}

function Closings({ input }: { input: ComparisonRowsInput }) {
  const found = useQuery(useTRPC().comparisonRows.queryOptions({ ...input, limit: most }));
  return <Answered found={found} />;
}

function Stays({ input }: { input: StageRowsInput }) {
  const found = useQuery(useTRPC().stageRows.queryOptions({ ...input, limit: most }));
  return <Answered found={found} />;
}

interface Found {
  data?: ComparedRows | undefined;
  error: { message: string; shape?: unknown } | null;
  refetch: () => unknown;
}

function Answered({ found: { data, error, refetch } }: { found: Found }) {
  if (error) return <Failure message={error.message} id={idOf(error)} onRetry={() => refetch()} />;
  if (!data) return <Skeleton shape="bars" />;
  return <Shown told={data} />;
}

function Shown({ told }: { told: ComparedRows }) {
  const { unit, label, meaning, formula, filters, currency, count, rows, adds } = told;
  const shown = (value: string | number | boolean | null | undefined) =>
    formatValue(value, unit, { currency });
  return (
    <div className="receipt">
      <p className="receipt-value">
        <strong>{shown(told.observed)}</strong> of {shown(told.expected)} expected
      </p>
      <p className="muted">
        {label} · as of {formatDay(told.asOf)} · {periodInWords(told.period)}
      </p>
      <h3>What it means</h3>
      <p>{meaning}.</p>
      <h3>Formula</h3>
      <p className="receipt-code">{formula}</p>
      <h3>Filters</h3>
      <p>{filters.length ? filters.join(' · ') : 'none'}</p>
      <h3>Rows</h3>
      <ul className="moved">
        {rows.map((row, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows come once and stay in their order
          <li key={i}>
            <a href={hrefOf(`/opportunities/${encodeURIComponent(String(row.opportunity))}`, {})}>
              {String(row.name ?? row.opportunity)}
            </a>
            <span>{shown(row.value)}</span>
            <span className="muted">
              {[`expected ${shown(row.expected)}`, row.outcome, row.came, row.account]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </li>
        ))}
      </ul>
      {count > rows.length ? (
        <p className="muted">{(count - rows.length).toLocaleString('en')} more</p>
      ) : null}
      <p className="moved-sum">
        <span>Made of {count.toLocaleString('en')} rows</span>
        <span className="proof" data-adds={adds || undefined}>
          {shown(told.rowsObserved)} of {shown(told.rowsExpected)}{' '}
          {adds ? <span title="equal to the number">✓</span> : '✗ not equal to the number'}
        </span>
      </p>
      <h3>SQL</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <pre className="receipt-code" tabIndex={0}>
        {told.sql}
      </pre>
      <p className="muted">Snapshot {told.snapshot}.</p>
    </div>
  );
}
