import type { Row } from '#warehouse/answers.ts';
import type { StageAging } from '#warehouse/stage-answer.ts';
import { Table, type TableColumn } from '#components/table.tsx';
import { insteadOf, surenessOf } from '../rate.ts';

/** Where the numbers of a stage lead. */
export interface Opens {
  open: (stage: StageAging, metric: 'openPipeline' | 'openCount') => string;
  flag: (stage: StageAging, flag: 'watch' | 'stalled') => string;
}

interface StageTimeTableProps {
  stages: StageAging[];
  currency: string;
  opens: Opens;
}

/** The same numbers, with the benchmark's size and the interval of the odds. */
export function StageTimeTable({ stages, currency, opens }: StageTimeTableProps) {
  const of = (row: Record<string, unknown>) => stages[Number(row.place)] as StageAging;
  const text = (name: string, label: string): TableColumn => ({ name, label, unit: 'text' });
  const days = (name: string, label: string): TableColumn => ({ name, label, unit: 'days' });
  const flag = (name: 'watch' | 'stalled', label: string): TableColumn[] => [
    { name, label, unit: 'count', href: (row) => (row[name] ? opens.flag(of(row), name) : null) },
    { name: `${name}Value`, label: 'Value', unit: 'money', currency },
  ];
  return (
    <Table
      caption="Days in stage, what is flagged for them, and how those went that sat as long"
      columns={[
        text('stage', 'Stage'),
        text('pipeline', 'Pipeline'),
        { ...text('open', 'Open'), unit: 'count', href: (row) => opens.open(of(row), 'openCount') },
        {
          ...text('value', 'Open value'),
          unit: 'money',
          currency,
          href: (row) => opens.open(of(row), 'openPipeline'),
        },
        days('medianAge', 'Median now'),
        days('p50', 'Median of won'),
        days('p80', '80 % of won'),
        days('p95', '95 % of won'),
        { name: 'n', label: 'Stays', unit: 'count' },
        ...flag('watch', 'Watched'),
        ...flag('stalled', 'Stalled'),
        share('share', 'Won of as long'),
        share('allShare', 'Won of all'),
      ]}
      rows={stages.map(rowOf)}
    />
  );
}

const rowOf = (stage: StageAging, place: number): Row => ({
  place,
  stage: stage.stage,
  pipeline: stage.pipeline,
  open: stage.open.count,
  value: stage.open.value,
  medianAge: stage.medianAge,
  p50: stage.benchmark?.p50 ?? null,
  p80: stage.benchmark?.p80 ?? null,
  p95: stage.benchmark?.p95 ?? null,
  n: stage.benchmark?.n ?? null,
  watch: stage.watch.count,
  watchValue: stage.watch.value,
  stalled: stage.stalled.count,
  stalledValue: stage.stalled.value,
  share: stage.odds?.share ?? null,
  shareLow: stage.odds?.low ?? null,
  shareHigh: stage.odds?.high ?? null,
  shareN: stage.odds?.n ?? null,
  allShare: stage.odds?.allShare ?? null,
  allShareN: stage.odds?.allN ?? null,
});

const share = (name: string, label: string): TableColumn => ({
  name,
  label,
  unit: 'ratio',
  note: (row) => surenessOf(row as Row, name),
  instead: (row) => insteadOf(row as Row, name),
});
