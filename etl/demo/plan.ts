import { mondayOf, parseDay, day, week, workday, evening } from './time.ts';

/** What is asked for. `week` counts the weeks that --next-week has added. */
export interface DemoOptions {
  seed: number;
  /** The day of the first files, `YYYY-MM-DD`. */
  today: string;
  scale: number;
  stories: boolean;
  week: number;
}

/** The calendar of the demo company; everything but `cut` stays as it is from week to week. */
export interface Plan extends DemoOptions {
  /** The Monday on which the CRM was introduced. */
  start: number;
  firstToday: number;
  reorganisedOn: number;
  /** A full extract of users and accounts between the start and the re-organisation. */
  midwayOn: number;
  renamedOn: number;
  /** The instant of the newest extract. */
  cut: number;
  /** The company lives on beyond the cut, so that its people know more than its files. */
  horizon: number;
}

/** Lays the calendar out. */
export function makePlan(options: DemoOptions): Plan {
  const firstToday = parseDay(options.today);
  const start = mondayOf(firstToday - 1461 * day);
  const reorganisedOn = mondayOf(firstToday - 426 * day);
  const cut = evening(firstToday + options.week * week);
  return {
    ...options,
    start,
    firstToday,
    reorganisedOn,
    midwayOn: mondayOf(start + (reorganisedOn - start) / 2),
    renamedOn: workday(start + 79 * week),
    cut,
    horizon: cut + 16 * week,
  };
}

/** The days of the dated full extracts, oldest first. */
export const extractDays = (plan: Plan): number[] => [
  plan.start,
  plan.midwayOn,
  plan.reorganisedOn,
  ...Array.from({ length: plan.week + 1 }, (_, i) => plan.firstToday + i * week),
];
