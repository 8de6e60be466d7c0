import type { QueryInput } from '#warehouse/query.ts';
import type { Exports, PlainOptions } from './loading.ts';

/**
 * Twelve opportunities whose every number can be computed by hand. Company currency EUR, zone Europe/Berlin.
 * Plan rate 2026: 1.25 USD per EUR, so 1 USD = 0.80 EUR. Dated: 1.60 (0.625 EUR) until March, 2.00 (0.50 EUR) from April.
 */
export const options: PlainOptions = {
  zone: 'Europe/Berlin',
  currency: 'EUR',
  observedAt: '2026-06-30T20:00:00Z',
  objects: {
    user: { since: '2025-01-01' },
    role: { since: '2025-01-01' },
    account: { since: '2025-01-01' },
    opportunity: { carryBack: ['name', 'pipeline', 'currency', 'leadSource'] },
    opportunity_field_history: {
      fields: { Owner: 'salesman' },
      tracked: { salesman: '2025-01-01', account: '2025-01-01' },
    },
  },
};

export const files: Exports = {
  'role.csv': `
    id,name,parent
    top,Sales,
    emea,EMEA,top
    amer,Americas,top
    north,North,emea
    south,South,emea
    west,West,amer`,
  'user_2026-01-01.csv': `
    id,name,role,manager
    ana,Ana,north,
    ben,Ben,south,
    cid,Cid,west,`,
  // Ben changes from South (EMEA) to West (Americas).
  'user_2026-04-30.csv': `
    id,name,role,manager
    ana,Ana,north,
    ben,Ben,west,
    cid,Cid,west,`,
  'account.csv': `
    id,name,industry,region
    acme,Acme,Steel,South
    beta,Beta,Paper,North`,
  'stage.csv': `
    pipeline,label,order,class,probability,category
    New business,Qualify,1,open,20,Pipeline
    New business,Offer,2,open,50,Best Case
    New business,Won,8,won,100,Closed
    New business,Lost,9,lost,0,Omitted
    New business,Withdrawn,10,withdrawn,0,Omitted
    Renewal,Review,1,open,60,Commit
    Renewal,Won,8,won,100,Closed
    Renewal,Lost,9,lost,0,Omitted`,
  'product.csv': `
    id,name
    w,Widget
    g,Gadget
    s,Service`,
  'rate.csv': `
    kind,currency,startsOn,rate
    plan,USD,2026-01-01,1.25
    dated,USD,2026-01-01,1.60
    dated,USD,2026-04-01,2.00`,
  'quota_2026-03-15.csv': `
    salesman,start,months,amount,currency
    ana,2026-04-01,3,5000.00,EUR
    ben,2026-04-01,3,1000.00,EUR`,
  'quota_2026-05-31.csv': `
    salesman,start,months,amount,currency
    ana,2026-04-01,3,6000.00,EUR`,
  // o9 was there in May; by the extract of June it is deleted.
  'opportunity_2026-05-31.csv': `
    id,name,pipeline,account,salesman,currency,stage,amount,closeDate,probability,createdAt,leadSource,deleted
    o9,Nine,New business,acme,ben,EUR,Offer,900.00,2026-06-20,50,2026-01-15T12:00:00Z,Web,false`,
  'opportunity.csv': `
    id,name,pipeline,account,salesman,currency,stage,amount,closeDate,probability,createdAt,leadSource,deleted
    o1,One,New business,acme,ana,EUR,Won,1500.00,2026-03-31,100,2026-01-10T12:00:00Z,Web,false
    o2,Two,New business,acme,ana,USD,Won,2500.00,2026-06-30,100,2026-01-20T12:00:00Z,Web,false
    o3,Three,Renewal,beta,ben,EUR,Won,100.00,2026-04-15,100,2026-02-01T12:00:00Z,,false
    o4,Four,New business,beta,ben,EUR,Offer,3000.00,2026-07-31,50,2026-02-05T12:00:00Z,Fair,false
    o5,Five,New business,acme,cid,EUR,Qualify,500.00,2026-08-20,20,2026-01-05T12:00:00Z,Fair,false
    o6,Six,New business,,ana,EUR,Offer,700.00,2026-05-10,50,2026-02-20T12:00:00Z,Web,false
    o7,Seven,New business,beta,cid,EUR,Qualify,250.00,,20,2026-03-01T12:00:00Z,Web,false
    o8,Eight,New business,acme,ana,EUR,Qualify,,2026-09-30,,2026-03-20T12:00:00Z,Web,false
    o9,Nine,New business,acme,ben,EUR,Offer,900.00,2026-06-20,50,2026-01-15T12:00:00Z,Web,true
    o10,Ten,New business,beta,cid,EUR,Withdrawn,600.00,2026-05-01,0,2026-02-15T12:00:00Z,Web,false
    o11,Eleven,Renewal,acme,ana,USD,Review,1000.00,2026-07-15,60,2026-03-05T12:00:00Z,,false
    o12,Twelve,Renewal,beta,ana,EUR,Lost,750.00,2026-03-20,0,2026-01-31T12:00:00Z,,false`,
  // Only o4 and o6 say a category of their own; the others have that of their stage.
  'opportunity_stage_history.csv': `
    id,opportunity,at,stage,amount,closeDate,probability,category
    h01,o1,2026-01-10T12:00:00Z,Qualify,1000.00,2026-03-31,20,
    h02,o1,2026-02-10T12:00:00Z,Offer,1200.00,2026-03-31,50,
    h03,o1,2026-03-15T12:00:00Z,Won,1500.00,2026-03-31,100,
    h04,o2,2026-01-20T12:00:00Z,Qualify,2000.00,2026-06-30,20,
    h05,o2,2026-05-31T22:30:00Z,Won,2500.00,2026-06-30,100,
    h06,o3,2026-02-01T12:00:00Z,Review,100.00,2026-04-15,60,
    h07,o3,2026-04-15T12:00:00Z,Won,100.00,2026-04-15,100,
    h08,o4,2026-02-05T12:00:00Z,Qualify,3000.00,2026-06-15,20,
    h09,o4,2026-03-10T12:00:00Z,Lost,3000.00,2026-06-15,0,
    h10,o4,2026-04-10T12:00:00Z,Offer,3000.00,2026-07-31,50,Commit
    h11,o5,2026-01-05T12:00:00Z,Qualify,400.00,2026-05-20,20,
    h12,o5,2026-04-20T12:00:00Z,Qualify,500.00,2026-08-20,20,
    h13,o6,2026-02-20T12:00:00Z,Offer,700.00,2026-05-10,50,Omitted
    h14,o7,2026-03-01T12:00:00Z,Qualify,250.00,,20,
    h15,o8,2026-03-20T12:00:00Z,Qualify,,2026-09-30,,
    h16,o9,2026-01-15T12:00:00Z,Offer,900.00,2026-06-20,50,
    h17,o10,2026-02-15T12:00:00Z,Qualify,500.00,2026-05-01,20,
    h18,o10,2026-02-18T12:00:00Z,Qualify,600.00,2026-05-01,20,
    h19,o10,2026-05-05T12:00:00Z,Withdrawn,600.00,2026-05-01,0,
    h20,o11,2026-03-05T12:00:00Z,Review,1000.00,2026-07-15,60,
    h21,o12,2026-01-31T12:00:00Z,Review,800.00,2026-03-20,60,
    h22,o12,2026-02-08T12:00:00Z,Review,750.00,2026-03-20,60,
    h23,o12,2026-03-20T12:00:00Z,Lost,750.00,2026-03-20,0,`,
  'opportunity_field_history.csv': `
    id,opportunity,at,field,oldValue,newValue
    f1,o11,2026-05-15T12:00:00Z,Owner,ben,ana`,
  'line.csv': `
    id,opportunity,product,amount,createdAt
    l1,o3,w,10.00,2026-02-01T12:00:00Z
    l2,o3,g,10.00,2026-02-01T12:00:00Z
    l3,o3,s,10.00,2026-02-01T12:00:00Z
    l4,o5,w,20.00,2026-01-05T12:00:00Z
    l5,o5,g,10.00,2026-01-05T12:00:00Z`,
  // a2 was completed at half past midnight of 1 April in Berlin; a6 is a copy of a5 for a guest; a9 was closed without saying when.
  'activity.csv': `
    id,kind,opportunity,account,salesman,type,status,createdAt,dueOn,startsAt,endsAt,completedAt,closed,child,deleted
    a1,task,o1,acme,ana,Call,Completed,2026-02-01T12:00:00Z,2026-02-09,,,2026-02-10T10:00:00Z,true,,
    a2,task,o3,,ben,Call,Completed,2026-03-20T12:00:00Z,2026-03-30,,,2026-03-31T22:30:00Z,true,,
    a3,task,o4,,ben,Email,Open,2026-06-01T12:00:00Z,2026-07-10,,,,false,,
    a4,event,o5,acme,cid,,,2026-06-20T12:00:00Z,,2026-06-30T19:00:00Z,2026-06-30T21:00:00Z,,,false,
    a5,event,,beta,ana,,,2026-04-20T12:00:00Z,,2026-05-05T08:00:00Z,2026-05-05T09:00:00Z,,,false,
    a6,event,,beta,ben,,,2026-04-20T12:00:00Z,,2026-05-05T08:00:00Z,2026-05-05T09:00:00Z,,,true,
    a7,event,o4,beta,ben,,Canceled,2026-04-20T12:00:00Z,,2026-05-06T08:00:00Z,2026-05-06T09:00:00Z,,,false,
    a8,event,o4,beta,ben,,,2026-06-25T12:00:00Z,,2026-07-02T08:00:00Z,2026-07-02T09:00:00Z,,,false,
    a9,task,,acme,ana,Call,Completed,2026-03-01T12:00:00Z,2026-03-15,,,,true,,
    a10,task,o2,acme,ana,Call,Completed,2026-03-01T12:00:00Z,2026-03-15,,,2026-03-15T12:00:00Z,true,,true
    a11,task,o7,,cid,Email,Completed,2026-03-04T12:00:00Z,2026-03-05,,,2026-03-05T12:00:00Z,true,,`,
  'lead.csv': `
    id,company,status,source,industry,createdAt,convertedAt,converted,opportunity,salesman
    e1,Acme,Converted,Web,Steel,2026-01-10T12:00:00Z,2026-01-20T12:00:00Z,true,o2,ana
    e2,Delta,Open,Fair,Paper,2026-01-15T12:00:00Z,,false,,ben
    e3,Beta,Converted,Web,Paper,2026-02-01T12:00:00Z,2026-05-25T12:00:00Z,true,,cid
    e4,Zeta,Open,Web,Steel,2026-06-01T12:00:00Z,,false,,ana
    e5,Eta,Converted,Web,Steel,2026-06-10T12:00:00Z,2026-06-15T12:00:00Z,true,,ben`,
};

/** What a later load says: the past of o6 was other, o5 is deleted, o7 changed, Ana moved, the rates and a quota differ. */
export const later: Exports = {
  'opportunity_2026-07-15.csv': `
    id,name,pipeline,account,salesman,currency,stage,amount,closeDate,probability,createdAt,leadSource,deleted
    o5,Five,New business,acme,cid,EUR,Qualify,500.00,2026-08-20,20,2026-01-05T12:00:00Z,Fair,true
    o6,Six,New business,,ben,EUR,Lost,9999.00,2026-05-10,0,2026-02-20T12:00:00Z,Web,false
    o7,Seven,Renewal,beta,cid,USD,Review,999.00,2026-08-01,60,2026-03-01T12:00:00Z,Web,false`,
  'opportunity_stage_history_2026-07-15.csv': `
    id,opportunity,at,stage,amount,closeDate,probability
    h30,o6,2026-03-02T12:00:00Z,Offer,8888.00,2026-05-10,50
    h31,o6,2026-06-02T12:00:00Z,Lost,9999.00,2026-05-10,0`,
  'user_2026-07-15.csv': `
    id,name,role,manager
    ana,Ana,west,
    ben,Ben,west,
    cid,Cid,west,`,
  'rate_2026-07-15.csv': `
    kind,currency,startsOn,rate
    plan,USD,2026-01-01,2.50
    dated,USD,2026-02-01,4.00`,
  'quota_2026-07-15.csv': `
    salesman,start,months,amount,currency,createdAt
    cid,2026-04-01,3,9000.00,EUR,2026-03-01T12:00:00Z`,
  'activity_2026-07-15.csv': `
    id,kind,opportunity,account,salesman,type,status,createdAt,dueOn,startsAt,endsAt,completedAt,closed,child,deleted
    a1,task,o1,acme,ana,Call,Completed,2026-02-01T12:00:00Z,2026-02-09,,,2026-02-10T10:00:00Z,true,,true
    a3,task,o4,,ben,Email,Completed,2026-06-01T12:00:00Z,2026-07-10,,,2026-04-11T10:00:00Z,true,,
    a12,task,o5,acme,cid,Call,Completed,2026-03-01T12:00:00Z,2026-03-09,,,2026-03-09T12:00:00Z,true,,`,
  'lead_2026-07-15.csv': `
    id,company,status,source,industry,createdAt,convertedAt,converted,opportunity,salesman
    e2,Delta,Converted,Fair,Steel,2026-01-15T12:00:00Z,2026-01-16T12:00:00Z,true,,ana
    e6,Theta,Open,Fair,Steel,2026-01-16T12:00:00Z,,false,,ana`,
};

/** Money as text, counts and ratios as numbers. */
export type Figure = string | number | null;

/** One question and its answer, with the sum as one writes it on paper. */
export interface GoldenLine {
  metric: string;
  query: Partial<QueryInput>;
  sum: string;
  /** The number, or the numbers by the one dimension asked for (`-` is none). */
  is: Figure | Record<string, Figure>;
}

const line = (
  metric: string,
  query: Partial<QueryInput>,
  is: GoldenLine['is'],
  sum: string,
): GoldenLine => ({ metric, query, is, sum });

/** The end of the first quarter, and the day of the extract. */
const march = { asOf: '2026-03-31' };
const june = { asOf: '2026-06-30' };
const q2 = { period: '2026-Q2' };
const q3 = { period: '2026-Q3' };

/*
 * Open on 31 March: o2 2000 USD = 1600, o3 100, o5 400, o6 700, o7 250 (no date), o8 no amount, o9 900, o10 600,
 *   o11 1000 USD = 800. Closed: o1 won 1500, o4 lost 3000, o12 lost 750.
 * Open on 30 June: o4 3000 (reopened 10 April), o5 500 (pushed to August), o6 700 (overdue since 10 May), o7 250 (no
 *   date), o8 no amount, o11 1000 USD = 800. Closed: o1 won 1500, o2 won 2500 USD = 2000, o3 won 100, o10 withdrawn
 *   600, o12 lost 750. Deleted: o9.
 */
export const lines: GoldenLine[] = [
  line('openPipeline', march, '5350.00', '1600 + 100 + 400 + 700 + 250 + 0 + 900 + 600 + 800'),
  line('openPipeline', june, '5250.00', '3000 + 500 + 700 + 250 + 0 + 800'),
  line('openPipeline', {}, '5250.00', 'the default as-of is the extract of 30 June'),
  line('openPipeline', { ...march, ...q2 }, '4300.00', '1600 + 100 + 400 + 700 + 900 + 600'),
  line('openPipeline', { ...june, ...q2 }, '0.00', 'only o6, which is overdue and apart'),
  line('openPipeline', { ...june, ...q3 }, '4300.00', '3000 + 500 + 0 + 800'),
  line(
    'openPipeline',
    { ...march, rate: 'as-of' },
    '4825.00',
    '2000 × 0.625 + 100 + 400 + 700 + 250 + 0 + 900 + 600 + 1000 × 0.625',
  ),
  line(
    'openPipeline',
    { ...june, rate: 'as-of' },
    '4950.00',
    '3000 + 500 + 700 + 250 + 0 + 1000 × 0.5',
  ),
  line(
    'openPipeline',
    { ...march, currency: 'USD' },
    '6687.50',
    '5350 × 1.25: o2 2000, o3 125, o5 500, o6 875, o7 312.50, o9 1125, o10 750, o11 1000',
  ),
  line(
    'openPipeline',
    { ...march, by: ['team'] },
    { North: '2300.00', South: '1800.00', West: '1250.00' },
    'Ana 1600 + 700 + 0, Ben still South 100 + 900 + 800, Cid 400 + 250 + 600',
  ),
  line(
    'openPipeline',
    { ...june, by: ['team'] },
    { North: '1500.00', West: '3750.00' },
    'Ana 700 + 0 + 800 (o11 was handed over), West: Ben 3000 + Cid 500 + 250',
  ),
  line(
    'openPipeline',
    { ...march, by: ['director'] },
    { EMEA: '4100.00', Americas: '1250.00' },
    'North 2300 + South 1800, West 1250',
  ),
  line(
    'openPipeline',
    { ...june, by: ['director'] },
    { EMEA: '1500.00', Americas: '3750.00' },
    'North 1500, West 3750',
  ),
  line(
    'openPipeline',
    { ...june, by: ['salesman'] },
    { Ana: '1500.00', Ben: '3000.00', Cid: '750.00' },
    'Ana 700 + 0 + 800, Ben 3000, Cid 500 + 250',
  ),
  line(
    'openPipeline',
    { ...march, by: ['salesman'] },
    { Ana: '2300.00', Ben: '1800.00', Cid: '1250.00' },
    'o11 was still with Ben: 100 + 900 + 800',
  ),
  line(
    'openPipeline',
    { ...june, by: ['stage'] },
    { Qualify: '750.00', Offer: '3700.00', Review: '800.00' },
    'Qualify 500 + 250 + 0, Offer 3000 + 700, Review 800',
  ),
  line(
    'openPipeline',
    { ...june, by: ['product'] },
    { Widget: '333.33', Gadget: '166.67', '-': '4750.00' },
    'o5 500 in parts 20 : 10, the others have no lines: 3000 + 700 + 250 + 0 + 800',
  ),
  line(
    'openPipeline',
    { ...march, by: ['product'] },
    { Widget: '300.00', Gadget: '166.66', Service: '33.34', '-': '4850.00' },
    'o3 100 in thirds 33.33 + 33.34 + 33.33, o5 400: Gadget 133.33, Widget 266.67; 5350 − 500',
  ),
  line(
    'openPipeline',
    { ...march, by: ['account'] },
    { Acme: '3700.00', Beta: '950.00', '-': '700.00' },
    'Acme 1600 + 400 + 0 + 900 + 800, Beta 100 + 250 + 600, without account 700',
  ),
  line(
    'openPipeline',
    { ...june, by: ['closeMonth'] },
    {
      '2026-05': '700.00',
      '2026-07': '3800.00',
      '2026-08': '500.00',
      '2026-09': '0.00',
      '-': '250.00',
    },
    'o6; o4 3000 + o11 800; o5; o8 without amount; o7 without date',
  ),

  line('openCount', march, 9, 'o2 o3 o5 o6 o7 o8 o9 o10 o11'),
  line('openCount', { ...june, ...q3 }, 4, 'o4 o5 o8 o11'),
  line('openCount', { ...june, by: ['pipeline'] }, { 'New business': 5, Renewal: 1 }, 'o11 alone'),
  line(
    'openCount',
    { ...march, by: ['product'] },
    { Widget: 2, Gadget: 2, Service: 1, '-': 7 },
    '',
  ),

  line('overduePipeline', march, '0.00', 'nothing is due before 31 March'),
  line('overduePipeline', june, '700.00', 'o6'),
  line('overduePipeline', { ...june, ...q2 }, '700.00', 'o6, due on 10 May'),
  line('overduePipeline', { ...june, ...q3 }, '0.00', ''),
  line('overdueCount', { ...june, by: ['salesman'] }, { Ana: 1, Ben: 0, Cid: 0 }, 'o6'),
  line('overdueCount', march, 0, ''),
  line('undatedPipeline', march, '250.00', 'o7'),
  line('undatedPipeline', { ...june, ...q3 }, '250.00', 'o7, whatever the period'),
  line('undatedCount', { ...june, by: ['team'] }, { North: 0, West: 1 }, 'o7'),
  line('overduePipeline', { ...june, by: ['team'] }, { North: '700.00', West: '0.00' }, 'o6'),
  line(
    'undatedPipeline',
    { ...june, by: ['salesman'] },
    { Ana: '0.00', Ben: '0.00', Cid: '250.00' },
    'o7',
  ),
  line('undatedCount', march, 1, 'o7'),

  line(
    'typedWeightedPipeline',
    march,
    '1910.00',
    '1600×0.2 + 100×0.6 + 400×0.2 + 700×0.5 + 250×0.2 + 0 + 900×0.5 + 600×0.2 + 800×0.6',
  ),
  line(
    'typedWeightedPipeline',
    june,
    '2480.00',
    '3000×0.5 + 500×0.2 + 700×0.5 + 250×0.2 + 0 + 800×0.6',
  ),
  line(
    'typedWeightedPipeline',
    { ...june, ...q3, by: ['stage'] },
    { Qualify: '100.00', Offer: '1500.00', Review: '480.00' },
    '500×0.2 + 0, 3000×0.5, 800×0.6',
  ),

  /*
   * Learned on 31 March. New business, resolved: o1 won, o4 lost: mean 1/2. Qualify o1 o4: 1 of 2, Offer o1: 1 of 1.
   *   τ² = (2·0 + 1·¼)/3 − 2·¼/3 < 0, so κ = 400: Qualify (1 + 200)/402 = 0.5, Offer (1 + 200)/401 = 0.50124688.
   *   Renewal: o12 lost, mean 0: nothing.
   * On 30 June. New business: o1 o2 won, o10 withdrawn: mean 2/3. Qualify o1 o2 o10: 2 of 3, Offer o1: 1 of 1, κ = 400:
   *   Qualify (2 + 400·⅔)/403 = 0.66666667, Offer (1 + 400·⅔)/401 = 0.66749792.
   *   Renewal: o3 won, o12 lost: Review (1 + 200)/402 = 0.5.
   */
  line(
    'weightedPipeline',
    march,
    '2226.99',
    '(1600 + 400 + 250 + 0 + 600)×0.5 + 700×0.50124688 (350.87) + 900×0.50124688 (451.12) + 0 + 0',
  ),
  line(
    'weightedPipeline',
    june,
    '3369.74',
    '3000×0.66749792 (2002.49) + 700×0.66749792 (467.25) + 500×⅔ (333.33) + 250×⅔ (166.67) + 0 + 800×0.5',
  ),
  line(
    'weightedPipeline',
    { ...june, ...q3, by: ['stage'] },
    { Qualify: '333.33', Offer: '2002.49', Review: '400.00' },
    '500×⅔, 3000×0.66749792, 800×0.5',
  ),

  line('averageOpenSize', march, '668.75', '5350 / 8, o8 has no amount'),
  line(
    'averageOpenSize',
    { ...june, by: ['team'] },
    { North: '750.00', West: '1250.00' },
    '1500 / 2, 3750 / 3',
  ),
  line('medianOpenSize', march, '650.00', '100 250 400 600 | 700 800 900 1600: (600 + 700) / 2'),
  line('medianOpenSize', june, '700.00', '250 500 700 800 3000'),

  line(
    'medianOpenSize',
    { ...june, by: ['team'] },
    { North: '750.00', West: '500.00' },
    '(700 + 800) / 2; 250 500 3000',
  ),

  line('wonValue', march, '1500.00', 'o1'),
  line('wonValue', june, '3600.00', '1500 + 2500 × 0.8 + 100'),
  line('wonValue', { ...june, ...q2 }, '2100.00', 'o2 2000 + o3 100'),
  line('wonValue', { ...june, rate: 'close' }, '2850.00', '1500 + 2500 × 0.5 (on 1 June) + 100'),
  line('wonValue', { ...june, rate: 'as-of' }, '2850.00', '1500 + 2500 × 0.5 (on 30 June) + 100'),
  line(
    'wonValue',
    { ...june, by: ['team'] },
    { North: '3500.00', South: '100.00', West: '0.00' },
    'Ana 1500 + 2000, Ben in April 100, West has a closing (o10), none won',
  ),
  line(
    'wonValue',
    { ...june, by: ['closeMonth'] },
    { '2026-03': '1500.00', '2026-04': '100.00', '2026-05': '0.00', '2026-06': '2000.00' },
    'May has o10 alone, withdrawn; o2 was won at 22:30 UTC of 31 May: 1 June in Berlin',
  ),
  line(
    'wonValue',
    { ...june, by: ['product'] },
    { Gadget: '33.33', Service: '33.34', Widget: '33.33', '-': '3500.00' },
    'o3 100 in thirds 33.33 + 33.34 + 33.33; o1 1500 + o2 2000 without lines',
  ),
  line('wonCount', june, 3, 'o1 o2 o3'),
  line(
    'wonCount',
    { ...march, by: ['salesman'] },
    { Ana: 1, Ben: 0 },
    'o1; Ben has closings (o4), none won',
  ),
  line('lostValue', march, '3750.00', 'o4 3000 + o12 750'),
  line('lostValue', june, '750.00', 'o12; o4 was reopened; o10 is withdrawn, not lost'),
  line('lostValue', { ...march, by: ['salesman'] }, { Ana: '750.00', Ben: '3000.00' }, 'o12, o4'),
  line('lostCount', march, 2, 'o4 o12'),
  line('lostCount', { ...june, by: ['pipeline'] }, { 'New business': 0, Renewal: 1 }, 'o12'),

  line('winRate', march, 0.33333333, '1 / (1 + 2)'),
  line('winRate', june, 0.6, '3 / (3 + 1 lost + 1 withdrawn)'),
  line('winRate', { ...june, ...q2 }, 0.66666667, '2 / (2 + 0 + 1)'),
  line('winRate', { ...june, ...q3 }, null, 'no closings, never 0'),
  line(
    'winRate',
    { ...june, by: ['salesman'] },
    { Ana: 0.66666667, Ben: 1, Cid: 0 },
    '2/3, 1/1, 0/1',
  ),
  line('winRateByValue', march, 0.28571429, '1500 / (1500 + 3000 + 750)'),
  line('winRateByValue', june, 0.72727273, '3600 / (3600 + 750 + 600)'),
  line(
    'winRateByValue',
    { ...june, by: ['pipeline'] },
    { 'New business': 0.85365854, Renewal: 0.11764706 },
    '3500 / (3500 + 600), 100 / (100 + 750)',
  ),
  line('daysToClose', march, 64, 'o1 10 January to 15 March: 21 + 28 + 15'),
  line(
    'daysToClose',
    june,
    73,
    '64, o2 20 January to 1 June 132, o3 1 February to 15 April 73: the middle',
  ),
  line('daysToClose', { ...june, ...q2 }, 102.5, '(73 + 132) / 2'),
  line(
    'daysToClose',
    { ...june, by: ['salesman'] },
    { Ana: 98, Ben: 73, Cid: null },
    '(64 + 132) / 2',
  ),
  line(
    'daysToLose',
    march,
    40.5,
    '(o4 5 February to 10 March 33 + o12 31 January to 20 March 48) / 2',
  ),
  line('daysToLose', june, 48, 'o12; o4 is open again'),
  line('daysToLose', { ...june, by: ['pipeline'] }, { 'New business': null, Renewal: 48 }, 'o12'),
  line(
    'cohortWinRate',
    march,
    0.18518519,
    'of 12, open after 11 26 30 39 44 58 70 75 85 days; lost after 33 of 9 and after 48 of 6, won after 64 of 4: 8/9 × 5/6 / 4 = 5/27',
  ),
  line(
    'cohortWinRate',
    june,
    0.39393939,
    'of 11: lost after 48 of 11, won after 64 of 10 and 73 of 9: 2/11; withdrawn after 79 of 8, open after 102 117 121 130, won after 132 of 3: 7/11 / 3; together 13/33',
  ),
  line(
    'cohortWinRate',
    { ...june, by: ['pipeline'] },
    { 'New business': 0.375, Renewal: 0.33333333 },
    '1/8 + 6/8 / 3; lost 1 of 3, then won 1 of 2: 2/3 / 2',
  ),
  line('daysToCloseCensored', march, null, '5/27 won, 15/27 undecided'),
  line('daysToCloseCensored', june, null, '13/33 won, 14/33 undecided'),
  line(
    'daysToCloseCensored',
    { ...june, period: '2026-01' },
    64,
    'o12 lost after 48 of 4, o1 won after 64 of 3: 1/4, o2 after 132 of 2: 1/2, 1/4 undecided: half of 1/2 is there at 64',
  ),
  line(
    'daysToCloseCensored',
    { ...june, by: ['pipeline'] },
    { 'New business': null, Renewal: 73 },
    '3/8 won, 1/2 undecided; 1/3 won, 1/3 undecided',
  ),
  line('velocity', march, null, 'more is undecided than won'),
  line('velocity', june, null, 'more is undecided than won'),
  line(
    'velocity',
    { ...june, where: { pipeline: ['Renewal'] } },
    '3.65',
    '1 open × 800 (1000 USD) × 1/3 / 73 days',
  ),
  line(
    'velocity',
    { ...june, by: ['pipeline'] },
    { 'New business': null, Renewal: '3.65' },
    '1 × 800 × 0.33333333 / 73',
  ),
  line('medianWonSize', june, '1500.00', '100 1500 2000'),
  line('medianWonSize', { ...june, ...q2 }, '1050.00', '(100 + 2000) / 2'),
  line('medianWonSize', march, '1500.00', 'o1'),
  line(
    'medianWonSize',
    { ...june, by: ['pipeline'] },
    { 'New business': '1750.00', Renewal: '100.00' },
    '(1500 + 2000) / 2, o3',
  ),
  line('averageWonSize', june, '1200.00', '3600 / 3'),
  line('averageWonSize', { ...march, by: ['salesman'] }, { Ana: '1500.00', Ben: null }, 'o1'),

  line(
    'createdPipeline',
    march,
    '10150.00',
    '1000 + 1600 + 100 + 3000 + 400 + 700 + 250 + 0 + 900 + 600 (o10 on day 3) + 800 + 800 (o12 before day 8)',
  ),
  line('createdPipeline', june, '9250.00', 'as on 31 March without o9 900, deleted'),
  line(
    'createdPipeline',
    { ...june, period: '2026-01' },
    '3800.00',
    'o1 1000 + o2 1600 + o5 400 + o12 800',
  ),
  line(
    'createdPipeline',
    { ...june, by: ['salesman'] },
    { Ana: '4100.00', Ben: '3900.00', Cid: '1250.00' },
    'Ana 1000 + 1600 + 700 + 0 + 800, Ben 100 + 3000 + 800 (o11 was his), Cid 400 + 250 + 600',
  ),
  line('createdCount', march, 12, 'all'),
  line('createdCount', june, 11, 'without o9'),
  line(
    'createdCount',
    { ...june, by: ['createdMonth'] },
    { '2026-01': 4, '2026-02': 4, '2026-03': 3 },
    'o1 o2 o5 o12; o3 o4 o6 o10; o7 o8 o11',
  ),

  line('quota', { ...march, ...q2 }, '6000.00', '5000 + 1000'),
  line('quota', { ...june, ...q2 }, '7000.00', '6000 (raised on 31 May) + 1000'),
  line(
    'quota',
    { ...june, period: '2026-05', by: ['salesman'] },
    { Ana: '2000.00', Ben: '333.34' },
    '6000 / 3, 1000 in thirds 333.33 + 333.34 + 333.33',
  ),
  line(
    'quota',
    { ...june, ...q2, by: ['team'] },
    { North: '6000.00', West: '1000.00' },
    'Ben is in West',
  ),
  line(
    'quota',
    { ...march, ...q2, by: ['team'] },
    { North: '5000.00', South: '1000.00' },
    'Ben is in South',
  ),
  line('attainment', { ...june, ...q2 }, 0.3, '2100 / 7000'),
  line(
    'attainment',
    { ...june, ...q2, by: ['salesman'] },
    { Ana: 0.33333333, Ben: 0.1, Cid: null },
    '2000 / 6000, 100 / 1000, Cid has a closing and no quota',
  ),
  line('attainment', { ...march, ...q2 }, 0, '0 / 6000'),
  line('attainment', { ...june, ...q3 }, null, 'no quota'),

  line('remainingQuota', { ...march, ...q2 }, '6000.00', '6000 − 0'),
  line('remainingQuota', { ...june, ...q2 }, '4900.00', '7000 − 2100'),
  line(
    'remainingQuota',
    { ...june, ...q2, by: ['salesman'] },
    { Ana: '4000.00', Ben: '900.00', Cid: null },
    '6000 − 2000, 1000 − 100, Cid has no quota',
  ),
  line(
    'remainingQuota',
    { ...june, period: '2026-06', where: { salesman: ['Ana'] } },
    '0.00',
    '6000 / 3 − 2000 (o2, won on 1 June)',
  ),
  line('remainingQuota', { ...june, ...q3 }, null, 'no quota'),
  line(
    'coverage',
    { ...march, ...q2 },
    0.71666667,
    '(1600 + 100 + 400 + 700 + 900 + 600) / (6000 − 0)',
  ),
  line('coverage', { ...june, ...q2 }, 0, '0 (o6 is overdue) / (7000 − 2100)'),
  line(
    'coverage',
    { ...march, ...q2, by: ['team'] },
    { North: 0.46, South: 1, West: null },
    '(1600 + 700) / 5000, (100 + 900) / 1000, Cid has no quota',
  ),
  line(
    'coverage',
    { ...june, period: '2026-06', where: { salesman: ['Ana'] } },
    null,
    'target met: 2000 of 2000 won',
  ),
  line('coverage', { ...june, ...q3 }, null, 'no quota'),

  /*
   * Required coverage on 30 June for July: what was open at the end of the month before and expected in the month,
   *   June: o2 Qualify 1600 won on 1 June, o9 Offer 900 deleted: Qualify 1, Offer 0, all 1600/2500 = 0.64.
   *   May: o6 Offer 700 still open, o10 Qualify 600 withdrawn: 0. April: o3 Review 100 won: Review 1, all 1.
   *   March: o1 Offer 1200 won, o12 Review 750 lost: Offer 1, Review 0. February and January: nothing was.
   *   July has o4 Offer 3000 and o11 Review 800: 800×0.64 = 512 of 3800; 0; 3000 (as all in April) + 800; 3000.
   */
  line(
    'requiredCoverage',
    { ...june, period: '2026-07' },
    2.16400911,
    '1 / median of 512/3800, 0, 1, 3000/3800 = 2 × 3800 / (512 + 3000)',
  ),
  line(
    'requiredCoverage',
    { ...june, period: '2026-07', by: ['pipeline'] },
    { 'New business': 2, Renewal: 3.125 },
    '1 / median of 0 0 1 1; 1 / median of 0.64 0 1 0 = 1 / 0.32',
  ),
  line('requiredCoverage', { ...march, period: '2026-04' }, null, 'March alone to learn from'),
  line('requiredCoverage', { ...june, ...q2 }, null, 'nothing is open in it any more'),
  line('requiredCoverage', june, null, 'all periods have no same day'),

  line(
    'openPipeline',
    { ...june, by: ['category'] },
    { Commit: '3800.00', Omitted: '700.00', Pipeline: '750.00' },
    'o4 by its own word and o11 by its stage; o6; o5 500 + o7 250 + o8',
  ),
  line(
    'wonCount',
    { ...june, by: ['category'] },
    { Closed: 3, Omitted: 0 },
    'o1 o2 o3; o10 and o12 were closed, not won',
  ),
  line('commitPipeline', march, '900.00', 'o3 100 + o11 800, in Review'),
  line('commitPipeline', june, '3800.00', 'o4 3000 + o11 800'),
  line(
    'commitPipeline',
    { ...june, by: ['director'] },
    { EMEA: '800.00', Americas: '3000.00' },
    'o11 of Ana, o4 of Ben',
  ),
  line(
    'commitPipeline',
    { ...march, by: ['director'] },
    { EMEA: '900.00', Americas: '0.00' },
    'Ben was still in EMEA; Cid has no commit',
  ),
  line('bestCasePipeline', march, '1800.00', '900 + o9 900 in Offer'),
  line('bestCasePipeline', june, '3800.00', 'o6 in Offer is omitted by its own word'),
  line(
    'bestCasePipeline',
    { ...march, by: ['stage'] },
    { Qualify: '0.00', Offer: '900.00', Review: '900.00' },
    'o9; o3 + o11',
  ),
  line('omittedPipeline', march, '700.00', 'o6'),
  line('omittedPipeline', { ...june, ...q3 }, '0.00', 'o6 is due in May'),
  line(
    'omittedPipeline',
    { ...june, by: ['salesman'] },
    { Ana: '700.00', Ben: '0.00', Cid: '0.00' },
    'o6',
  ),
  line('commitForecast', march, '2400.00', '900 + won 1500'),
  line('commitForecast', { ...june, ...q2 }, '2100.00', '0 + won 2100'),
  line(
    'commitForecast',
    { ...june, by: ['team'] },
    { North: '4300.00', South: '100.00', West: '3000.00' },
    '800 + 3500; won 100; 3000',
  ),
  line('bestCaseForecast', march, '3300.00', '1800 + won 1500'),
  line(
    'bestCaseForecast',
    { ...june, by: ['pipeline'] },
    { 'New business': '6500.00', Renewal: '900.00' },
    'o4 3000 + won 3500; o11 800 + won 100',
  ),
  line('pushes', march, 0, 'no close date has moved yet'),
  line('pushes', june, 2, 'o4 reopened from 15 June to 31 July, o5 from 20 May to 20 August'),
  line('pushes', { ...june, period: '2026-05' }, 0, 'both were pushed in April'),
  line(
    'pushes',
    { ...june, ...q2, by: ['team'] },
    { South: 1, West: 1 },
    'o4 of Ben, who was in South on 10 April; o5 of Cid',
  ),
  line('periodPushes', march, 0, ''),
  line(
    'periodPushes',
    { ...june, by: ['salesman'] },
    { Ben: 1, Cid: 1 },
    'June to July, May to August',
  ),
  line('quarterPushes', march, 0, ''),
  line('quarterPushes', { ...june, by: ['pipeline'] }, { 'New business': 2 }, 'both from Q2 to Q3'),
  line('daysSlipped', march, 0, 'every date is the first'),
  line('daysSlipped', june, 27.6, '(46 + 92 + 0 + 0 + 0) / 5: o4 o5 o6 o8 o11, o7 has no date'),
  line(
    'daysSlipped',
    { ...june, by: ['team'] },
    { North: 0, West: 69 },
    'o6 o8 o11; (46 + 92) / 2',
  ),
  line(
    'slipRate',
    { ...june, ...q2 },
    0.25581395,
    '(o5 400 + o6 700) / (o2 1600 + o3 100 + o5 400 + o6 700 + o9 900 + o10 600), at amounts of 31 March',
  ),
  line(
    'slipRate',
    { ...june, ...q2, by: ['team'] },
    { North: 0.30434783, South: 0, West: 0.4 },
    '700 / (1600 + 700), 0 / (100 + 900) (o9 was deleted, not slipped), 400 / (400 + 600)',
  ),
  line('slipRate', { ...march, period: '2026-03' }, 0, '0 / (o1 1200 + o12 750)'),
  line('slipRate', { ...march, ...q2 }, null, 'it has not begun'),
  line(
    'slipRate',
    { asOf: '2026-04-10', ...q2 },
    1,
    '4300 / 4300: all are still open on the tenth day',
  ),

  line('activitiesDone', march, 3, 'a1 a9 a11; a2 was completed on 1 April in Berlin'),
  line('activitiesDone', june, 6, 'a1 a2 a4 a5 a9 a11'),
  line('activitiesDone', {}, 5, 'a4 still goes on at 20:00 UTC'),
  line('activitiesDone', { ...june, ...q2 }, 3, 'a2 a4 a5'),
  line(
    'activitiesDone',
    { ...june, by: ['team'] },
    { North: 3, South: 1, West: 2 },
    'Ana a1 a5 a9, Ben in April a2, Cid a4 a11',
  ),
  line(
    'activitiesDone',
    { ...june, by: ['industry'] },
    { Steel: 3, Paper: 3 },
    'a1 a4 a9; a5, a2 and a11 by the account of o3 and o7',
  ),
  line(
    'activitiesDone',
    { ...june, by: ['activityType'] },
    { Call: 3, Email: 1, event: 2 },
    'a1 a2 a9, a11, a4 a5',
  ),
  line('activitiesPlanned', march, 1, 'a2, overdue by a day'),
  line('activitiesPlanned', june, 2, 'a3 a8; a7 is cancelled'),
  line('activitiesPlanned', {}, 3, 'a3 a8, and a4 goes on'),
  line('activitiesPlanned', { ...june, by: ['team'] }, { West: 2 }, 'both of Ben, now in West'),
  line('activitiesPlanned', { ...march, by: ['team'] }, { South: 1 }, 'Ben is still in South'),
  line('leadsCreated', march, 3, 'e1 e2 e3'),
  line('leadsCreated', june, 5, ''),
  line(
    'leadsCreated',
    { ...june, by: ['createdMonth'] },
    { '2026-01': 2, '2026-02': 1, '2026-06': 2 },
    'e1 e2, e3, e4 e5',
  ),
  line('leadsCreated', { ...june, by: ['leadSource'] }, { Web: 4, Fair: 1 }, 'e2 at the fair'),
  line(
    'leadConversion',
    june,
    0.4,
    '1 − (1 − 1/5 after 5 days) × (1 − 1/4 after 10); e4 is left out from day 29, e3 took 113',
  ),
  line('leadConversion', { ...june, period: '2026-01' }, 0.5, 'e1 of e1 e2'),
  line('leadConversion', march, null, 'the oldest open one has been seen for 75 days'),
  line(
    'leadConversion',
    { ...june, by: ['salesman'] },
    { Ana: null, Ben: 0.5, Cid: 0 },
    'e4 of Ana is 29 days old; e5 of e2 e5; e3 took 113 days',
  ),
];
