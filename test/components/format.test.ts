import { expect, test } from 'vitest';
import { formatValue } from '#components/format.ts';

const eur = { currency: 'EUR' };

test.each([
  ['4912345.67', '€ 4.9 M'],
  ['14000000.00', '€ 14 M'],
  ['999500.00', '€ 1.0 M'],
  ['180400.00', '€ 180 k'],
  ['1240.00', '€ 1,240'],
  ['-1240.00', '−€ 1,240'],
  ['0.00', '€ 0'],
])('money %s is shown as %s', (amount, text) => {
  expect(formatValue(amount, 'money', eur)).toBe(text);
});

test('money in full keeps every cent, beyond what a float can', () => {
  expect(formatValue('90071992547409931.25', 'money', { ...eur, exact: true })).toBe(
    '€ 90,071,992,547,409,931.25',
  );
});

test('none is a dash, never 0', () => {
  for (const unit of ['money', 'count', 'ratio', 'date', 'text'] as const)
    expect(formatValue(null, unit)).toBe('–');
});

test('a change carries its sign', () => {
  expect(formatValue('252000.00', 'money', { ...eur, signed: true })).toBe('+€ 252 k');
  expect(formatValue('0.00', 'money', { ...eur, signed: true })).toBe('€ 0');
  expect(formatValue(3, 'count', { signed: true })).toBe('+3');
});

test('percent has a decimal below ten', () => {
  expect(formatValue(0.6315, 'ratio')).toBe('63 %');
  expect(formatValue(0.042, 'ratio')).toBe('4.2 %');
  expect(formatValue(0, 'ratio')).toBe('0 %');
});

test('how many times has one decimal', () => {
  expect(formatValue(3.90493162, 'times')).toBe('3.9×');
  expect(formatValue(12, 'times')).toBe('12.0×');
});

test('days and instants', () => {
  expect(formatValue('2026-03-09', 'date')).toBe('9 Mar 2026');
  expect(formatValue('2026-03-09T22:59:59.999Z', 'instant')).toBe('9 Mar 2026 22:59');
});
