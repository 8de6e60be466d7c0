import type { Cell } from '../answers.ts';
import { type Followed, parseTimes } from '../survival.ts';

/** Days by fate of a cohort, as histograms. */
export const fateParts = {
  won: `histogram(days) filter (where fate = 'won')::varchar`,
  other: `histogram(days) filter (where fate in ('lost', 'withdrawn'))::varchar`,
  open: `histogram(days) filter (where fate = 'open')::varchar`,
};

export const fatesOf = (parts: Record<string, Cell>): Followed => ({
  won: parseTimes(parts.won),
  other: parseTimes(parts.other),
  open: parseTimes(parts.open),
});

/** Why the days of a cohort cannot be told. */
export const tooYoung = 'more is undecided than won';
