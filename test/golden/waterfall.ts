import { table, dealFiles } from './deals.ts';
import type { Exports, PlainOptions } from './loading.ts';
import { options as twelve } from './twelve.ts';

/**
 * One opportunity for every bar of a waterfall. Asked: team North, type New, close date in the third quarter of 2026,
 * from the end of 31 March to the end of 30 June, at dated rates: 1 USD = 0.625 EUR in March, 0.50 EUR in June.
 */
export const options: PlainOptions = {
  ...twelve,
  objects: {
    ...twelve.objects,
    opportunity: { carryBack: ['name', 'currency', 'account'] },
    opportunity_field_history: {
      fields: { Owner: 'salesman', Type: 'type' },
      tracked: { salesman: '2025-01-01', type: '2025-01-01' },
    },
  },
};

export const question = {
  from: '2026-03-31',
  to: '2026-06-30',
  period: '2026-Q3',
  where: { team: ['North'], type: ['New'] },
  rate: 'as-of',
} as const;

const north = { account: 'acme', salesman: 'ana', currency: 'EUR', type: 'New' };
const born = '2026-01-10T12:00:00Z';
const deal = (id: string, moves: string[], more: Record<string, string> = {}) => ({
  id,
  name: `The ${id}`,
  ...north,
  moves: moves.map((move) => (move.startsWith('2026') ? move : `${born} ${move}`)),
  ...more,
});
const august = '2026-08-15';

const deals = [
  deal('kept', [`Offer 1000.00 ${august} 50`]),
  deal('dollar', [`Offer 800.00 ${august} 50`], { currency: 'USD' }),
  deal('grown', [`Offer 300.00 ${august} 50`, `2026-05-04T12:00:00Z Offer 450.00 ${august} 50`]),
  deal('shrunk', [`Offer 500.00 ${august} 50`, `2026-05-05T12:00:00Z Offer 420.00 ${august} 50`]),
  deal('new', [`2026-05-06T12:00:00Z Qualify 700.00 ${august} 20`]),
  deal('reopened', [
    `Offer 210.00 ${august} 50`,
    `2026-03-10T12:00:00Z Lost 210.00 ${august} 0`,
    `2026-04-10T12:00:00Z Offer 210.00 ${august} 50`,
  ]),
  deal('restored', [`Offer 330.00 ${august} 50`], { deleted: 'false' }),
  deal('handed-in', [`Offer 220.00 ${august} 50`]),
  deal('moved-in', [`Offer 140.00 ${august} 50`], { salesman: 'cid' }),
  deal('typed-in', [`Offer 160.00 ${august} 50`]),
  deal('pulled-in', [
    'Offer 90.00 2026-11-10 50',
    '2026-05-07T12:00:00Z Offer 90.00 2026-09-10 50',
  ]),
  deal('pushed-in', [
    'Offer 60.00 2026-05-10 50',
    '2026-05-08T12:00:00Z Offer 60.00 2026-07-10 50',
  ]),
  deal('won', [`Offer 1000.00 ${august} 50`, `2026-05-11T12:00:00Z Won 1200.00 ${august} 100`]),
  deal('lost', [`Offer 250.00 ${august} 50`, `2026-05-12T12:00:00Z Lost 250.00 ${august} 0`]),
  deal('withdrawn', [
    `Offer 130.00 ${august} 50`,
    `2026-05-13T12:00:00Z Withdrawn 130.00 ${august} 0`,
  ]),
  deal('deleted', [`Offer 900.00 ${august} 50`], { deleted: 'true' }),
  deal('merged', [`Offer 110.00 ${august} 50`], { mergedInto: 'kept' }),
  deal('handed-out', [`Offer 170.00 ${august} 50`], { salesman: 'ben' }),
  deal('moved-out', [`Offer 75.00 ${august} 50`], { salesman: 'dan' }),
  deal('typed-out', [`Offer 190.00 ${august} 50`], { type: 'Renewal' }),
  deal('pushed-out', [
    `Offer 240.00 ${august} 50`,
    '2026-05-14T12:00:00Z Offer 240.00 2026-12-01 50',
  ]),
  deal('pulled-out', [
    `Offer 260.00 ${august} 50`,
    '2026-05-15T12:00:00Z Offer 260.00 2026-06-30 50',
  ]),
  deal('quick-win', [
    `2026-04-20T12:00:00Z Qualify 600.00 ${august} 20`,
    `2026-05-20T12:00:00Z Won 640.00 ${august} 100`,
  ]),
  deal('quick-loss', [
    `2026-04-21T12:00:00Z Qualify 70.00 ${august} 20`,
    `2026-05-21T12:00:00Z Lost 70.00 ${august} 0`,
  ]),
  deal('elsewhere', [`Offer 5000.00 ${august} 50`], { salesman: 'ben' }),
  deal('next-year', ['Offer 6000.00 2027-02-01 50']),
];

const as = (id: string, more: Record<string, string>) => {
  const { moves: _, ...record } = deals.find((one) => one.id === id) as (typeof deals)[number];
  return { ...record, stage: 'Offer', createdAt: born, ...more };
};

export const files: Exports = {
  'role.csv': `
    id,name,parent
    north,North,
    south,South,`,
  'user_2026-01-01.csv': `
    id,name,role,manager
    ana,Ana,north,
    ben,Ben,south,
    cid,Cid,south,
    dan,Dan,north,`,
  // Cid and Dan change their teams: nobody hands anything over.
  'user_2026-04-30.csv': `
    id,name,role,manager
    ana,Ana,north,
    ben,Ben,south,
    cid,Cid,north,
    dan,Dan,south,`,
  'account.csv': `
    id,name,industry,region
    acme,Acme,Steel,South`,
  'stage.csv': `
    label,order,class,probability
    Qualify,1,open,20
    Offer,2,open,50
    Won,8,won,100
    Lost,9,lost,0
    Withdrawn,10,withdrawn,0`,
  'rate.csv': `
    kind,currency,startsOn,rate
    dated,USD,2026-01-01,1.60
    dated,USD,2026-04-01,2.00`,
  // By an extract of March one is there and another deleted; by that of June it is the other way round.
  'opportunity_2026-03-15.csv': table([
    as('deleted', { amount: '900.00', closeDate: august, deleted: 'false' }),
    as('restored', { amount: '330.00', closeDate: august, deleted: 'true' }),
  ]),
  ...dealFiles(deals),
  'opportunity_field_history.csv': `
    id,opportunity,at,field,oldValue,newValue
    f1,handed-in,2026-05-18T12:00:00Z,Owner,ben,ana
    f2,handed-out,2026-05-19T12:00:00Z,Owner,ana,ben
    f3,typed-in,2026-05-25T12:00:00Z,Type,Renewal,New
    f4,typed-out,2026-05-26T12:00:00Z,Type,New,Renewal`,
};

/** What a load of July says of March: "kept" had grown by then already, "forgotten" was there and nobody had told. */
export const later: Exports = {
  'opportunity_stage_history_2026-07-15.csv': `
    id,opportunity,at,stage,amount,closeDate,probability
    k9,kept,2026-03-20T12:00:00Z,Offer,1080.00,${august},50
    g9,forgotten,2026-01-10T12:00:00Z,Offer,40.00,${august},50`,
  'opportunity_2026-07-15.csv': table([
    as('kept', { amount: '1080.00', closeDate: august }),
    {
      ...as('kept', { amount: '40.00', closeDate: august }),
      id: 'forgotten',
      name: 'The forgotten',
    },
  ]),
};

/** A bar, its value, how many opportunities, and which with what each adds. */
export type GoldenBar = [bar: string, value: string, count: number, parts: Record<string, string>];

/*
 * Start: kept 1000 + dollar 800 × 0.625 = 500 + grown 300 + shrunk 500 + won 1000 + lost 250 + withdrawn 130 + deleted
 *   900 + merged 110 + handed-out 170 + moved-out 75 + typed-out 190 + pushed-out 240 + pulled-out 260 = 5625.
 * End: kept 1000 + dollar 800 × 0.50 = 400 + grown 450 + shrunk 420 + new 700 + reopened 210 + restored 330 + handed-in
 *   220 + moved-in 140 + typed-in 160 + pulled-in 90 + pushed-in 60 = 4180.
 * 5625 + 700 + 210 + 330 + 360 + 160 + 90 + 60 + 350 − 80 − 100 − 1200 − 250 − 130 − 900 − 110 − 245 − 190 − 240 − 260
 *   = 4180.
 */
export const golden: GoldenBar[] = [
  ['new', '700.00', 1, { new: '700.00' }],
  ['reopened', '210.00', 1, { reopened: '210.00' }],
  ['restored', '330.00', 1, { restored: '330.00' }],
  ['transferredIn', '360.00', 2, { 'handed-in': '220.00', 'moved-in': '140.00' }],
  ['reclassifiedIn', '160.00', 1, { 'typed-in': '160.00' }],
  ['pulledIn', '90.00', 1, { 'pulled-in': '90.00' }],
  ['pushedIn', '60.00', 1, { 'pushed-in': '60.00' }],
  ['increased', '350.00', 2, { won: '200.00', grown: '150.00' }],
  ['decreased', '-80.00', 1, { shrunk: '-80.00' }],
  ['currency', '-100.00', 1, { dollar: '-100.00' }],
  ['won', '-1200.00', 1, { won: '-1200.00' }],
  ['lost', '-250.00', 1, { lost: '-250.00' }],
  ['withdrawn', '-130.00', 1, { withdrawn: '-130.00' }],
  ['deleted', '-900.00', 1, { deleted: '-900.00' }],
  ['merged', '-110.00', 1, { merged: '-110.00' }],
  ['transferredOut', '-245.00', 2, { 'handed-out': '-170.00', 'moved-out': '-75.00' }],
  ['reclassifiedOut', '-190.00', 1, { 'typed-out': '-190.00' }],
  ['pushedOut', '-240.00', 1, { 'pushed-out': '-240.00' }],
  ['pulledOut', '-260.00', 1, { 'pulled-out': '-260.00' }],
];

export const [start, end] = ['5625.00', '4180.00'];

/** The change that is told of an opportunity. */
export const told: Record<string, Record<string, unknown>> = {
  new: { attribute: 'created', old: null, new: 'Qualify', at: '2026-05-06T12:00:00.000Z' },
  reopened: { attribute: 'stage', old: 'Lost', new: 'Offer', at: '2026-04-10T12:00:00.000Z' },
  restored: { attribute: 'isDeleted', old: true, new: false, at: '2026-06-30T20:00:00.000Z' },
  'handed-in': { attribute: 'salesman', old: 'Ben', new: 'Ana', reason: 'Transferred in' },
  'moved-in': { attribute: 'team', old: 'South', new: 'North', reason: 're-organisation' },
  'typed-in': { attribute: 'type', old: 'Renewal', new: 'New', at: '2026-05-25T12:00:00.000Z' },
  'pulled-in': { attribute: 'closeOn', old: '2026-11-10', new: '2026-09-10' },
  'pushed-in': { attribute: 'closeOn', old: '2026-05-10', new: '2026-07-10' },
  grown: { attribute: 'amount', old: '300.00', new: '450.00', before: '300.00', after: '450.00' },
  shrunk: { attribute: 'amount', old: '500.00', new: '420.00', at: '2026-05-05T12:00:00.000Z' },
  dollar: { attribute: 'rate', old: '500.00', new: '400.00' },
  lost: { attribute: 'stage', old: 'Offer', new: 'Lost', at: '2026-05-12T12:00:00.000Z' },
  withdrawn: { attribute: 'stage', old: 'Offer', new: 'Withdrawn' },
  deleted: { attribute: 'isDeleted', old: false, new: true, at: '2026-06-30T20:00:00.000Z' },
  merged: { attribute: 'mergedInto', old: null, new: 'kept' },
  'handed-out': { attribute: 'salesman', old: 'Ana', new: 'Ben', reason: 'Transferred out' },
  'moved-out': { attribute: 'team', old: 'North', new: 'South', reason: 're-organisation' },
  'typed-out': { attribute: 'type', old: 'New', new: 'Renewal' },
  'pushed-out': { attribute: 'closeOn', old: '2026-08-15', new: '2026-12-01' },
  'pulled-out': { attribute: 'closeOn', old: '2026-08-15', new: '2026-06-30' },
};
