import { type Deal, dealFiles, table } from './deals.ts';
import type { Exports, PlainOptions } from './loading.ts';

/**
 * Ten opportunities on their way through four open stages, days counted from 1 January 2026 at noon UTC: skips, moves
 * back, a reopened one, some that still wait, a deleted one. Asked as of day 60, the end of 2 March.
 */
export const options: PlainOptions = {
  zone: 'UTC',
  objects: { opportunity: { carryBack: ['name', 'salesman', 'account', 'currency'] } },
};

/** Day 60. */
export const asOf = '2026-03-02';

const noon = Date.parse('2026-01-01T12:00:00Z');
export const at = (day: number): string =>
  new Date(noon + day * 86_400_000).toISOString().replace('.000', '');
export const dayOf = (day: number): string => at(day).slice(0, 10);

/** `0 Qualify` ... : the day and the stage; the amount is the same all along. */
export const deal = (
  id: string,
  moves: string[],
  { amount = '100.00', ...more }: Record<string, string> = {},
): Deal => ({
  id,
  name: `The ${id}`,
  account: 'acme',
  salesman: 'ana',
  currency: 'EUR',
  ...more,
  moves: moves.map((move) => {
    const [day, stage] = move.split(' ');
    return `${at(Number(day))} ${stage} ${amount} 2026-12-01 -`;
  }),
});

export const deals: Deal[] = [
  deal('straight', ['0 Qualify', '10 Discover', '30 Offer', '40 Close', '50 Won']),
  deal('skipper', ['0 Qualify', '20 Offer', '60 Lost']),
  deal('jumper', ['0 Qualify', '5 Won']),
  deal('back', [
    '0 Qualify',
    '5 Discover',
    '15 Offer',
    '25 Discover',
    '35 Offer',
    '45 Close',
    '55 Lost',
  ]),
  deal('reopened', ['0 Qualify', '8 Discover', '12 Lost', '20 Discover', '28 Offer'], {
    salesman: 'ben',
  }),
  deal('sitting', ['0 Qualify', '15 Discover'], { salesman: 'ben' }),
  deal('withdrawn', ['0 Qualify', '7 Withdrawn']),
  deal('lost', ['0 Qualify', '6 Discover', '9 Lost']),
  deal('gone', ['0 Qualify', '4 Discover'], { deleted: 'true' }),
  deal('late', ['0 Offer', '3 Won']),
];

/** People, account and stages; everything but the opportunities. */
export const company: Exports = {
  'user.csv': `
    id,name
    ana,Ana
    ben,Ben`,
  'account.csv': `
    id,name
    acme,Acme`,
  'stage.csv': `
    label,order,class
    Qualify,10,open
    Discover,20,open
    Offer,30,open
    Close,40,open
    Won,50,won
    Lost,60,lost
    Withdrawn,70,withdrawn`,
};

const { moves: _, ...gone } = deals.find(({ id }) => id === 'gone') as Deal;
const seen = (deleted: string): string =>
  table([{ ...gone, stage: 'Discover', createdAt: at(0), amount: '100.00', deleted }]);

export const files: Exports = {
  ...company,
  // By the extract of day 13 it is there, by that of day 14 it was deleted.
  [`opportunity_${dayOf(13)}.csv`]: seen('false'),
  [`opportunity_${dayOf(14)}.csv`]: seen('true'),
  ...dealFiles(deals),
};
