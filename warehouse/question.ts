import type { Viewer } from './access.ts';
import { type CategoryRows, effectiveCategory } from './category.ts';
import { factsOf, type FactName, type Metric } from './definitions.ts';
import { type DimensionName, dimensionNames, dimensions } from './dimensions.ts';
import { WarehouseError } from './errors.ts';
import { type MetricName, metricNames } from './metrics/index.ts';
import { nearest } from './nearest.ts';
import type { Moment, Period } from './period.ts';
import type { Query } from './query.ts';

export interface Settings {
  zone: string;
  currency: string;
  fiscalYearStart: number;
  /** The default as-of instant, naive UTC. */
  asOf: string;
  /** The newest load's instant, naive UTC. */
  knownAt: string;
  company: string;
}

/** A query with its names checked and its circumstances settled. */
export interface Question {
  query: Query;
  metrics: MetricName[];
  by: DimensionName[];
  viewer: Viewer;
  settings: Settings;
  period: Period;
  moment: Moment;
  /** Naive UTC; null is now. */
  knownAt: string | null;
  /** How many week ends to answer for, back from the as-of day: a trend. */
  weeks?: number;
}

/** The names of a query, checked; an unknown one is an error that names the nearest. */
export function checkNames(query: Query): { metrics: MetricName[]; by: DimensionName[] } {
  for (const name of query.metrics)
    if (!metricNames.includes(name as MetricName))
      throw new WarehouseError(
        'wrong-name',
        `There is no metric "${name}". Did you mean "${nearest(name, metricNames)}"?`,
      );
  for (const name of [...query.by, ...Object.keys(query.where)])
    if (!dimensionNames.includes(name as DimensionName))
      throw new WarehouseError(
        'wrong-name',
        `There is no dimension "${name}". Did you mean "${nearest(name, dimensionNames)}"?`,
      );
  return { metrics: query.metrics as MetricName[], by: query.by as DimensionName[] };
}

/** The dimensions of a question that these facts do not have; a quota has no stage. */
export const unknownTo = ({ by, query }: Question, fact: FactName): DimensionName[] => {
  const asked = [...by, ...(Object.keys(query.where) as DimensionName[])];
  return [...new Set(asked)].filter((name) => dimensions[name].not?.includes(fact));
};

/** Whether these facts can be broken down and filtered as asked. */
export const knows = (question: Question, fact: FactName): boolean =>
  !unknownTo(question, fact).length;

/** Whether a metric's own facts and the others that it needs can. */
export const isKnown = (question: Question, metric: Metric): boolean =>
  factsOf(metric).every((fact) => knows(question, fact));

export const usesProduct = ({ query }: Question): boolean =>
  query.by.includes('product') || 'product' in query.where;

/** The SQL of a dimension. */
export const columnOf = (name: DimensionName, question: Question, rows?: CategoryRows): string =>
  name === 'category'
    ? effectiveCategory({ ...question, asOf: question.moment.instant }, rows)
    : dimensions[name].column.replaceAll('{fiscalShift}', String(fiscalShift(question.settings)));

export const fiscalShift = ({ fiscalYearStart }: Pick<Settings, 'fiscalYearStart'>): number =>
  fiscalYearStart === 1 ? 0 : 13 - fiscalYearStart;
