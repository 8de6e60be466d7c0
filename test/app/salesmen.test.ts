import { expect, test } from 'vitest';
import { comparisonSentence } from '#app/salesmen/sentence.ts';
import type { Comparison } from '#warehouse/comparison-answer.ts';

const one = (place: string, adjusted: number | null = 0.4) =>
  ({ measures: { winRate: { place, adjusted } } }) as Comparison['salesmen'][number];
const said = (salesmen: Comparison['salesmen']) =>
  comparisonSentence(
    { salesmen, measures: { winRate: { average: 0.42 } } as Comparison['measures'] },
    'Q1 2026',
  )
    .map(({ text }) => text)
    .join('');

test('that nobody can be told apart comes first', () => {
  expect(said([one('within'), one('within'), one('few', null)])).toBe(
    'No two of 2 salesmen can be told apart by their win rate in Q1 2026, their mix considered. Together they win 42 %.',
  );
});

test('who lies beside the others is counted, not ranked', () => {
  expect(said([one('within'), one('above'), one('below'), one('below')])).toBe(
    '1 of 4 salesmen cannot be told apart by their win rate in Q1 2026, their mix considered; 1 lie above them and 2 below. Together they win 42 %.',
  );
});

test('too few closings are said to be too few', () => {
  expect(said([one('few', null)])).toBe(
    'In Q1 2026 too few opportunities were closed to compare salesmen.',
  );
});
