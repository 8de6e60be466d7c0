import type { FactName } from './definitions.ts';
import type { FactSource } from './fact-source.ts';
import { activityFacts, planFacts } from './facts-activity.ts';
import { closingFacts, cohortFacts, creationFacts } from './facts-closed.ts';
import { expectedFacts } from './facts-expected.ts';
import { leadFacts } from './facts-lead.ts';
import { pushFacts } from './facts-moves.ts';
import { openFacts } from './facts-open.ts';
import { quotaFacts } from './facts-quota.ts';

/** Where each kind of facts comes from. */
export const factSources: Record<FactName, FactSource> = {
  open: openFacts,
  closing: closingFacts,
  creation: creationFacts,
  quota: quotaFacts,
  cohort: cohortFacts,
  expected: expectedFacts,
  push: pushFacts,
  activity: activityFacts,
  plan: planFacts,
  lead: leadFacts,
};
