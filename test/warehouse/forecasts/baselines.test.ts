import { describe, expect, it } from 'vitest';
import { baselinesAt } from '#warehouse/forecasts/baselines.ts';
import { periodWindows, type WindowKind } from '#warehouse/forecasts/calendar.ts';
import { dayNumber } from '#warehouse/forecasts/days.ts';
import { wholeScope } from '#warehouse/forecasts/fit.ts';
import { knownAt } from '#warehouse/forecasts/known.ts';
import { firstVisits } from '#warehouse/forecasts/learned-shares.ts';
import { historyOf, type Life } from './lives.ts';

const on = dayNumber;
let id = 0;
const life = (
  from: string,
  closed: [string, boolean] | null,
  amount: number,
  more: Partial<Life> = {},
): Life => ({
  id: id++,
  stages: [{ from: on(from), stage: 0 }],
  ...(closed ? { closedOn: on(closed[0]), isWon: closed[1] } : {}),
  amount,
  ...more,
});

/** The cut-off is 2025-11-30: 31 days of the quarter are left. */
const lives = [
  life('2024-01-02', ['2024-02-01', true], 700), // to have history before the last four quarters
  life('2024-10-01', ['2024-12-10', true], 400), // within the last 31 days of 2024-Q4
  life('2024-10-01', ['2024-10-20', true], 9000), // earlier in that quarter: no part of what came after the same day
  life('2025-01-01', ['2025-03-15', true], 100),
  life('2025-04-01', ['2025-06-20', true], 200),
  life('2025-07-01', ['2025-09-05', true], 300),
  life('2025-07-01', ['2025-09-06', false], 5000),
  life('2025-08-01', null, 1000, { closeOn: on('2025-12-15'), typed: 0.4 }),
  life('2025-08-01', null, 2000, { closeOn: on('2026-01-15'), typed: 0.5 }),
  life('2025-08-01', null, 4000, { closeOn: on('2025-11-30'), typed: 0.9 }), // overdue
];

describe('Baselines of the running quarter on 2025-11-30', () => {
  const known = knownAt(historyOf(lives, on('2025-11-30')), 0);
  const [kind, next] = periodWindows(3) as [WindowKind, WindowKind];
  const place = {
    known,
    cutOff: known.weeks - 1,
    kind,
    scope: wholeScope,
    visits: firstVisits(known),
  };
  const told = baselinesAt(place);

  it('naive: what came in the last 31 days of four quarters, (300 + 200 + 100 + 400) / 4', () => {
    expect(told.naive).toBe(250);
  });
  it('last year: what came from 2024-12-01 on, 400', () => {
    expect(told.lastYear).toBe(400);
  });
  it('typed: 1000 × 0.4, since 2000 is dated later and 4000 overdue', () => {
    expect(told.typedWeighted).toBeCloseTo(400, 9);
  });
  it('learned: 1000 × 6 won of 7 closed', () => {
    expect(told.learnedWeighted).toBeCloseTo((1000 * 6) / 7, 9);
  });
  it('of the next quarter take it whole: naive (300 + 200 + 100 + 9400) / 4, typed 2000 × 0.5', () => {
    const later = baselinesAt({ ...place, kind: next });
    expect(later.naive).toBe(2500);
    expect(later.typedWeighted).toBeCloseTo(1000, 9);
  });
});
