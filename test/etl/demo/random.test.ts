import { describe, expect, test } from 'vitest';
import { makeId, withCheck } from '#etl/demo/ids.ts';
import { createRandom, exp, shiftOdds } from '#etl/demo/random.ts';
import {
  evening,
  localEvening,
  mondayOf,
  officeTime,
  parseDay,
  quarterEnd,
  weekOfQuarter,
} from '#etl/demo/time.ts';

describe('random', () => {
  test('one stream per key, the same every time', () => {
    const draw = (...keys: (string | number)[]) =>
      Array.from({ length: 5 }, () => createRandom(...keys).next())[0];
    expect(draw(1, 'a')).toBe(draw(1, 'a'));
    expect(draw(1, 'a')).not.toBe(draw(1, 'b'));
    expect(draw('1', 2)).not.toBe(draw('12'));
  });

  test('shapes have their mean and spread', () => {
    const random = createRandom(3, 'shapes');
    const sample = (make: () => number) => {
      const list = Array.from({ length: 20_000 }, make);
      const mean = list.reduce((a, b) => a + b, 0) / list.length;
      return {
        mean,
        sd: Math.sqrt(list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / list.length),
      };
    };
    const normal = sample(() => random.normal());
    expect(normal.mean).toBeCloseTo(0, 1);
    expect(normal.sd).toBeCloseTo(1, 1);
    for (const mean of [0.3, 7, 200])
      expect(sample(() => random.poisson(mean)).mean / mean).toBeCloseTo(1, 1);
    expect(sample(() => random.next()).mean).toBeCloseTo(0.5, 2);
  });

  test('its own exponential is the real one', () => {
    for (const x of [-40, -5, -0.3, 0, 0.001, 1, 3.3])
      expect(exp(x) / Math.exp(x)).toBeCloseTo(1, 7);
    expect(shiftOdds(0.5, Math.log(3))).toBeCloseTo(0.75, 6);
  });
});

describe('time', () => {
  test('office hours are never before an instant and never on a weekend', () => {
    const random = createRandom(4, 'office');
    for (let i = 0; i < 500; i++) {
      const from = Date.UTC(2024, 0, 1) + random.int(800) * 3_600_000 * 5;
      const when = officeTime(random, from);
      expect(when).toBeGreaterThan(from);
      if (when - from > 3_600_000) expect(new Date(when).getUTCDay() % 6).not.toBe(0);
    }
  });

  test('evenings follow summer time', () => {
    expect(localEvening(parseDay('2026-03-02'))).toBe('2026-03-02T18:00:00+01:00');
    expect(localEvening(parseDay('2026-07-01'))).toBe('2026-07-01T18:00:00+02:00');
    for (const day of ['2026-03-28', '2026-03-29', '2026-10-24', '2026-10-25'])
      expect(new Date(localEvening(parseDay(day))).getTime()).toBe(evening(parseDay(day)));
    expect(new Date(mondayOf(parseDay('2026-03-08'))).getUTCDay()).toBe(1);
    expect([weekOfQuarter(parseDay('2026-01-01')), quarterEnd(parseDay('2026-02-03'))]).toEqual([
      0,
      parseDay('2026-03-31'),
    ]);
  });

  test('a day that is none is refused', () => {
    expect(() => parseDay('2026-3-2')).toThrow('"2026-3-2" is not a day');
    expect(() => parseDay('2026-13-02')).toThrow('is not a day');
  });
});

test('ids carry their object, are 18 characters and differ', () => {
  const ids = Array.from({ length: 20_000 }, (_, i) => makeId('opportunity', 1, i));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids.slice(0, 100)) expect(id).toMatch(/^006[0-9A-Za-z]{15}$/);
  expect(withCheck('001A0000006Vm9r')).toBe('001A0000006Vm9rIAC');
});
