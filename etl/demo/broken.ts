import type { BrokenLine } from './csv.ts';
import { makeId } from './ids.ts';

/**
 * Lines that no reader can take, by file: each stands for a record of its own, so that the good ones stay whole.
 * `tasks` is how many good lines Task.csv has.
 */
export function breakLines(seed: number, tasks: number): Map<string, BrokenLine[]> {
  const opportunity = (n: number) => makeId('opportunity', seed, 'broken', n);
  const lines: Record<string, BrokenLine[]> = {
    'Opportunity.csv': [
      {
        kind: 'short row',
        after: 700,
        bytes: `${opportunity(1)},false,,New business,Half a row,Qualify`,
      },
      {
        kind: 'unparsable date',
        after: 2400,
        bytes: opportunityLine(opportunity(2), '1000.00', '31.02.2024x'),
      },
      {
        kind: 'unparsable amount',
        after: 5100,
        bytes: opportunityLine(opportunity(3), '"12,5x"', '2024-06-28'),
      },
    ],
    'OpportunityHistory.csv': [
      {
        kind: 'short row',
        after: 1500,
        bytes: `${makeId('history', seed, 'broken', 1)},${opportunity(1)},2023-05-04T09:00:00.000Z`,
      },
      {
        kind: 'unparsable instant',
        after: 9000,
        bytes: `${makeId('history', seed, 'broken', 2)},${opportunity(2)},2023-13-45T09:00:00.000Z,,Qualify,1000.00,100.00,2023-06-30,10,Pipeline,EUR,,false`,
      },
      {
        kind: 'unparsable amount',
        after: 20_000,
        bytes: `${makeId('history', seed, 'broken', 3)},${opportunity(3)},2024-02-05T09:00:00.000Z,,Qualify,"12,5x",,2024-06-30,10,Pipeline,EUR,,false`,
      },
    ],
    'OpportunityFieldHistory.csv': [
      {
        kind: 'short row',
        after: 4000,
        bytes: `${makeId('fieldHistory', seed, 'broken', 1)},${opportunity(1)},NextStep`,
      },
    ],
    'OpportunityLineItem.csv': [
      {
        kind: 'unparsable amount',
        after: 900,
        bytes: `${makeId('line', seed, 'broken', 1)},${opportunity(1)},${makeId('product', seed, 0)},MW-CORE,1,,"12,5x",EUR,2024-01-08T09:00:00.000Z,false`,
      },
      {
        kind: 'no opportunity',
        after: 2900,
        bytes: `${makeId('line', seed, 'broken', 2)},,${makeId('product', seed, 0)},MW-CORE,1,,500.00,EUR,2024-01-08T09:00:00.000Z,false`,
      },
    ],
    'Contact.csv': [
      {
        kind: 'invalid UTF-8',
        after: 800,
        bytes: `${makeId('contact', seed, 'broken', 1)},false,,J\xfcrgen Gro\xdf,Buyer,,,2023-03-01T09:00:00.000Z,2023-03-01T09:00:00.000Z`,
      },
    ],
    'Lead.csv': [
      {
        kind: 'invalid UTF-8',
        after: 1200,
        bytes: `${makeId('lead', seed, 'broken', 1)},false,Mlakar \xe6\x8a,Adria,Open,Web,Retail,Slovenia,,,2023-03-01T09:00:00.000Z,false,,,,`,
      },
    ],
    'Task.csv': [
      {
        kind: 'unparsable instant',
        after: 3000,
        bytes: taskLine(makeId('task', seed, 'broken', 1), 'Call', 'yesterday'),
      },
      {
        kind: 'long row',
        after: 8000,
        bytes: `${taskLine(makeId('task', seed, 'broken', 2), 'Call', '2024-04-08T09:00:00.000Z')},,one,two,many`,
      },
      {
        kind: 'unclosed quote',
        after: Math.max(1, tasks - 25),
        bytes: taskLine(
          makeId('task', seed, 'broken', 3),
          '"Call back, he said',
          '2024-04-09T09:00:00.000Z',
        ),
      },
    ],
    'Event.csv': [
      {
        kind: 'unparsable instant',
        after: 1800,
        bytes: `${makeId('event', seed, 'broken', 1)},,,,,Meeting,2024-05-06,2024-05-06T25:61:00.000+0000,2024-05-06T25:61:00.000+0000,,false,false,false,Event,false,2024-05-02T09:00:00.000+0000,`,
      },
    ],
    'ForecastingQuota.csv': [
      {
        kind: 'unparsable amount',
        after: 300,
        bytes: `${makeId('quota', seed, 'broken', 1)},${makeId('user', seed, 'broken')},2024-05-01,"12,5x",EUR,2023-05-01T08:00:00.000Z`,
      },
    ],
  };
  return new Map(Object.entries(lines));
}

const opportunityLine = (id: string, amount: string, closeDate: string): string =>
  `${id},false,,New business,Broken,Qualify,${amount},10,,${closeDate},New customer,,Web,false,false,Pipeline,,2024-01-08T09:00:00.000Z,,2024-01-08T09:00:00.000Z,2024-01-08T09:00:00.000Z,,EUR,`;

const taskLine = (id: string, subject: string, createdAt: string): string =>
  `${id},,,,,${subject},,Completed,Normal,true,2024-04-08,2024-04-08T09:30:00.000Z,Call,60,true,false,${createdAt},2024-04-08T09:30:00.000Z,2024-04-08T09:30:00.000Z`;
