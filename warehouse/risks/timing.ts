import { risk } from '../definitions.ts';
import { daysBetween, daysOf, inStage, stageOf, times, whole } from './words.ts';

const learned = (words: string) => ({ from: 'learned', words }) as const;
const meaning = (words: string) => ({ from: 'meaning', words }) as const;

export const overdue = risk({
  label: 'Overdue',
  meaning: 'The expected close date has passed and the opportunity is still open',
  source: 'Metric 2.17, overdue close date',
  version: 1,
  where: 'close_on < day',
  limit: meaning('a close date before the as-of day'),
  uses: ['close_on', 'day'],
  evidence: ({ close_on, day }) =>
    `close date ${close_on} passed ${daysOf(daysBetween(close_on, day))} ago`,
  step: () => 'Ask the customer for the date of the decision and correct the close date',
});

export const stalled = risk({
  label: 'Stalled in stage',
  meaning: 'Longer in its stage than 95 of 100 opportunities that were won',
  source: 'Metrics 2.6 and 2.17, stalled in stage',
  version: 1,
  where: 'stage_days > stalled_days',
  limit: learned('95th percentile of the days that won ones stayed in the stage'),
  uses: ['stage_days', 'stalled_days', 'stage_n', 'stage', 'stage_key'],
  evidence: (s) =>
    `${daysOf(s.stage_days)} ${inStage(s)}; 95 of 100 won ones left within ${daysOf(s.stalled_days)} (n = ${s.stage_n})`,
  step: (s) => `Agree on what has to happen to leave ${stageOf(s)}, or let it go`,
});

export const outlived = risk({
  label: 'Older than any won',
  meaning: 'Longer in its stage than every opportunity that was ever won',
  source: 'Metric 2.6, stage age beyond the benchmark',
  version: 1,
  where: 'stage_days > longest_days',
  limit: learned('longest stay of a won one in the stage'),
  uses: ['stage_days', 'longest_days', 'stage_n', 'stage', 'stage_key'],
  evidence: (s) =>
    `${daysOf(s.stage_days)} ${inStage(s)}; of ${s.stage_n} won ones none stayed longer than ${daysOf(s.longest_days)}`,
  step: () => 'Close it, or begin it anew with what is true today',
});

export const pushed = risk({
  label: 'Pushed again',
  meaning: 'The close date was moved later at least twice',
  source: 'Metrics 2.12 and 2.17, close-date stability',
  version: 1,
  where: 'pushes >= 2',
  limit: meaning('two pushes by a day or more, those within 24 hours counted once'),
  uses: ['pushes', 'first_close_on', 'slipped_days'],
  evidence: (s) =>
    `pushed ${times(whole(s.pushes))}, ${daysOf(s.slipped_days)} later than the first date ${s.first_close_on}`,
  step: () => 'Ask who decides and when; take the date from them, not from the plan',
});

export const rushed = risk({
  label: 'Closes too fast',
  meaning: 'The close date leaves less time from the stage than 95 of 100 won ones took',
  source: 'Metric 2.17, stage velocity',
  version: 1,
  where: 'close_on >= day and planned_days < least_days and stage_key is not null',
  limit: learned('5th percentile of the days from entering the stage to the win'),
  uses: ['close_on', 'planned_days', 'least_days', 'stage_n', 'stage', 'stage_key'],
  evidence: (s) =>
    `closes on ${s.close_on}, ${daysOf(Math.max(0, Number(s.planned_days)))} after ${s.stage_key === '' ? 'its opening' : `entering ${stageOf(s)}`}; 95 of 100 won ones took ${daysOf(s.least_days)} or more (n = ${s.stage_n})`,
  step: () => 'Go through what is left to do and set a date that holds it',
});

export const defaultDated = risk({
  label: 'Default close date',
  meaning: 'The close date is the end of a month and was never anything else',
  source: 'Metrics 2.12 and 2.17, close date = default month-end',
  version: 1,
  where: 'close_on = last_day(close_on) and always_month_end',
  limit: meaning('every close date it ever had is the last day of a month'),
  uses: ['close_on', 'date_quality'],
  evidence: (s) =>
    s.date_quality === 'default'
      ? `${s.close_on} was set by the system, nobody chose it`
      : `${s.close_on} is the end of a month, as every date before it`,
  step: () => 'Ask the customer for a real date',
});
