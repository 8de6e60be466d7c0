import { metric } from '../definitions.ts';

const activity = {
  version: 1,
  unit: 'count',
  where: 'in_period',
  share: '1',
  aggregate: 'count',
  additive: true,
  source: 'Metric 2.21, activities',
} as const;

export const activitiesDone = metric({
  ...activity,
  from: 'activity',
  label: 'Activities done',
  meaning:
    'How many tasks were completed and events took place in the period, under the salesman who did them. Copies of an event for its guests, cancelled and deleted ones do not count',
  formula:
    'count of tasks by the day of completion (closed without one: the day due) and of events by the day of their end, both by the as-of instant',
});
export const activitiesPlanned = metric({
  ...activity,
  from: 'plan',
  label: 'Activities planned',
  meaning:
    'How many tasks are still to be done and events still to come, by the day on which they are due or begin. Overdue tasks are among them',
  formula:
    'count of the tasks and events that were made by the as-of instant and are not done then',
});
