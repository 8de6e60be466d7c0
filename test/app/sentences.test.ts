import { expect, test } from 'vitest';
import { outlookSentence, type Piece, periodInWords, pipelineSentence } from '#app/sentences.ts';

const words = (pieces: Piece[]): string => pieces.map(({ text }) => text).join('');
const now = { currency: 'EUR', past: false };
const then = { currency: 'EUR', past: true };
const row = { wonValue: '1900000.00', openPipeline: '2800000.00', quota: '5500000.00' };

test('the Outlook names what is won and open of a quota', () => {
  expect(words(outlookSentence('Q4 2026', row, now))).toBe(
    'Q4 2026 has € 1.9 M won and € 2.8 M open against a quota of € 5.5 M.',
  );
});

test('the Outlook says that a quota is met', () => {
  expect(words(outlookSentence('Q4 2026', { ...row, wonValue: '5500000.00' }, now))).toBe(
    'Q4 2026 has € 5.5 M won and € 2.8 M open: the quota of € 5.5 M is met.',
  );
});

test('the Outlook says that no quota is set', () => {
  expect(words(outlookSentence('Q4 2026', { ...row, quota: null }, then))).toBe(
    'Q4 2026 had € 1.9 M won and € 2.8 M open; no quota was set.',
  );
});

test('the Pipeline compares experience with what was typed', () => {
  const open = {
    openCount: 1214,
    openPipeline: '6200000.00',
    weightedPipeline: '1900000.00',
    typedWeightedPipeline: '2800000.00',
  };
  expect(words(pipelineSentence('Q4 2026', open, then))).toBe(
    '€ 6.2 M open for Q4 2026 in 1,214 opportunities, worth € 1.9 M by experience; the typed figures said € 2.8 M.',
  );
  expect(words(pipelineSentence('Q4 2026', open, now))).toContain('the typed figures say');
});

test('an empty Pipeline says what to do', () => {
  expect(words(pipelineSentence('Q4 2026', { openCount: 0 }, now))).toBe(
    'No open opportunity is expected in Q4 2026. Widen the period.',
  );
});

test('periods in words', () => {
  expect(periodInWords('2026-Q3')).toBe('Q3 2026');
  expect(periodInWords('all')).toBe('all periods');
  expect(periodInWords('2026-07')).toBe('2026-07');
});
