import { expect, test } from 'vitest';
import { bySalesman } from '#app/risk/by-salesman.ts';
import { riskSentence } from '#app/risk/sentence.ts';
import type { RiskItem, RiskRule } from '#warehouse/risks/answer.ts';

const flag = (label: string, money: string) => ({ label, money }) as RiskItem['flags'][number];
const item = (salesman: string | null, money: string, flags: RiskItem['flags']) =>
  ({ salesman, money, flags }) as RiskItem;

test('at stake by salesman, most first, with the rule that says most of it', () => {
  const items = [
    item('Ana', '10.10', [flag('Stalled', '4.00'), flag('No activity', '6.10')]),
    item(null, '50.00', [flag('Overdue', '0.00')]),
    item('Ana', '0.20', [flag('Stalled', '3.00')]),
  ];
  expect(bySalesman(items)).toEqual([
    { salesman: null, count: 1, money: '50.00', reason: null },
    { salesman: 'Ana', count: 2, money: '10.30', reason: 'Stalled' },
  ]);
});

const rule = (label: string, money: string, demoted = false) =>
  ({ label, money, demoted }) as RiskRule;
const risks = {
  money: '2400000.00',
  exposed: '12000000.00',
  currency: 'EUR',
  count: 457,
  rules: [
    rule('No activity', '700000.00'),
    rule('Stalled', '1300000.00'),
    rule('Big', '9.00', true),
  ],
};

test('the sentence tells what is at stake and what says most of it', () => {
  const words = (past: boolean, more = {}) =>
    riskSentence({ ...risks, ...more }, { past })
      .map(({ text }) => text)
      .join('');
  expect(words(false)).toBe(
    '€ 2.4 M is at stake of € 12 M in 457 opportunities that rules warn of, most by stalled (€ 1.3 M) and no activity (€ 700 k).',
  );
  expect(words(true, { rules: [] })).toBe(
    '€ 2.4 M was at stake of € 12 M in 457 opportunities that rules warned of.',
  );
  expect(words(false, { count: 0 })).toBe(
    'No rule that predicts names an opportunity of this period.',
  );
});
