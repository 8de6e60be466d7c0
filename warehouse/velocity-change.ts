import type { Row } from './answers.ts';

/** By how much a velocity changed on the scale of logarithms, and what each of its factors adds to that. */
export interface VelocityChange {
  total: number;
  count: number;
  amount: number;
  winRate: number;
  /** Longer days make the velocity smaller. */
  days: number;
}

/**
 * Takes the change between two rows with `velocity` and its companions apart: the four factors sum to the total, since
 * log V = log count + log amount + log win rate − log days. `exp(total) − 1` is the change as a share. Null where
 * either row has no velocity above 0.
 */
export function velocityChange(before: Row, after: Row): VelocityChange | null {
  const [a, b] = [factorsOf(before), factorsOf(after)];
  if (!a || !b) return null;
  const change = (of: keyof Factors) => Math.log(b[of] / a[of]);
  const parts = {
    count: change('count'),
    amount: change('amount'),
    winRate: change('winRate'),
    days: -change('days'),
  };
  return { ...parts, total: parts.count + parts.amount + parts.winRate + parts.days };
}

type Factors = Omit<VelocityChange, 'total'>;

function factorsOf(row: Row): Factors | null {
  const number = (name: string) => Number(row[name] ?? 0);
  const factors = {
    count: number('velocityCount'),
    amount: number('velocityAmount'),
    winRate: number('velocityWinRate'),
    days: Math.max(1, number('velocityDays')),
  };
  const isWhole = row.velocity != null && Object.values(factors).every((factor) => factor > 0);
  return isWhole ? factors : null;
}
