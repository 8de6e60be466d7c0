import { parsePeriod, quarterOf, shiftQuarter } from '#warehouse/period.ts';

export interface Quarter {
  text: string;
  /** Its first day, and its last. */
  from: string;
  last: string;
}

const most = 12;

/** Fiscal quarters that were over by a day, oldest first: at most three years, none before the history. */
export function quartersUntil(
  day: string,
  { firstDay, fiscalYearStart }: { firstDay: string; fiscalYearStart: number },
): Quarter[] {
  const running = quarterOf(day, fiscalYearStart);
  return Array.from({ length: most }, (_, i) => shiftQuarter(running, i - most)).flatMap((text) => {
    const { from, to } = parsePeriod(text, fiscalYearStart);
    return from && to && from >= firstDay ? [{ text, from, last: dayBefore(to) }] : [];
  });
}

const dayBefore = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
