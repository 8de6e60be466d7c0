import { jeffreys } from './interval.ts';

/** How many ended, or were last seen, after so many days. */
export type Times = ReadonlyMap<number, number>;

/** Reads DuckDB's histogram: `{0=3, 12=1}`; null is empty. */
export function parseTimes(text: unknown): Times {
  if (text === null || text === undefined) return new Map();
  const found = [...String(text).matchAll(/(-?\d+)=(\d+)/g)];
  return new Map(found.map(([, day, n]) => [Number(day), Number(n)]));
}

/** What a group came to: by days since the beginning, how many were won, ended otherwise, or are still open. */
export interface Followed {
  won: Times;
  other: Times;
  open: Times;
}

/** After one day: the share won so far, and the share that is still open. */
export interface Step {
  day: number;
  atRisk: number;
  won: number;
  ended: number;
  /** Share open just before the day. */
  before: number;
  incidence: number;
  open: number;
}

/**
 * Aalen-Johansen: the share won by each day on which something ended, with other ends as competing and those still open
 * as censored at the end of their day. Without other ends it is 1 − Kaplan-Meier. Days below 0 count as 0.
 */
export function followUp({ won, other, open }: Followed): Step[] {
  const [a, b, c] = [won, other, open].map(fromZero) as [Times, Times, Times];
  const days = [...new Set([...a.keys(), ...b.keys(), ...c.keys()])].sort((x, y) => x - y);
  let atRisk = [a, b, c].reduce((sum, times) => sum + total(times), 0);
  let [before, incidence] = [1, 0];
  const steps: Step[] = [];
  for (const day of days) {
    const [wins, others, seen] = [a, b, c].map((times) => times.get(day) ?? 0) as [
      number,
      number,
      number,
    ];
    const ended = wins + others;
    if (ended) {
      incidence += (before * wins) / atRisk;
      const after = before * (1 - ended / atRisk);
      steps.push({ day, atRisk, won: wins, ended, before, incidence, open: after });
      before = after;
    }
    atRisk -= ended + seen;
  }
  return steps;
}

export const total = (times: Times): number => [...times.values()].reduce((sum, n) => sum + n, 0);

function fromZero(times: Times): Times {
  const found = new Map<number, number>();
  for (const [day, n] of times) found.set(Math.max(0, day), (found.get(Math.max(0, day)) ?? 0) + n);
  return found;
}

export interface Estimate {
  share: number;
  low: number;
  high: number;
  /** Share that is still undecided. */
  open: number;
}

/** The share won by a day, by the last one when none is given, with its 95 % interval. */
export function incidenceAt(steps: Step[], day = Number.POSITIVE_INFINITY): Estimate {
  const past = steps.filter((step) => step.day <= day);
  const last = past.at(-1);
  const n = steps[0]?.atRisk ?? 0;
  if (!last) return { share: 0, low: 0, high: n ? jeffreys(0, n).high : 1, open: 1 };
  const share = last.incidence;
  const deviation = Math.sqrt(variance(past, share));
  if (share <= 0 || share >= 1 || deviation === 0)
    return { share, ...jeffreys(share * n, n), open: last.open };
  // On the scale of log(−log(1 − share)), which keeps the bounds within 0 and 1.
  const spread = (1.959963984540054 * deviation) / ((1 - share) * -Math.log(1 - share));
  const bound = (sign: number) => 1 - (1 - share) ** Math.exp(sign * spread);
  return { share, low: bound(-1), high: bound(1), open: last.open };
}

/**
 * The first day by which the given part of all that is won had been won; null without a win, and while more is undecided
 * than won, since half of what will be won may then lie ahead.
 */
export function reachedAt(steps: Step[], part: number): number | null {
  const last = steps.at(-1);
  if (!last || last.incidence <= 0 || last.open > last.incidence + 1e-12) return null;
  const wanted = part * last.incidence - 1e-12;
  return steps.find(({ incidence }) => incidence >= wanted)?.day ?? null;
}

/** Variance of the incidence by the delta method (Marubini and Valsecchi). */
function variance(steps: Step[], share: number): number {
  return steps.reduce((sum, { atRisk: n, won, ended, before, incidence }) => {
    const rest = share - incidence;
    const hazard = n > ended ? ended / (n * (n - ended)) : 0;
    const own = (before * before * won * (n - won)) / n ** 3;
    return sum + rest * rest * hazard + own - (2 * rest * before * won) / (n * n);
  }, 0);
}
