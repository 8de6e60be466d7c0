import { describe, expect, it } from 'vitest';
import { followUp, incidenceAt, parseTimes, type Times } from '#warehouse/survival.ts';

const times = (found: Record<number, number> = {}): Times =>
  new Map(Object.entries(found).map(([day, n]) => [Number(day), n]));
const follow = (
  won: Record<number, number>,
  other: Record<number, number> = {},
  open: Record<number, number> = {},
) => followUp({ won: times(won), other: times(other), open: times(open) });

describe('the share won by a day', () => {
  it('counts other ends as decided and those still open for as long as they were seen', () => {
    // 4 at the start: one won on day 2 (1/4), one lost on day 3, one last seen open on day 4, one won on day 5 (1/2 × 1/1).
    const steps = follow({ 2: 1, 5: 1 }, { 3: 1 }, { 4: 1 });
    expect(steps.map(({ day, atRisk, incidence, open }) => [day, atRisk, incidence, open])).toEqual(
      [
        [2, 4, 0.25, 0.75],
        [3, 3, 0.25, 0.5],
        [5, 1, 0.75, 0],
      ],
    );
    expect(incidenceAt(steps, 4).share).toBe(0.25);
    expect(incidenceAt(steps, 4).open).toBe(0.5);
  });

  it('is the plain share when nothing is open any more', () => {
    expect(incidenceAt(follow({ 3: 2, 9: 1 }, { 1: 4, 20: 3 })).share).toBeCloseTo(0.3, 12);
  });

  it('is not lowered by those that are still open', () => {
    const decided = incidenceAt(follow({ 10: 5 }, { 10: 5 })).share;
    expect(decided).toBe(0.5);
    expect(incidenceAt(follow({ 10: 5 }, { 10: 5 }, { 9: 90 })).share).toBe(0.5);
  });

  it('sees one that is open on a day as at risk on that day', () => {
    expect(incidenceAt(follow({ 10: 1 }, {}, { 10: 1 })).share).toBe(0.5);
  });

  it('has the interval of Greenwood on the scale of log(−log)', () => {
    // 2 of 4 after day 2: variance of a share, 0.5 × 0.5 / 4; 1.96 × 0.25 / (0.5 × log 2) = 1.413815.
    const { low, high } = incidenceAt(follow({ 1: 1, 2: 1 }, {}, { 3: 2 }), 2);
    expect(low).toBeCloseTo(1 - 0.5 ** Math.exp(-1.413815), 5);
    expect(high).toBeCloseTo(1 - 0.5 ** Math.exp(1.413815), 5);
  });

  it('stays within 0 and 1 at the ends', () => {
    expect(incidenceAt(follow({}, { 3: 4 }))).toMatchObject({ share: 0, low: 0 });
    expect(incidenceAt(follow({ 3: 4 }))).toMatchObject({ share: 1, high: 1 });
    expect(incidenceAt([])).toEqual({ share: 0, low: 0, high: 1, open: 1 });
  });

  it('reads counts by day as the database writes them', () => {
    expect([...parseTimes('{-1=2, 0=3, 12=1}')]).toEqual([
      [-1, 2],
      [0, 3],
      [12, 1],
    ]);
    expect(parseTimes(null).size).toBe(0);
  });
});
