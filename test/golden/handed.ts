import { dealFiles, table } from './deals.ts';
import type { Exports, PlainOptions } from './loading.ts';
import { options as twelve } from './twelve.ts';

/** Two salesmen who hand opportunities to each other. Zone Europe/Berlin, all in EUR. */
export const options: PlainOptions = {
  ...twelve,
  objects: {
    user: { since: '2025-01-01' },
    role: { since: '2025-01-01' },
    account: { since: '2025-01-01' },
    opportunity: { carryBack: ['name', 'pipeline', 'currency', 'account', 'leadSource'] },
    opportunity_field_history: {
      fields: { Owner: 'salesman' },
      tracked: { salesman: '2025-01-01' },
    },
  },
};

const day = '2026-08-15';
const deal = (
  id: string,
  salesman: string,
  moves: string[],
  more: Record<string, string> = {},
) => ({
  id,
  name: `The ${id}`,
  pipeline: 'New',
  account: 'acme',
  salesman,
  currency: 'EUR',
  leadSource: 'Web',
  moves: moves.map((move) => {
    const [at = '', stage, amount, closeOn = day] = move.split(' ');
    return `${at.length > 10 ? at : `${at}T12:00:00Z`} ${stage} ${amount}.00 ${closeOn} 50`;
  }),
  ...more,
});

/** Who has it in the end is named first; the handovers stand in `handed`. */
const deals = [
  deal('own-won', 'ana', ['2026-01-10 Qualify 1000', '2026-03-15 Won 1100']),
  deal('own-lost', 'ana', ['2026-01-12 Qualify 400', '2026-03-20 Lost 400']),
  deal('taken', 'ana', [
    '2026-01-05 Qualify 500',
    '2026-02-10 Offer 800',
    '2026-02-25 Offer 850',
    '2026-03-10 Offer 950',
    '2026-04-01 Won 900',
  ]),
  deal('lent', 'ana', ['2026-01-20 Qualify 300', '2026-05-01 Won 300']),
  deal('ben-won', 'ben', ['2026-02-01 Qualify 600', '2026-04-02 Won 600']),
  deal('ben-lost', 'ben', ['2026-02-02 Qualify 700', '2026-04-20 Lost 700']),
  deal('given', 'ben', ['2026-02-03 Qualify 200', '2026-05-01 Lost 200']),
  deal('late', 'ben', ['2026-02-04 Qualify 250', '2026-06-10 Lost 250']),
  deal('open', 'ana', ['2026-03-01 Offer 5000']),
  // Put off twice: on 20 March in two edits of one day, and on 1 May. Overdue since 10 June.
  deal(
    'put-off',
    'ana',
    [
      '2026-02-01 Qualify 2000 2026-03-31',
      '2026-03-20 Qualify 2000 2026-04-30',
      '2026-03-20T18:00:00Z Qualify 2000 2026-05-31',
      '2026-05-01 Qualify 2000 2026-06-10',
    ],
    { nextStep: 'Call' },
  ),
  deal('small', 'ana', ['2026-06-20 Qualify 900']),
  deal('of-ben', 'ben', ['2026-06-01 Qualify 100']),
];

const handed = [
  ['taken', '2026-02-20', 'ben', 'ana'],
  ['lent', '2026-03-01', 'ana', 'ben'],
  ['lent', '2026-03-10', 'ben', 'ana'],
  ['given', '2026-04-20', 'ana', 'ben'],
].map(([opportunity, at, oldValue, newValue], i) => ({
  id: `f${i}`,
  opportunity,
  at: `${at}T12:00:00Z`,
  field: 'Owner',
  oldValue,
  newValue,
}));

export const files: Exports = {
  'role.csv': `
    id,name,parent
    top,Sales,
    north,North,top`,
  'user.csv': `
    id,name,role
    ana,Ana,north
    ben,Ben,north`,
  'account.csv': `
    id,name,industry,region
    acme,Acme,Steel,South`,
  'stage.csv': `
    pipeline,label,order,class,probability
    New,Qualify,1,open,20
    New,Offer,2,open,50
    New,Won,8,won,100
    New,Lost,9,lost,0`,
  'activity.csv': `
    id,kind,opportunity,salesman,subject,status,createdAt,dueOn,completedAt,closed
    t1,task,put-off,ana,Call,Completed,2026-06-01T12:00:00Z,2026-06-25,2026-06-25T12:00:00Z,true
    t2,task,ben-won,ben,Call,Completed,2026-03-01T12:00:00Z,2026-03-25,2026-03-25T12:00:00Z,true
    t3,task,ben-won,ben,Mail,Completed,2026-03-01T12:00:00Z,2026-03-28,2026-03-28T12:00:00Z,true
    t4,task,small,ana,Meet,Open,2026-06-20T12:00:00Z,2026-07-05,,false`,
  ...dealFiles(deals),
  'opportunity_field_history.csv': table(handed),
};

/** A later load: one more win of Ben, and the loss of another told as a win. */
export const later: Exports = {
  'opportunity_2026-07-15.csv': `
    id,name,pipeline,account,salesman,currency,leadSource,stage,amount,closeDate,createdAt
    late,The late,New,acme,ben,EUR,Web,Won,250.00,2026-06-10,2026-02-04T12:00:00Z`,
  'opportunity_stage_history_2026-07-15.csv': `
    id,opportunity,at,stage,amount,closeDate,probability
    late-1,late,2026-06-10T12:00:00Z,Won,250.00,2026-06-10,100`,
};
