import { type WindowKind, windowAt } from './calendar.ts';
import { wonIn } from './closed.ts';
import { type Span, spanBefore, yearBefore } from './days.ts';
import type { Scope } from './fit.ts';
import { never } from './history-sql.ts';
import { dayOfWeek, type Known } from './known.ts';
import { learnedShares, type Visit } from './learned-shares.ts';

/** Where and for what a baseline is asked: the end of a week, and one window from there. */
export interface Place {
  known: Known;
  cutOff: number;
  kind: WindowKind;
  scope: Scope;
  visits: Visit[];
}

/** What each baseline expects to be won in the window from now on, cents; null where it cannot tell. */
export interface Baselines {
  naive: number | null;
  lastYear: number | null;
  typedWeighted: number | null;
  learnedWeighted: number | null;
  sameDayRatio: number | null;
}

export function baselinesAt(place: Place): Baselines {
  return {
    naive: naive(place),
    lastYear: lastYear(place),
    typedWeighted: typedWeighted(place),
    learnedWeighted: learnedWeighted(place),
    sameDayRatio: sameDayRatio(place),
  };
}

const spanOf = ({ known, cutOff, kind }: Place): Span =>
  windowAt(kind, dayOfWeek(known, cutOff), known.history.fiscalYearStart);

/** The part of a span that lies as far before its end as the rest of the asked one does. */
function restOf({ known, cutOff }: Place, asked: Span, other: Span): Span {
  const left = asked.to - Math.max(asked.from, dayOfWeek(known, cutOff) + 1);
  return { from: other.to - Math.min(left, other.to - other.from), to: other.to };
}

/** Mean of the last four periods that are over, of each the part after the same day; windows by the last four as long. */
function naive(place: Place): number | null {
  const { known, cutOff, scope } = place;
  const day = dayOfWeek(known, cutOff);
  const first = known.closings.rows ? (known.closings.closedOn[0] as number) : day + 1;
  const found = pastSpans(place, 4)
    .filter(({ from }) => from >= first)
    .map((span) => wonIn(known, restOf(place, spanOf(place), span), day, scope.closings));
  if (found.length) return found.reduce((a, b) => a + b, 0) / found.length;
  if (first > day) return null;
  const asked = restOf(place, spanOf(place), spanOf(place));
  const all = wonIn(known, { from: first, to: day + 1 }, day, scope.closings);
  return (all * (asked.to - asked.from)) / (day + 1 - first);
}

/** The last `count` spans of the kind that are over. */
function pastSpans(place: Place, count: number): Span[] {
  const { known, cutOff, kind } = place;
  const day = dayOfWeek(known, cutOff);
  const asked = spanOf(place);
  const length = asked.to - asked.from;
  const newest = 'months' in kind ? asked : { from: day + 1, to: day + 1 + length };
  const found: Span[] = [];
  for (let n = 1; found.length < count; n++) {
    const span = spanBefore(newest, n);
    if (span.to <= day + 1) found.push(span);
  }
  return found;
}

function lastYear(place: Place): number | null {
  const { known, cutOff, scope } = place;
  const span = yearBefore(spanOf(place));
  const day = dayOfWeek(known, cutOff);
  if (
    span.to > day + 1 ||
    !known.closings.rows ||
    span.from < (known.closings.closedOn[0] as number)
  )
    return null;
  return wonIn(known, restOf(place, spanOf(place), span), day, scope.closings);
}

/** Amount × the probability that the source says, of what is dated in the window from now on; overdue ones left out. */
const typedWeighted = (place: Place): number =>
  dated(place, (row) => place.known.typed[row] as number);

/** Amount × the share of those once in the stage that were won. */
function learnedWeighted(place: Place): number {
  const shares = learnedShares(place.known, place.visits, place.cutOff);
  return dated(place, (row) => shares[place.known.stage[row] as number] as number);
}

function dated(place: Place, probability: (row: number) => number): number {
  const { known, cutOff, scope } = place;
  const { from, to } = spanOf(place);
  const since = Math.max(from, dayOfWeek(known, cutOff) + 1);
  let sum = 0;
  for (let row = known.start[cutOff] as number; row < (known.start[cutOff + 1] as number); row++) {
    const on = known.closeOn[row] as number;
    const amount = known.amount[row] as number;
    if (on < since || on >= to || Number.isNaN(amount)) continue;
    sum += amount * probability(row) * (scope.weeks ? (scope.weeks[row] as number) : 1);
  }
  return sum;
}

/** Amounts of so many opportunities are added to each cell at the ratio of all. */
const ratioPrior = 10;

/**
 * Of each stage × {dated in, before, after the window, not at all}, the share of the open value that was won in the
 * window from the same day on, in the last 8 periods, a week more or less; and the mean of what came new.
 */
function sameDayRatio(place: Place): number | null {
  const { known, cutOff, scope, kind } = place;
  const landmarks = sameDays(place);
  if (!landmarks.length) return null;
  const cells = known.stages * 4;
  const [open, won] = [new Float64Array(cells), new Float64Array(cells)];
  let [fresh, amounts, n] = [0, 0, 0];
  for (const week of landmarks) {
    const day = dayOfWeek(known, week);
    const span = windowAt(kind, day, known.history.fiscalYearStart);
    const rest = { from: Math.max(span.from, day + 1), to: span.to };
    fresh += wonIn(known, rest, dayOfWeek(known, cutOff), scope.closings);
    for (let row = known.start[week] as number; row < (known.start[week + 1] as number); row++) {
      const amount = known.amount[row] as number;
      if (Number.isNaN(amount)) continue;
      const cell = cellOf(known, row, rest);
      const on = known.wonOn[row] as number;
      const value = on >= rest.from && on < rest.to ? (known.wonAmount[row] as number) : 0;
      open[cell] = (open[cell] as number) + amount;
      won[cell] = (won[cell] as number) + (Number.isNaN(value) ? 0 : value);
      fresh -= (Number.isNaN(value) ? 0 : value) * (scope.weeks ? (scope.weeks[row] as number) : 1);
      amounts += amount;
      n += 1;
    }
  }
  const total = (list: Float64Array) => list.reduce((a, b) => a + b, 0);
  const whole = total(won) / Math.max(1, total(open));
  const prior = n ? (ratioPrior * amounts) / n : 1;
  const span = spanOf(place);
  const rest = { from: Math.max(span.from, dayOfWeek(known, cutOff) + 1), to: span.to };
  let sum = Math.max(0, fresh) / landmarks.length;
  for (let row = known.start[cutOff] as number; row < (known.start[cutOff + 1] as number); row++) {
    const amount = known.amount[row] as number;
    if (Number.isNaN(amount)) continue;
    const cell = cellOf(known, row, rest);
    const ratio = ((won[cell] as number) + whole * prior) / ((open[cell] as number) + prior);
    sum += amount * ratio * (scope.weeks ? (scope.weeks[row] as number) : 1);
  }
  return sum;
}

function cellOf({ stage, closeOn }: Known, row: number, { from, to }: Span): number {
  const on = closeOn[row] as number;
  const where = on >= never ? 3 : on < from ? 0 : on < to ? 1 : 2;
  return (stage[row] as number) * 4 + where;
}

/** Weeks at the same day of earlier periods, or any of the last half year, whose window is over. */
function sameDays(place: Place): number[] {
  const { known, cutOff, kind } = place;
  const day = dayOfWeek(known, cutOff);
  const isOver = (week: number) =>
    week >= 0 &&
    windowAt(kind, dayOfWeek(known, week), known.history.fiscalYearStart).to <= day + 1;
  if (!('months' in kind))
    return Array.from({ length: 26 + Math.ceil(kind.toDay / 7) }, (_, i) => cutOff - 1 - i).filter(
      isOver,
    );
  const asked = spanOf(place);
  const found: number[] = [];
  for (let n = 1; n <= 8 + kind.ahead; n++) {
    const back = Math.round((asked.to - spanBefore(asked, n).to) / 7);
    for (const shift of [-1, 0, 1])
      if (isOver(cutOff - back + shift)) found.push(cutOff - back + shift);
  }
  return found;
}
