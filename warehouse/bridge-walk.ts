import { type DimensionName, dimensions } from './dimensions.ts';
import { type MetricName, metrics } from './metrics/index.ts';
import type { Query } from './query.ts';

/** One circumstance changed: the query after the change, and what it is called. */
export interface Stage {
  step: string;
  label: string;
  query: Query;
}

type Change = Omit<Stage, 'query'> & { apply: (query: Query) => Query };

/**
 * The way from one settled query to another, one circumstance at a time: definition, scope (filters by name, period),
 * known-at, as-of, rate policy, currency. Time is walked under the later knowledge, so that the way back is the same
 * way; a rate at the close date is left before the definition, since not every metric has one.
 */
export function stagesBetween(from: Query, to: Query): Stage[] {
  const rate = changed('rate', 'Rate policy', from, to);
  const leavesClose = from.rate === 'close' && to.rate !== 'close';
  const known = changed('knownAt', 'Knowledge', from, to);
  const time = changed('asOf', 'As-of day', from, to);
  const forward = String(from.knownAt) <= String(to.knownAt);
  const changes = [
    ...(leavesClose ? rate : []),
    ...definition(from, to),
    ...filters(from, to),
    ...changed('period', 'Period', from, to),
    ...(forward ? [...known, ...time] : [...time, ...known]),
    ...(leavesClose ? [] : rate),
    ...changed('currency', 'Currency', from, to),
  ];
  let query = from;
  return changes.map(({ apply, ...stage }) => {
    query = apply(query);
    return { ...stage, query };
  });
}

function changed(
  step: 'rate' | 'knownAt' | 'asOf' | 'period' | 'currency',
  label: string,
  from: Query,
  to: Query,
): Change[] {
  if (from[step] === to[step]) return [];
  return [{ step, label, apply: (query) => ({ ...query, [step]: to[step] }) }];
}

function definition(from: Query, to: Query): Change[] {
  const [a, b] = [from.metrics[0], to.metrics[0]] as [MetricName, MetricName];
  if (a === b) return [];
  const label = `${metrics[b].label} instead of ${metrics[a].label}`;
  return [{ step: 'definition', label, apply: (query) => ({ ...query, metrics: to.metrics }) }];
}

function filters(from: Query, to: Query): Change[] {
  const names = [...new Set([...Object.keys(from.where), ...Object.keys(to.where)])].sort();
  const text = (values?: (string | null)[]) => JSON.stringify([...(values ?? ['-all-'])].sort());
  return names
    .filter((name) => text(from.where[name]) !== text(to.where[name]))
    .map((name) => ({
      step: `where.${name}`,
      label: `Filter on ${dimensions[name as DimensionName].label}`,
      apply: ({ where: { [name]: _, ...rest }, ...query }) => ({
        ...query,
        where: { ...rest, ...(to.where[name] ? { [name]: to.where[name] } : {}) },
      }),
    }));
}
