import { risk } from '../definitions.ts';
import { percent, stageOf } from './words.ts';

export const singleThreaded = risk({
  label: 'Single contact',
  meaning: 'One contact or none is known where won ones had more',
  source: 'Metric 2.17, single contact',
  version: 1,
  where: 'contacts <= 1 and usual_contacts > contacts',
  limit: {
    from: 'learned',
    words: 'median of the contacts that won ones had when they left the stage',
  },
  uses: ['contacts', 'usual_contacts', 'stage_n', 'stage'],
  evidence: (s) =>
    `${Number(s.contacts) === 0 ? 'no contact' : '1 contact'}; won ones left ${stageOf(s)} with ${s.usual_contacts} (median, n = ${s.stage_n})`,
  step: () => 'Ask your contact who else is touched by the decision, and meet them',
});

export const powerless = risk({
  label: 'No access to power',
  meaning: 'No contact with a role of decision where most won ones had one',
  source: 'Metric 2.17, no power',
  version: 1,
  where: 'powers = 0 and power_share >= 0.5',
  limit: {
    from: 'learned',
    words: 'half or more of the won ones had a contact who decides when they left the stage',
  },
  uses: ['power_share', 'stage_n', 'stage', 'contacts'],
  evidence: (s) =>
    `nobody who decides among ${s.contacts} contacts; ${percent(Number(s.power_share))} of won ones had one when they left ${stageOf(s)} (n = ${s.stage_n})`,
  step: () => 'Ask who signs, and get a meeting with them',
});
