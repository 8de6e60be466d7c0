import { describe, expect, it } from 'vitest';
import { periodWindows } from '#warehouse/forecasts/calendar.ts';
import { dayNumber } from '#warehouse/forecasts/days.ts';
import { quantile } from '#warehouse/forecasts/distribution.ts';
import type { Columns, History } from '#warehouse/forecasts/history.ts';
import { openWalk } from '#warehouse/forecasts/walk.ts';
import { randomOf } from '../worlds.ts';
import { company, historyOf, type Life } from './lives.ts';

const from = dayNumber('2022-01-03');
const cutOff = dayNumber('2025-02-16');
const today = cutOff + 7 * 30;
const lives = company(3, { from, to: today });

/** All that a cut-off tells, to the last bit. */
function toldAt(history: History, day = cutOff): string {
  const walk = openWalk({ history, kinds: periodWindows(3) });
  const week = Array.from({ length: walk.weeks }, (_, i) => i).find((i) => walk.dayOf(i) === day);
  if (week === undefined) throw new Error('The cut-off is no end of a week');
  const points = walk.pointsAt(week);
  const bands = points.map(
    (point) => point && [0.1, 0.5, 0.9].map((p) => quantile(point.outlook, p)),
  );
  return JSON.stringify({ points, bands, input: walk.inputOf(week) });
}

/** Deals what is later than the cut-off anew among the rows, column by column. */
function shuffled(history: History, seed: number): History {
  const random = randomOf(seed);
  const deal = <Name extends string>(
    columns: Columns<Name>,
    isLate: (row: number) => boolean,
    keep: string[],
  ) => {
    const late = Array.from({ length: columns.rows }, (_, row) => row).filter(isLate);
    const names = Object.keys(columns).filter(
      (name) => name !== 'rows' && !keep.includes(name),
    ) as Name[];
    const dealt = names.map((name) => {
      const column = columns[name].slice();
      for (let i = late.length - 1; i > 0; i--) {
        const [a, b] = [late[i] as number, late[Math.floor(random() * (i + 1))] as number];
        [column[a], column[b]] = [column[b] as number, column[a] as number];
      }
      return [name, column] as const;
    });
    return { ...columns, ...Object.fromEntries(dealt) };
  };
  const { weeks, closings, entries } = history;
  const back = (history.day - cutOff) / 7;
  const dealt = {
    ...history,
    weeks: deal(weeks, (row) => (weeks.week[row] as number) < back, [
      'week',
      'opportunity',
      'knownFrom',
      'knownTo',
    ]),
    closings: deal(closings, (row) => (closings.closedOn[row] as number) > cutOff, [
      'closedOn',
      'sinceOn',
      'untilOn',
      'knownFrom',
      'knownTo',
    ]),
    entries: deal(entries, (row) => (entries.on[row] as number) > cutOff, [
      'on',
      'knownFrom',
      'knownTo',
    ]),
  };
  // When those open at the cut-off will leave is of the future too.
  dealt.weeks.exitOn = weeks.exitOn.map((day) =>
    day > cutOff ? cutOff + 1 + Math.floor(random() * 400) : day,
  );
  return dealt;
}

describe('Nothing that is known later than the cut-off', () => {
  const whole = historyOf(lives, today);
  const told = toldAt(whole);

  it('is there to be told at all', () => {
    expect(JSON.parse(told).points[0].parts.depth).toBe('full');
    expect(toldAt(historyOf(company(4, { from, to: today }), today))).not.toBe(told);
  });
  it('changes a point when it is deleted', () => {
    expect(toldAt(historyOf(lives, cutOff))).toBe(told);
  });
  it.each([1, 2, 3])('changes a point when it is shuffled (%d)', (seed) => {
    const other = shuffled(whole, seed);
    expect(other.closings.amount).not.toEqual(whole.closings.amount);
    expect(toldAt(other)).toBe(told);
  });
  it('gets in by a column that is filled at closing', () => {
    const without = lives.map((life): Life => ({ ...life, typeWhenClosed: -1 }));
    const bare = JSON.parse(toldAt(historyOf(without, today)));
    expect(bare.points).toEqual(JSON.parse(told).points);
  });
  it('gets in unnoticed: a column that knows the outcome while open is caught by deleting', () => {
    const planted = (day: number) =>
      historyOf(
        lives.map((life) => ({
          ...life,
          type: (life.closedOn as number) <= day && life.isWon ? 1 : 0,
        })),
        day,
      );
    expect(toldAt(planted(today))).not.toBe(toldAt(planted(cutOff)));
  });
});

describe('A point', () => {
  it('is the same at each run', () => {
    const once = toldAt(historyOf(lives, today));
    expect(toldAt(historyOf(company(3, { from, to: today }), today))).toBe(once);
  });
  it('has another input as soon as anything known by then differs', () => {
    const input = (changed: Life[]) => JSON.parse(toldAt(historyOf(changed, today))).input;
    const first = lives[0] as Life;
    expect(input([{ ...first, amount: first.amount + 1 }, ...lives.slice(1)])).not.toBe(
      input(lives),
    );
  });
});

describe('Too little history', () => {
  const depthWith = (n: number) => {
    const few = lives.filter(({ closedOn }) => (closedOn as number) <= cutOff).slice(-n);
    const walk = openWalk({ history: historyOf(few, cutOff), kinds: periodWindows(3) });
    return walk.pointsAt(walk.weeks - 1)[0];
  };
  it('keeps to past periods below 30 closings, to stage and age below 100', () => {
    expect(depthWith(29)?.parts.depth).toBe('naive');
    expect(depthWith(29)?.weight).toBe(0);
    expect(depthWith(30)?.parts.depth).toBe('hazards');
    expect(depthWith(100)?.parts.depth).toBe('full');
  });
  it('tells nothing of nothing', () => {
    const walk = openWalk({ history: historyOf([], cutOff), kinds: periodWindows(3) });
    expect(walk.pointsAt(0)).toEqual([null, null, null]);
  });
});
