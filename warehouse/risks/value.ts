import { risk } from '../definitions.ts';
import { amount, percent } from './words.ts';

export const cut = risk({
  label: 'Amount cut',
  meaning: 'The amount fell below its peak by more than in 95 of 100 won ones',
  source: 'Metric 2.17, amount cut',
  version: 1,
  where: 'amount < peak_amount * least(kept_share, 0.999)',
  limit: {
    from: 'learned',
    words: '5th percentile, over won ones, of the amount before the win divided by its peak',
  },
  uses: ['amount', 'peak_amount', 'kept_share', 'currency'],
  evidence: (s) =>
    `cut from ${amount(s.peak_amount)} to ${amount(s.amount)} ${s.currency}, by ${percent(1 - Number(s.amount) / Number(s.peak_amount))}; 95 of 100 won ones kept ${percent(Number(s.kept_share))} or more`,
  step: () => 'Find out which need was dropped before the price is cut again',
});

export const rounded = risk({
  label: 'Round amount',
  meaning: 'The amount has one digit that is not zero and was never changed: a guess',
  source: 'Metric 2.17, amount round-number default',
  version: 1,
  where:
    'amount >= 1000 and prices = 0 and amount % power(10, floor(log10(greatest(amount::double, 1)))) = 0',
  limit: { from: 'meaning', words: 'one digit and zeros, never edited' },
  uses: ['amount', 'currency'],
  evidence: (s) => `${amount(s.amount)} ${s.currency} is round and was never changed`,
  step: () => 'Put in what the offer will say, line by line',
});

export const oversized = risk({
  label: 'Too big',
  meaning: 'Larger than 95 of 100 wins in the field, or than the account ever bought by far',
  source: 'Metric 2.17, learned percentile of size',
  version: 1,
  where:
    'has_amount and has_rate and (money > large_value or money > largest_bought * greatest(1, account_ratio))',
  limit: {
    from: 'learned',
    words:
      '95th percentile of won amounts in the industry; of won amounts divided by the largest earlier win of the account',
  },
  uses: ['money', 'large_value', 'largest_bought', 'account_ratio', 'industry', 'is_of_field'],
  evidence: (s) =>
    Number(s.money) > Number(s.large_value ?? Infinity)
      ? `${amount(s.money)} is more than 95 of 100 wins ${s.is_of_field ? `in ${s.industry ?? 'no industry'}` : 'of all'} (${amount(s.large_value)})`
      : `${amount(s.money)} is ${(Number(s.money) / Number(s.largest_bought)).toFixed(1)} times the largest win of the account (${amount(s.largest_bought)})`,
  step: () => 'Win a first part, or bring somebody who has sold this size',
});
