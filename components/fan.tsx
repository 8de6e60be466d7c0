import type { Measure } from './format.ts';
import { LineTrend, type LineTrendProps, lineTrendTable } from './line-trend.tsx';
import type { Quantity } from './theme.ts';
import type { Timed } from './time-frame.ts';
import type { Twin } from './twin.ts';

export interface FanPoint extends Timed {
  low: Quantity;
  mid: Quantity;
  high: Quantity;
  target: Quantity;
}

export interface FanProps {
  /** In the order of time. */
  points: FanPoint[];
  measure: Measure;
  /** What the line, the band around it and the dashed line are called. */
  words: { mid: string; band: string; target: string };
  height?: number | undefined;
  today?: string | undefined;
  summary?: string | undefined;
}

/** What was expected over time: the band first, then the line in it, and what was wanted as a dashed line. */
export function Fan(props: FanProps) {
  return <LineTrend {...fanLines(props)} />;
}

export function fanLines({ points, measure, words, ...rest }: FanProps): LineTrendProps {
  const hasTarget = points.some(({ target }) => target !== null);
  return {
    ...rest,
    measure,
    isCut: true,
    bandLabel: words.band,
    series: [
      { name: words.mid, color: 'accent' },
      ...(hasTarget
        ? [{ name: words.target, color: 'ink' as const, isDashed: true, isStepped: true }]
        : []),
    ],
    points: points.map(({ on, href, low, mid, high, target }) => ({
      on,
      href,
      values: hasTarget ? [mid, target] : [mid],
      band: [low, high],
    })),
  };
}

export const fanTable = (props: FanProps): Twin => lineTrendTable(fanLines(props));
