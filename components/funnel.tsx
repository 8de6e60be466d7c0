import * as Plot from '@observablehq/plot';
import { formatValue } from './format.ts';
import { Chart } from './plot.tsx';
import { widest } from './text-fit.ts';
import {
  color,
  framed,
  hitRows,
  leftNames,
  nameColumn,
  radius,
  rowNumber,
  rowsScale,
  stepColor,
  tip,
} from './theme.ts';
import { linked, measured, type Twin } from './twin.ts';

export interface FunnelStep {
  label: string;
  count: number;
  /** The part that came on from the step before, and where it truly lies; none for the first, or where too few came. */
  share: { value: number; low: number; high: number } | null;
  /** The end that all want: green. */
  isGoal?: boolean | undefined;
  href?: string | undefined;
}

export interface FunnelProps {
  steps: FunnelStep[];
  /** What a step, its count and its share are called. */
  words: { label: string; count: string; share: string };
  summary?: string | undefined;
}

/** How many reach each step, and which part of the step before that is. */
export function Funnel(props: FunnelProps) {
  return (
    <Chart
      spec={(width) => funnelOptions(props, width)}
      summary={props.summary ?? funnelSummary(props)}
    />
  );
}

export function funnelOptions({ steps, words }: FunnelProps, width: number) {
  const { column, names } = nameColumn(
    steps.map(({ label }) => label),
    width,
  );
  const notes = steps.map(noteOf);
  const margins = { top: 4, right: widest(notes) + 12, bottom: 4, left: column + 12 };
  const most = Math.max(1, ...steps.map(({ count }) => count));
  return framed({ width, height: steps.length * 30 + 8 }, margins, {
    x: { domain: [0, most] },
    y: rowsScale(steps.length, 0.34),
    marks: [
      hitRows(steps, [0, most], margins, {
        href: ({ href }) => href,
        title: (step) => tipOf(step, words),
      }),
      Plot.barX(steps, {
        x: ({ count }: FunnelStep) => count,
        y: rowNumber,
        fill: ({ isGoal }: FunnelStep) => (isGoal ? color.won : stepColor(3)),
        rx: radius,
      }),
      leftNames(names),
      Plot.text(steps, {
        x: ({ count }: FunnelStep) => count,
        y: rowNumber,
        text: (_: FunnelStep, i: number) => notes[i] ?? '',
        textAnchor: 'start',
        dx: 8,
        fill: color.muted,
      }),
    ],
  });
}

/** `341   70 % ± 4`: the half width of the interval, in points of percent. */
function noteOf({ count, share }: FunnelStep): string {
  const said = formatValue(count, 'count');
  if (!share) return said;
  const half = Math.round(((share.high - share.low) / 2) * 100);
  return `${said}   ${Math.round(share.value * 100)} % ± ${half}`;
}

const percent = (value: number): string => formatValue(value, 'ratio');

function tipOf({ label, count, share }: FunnelStep, words: FunnelProps['words']): string {
  return tip(
    label,
    `${words.count} ${formatValue(count, 'count')}`,
    share &&
      `${words.share} ${percent(share.value)}, between ${percent(share.low)} and ${percent(share.high)}`,
  );
}

export function funnelSummary({ steps, words }: FunnelProps): string {
  const each = steps.map(({ label, count, share }) => {
    const part = share ? ` (${percent(share.value)})` : '';
    return `${label} ${formatValue(count, 'count')}${part}`;
  });
  return `${words.count} by ${words.label.toLowerCase()}: ${each.join(', ') || 'none'}`;
}

export function funnelTable({ steps, words }: FunnelProps): Twin {
  const ratio = { unit: 'ratio' } as const;
  return {
    caption: `${words.count} by ${words.label.toLowerCase()}`,
    columns: [
      linked(words.label),
      measured('count', words.count, { unit: 'count' }),
      measured('value', words.share, ratio),
      measured('low', `${words.share}, low`, ratio),
      measured('high', `${words.share}, high`, ratio),
    ],
    rows: steps.map(({ label, count, share, href }) => ({ label, count, ...share, href })),
  };
}
