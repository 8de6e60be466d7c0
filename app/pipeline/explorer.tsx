'use client';
import { useQuery } from '@tanstack/react-query';
import { usePathname, useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import type { OpenColumnsInput } from '#warehouse/open-columns.ts';
import { codedOf, numbersOf, type Picks } from '#components/cross.ts';
import type { Tone } from '#components/cross-points.ts';
import { Crossfilter } from '#components/crossfilter.tsx';
import { formatMoney, formatValue } from '#components/format.ts';
import { Skeleton } from '#components/skeleton.tsx';
import { Table } from '#components/table.tsx';
import { Failure } from '../failure.tsx';
import { useGo } from '../navigation.tsx';
import { useTRPC } from '../trpc-client.tsx';
import { type OpenTable, readOpenTable } from './open-table.ts';
import { readPicks, writePicks } from './picks.ts';

/** Every open opportunity as marks; picking in one chart filters the others at once, and the address keeps it. */
export function OpenExplorer({ input }: { input: OpenColumnsInput }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['openColumns', input],
    queryFn: ({ signal }) => fetchOpen(input, signal),
  });
  if (error) return <Failure message={error.message} onRetry={() => refetch()} />;
  if (!data) return <Skeleton shape="bars" />;
  if (data.cross.length === 0)
    return <p className="empty">Nothing is open for this period. Widen the period or the scope.</p>;
  return <Explored open={data} input={input} />;
}

async function fetchOpen(input: OpenColumnsInput, signal: AbortSignal): Promise<OpenTable> {
  const search = new URLSearchParams({ of: 'open', query: JSON.stringify(input) });
  const answer = await fetch(`/api/arrow?${search}`, { signal });
  if (!answer.ok) {
    const { message } = (await answer.json()) as { message?: string };
    throw new Error(message ?? `The server answered ${answer.status}.`);
  }
  return readOpenTable(new Uint8Array(await answer.arrayBuffer()));
}

const panels = [
  { name: 'stage', title: 'Stage', isOrdered: true },
  { name: 'flag', title: 'Time in stage', isOrdered: true },
  { name: 'team', title: 'Team' },
  { name: 'salesman', title: 'Salesman' },
  { name: 'closeMonth', title: 'Expected to close in', isOrdered: true },
  { name: 'industry', title: 'Industry' },
  { name: 'region', title: 'Region' },
  { name: 'leadSource', title: 'Lead source' },
];

const hrefOf = (id: string): string => `/opportunities/${encodeURIComponent(id)}`;

function Explored({ open, input }: { open: OpenTable; input: OpenColumnsInput }) {
  const { cross: table, ids, currency } = open;
  const { picks, onPick } = usePicks(open);
  const go = useGo();
  const axes = useMemo(
    () => ({
      x: { name: 'age', title: 'Age in days', unit: 'days' as const, scale: 1 },
      y: { name: 'amount', title: 'Amount', unit: 'money' as const, currency, scale: 100 },
    }),
    [currency],
  );
  const measure = useMemo(
    () => ({ name: 'amount', unit: 'money' as const, currency, scale: 100 }),
    [currency],
  );
  const tone = useMemo(() => toneOf(open), [open]);
  const tipOf = (row: number) => {
    const word = (name: string) => wordAt(open, name, row) ?? 'none';
    const amount = numbersOf(table, 'amount')[row] ?? Number.NaN;
    return [
      Number.isNaN(amount) ? 'no amount' : formatMoney((amount / 100).toFixed(2), { currency }),
      `${word('stage')} · ${word('salesman')}`,
      `${formatValue(numbersOf(table, 'age')[row], 'days')} old, ${formatValue(daysInStage(open, row), 'days')} in its stage: ${wordAt(open, 'flag', row) ?? 'too few to compare with'}`,
      `expected in ${word('closeMonth')}`,
    ];
  };
  return (
    <Crossfilter
      table={table}
      measure={measure}
      panels={panels}
      picks={picks}
      onPick={onPick}
      words={words}
      scatter={{
        axes,
        tone,
        title: 'Age and amount',
        note: 'drag to brush, click to open; ◇ watch, ▲ stalled in its stage',
        tipOf,
        onOpen: (row) => go(hrefOf(String(ids.get(row)))),
      }}
    >
      {(rows) => <Largest open={open} rows={rows} input={input} />}
    </Crossfilter>
  );
}

const words: [string, string] = ['open opportunity', 'open opportunities'];

/** Picks live in the address, so that back undoes them and a link shows the same. */
function usePicks({ cross: table }: OpenTable) {
  const params = useSearchParams();
  const path = usePathname();
  const text = params.get('picks');
  const picks = useMemo(() => readPicks(text, table), [text, table]);
  const onPick = (next: Picks) => {
    const rest = new URLSearchParams(params);
    const written = writePicks(next, table);
    if (written === '{}') rest.delete('picks');
    else rest.set('picks', written);
    window.history.pushState(null, '', rest.size ? `${path}?${rest}` : path);
  };
  return { picks, onPick };
}

const wordAt = ({ cross: table }: OpenTable, name: string, row: number): string | null => {
  const { codes, words: all } = codedOf(table, name);
  return all[codes[row] ?? 0] ?? null;
};

const inTime = { color: 'var(--step-3)', shape: 'dot' } as const;
const looks: Record<string, Tone['looks'][number]> = {
  watch: { color: 'var(--accent)', shape: 'diamond' },
  stalled: { color: 'var(--warn)', shape: 'triangle' },
};

/** Those that sit too long stand out by shape as well as by colour. */
const toneOf = ({ cross: table }: OpenTable): Tone => ({
  name: 'flag',
  looks: codedOf(table, 'flag').words.map((word) => looks[word ?? ''] ?? inTime),
});

const daysInStage = ({ cross: table }: OpenTable, row: number): number | null => {
  const days = numbersOf(table, 'stageAge')[row] ?? Number.NaN;
  return Number.isNaN(days) ? null : days;
};

/** The largest of what is picked, by name. */
function Largest({
  open,
  rows,
  input,
}: {
  open: OpenTable;
  rows: number[];
  input: OpenColumnsInput;
}) {
  const trpc = useTRPC();
  const wanted = rows.map((row) => String(open.ids.get(row)));
  const { asOf, knownAt } = input;
  const { data = [] } = useQuery({
    ...trpc.openNames.queryOptions({ ids: [...wanted].sort(), asOf, knownAt }),
    placeholderData: (before) => before,
  });
  const byId = new Map(data.map((row) => [String(row.opportunity), row]));
  return (
    <Table
      caption="The largest of them"
      empty="Nothing is open with all these picks. Escape takes them away."
      columns={[
        { name: 'name', label: 'Largest', unit: 'text', href: ({ id }) => hrefOf(String(id)) },
        { name: 'amount', label: 'Amount', unit: 'money', currency: open.currency },
        { name: 'stage', label: 'Stage', unit: 'text' },
        { name: 'salesman', label: 'Salesman', unit: 'text' },
        { name: 'closeOn', label: 'Close date', unit: 'date' },
        { name: 'age', label: 'Age', unit: 'days' },
        { name: 'stageAge', label: 'In stage', unit: 'days' },
        { name: 'flag', label: 'Flag', unit: 'text' },
        { name: 'nextStep', label: 'Next step', unit: 'text' },
      ]}
      rows={rows.map((row, i) => {
        const id = wanted[i] ?? '';
        const amount = numbersOf(open.cross, 'amount')[row] ?? Number.NaN;
        return {
          id,
          name: byId.get(id)?.name ?? id,
          amount: Number.isNaN(amount) ? null : (amount / 100).toFixed(2),
          stage: wordAt(open, 'stage', row),
          salesman: wordAt(open, 'salesman', row),
          closeOn: byId.get(id)?.closeOn ?? null,
          age: numbersOf(open.cross, 'age')[row] ?? null,
          stageAge: daysInStage(open, row),
          flag: wordAt(open, 'flag', row),
          nextStep: byId.get(id)?.nextStep ?? null,
        };
      })}
    />
  );
}
