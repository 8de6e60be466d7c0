import { dealFiles, table } from './deals.ts';
import type { Exports, PlainOptions } from './loading.ts';
import { options as twelve, files as twelveFiles } from './twelve.ts';

/** What is told of one opportunity for the risk rules; days are before the as-of day, 30 June 2026. */
export interface RiskCase {
  id: string;
  /** `daysAgo stage amount closeDate`, oldest first. */
  moves: string[];
  /** Days ago of what was done; negative: planned for so many days ahead. */
  touches: number[];
  contacts: number;
  decides: boolean;
  nextStep: string;
  account: string;
  salesman: string;
  currency: string;
  /** The salesman before, and how many days ago he left it. */
  was: [string, number] | null;
  /** Which rules must name it. */
  flags: string[];
}

const day = 86_400_000;
const end = Date.parse('2026-06-30T12:00:00Z');
const instant = (daysAgo: number) => new Date(end - daysAgo * day).toISOString();

/** Nothing is wrong with it: ten days in Offer, touched two days ago, closing on 13 August. */
const calm: RiskCase = {
  id: 'calm',
  moves: ['25 Qualify 1234.00 2026-08-13', '10 Offer 1234.00 2026-08-13'],
  touches: [24, 12, 2],
  contacts: 2,
  decides: true,
  nextStep: 'Visit',
  account: 'acme',
  salesman: 'ana',
  currency: 'EUR',
  was: null,
  flags: [],
};

const one = (id: string, flags: string[], more: Partial<RiskCase>): RiskCase => ({
  ...calm,
  ...more,
  id,
  flags,
});

const offer = (daysAgo: number, amount: string, closeDate: string) =>
  `${daysAgo} Offer ${amount} ${closeDate}`;
const qualified = (daysAgo: number) => `${daysAgo} Qualify 1234.00 2026-08-13`;

/**
 * Each rule with a case that it names and one that it nearly names. The 24 wins stayed 21 to 44 days in Offer, of which
 * the 95th percentile is 42.85 and the longest 44; their pauses were 5 or 6 days, their last one up to 5; 95 of 100 took
 * 22.15 days or more from Offer to the win; all had two contacts of whom one decides; amounts were 2,100 to 4,400.
 */
export const cases: RiskCase[] = [
  calm,
  one('overdue', ['overdue'], { moves: [qualified(55), offer(40, '1234.00', '2026-06-29')] }),
  one('due-today', [], { moves: [qualified(55), offer(40, '1234.00', '2026-06-30')] }),
  one('stalled', ['stalled'], { moves: [qualified(60), offer(43, '1234.00', '2026-08-13')] }),
  one('nearly-stalled', [], { moves: [qualified(60), offer(42, '1234.00', '2026-08-13')] }),
  one('outlived', ['outlived', 'stalled'], {
    moves: [qualified(60), offer(45, '1234.00', '2026-08-13')],
  }),
  one('pushed', ['pushed'], {
    moves: [
      '25 Qualify 1234.00 2026-07-06',
      '20 Qualify 1234.00 2026-07-20',
      offer(10, '1234.00', '2026-08-13'),
    ],
  }),
  // Two edits within a day are one push; a pull is none.
  one('pushed-once', [], {
    moves: [
      '25 Qualify 1234.00 2026-07-06',
      '20 Qualify 1234.00 2026-07-20',
      '19.5 Qualify 1234.00 2026-08-20',
      offer(10, '1234.00', '2026-08-13'),
    ],
  }),
  one('rushed', ['rushed'], { moves: [qualified(25), offer(10, '1234.00', '2026-07-11')] }),
  one('not-rushed', [], { moves: [qualified(25), offer(10, '1234.00', '2026-07-13')] }),
  one('default-date', ['defaultDated'], {
    moves: ['25 Qualify 1234.00 2026-07-31', offer(10, '1234.00', '2026-08-31')],
  }),
  one('chosen-date', [], {
    moves: ['25 Qualify 1234.00 2026-08-13', offer(10, '1234.00', '2026-08-31')],
  }),
  one('idle', ['idle'], { touches: [24, 18, 7] }),
  one('nearly-idle', [], { touches: [24, 18, 6] }),
  // Five touches two days apart, then a pause of 5.9 days: 2.95 times its rhythm.
  one('silent', ['silent'], { touches: [13.9, 11.9, 9.9, 7.9, 5.9] }),
  one('steady', [], { touches: [9.9, 7.9, 5.9, 3.9, 1.95] }),
  one('aimless', ['aimless'], { nextStep: '', touches: [24, 12, 2] }),
  one('planned', [], { nextStep: '', touches: [24, 12, 2, -3] }),
  one('regressed', ['regressed'], {
    moves: ['25 Offer 1234.00 2026-08-13', qualified(8)],
  }),
  one('lost-before', [], {
    moves: ['45 Qualify 3333.00 2026-08-13', '20 Lost 3333.00 2026-06-10'],
    account: 'beta',
  }),
  one('cloned', ['cloned'], {
    moves: ['18 Qualify 3333.00 2026-08-13', offer(10, '3333.00', '2026-08-13')],
    account: 'beta',
    touches: [10, 2],
  }),
  one('handed-over', ['transferred'], { was: ['ben', 12] }),
  one('unowned', ['unowned'], { salesman: 'dan' }),
  one('lonely', ['singleThreaded'], { contacts: 1 }),
  one('powerless', ['powerless'], { decides: false }),
  one('cut', ['cut'], {
    moves: ['25 Qualify 1400.00 2026-08-13', offer(10, '1234.00', '2026-08-13')],
  }),
  one('raised', [], {
    moves: ['25 Qualify 1100.00 2026-08-13', offer(10, '1234.00', '2026-08-13')],
  }),
  one('rounded', ['rounded'], {
    moves: ['25 Qualify 2000.00 2026-08-13', offer(10, '2000.00', '2026-08-13')],
  }),
  one('edited-to-round', [], {
    moves: ['25 Qualify 1900.00 2026-08-13', offer(10, '2000.00', '2026-08-13')],
  }),
  // 95 of 100 wins in Steel were 4,285 or less; at 1 USD = 0.80 EUR 5,400 USD are 4,320 EUR.
  one('big', ['oversized'], {
    moves: ['25 Qualify 5400.00 2026-08-13', offer(10, '5400.00', '2026-08-13')],
    currency: 'USD',
  }),
  one('not-big', [], {
    moves: ['25 Qualify 5300.00 2026-08-13', offer(10, '5300.00', '2026-08-13')],
    currency: 'USD',
  }),
];

const wins: RiskCase[] = Array.from({ length: 24 }, (_, i) => {
  const [inOffer, won] = [21 + i, 100 + 2 * i];
  const [offered, begun] = [won + inOffer, won + inOffer + 10];
  const amount = `${2100 + 100 * i}.00`;
  return one(`won-${i}`, [], {
    moves: [
      `${begun} Qualify ${amount} 2026-05-13`,
      `${offered} Offer ${amount} 2026-05-13`,
      `${won} Won ${amount} 2026-05-13`,
    ],
    touches: Array.from({ length: Math.floor((begun - won) / 5) }, (_, n) => begun - 1 - 5 * n),
    account: `customer-${i}`,
  });
});

const all = [...cases, ...wins];

export const options: PlainOptions = {
  ...twelve,
  objects: {
    ...twelve.objects,
    opportunity: { carryBack: ['name', 'currency', 'account'] },
    opportunity_field_history: {
      fields: { Owner: 'salesman' },
      tracked: { salesman: '2025-01-01', account: '2025-01-01', nextStep: '2025-01-01' },
    },
  },
};

const {
  'role.csv': roles,
  'stage.csv': _stages,
  'rate.csv': rates,
} = twelveFiles as Record<string, string>;

export const files: Exports = {
  'role.csv': roles as string,
  'rate.csv': rates as string,
  'stage.csv': `
    label,order,class,probability
    Qualify,1,open,20
    Offer,2,open,50
    Won,8,won,100
    Lost,9,lost,0`,
  'user.csv': `
    id,name,role,active
    ana,Ana,north,true
    ben,Ben,south,true
    dan,Dan,north,false`,
  'account.csv': table(
    [...new Set(all.map(({ account }) => account))].map((id) => ({
      id,
      name: id,
      industry: 'Steel',
    })),
  ),
  ...dealFiles(
    all.map(({ id, moves, account, salesman, currency, nextStep }) => ({
      id,
      name: id === 'lost-before' || id === 'cloned' ? 'Boiler' : id,
      account,
      salesman,
      currency,
      nextStep,
      moves: moves.map((move) => {
        const [ago = '', ...rest] = move.split(' ');
        return `${instant(Number(ago))} ${rest.join(' ')}`;
      }),
    })),
  ),
  'opportunity_field_history.csv': table(
    all.flatMap(({ id, was, salesman }) =>
      was
        ? [
            {
              id: `f-${id}`,
              opportunity: id,
              at: instant(was[1]),
              field: 'Owner',
              oldValue: was[0],
              newValue: salesman,
            },
          ]
        : [],
    ),
  ),
  'contact.csv': table(
    all.flatMap(({ id, contacts, account }) =>
      Array.from({ length: contacts }, (_, i) => ({
        id: `${id}-${i}`,
        name: `${id} ${i}`,
        account,
      })),
    ),
  ),
  'contact_role.csv': table(
    all.flatMap(({ id, contacts, decides, moves }) =>
      Array.from({ length: contacts }, (_, i) => ({
        opportunity: id,
        contact: `${id}-${i}`,
        role: i === 0 && decides ? 'Decision Maker' : 'Influencer',
        createdAt: instant(Number(moves[0]?.split(' ')[0])),
      })),
    ),
  ),
  'activity.csv': table(
    all.flatMap(({ id, touches }) =>
      touches.map((ago, i) => ({
        id: `${id}-${i}`,
        kind: 'task',
        opportunity: id,
        subject: 'Call',
        createdAt: instant(Math.max(ago, 0) + 0.2),
        dueOn: instant(ago).slice(0, 10),
        completedAt: ago >= 0 ? instant(ago) : '',
        closed: ago >= 0 ? 'true' : 'false',
      })),
    ),
  ),
};
