import { risk } from '../definitions.ts';
import { daysOf, inStage, stageOf, times, whole } from './words.ts';

export const idle = risk({
  label: 'No activity',
  meaning: 'Nothing was done for longer than 95 of 100 pauses that won ones had in the stage',
  source: 'Metric 2.17, no activity',
  version: 1,
  where: 'idle_days > idle_limit',
  limit: {
    from: 'learned',
    words: '95th percentile of the pauses of won ones that began in the stage',
  },
  uses: ['idle_days', 'idle_limit', 'touches', 'stage', 'stage_key'],
  evidence: (s) =>
    `${Number(s.touches) ? `nothing done for ${daysOf(s.idle_days)}` : `nothing done in ${daysOf(s.idle_days)}`}; 95 of 100 pauses of won ones ${inStage(s)} were shorter than ${daysOf(s.idle_limit)}`,
  step: () => 'Call the customer this week',
});

export const silent = risk({
  label: 'Gone silent',
  meaning: 'A pause far beyond the own rhythm of the opportunity',
  source: 'Metric 2.17, ghosted',
  version: 1,
  where: 'silent_days / rhythm_days > silence_ratio',
  limit: {
    from: 'learned',
    words:
      '95th percentile, over pauses of won ones with five activities or more, of the pause divided by the mean pause before',
  },
  uses: ['silent_days', 'rhythm_days', 'silence_ratio', 'touches'],
  evidence: (s) =>
    `silent for ${daysOf(s.silent_days)} after ${s.touches} activities ${daysOf(s.rhythm_days)} apart; won ones seldom paused more than ${Number(s.silence_ratio).toFixed(1)} times their rhythm`,
  step: () => 'Find out by another contact what has changed',
});

export const aimless = risk({
  label: 'No next step',
  meaning: 'No next step is written and nothing is planned, or what was planned is past',
  source: 'Metric 2.17, no next step',
  version: 1,
  where: `next_step is null and not contains(unknown, 'nextStep') and coalesce(planned_on, '-infinity'::date) < day`,
  limit: { from: 'meaning', words: 'no next step and no activity planned for today or later' },
  uses: ['planned_on', 'planned'],
  evidence: (s) =>
    s.planned_on === null
      ? 'no next step written, nothing planned'
      : `no next step written; the last planned activity was due on ${s.planned_on}`,
  step: () => 'Agree on the next step with the customer and put it down with a date',
});

export const regressed = risk({
  label: 'Moved back',
  meaning: 'It stands in an earlier stage than it had reached',
  source: 'Metric 2.4, regressions',
  version: 1,
  where: 'stage_order < peak_order',
  limit: { from: 'meaning', words: 'a stage of lower order than one reached before' },
  uses: ['stage', 'peak_stage', 'stage_days'],
  evidence: (s) => `back from ${s.peak_stage} to ${stageOf(s)} ${daysOf(s.stage_days)} ago`,
  step: (s) => `Find out what was missing in ${s.peak_stage} and get it first`,
});

export const cloned = risk({
  label: 'Made again',
  meaning: 'The same thing was lost or deleted shortly before and made again, so it looks young',
  source: 'Beyond 16, lost and cloned to reset age',
  version: 1,
  where: 'cloned_at is not null',
  limit: {
    from: 'meaning',
    words: 'same account, salesman, name and amount within 30 days after the end of the one before',
  },
  uses: ['original_days', 'clone_cause', 'age_days'],
  evidence: (s) =>
    `made again after the same was ${s.clone_cause} at ${daysOf(s.original_days)}; it is ${daysOf(Number(s.original_days) + whole(s.age_days))} old in truth`,
  step: () => 'Judge it by its true age; ask what is different this time',
});

export const transferred = risk({
  label: 'Handed over',
  meaning: 'The salesman changed while it was open',
  source: 'Metric 2.17, owner changed',
  version: 1,
  where: 'handovers >= 1',
  limit: { from: 'meaning', words: 'another salesman since the opening' },
  uses: ['handovers', 'salesman_was', 'handed_on'],
  evidence: (s) =>
    `handed over ${times(whole(s.handovers))}, last on ${s.handed_on} from ${s.salesman_was ?? 'nobody'}`,
  step: () => 'Introduce the new salesman in person and confirm what was promised',
});

export const unowned = risk({
  label: 'Nobody works it',
  meaning: 'It has no salesman, or one who is no longer active',
  source: 'Metric 2.17, owner inactive',
  version: 1,
  where: `(salesman_id is null and not contains(unknown, 'salesman')) or is_active = false`,
  limit: { from: 'meaning', words: 'no salesman, or one marked as not active' },
  uses: ['salesman'],
  evidence: (s) => (s.salesman === null ? 'no salesman' : `${s.salesman} is no longer active`),
  step: () => 'Give it to somebody today',
});
