/** How many cases ended on each day since they began, by how they ended; `waiting` had not ended when last seen. */
export interface Durations {
  ended: Record<string, DayCounts>;
  waiting: DayCounts;
}

/** Counts `n[i]` on day `days[i]`, in any order. */
export interface DayCounts {
  days: number[];
  n: number[];
}

/** A share that ends in one way, with its variance; `waiting` is the share of which nothing can be told yet. */
export interface Incidence {
  share: number;
  variance: number;
  waiting: number;
  /** The last day on which a case ended: how far the estimate reaches. */
  horizon: number;
}

interface Step {
  day: number;
  atRisk: number;
  /** Ended on that day in any way, and in the way asked for. */
  ended: number;
  wanted: number;
  /** Not ended before that day. */
  before: number;
  /** Ended in the way asked for until the end of that day. */
  reached: number;
}

/**
 * Share of cases that end in the way `kind`, by the Aalen-Johansen estimator for competing risks: cases that have not
 * ended count as long as they were seen, and on a day of both endings come first. Null when none has ended. Variance:
 * delta method of Dinse and Larson (Biometrika 1986), which without waiting cases is p(1 - p)/n.
 */
export function incidenceOf({ ended, waiting }: Durations, kind: string): Incidence | null {
  const steps = stepsOf(ended, waiting, kind);
  const last = steps.at(-1);
  if (!last) return null;
  const share = last.reached;
  return {
    share,
    variance: Math.max(0, varianceOf(steps, share)),
    waiting: last.before * (1 - last.ended / last.atRisk),
    horizon: last.day,
  };
}

function stepsOf(ended: Durations['ended'], waiting: DayCounts, kind: string): Step[] {
  const all = byDay(Object.values(ended));
  const wanted = byDay(ended[kind] ? [ended[kind]] : []);
  const censored = byDay([waiting]);
  const days = [...new Set([...all.keys(), ...censored.keys()])].sort((a, b) => a - b);
  let atRisk = [...all.values(), ...censored.values()].reduce((sum, n) => sum + n, 0);
  let [before, reached] = [1, 0];
  const steps: Step[] = [];
  for (const day of days) {
    const [out, mine] = [all.get(day) ?? 0, wanted.get(day) ?? 0];
    if (out > 0) {
      reached += (before * mine) / atRisk;
      steps.push({ day, atRisk, ended: out, wanted: mine, before, reached });
      before *= 1 - out / atRisk;
    }
    atRisk -= out + (censored.get(day) ?? 0);
  }
  return steps;
}

function byDay(lists: DayCounts[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { days, n } of lists)
    days.forEach((day, i) => {
      counts.set(day, (counts.get(day) ?? 0) + (n[i] as number));
    });
  return counts;
}

const varianceOf = (steps: Step[], share: number): number =>
  steps.reduce((sum, { atRisk: r, ended: d, wanted: k, before, reached }) => {
    const rest = share - reached;
    const left = rest === 0 || r === d ? 0 : (rest * rest * d) / (r * (r - d));
    return sum + left + (before * before * k * (r - k)) / r ** 3 - (2 * rest * before * k) / r ** 2;
  }, 0);
