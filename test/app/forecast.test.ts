import { describe, expect, it } from 'vitest';
import type { ForecastAnswer } from '#warehouse/forecasts/answer.ts';
import { forecastSentence } from '#app/forecast/sentence.ts';

const found = (more: Partial<ForecastAnswer>): ForecastAnswer =>
  ({
    currency: 'EUR',
    p10: '6200000.00',
    p50: '6700000.00',
    p90: '7400000.00',
    target: '8300000.00',
    pTarget: 0.02,
    abstains: null,
    ...more,
  }) as ForecastAnswer;
const said = (more: Partial<ForecastAnswer>, past = false) =>
  forecastSentence('Q1 2026', found(more), { past })
    .map(({ text }) => text)
    .join('');

describe('a forecast in one sentence', () => {
  it('says the middle case, the usual span and the chance of the target', () => {
    expect(said({})).toBe(
      'Q1 2026 will bring € 6.7 M, in 8 of 10 cases € 6.2 M to € 7.4 M. Its target of € 8.3 M is reached with 2.0 % probability.',
    );
    expect(said({}, true)).toContain('was to bring');
  });

  it('warns only where the target is missed more often than not', () => {
    const tones = (pTarget: number) =>
      forecastSentence('Q1', found({ pTarget }), { past: false }).flatMap(({ tone }) => tone ?? []);
    expect(tones(0.49)).toEqual(['warn']);
    expect(tones(0.5)).toEqual([]);
  });

  it('says first of all that the history is too short', () => {
    expect(said({ abstains: 'Too little history: fewer than 30 closings are known' })).toMatch(
      /probability\. Too little history: fewer than 30 closings are known\.$/,
    );
  });

  it('says when no target is set, and why nothing can be told', () => {
    expect(said({ target: null, pTarget: null })).toMatch(/No target is set\.$/);
    expect(said({ p50: null, abstains: 'No forecast is stored yet' })).toBe(
      'Nobody can tell yet what Q1 2026 will bring: no forecast is stored yet.',
    );
  });
});
