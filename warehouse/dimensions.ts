import { dimension, type FactName } from './definitions.ts';

const month = (day: string): string => `strftime(${day}, '%Y-%m')`;
const fiscal = (day: string): string => `(${day} + to_months({fiscalShift}))`;
const quarter = (day: string): string =>
  `(year(${fiscal(day)}) || '-Q' || quarter(${fiscal(day)}))`;

/** Facts that are no opportunities and have none of their own columns. */
const apart: FactName[] = ['quota', 'activity', 'plan', 'lead'];
const unvalued: FactName[] = ['activity', 'plan', 'lead'];

/** Everything a number can be broken down by and filtered on; null is "none". */
export const dimensions = {
  stage: dimension({
    label: 'Stage',
    meaning: 'Stage as of the day; of a closing the closed stage',
    column: 'stage',
    order: 'stage_order',
    not: apart,
  }),
  pipeline: dimension({
    label: 'Pipeline',
    meaning: 'The selling process an opportunity goes through',
    column: 'pipeline',
    not: apart,
  }),
  salesman: dimension({
    label: 'Salesman',
    meaning: 'Who had the opportunity then; of a creation who had it first',
    column: 'salesman',
  }),
  salesmanId: dimension({
    label: 'Salesman id',
    meaning: 'The same by the key of the source, which a change of name leaves as it is',
    column: 'salesman_id',
  }),
  team: dimension({ label: 'Team', meaning: "The salesman's team as it was then", column: 'team' }),
  director: dimension({
    label: 'Director',
    meaning: 'Who the team was under then',
    column: 'director',
  }),
  account: dimension({
    label: 'Account',
    meaning: 'The account of the opportunity',
    column: 'account',
    not: ['quota', 'lead'],
  }),
  industry: dimension({
    label: 'Industry',
    meaning: 'Field of business of the account then',
    column: 'industry',
    not: ['quota'],
  }),
  region: dimension({
    label: 'Region',
    meaning: 'Region of the account then',
    column: 'region',
    not: ['quota', 'lead'],
  }),
  segment: dimension({
    label: 'Segment',
    meaning: 'Segment of the account then',
    column: 'segment',
    not: ['quota', 'lead'],
  }),
  product: dimension({
    label: 'Product',
    meaning: 'Products by their line items, which divide the amount',
    column: 'product',
    not: [...apart, 'push'],
  }),
  leadSource: dimension({
    label: 'Lead source',
    meaning: 'Where the opportunity came from',
    column: 'lead_source',
    not: ['quota', 'activity', 'plan'],
  }),
  type: dimension({
    label: 'Type',
    meaning: 'Type of the opportunity, such as new business or renewal',
    column: 'type',
    not: apart,
  }),
  category: dimension({
    label: 'Category',
    meaning:
      'Forecast category as of the day: that of the source, else that of the stage in the dictionary',
    column: 'category',
    not: apart,
  }),
  currency: dimension({
    label: 'Currency',
    meaning: 'Currency in which the amount was agreed',
    column: 'currency',
    not: unvalued,
  }),
  activityType: dimension({
    label: 'Type of activity',
    meaning: 'What kind of task or event it is, such as a call or an e-mail',
    column: 'activity_type',
    not: ['open', 'closing', 'creation', 'quota', 'cohort', 'expected', 'push', 'lead'],
  }),
  createdMonth: dimension({
    label: 'Month of creation',
    meaning: 'Local calendar month in which the opportunity was created',
    column: month('created_on'),
    not: ['quota', 'activity', 'plan'],
  }),
  createdQuarter: dimension({
    label: 'Quarter of creation',
    meaning: 'Fiscal quarter in which the opportunity was created',
    column: quarter('created_on'),
    not: ['quota', 'activity', 'plan'],
  }),
  closeMonth: dimension({
    label: 'Month of closing',
    meaning:
      'Calendar month of the expected close date of open, of the actual close of closed opportunities; of an activity the month in which it was done or is planned',
    column: month('close_day'),
    not: ['lead'],
  }),
  closeQuarter: dimension({
    label: 'Quarter of closing',
    meaning: 'Fiscal quarter of the expected or actual close',
    column: quarter('close_day'),
    not: ['lead'],
  }),
  fiscalYear: dimension({
    label: 'Fiscal year',
    meaning: 'Fiscal year of the expected or actual close, named by the year in which it ends',
    column: `year(${fiscal('close_day')})::varchar`,
    not: ['lead'],
  }),
};

export type DimensionName = keyof typeof dimensions;
export const dimensionNames = Object.keys(dimensions) as DimensionName[];
