import * as activity from './activity.ts';
import * as categories from './categories.ts';
import * as coverage from './coverage.ts';
import * as creation from './creation.ts';
import * as cycle from './cycle.ts';
import * as leads from './leads.ts';
import * as pipeline from './pipeline.ts';
import * as quota from './quota.ts';
import * as results from './results.ts';
import * as slippage from './slippage.ts';
import * as velocity from './velocity.ts';

/** Every metric; the export's name is its name. */
export const metrics = {
  ...pipeline,
  ...results,
  ...creation,
  ...quota,
  ...coverage,
  ...slippage,
  ...categories,
  ...activity,
  ...leads,
  ...cycle,
  ...velocity,
};

export type MetricName = keyof typeof metrics;
export const metricNames = Object.keys(metrics) as MetricName[];
