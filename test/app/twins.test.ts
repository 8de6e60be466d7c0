import { describe, expect, it } from 'vitest';
import type { Twins } from '#warehouse/twins-answer.ts';
import { twinsInWords } from '#app/opportunities/[id]/twins-words.ts';

const found = (more: Partial<Twins>): Twins =>
  ({
    stage: 'Offer',
    stageDays: 56.6,
    candidates: 551,
    twins: Array.from({ length: 20 }),
    won: 4,
    share: 0.2,
    low: 0.171,
    high: 0.408226,
    daysToWin: 172,
    touchesOfWon: 2,
    touchesOfLost: 0,
    ...more,
  }) as Twins;

describe('twins in words', () => {
  it('say how many were won with the interval, how long it took and what winners did more', () => {
    expect(twinsInWords(found({}))).toBe(
      'Of the 20 most like it after 57 d in Offer, from 551 that stood there as long, 4 were won (20 %, 17–41 %). The way to the win took 172 d more at the median. In the 30 days after, the winners had 2 activities at the median, the others 0.',
    );
  });

  it('of fewer than five give no share, of no winner no way, of no difference no word', () => {
    const few = { twins: Array.from({ length: 3 }) as Twins['twins'], candidates: 3 };
    expect(twinsInWords(found({ ...few, won: 0, daysToWin: null, touchesOfWon: null }))).toBe(
      'Of the 3 most like it after 57 d in Offer, none was won.',
    );
    expect(twinsInWords(found({ ...few, won: 1, touchesOfLost: 2 }))).toBe(
      'Of the 3 most like it after 57 d in Offer, 1 was won. The way to the win took 172 d more at the median.',
    );
  });

  it('say that very many are the newest only', () => {
    expect(twinsInWords(found({ candidates: 2000 }))).toContain('from the newest 2,000 that');
  });
});
