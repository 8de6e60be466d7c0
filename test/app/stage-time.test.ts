import { describe, expect, it } from 'vitest';
import type { Odds, StageAging } from '#warehouse/stage-answer.ts';
import { stayTitle, stayWords } from '#app/pipeline/stage-time-words.ts';

const benchmark = { n: 60, p25: 8, p50: 14, p80: 41, p95: 90 };
const odds: Odds = {
  days: 41,
  n: 212,
  won: 19,
  share: 0.09,
  low: 0.06,
  high: 0.14,
  allN: 1900,
  allWon: 589,
  allShare: 0.31,
};
const words = (more: Partial<Pick<StageAging, 'benchmark' | 'odds'>>) =>
  stayWords({ benchmark, odds, ...more } as StageAging);

describe('the odds in words', () => {
  it('say how many sat as long, how many of them were won, and of all', () => {
    expect(words({})).toBe(
      'Of 212 that sat 41 days or longer here 9.0 % were won (6.0 % to 14 %), of all 31 %',
    );
  });

  it('say one day', () => {
    expect(words({ odds: { ...odds, days: 1 } })).toContain('sat 1 day or longer');
  });

  it('say no percent of too few', () => {
    expect(words({ odds: { ...odds, n: 4 } })).toBe(
      'n too small to tell the odds: 4 closed ones sat 41 days or longer here',
    );
    expect(words({ odds: null })).toContain('0 closed ones sat 41 days');
  });

  it('say that there is no benchmark', () => {
    expect(words({ benchmark: null })).toBe('Nothing was won from here: there is no benchmark');
  });
});

describe('the title of time in stage', () => {
  it('is how much stalls', () => {
    expect(stayTitle(1001, { count: 340, value: '8512000.00' }, 'EUR')).toBe(
      'Time in stage: 340 of 1,001 are stalled, € 8.5 M',
    );
    expect(stayTitle(12, { count: 1, value: '900.00' }, 'EUR')).toBe(
      'Time in stage: 1 of 12 is stalled, € 900',
    );
  });

  it('says that nothing does', () => {
    expect(stayTitle(12, { count: 0, value: '0.00' }, 'EUR')).toBe(
      'Time in stage: none of 12 is stalled',
    );
  });
});
