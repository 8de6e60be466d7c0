/** How good forecasts of one method were; ratios to the sum of what really came. */
export interface Score {
  /** Σ|error| / Σ actual. */
  wape: number;
  /** Σ error / Σ actual; above 0: forecast too high. */
  bias: number;
  /** Share of actuals within P10..P90; null for methods that give one number. */
  coverage: number | null;
  /** Mean pinball loss over 0.05..0.95, relative to the mean actual. */
  pinball: number;
  n: number;
}

/** A forecast beside what came of it; one number or quantiles. */
export interface Judged {
  mean: number;
  actual: number;
  /** The value below which the total lies with a probability; absent for one number. */
  quantile?: (p: number) => number;
}

const levels = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);

/** Null without any forecast. */
export function scoreOf(judged: Judged[]): Score | null {
  const total = judged.reduce((sum, { actual }) => sum + actual, 0);
  if (!judged.length || total <= 0) return null;
  const errors = judged.map(({ mean, actual }) => mean - actual);
  const banded = judged.filter(({ quantile }) => quantile);
  return {
    wape: errors.reduce((sum, e) => sum + Math.abs(e), 0) / total,
    bias: errors.reduce((sum, e) => sum + e, 0) / total,
    coverage: banded.length ? banded.filter(isInside).length / banded.length : null,
    pinball: judged.reduce((sum, one) => sum + pinballOf(one), 0) / total,
    n: judged.length,
  };
}

const isInside = ({ quantile, actual }: Judged): boolean =>
  quantile !== undefined && quantile(0.1) <= actual && actual <= quantile(0.9);

/** Mean over the levels p of max(p·(y − q), (p − 1)·(y − q)); a single number is every quantile. */
export function pinballOf({ mean, actual, quantile }: Judged): number {
  const losses = levels.map((p) => {
    const miss = actual - (quantile ? quantile(p) : mean);
    return Math.max(p * miss, (p - 1) * miss);
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / levels.length;
}
