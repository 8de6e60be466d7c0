import { dayOfWeek, type Known } from './known.ts';

/** An opportunity that was seen in a stage at the end of a week for the first time. */
export interface Visit {
  opportunity: number;
  stage: number;
  week: number;
}

/** Every first visit, oldest first. */
export function firstVisits({ start, weeks, opportunity, stage, stages }: Known): Visit[] {
  const seen = new Set<number>();
  const found: Visit[] = [];
  for (let week = 0; week < weeks; week++)
    for (let row = start[week] as number; row < (start[week + 1] as number); row++) {
      const key = (opportunity[row] as number) * stages + (stage[row] as number);
      if (seen.has(key)) continue;
      seen.add(key);
      found.push({ opportunity: opportunity[row] as number, stage: stage[row] as number, week });
    }
  return found;
}

/** How many closed opportunities had stood in each stage, and how many of them were won. */
export interface StageCounts {
  resolved: Float64Array;
  won: Float64Array;
}

export function countResolved(known: Known, visits: Visit[], cutOff: number): StageCounts {
  const outcomes = outcomesAt(known, dayOfWeek(known, cutOff));
  const counts = { resolved: new Float64Array(known.stages), won: new Float64Array(known.stages) };
  for (const { opportunity, stage, week } of visits) {
    if (week > cutOff) break;
    const outcome = outcomes.get(opportunity);
    if (outcome === undefined) continue;
    counts.resolved[stage] = (counts.resolved[stage] as number) + 1;
    counts.won[stage] = (counts.won[stage] as number) + outcome;
  }
  return counts;
}

/** Share won by stage, drawn to the mean of the pipeline (as the metric "weighted pipeline" learns it). */
export function learnedShares(known: Known, visits: Visit[], cutOff: number): Float64Array {
  const { resolved, won } = countResolved(known, visits, cutOff);
  const shares = new Float64Array(known.stages);
  for (const stages of pipelines(known)) {
    const n = stages.map((s) => resolved[s] as number);
    const w = stages.map((s) => won[s] as number);
    for (const [i, share] of drawn(n, w).entries()) shares[stages[i] as number] = share;
  }
  return shares;
}

/** Stage codes by pipeline. */
export function pipelines({ history, stages }: Known): number[][] {
  const groups = new Map<string, number[]>();
  for (const [code, name] of history.stages.slice(0, stages).entries()) {
    const pipeline = name.slice(0, name.indexOf('|'));
    groups.set(pipeline, [...(groups.get(pipeline) ?? []), code]);
  }
  return [...groups.values()];
}

/** How strongly single shares are drawn to their mean, and that mean: beta-binomial by moments, κ within 1 and 400. */
export function shrinkage(n: number[], won: number[]): { mean: number; kappa: number } {
  const sum = (list: number[]) => list.reduce((a, b) => a + b, 0);
  const all = sum(n);
  if (!all) return { mean: 0, kappa: 400 };
  const mean = sum(won) / all;
  const used = n
    .map((count, i) => ({ count, share: (won[i] as number) / count }))
    .filter(({ count }) => count > 0);
  const spread = used.reduce((a, { count, share }) => a + count * (share - mean) ** 2, 0) / all;
  const beyond = spread - (used.length * mean * (1 - mean)) / all;
  return {
    mean,
    kappa: beyond > 0 ? Math.min(400, Math.max(1, (mean * (1 - mean)) / beyond - 1)) : 400,
  };
}

export function drawn(n: number[], won: number[]): number[] {
  const { mean, kappa } = shrinkage(n, won);
  return n.map((count, i) => ((won[i] as number) + kappa * mean) / (count + kappa));
}

/** 1 won, 0 lost, of everything closed at the end of a day. */
function outcomesAt({ closings: c }: Known, day: number): Map<number, number> {
  const outcomes = new Map<number, number>();
  for (let row = 0; row < c.rows && (c.closedOn[row] as number) <= day; row++)
    if ((c.sinceOn[row] as number) <= day && day < (c.untilOn[row] as number))
      outcomes.set(c.opportunity[row] as number, c.isWon[row] as number);
  return outcomes;
}
