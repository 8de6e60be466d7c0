'use client';
import { useQuery } from '@tanstack/react-query';
import type { MovedRows } from '#warehouse/movement-answer.ts';
import type { ConversionRowsInput } from '#warehouse/conversion-request.ts';
import type { RewrittenRowsInput } from '#warehouse/rewritten-request.ts';
import type { StageAgeRowsInput } from '#warehouse/stage-age-request.ts';
import type { WaterfallRowsInput } from '#warehouse/waterfall-request.ts';
import { formatDay, formatValue } from '#components/format.ts';
import { Skeleton } from '#components/skeleton.tsx';
import { Failure } from './failure.tsx';
import { idOf } from './failure-id.ts';
import { fewest } from './rate.ts';
import { useTRPC } from './trpc-client.tsx';

const most = 100;

/** The opportunities behind one bar of a waterfall, each with the change that put it there, and their sum. */
export function MovedProof({ input }: { input: WaterfallRowsInput }) {
  const found = useQuery(useTRPC().waterfallRows.queryOptions({ ...input, limit: most }));
  const when = `from ${formatDay(input.from)} to ${formatDay(input.to)}`;
  return <Answered found={found} when={when} of="the bar" />;
}

/** The opportunities for which a number about the past is told otherwise now. */
export function RewrittenProof({ input }: { input: RewrittenRowsInput }) {
  const found = useQuery(useTRPC().rewrittenRows.queryOptions({ ...input, limit: most }));
  const when = `as of ${formatDay(input.day)}, as known now less as known then`;
  return <Answered found={found} when={when} of="the difference" />;
}

/** The opportunities behind one count of one stage, each with how it passed or ended. */
export function ConversionProof({ input }: { input: ConversionRowsInput }) {
  const found = useQuery(useTRPC().conversionRows.queryOptions({ ...input, limit: most }));
  const when = `${input.stage}: ${input.outcome}, of those that entered it ${input.period ?? ''}`;
  return <Answered found={found} when={when} of="the count" />;
}

/** The opportunities that sit long in a stage, each with its benchmark and how those went that sat as long. */
export function StageAgeProof({ input }: { input: StageAgeRowsInput }) {
  const found = useQuery(useTRPC().stageAgeRows.queryOptions({ ...input, limit: most }));
  const place = input.stage ? ` in ${input.stage}` : '';
  const when = `${input.flag === 'watch' ? 'Watched' : 'Stalled'}${place}`;
  const title = 'Opportunities, longest in their stage first';
  return <Answered found={found} when={when} of="the sum of the flag" title={title} />;
}

interface Asked {
  found: {
    data?: MovedRows | undefined;
    error: { message: string; shape?: unknown } | null;
    refetch: () => unknown;
  };
  when: string;
  of: string;
  /** What the list is called. */
  title?: string;
}

function Answered({ found: { data, error, refetch }, ...about }: Asked) {
  if (error) return <Failure message={error.message} id={idOf(error)} onRetry={() => refetch()} />;
  if (!data) return <Skeleton shape="bars" />;
  return <Shown moved={data} {...about} />;
}

interface ShownProps extends Omit<Asked, 'found'> {
  moved: MovedRows;
}

function Shown({ moved, when, of, title = 'Opportunities and what changed' }: ShownProps) {
  const { rows, count, sum, total, adds, currency } = moved;
  const own = moved.columns.find(({ kind }) => kind === 'metric');
  const shown = (value: string | number | boolean | null | undefined, exact = true) =>
    formatValue(value, own?.unit ?? 'money', { exact });
  return (
    <div className="receipt">
      <p className="receipt-value">
        <strong>{formatValue(total, own?.unit ?? 'money', { currency, exact: true })}</strong>{' '}
        {own?.label}
      </p>
      <p className="muted">
        {when} · {currency}, {moved.rate} rates
      </p>
      <h3>{title}</h3>
      <ul className="moved">
        {rows.map((row) => (
          <li key={String(row.opportunity)}>
            <a href={`/opportunities/${encodeURIComponent(String(row.opportunity))}`}>
              {String(row.name ?? row.opportunity)}
            </a>
            <span>{shown(row.value)}</span>
            <span className="muted">{told(row)}</span>
          </li>
        ))}
      </ul>
      {count > rows.length ? (
        <p className="muted">{(count - rows.length).toLocaleString('en')} more</p>
      ) : null}
      <p className="moved-sum">
        <span>Sum of {count.toLocaleString('en')} opportunities</span>
        <span className="proof" data-adds={adds || undefined}>
          {shown(sum)} {adds ? <span title={`equal to ${of}`}>✓</span> : `✗ not equal to ${of}`}
        </span>
      </p>
    </div>
  );
}

function told(row: MovedRows['rows'][number]): string {
  if (row.enteredAt !== undefined) return passed(row);
  if (row.oddsN !== undefined) return sat(row);
  const change = row.attribute
    ? `${row.attribute}: ${formatValue(row.old, 'text')} → ${formatValue(row.new, 'text')}`
    : null;
  const when = row.at ? formatValue(row.at, 'instant') : null;
  return [row.reason, change, when, row.salesman].filter(Boolean).join(' · ');
}

function passed({ enteredAt, how, to, days, salesman }: MovedRows['rows'][number]): string {
  const entered = enteredAt ? `entered ${formatValue(enteredAt, 'date')}` : null;
  const after = days === null || days === undefined ? null : `after ${formatValue(days, 'days')}`;
  return [entered, how, to ? `to ${to}` : null, after, salesman].filter(Boolean).join(' · ');
}

function sat(row: MovedRows['rows'][number]): string {
  const { age, flag, p80, p95, oddsN, odds, oddsLow, oddsHigh, salesman } = row;
  const from = flag === 'stalled' ? p95 : p80;
  const stay = `${formatValue(age, 'days')} in ${row.stage}, ${flag === 'stalled' ? 'stalled' : 'watched'} from ${formatValue(from, 'days')}`;
  const share = (value: typeof odds) => formatValue(value, 'ratio');
  const n = Number(oddsN);
  const closed = `${n.toLocaleString('en')} that sat as long`;
  const chance =
    n < fewest
      ? `n too small to tell the odds: ${closed}`
      : `of ${closed} ${share(odds)} were won (${share(oddsLow)} to ${share(oddsHigh)})`;
  return [stay, chance, salesman].filter(Boolean).join(' · ');
}
