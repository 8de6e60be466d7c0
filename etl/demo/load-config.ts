import { renamed } from './market.ts';
import type { Plan } from './plan.ts';
import { day, dayOf, dayText, localEvening } from './time.ts';

/** The load config that stands beside the exports: what the Salesforce preset cannot know of this company. */
export function loadConfig(plan: Plan): Record<string, unknown> {
  const start = dayText(plan.start);
  // Snapshots of these begin with the CRM; what the first one shows of a record held since it existed.
  const sinceStart = { since: start };
  return {
    company: 'Meridian Works',
    zone: 'Europe/Ljubljana',
    currency: 'EUR',
    fiscalYearStart: 1,
    stageRenames: [
      {
        from: renamed.from,
        to: renamed.to,
        effectiveFrom: dayText(plan.renamedOn),
        pipeline: null,
      },
    ],
    sources: [
      {
        name: 'salesforce',
        connector: 'files',
        folder: 'exports',
        preset: 'salesforce',
        zone: 'UTC',
        observedAt: localEvening(dayOf(plan.cut)),
        objects: {
          user: sinceStart,
          role: sinceStart,
          account: {
            since: dayText(plan.start - 2000 * day),
            columns: { region: 'Region__c', segment: 'Segment__c' },
          },
          opportunity_stage_history: {
            columns: {
              category: {
                column: 'ForecastCategory',
                values: { BestCase: 'Best Case', Forecast: 'Commit' },
              },
            },
          },
          opportunity_field_history: {
            tracked: {
              salesman: start,
              account: start,
              nextStep: start,
              leadSource: start,
              type: start,
              category: start,
            },
          },
        },
      },
    ],
  };
}
