import { addMonths, monthsOf, periodAt, type Span } from './days.ts';

/** Weeks to the end of the fiscal quarter; the first days of a long quarter count to the week after them. */
export const quarterWeeks = 13;

export function weekToEnd(day: number, fiscalYearStart: number): number {
  const { to } = periodAt(day, 3, fiscalYearStart);
  return Math.min(quarterWeeks - 1, Math.floor((to - 1 - day) / 7));
}

/** The weeks to the end of a quarter for many days, worked out once for each day. */
export function weeksToEnd(fiscalYearStart: number): (day: number) => number {
  const found = new Map<number, number>();
  return (day) => {
    const kept = found.get(day);
    if (kept !== undefined) return kept;
    const week = weekToEnd(day, fiscalYearStart);
    found.set(day, week);
    return week;
  };
}

/** Which window a forecast is about, seen from a cut-off: so many periods ahead, or so many days. */
export type WindowKind =
  | { name: string; months: number; ahead: number }
  | { name: string; fromDay: number; toDay: number };

/** How far ahead: 0 runs already or begins now, 1 follows, 2 and more come later. */
export type Horizon = 0 | 1 | 2;

/** A window as it lies from a cut-off, whole: `[from, to)`; what is past of it is known. */
export function windowAt(kind: WindowKind, cutOff: number, fiscalYearStart: number): Span {
  if ('fromDay' in kind) return { from: cutOff + kind.fromDay, to: cutOff + kind.toDay };
  const now = periodAt(cutOff, kind.months, fiscalYearStart);
  return {
    from: addMonths(now.from, kind.months * kind.ahead),
    to: addMonths(now.to, kind.months * kind.ahead),
  };
}

export function horizonOf(kind: WindowKind): Horizon {
  if ('months' in kind) return Math.min(2, Math.max(0, kind.ahead)) as Horizon;
  const length = kind.toDay - kind.fromDay;
  return Math.min(2, Math.max(0, Math.round((kind.fromDay - 1) / length))) as Horizon;
}

/** This, the next and the one after the next. */
export const periodWindows = (months: number): WindowKind[] => [
  { name: 'this', months, ahead: 0 },
  { name: 'next', months, ahead: 1 },
  { name: '+2', months, ahead: 2 },
];

/** `[from, to]` in weeks after the cut-off, both included. */
export const weekWindow = (from: number, to: number): WindowKind => ({
  name: `${from}-${to}`,
  fromDay: 7 * (from - 1) + 1,
  toDay: 7 * to + 1,
});

/** The kind of a given span as seen from a cut-off; a span of whole standard periods by periods, any other by its days. */
export function kindOf(span: Span, cutOff: number, fiscalYearStart: number): WindowKind {
  const months = monthsOf(span);
  const isStandard = months !== null && 12 % months === 0;
  if (isStandard && periodAt(span.from, months, fiscalYearStart).from === span.from) {
    const now = periodAt(cutOff, months, fiscalYearStart);
    const ahead = (monthsOf({ from: now.from, to: span.from }) ?? 0) / months;
    return { name: nameAhead(ahead), months, ahead };
  }
  return { name: 'days', fromDay: span.from - cutOff, toDay: span.to - cutOff };
}

const nameAhead = (ahead: number): string =>
  ahead === 0 ? 'this' : ahead === 1 ? 'next' : `+${ahead}`;

/** A stretch of at most seven days: what lies in it, and whether the age grows by a week after it. */
export interface Step {
  days: number;
  /** Index of the window that holds it; -1 none. */
  window: number;
  /** Share of its days in each week to the quarter's end. */
  weeks: Float64Array;
  /** The last part of its week. */
  ages: boolean;
}

/** From the day after a cut-off to the end of the last window, in weeks cut where a window begins or ends. */
export function stepsAhead(
  cutOff: number,
  windows: Span[],
  weekOf: (day: number) => number,
): Step[] {
  const end = Math.max(...windows.map(({ to }) => to));
  const steps: Step[] = [];
  const holder = (day: number) => windows.findIndex(({ from, to }) => from <= day && day < to);
  for (let day = cutOff + 1; day < end; day++) {
    const window = holder(day);
    const inWeek = (day - cutOff - 1) % 7;
    let step = steps.at(-1);
    if (!step || step.ages || step.window !== window) {
      step = { days: 0, window, weeks: new Float64Array(quarterWeeks), ages: false };
      steps.push(step);
    }
    step.days += 1;
    const week = weekOf(day);
    step.weeks[week] = (step.weeks[week] as number) + 1;
    step.ages = inWeek === 6;
  }
  for (const { weeks, days } of steps)
    for (const i of weeks.keys()) weeks[i] = (weeks[i] as number) / days;
  return steps;
}
