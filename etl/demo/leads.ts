import type { Book } from './book.ts';
import type { Company } from './company.ts';
import type { Cell, ExportFile } from './csv.ts';
import { makeId } from './ids.ts';
import type { Opportunity } from './life.ts';
import { creationSeason, industries, teams } from './market.ts';
import { companyHeads, companyTails, firstNames, lastNames, leadSources } from './names.ts';
import { holder } from './people.ts';
import { at, createRandom } from './random.ts';
import { day, dayText, instantText, monthOf, officeTime, week } from './time.ts';

/** Leads: some became opportunities, most never will. */
export function leadFile(book: Book): ExportFile {
  return {
    name: 'Lead.csv',
    columns: [
      'Id',
      'IsDeleted',
      'Name',
      'Company',
      'Status',
      'LeadSource',
      'Industry',
      'Country',
      'OwnerId',
      'Email',
      'CreatedDate',
      'IsConverted',
      'ConvertedDate',
      'ConvertedAccountId',
      'ConvertedContactId',
      'ConvertedOpportunityId',
    ],
    rows: leadRows(book),
  };
}

function* leadRows(book: Book): Generator<Cell[]> {
  for (const { o } of book.opportunities) if (o.fromLead) yield converted(book, o);
  for (let index = 0; book.plan.start + index * week < book.cut; index++)
    yield* unconverted(book.company, index);
}

function converted(book: Book, o: Opportunity): Cell[] {
  const random = createRandom(book.plan.seed, 'lead', o.key);
  const contact = at(o.account.contacts, 0);
  const createdAt = Math.max(book.plan.start, o.createdAt - (1 + random.int(30)) * day);
  return [
    makeId('lead', o.id),
    false,
    contact.name,
    o.account.name,
    'Converted',
    o.leadSource,
    at(industries, o.account.industry).name,
    o.account.country,
    o.createdBy,
    contact.email,
    instantText(createdAt),
    true,
    dayText(o.createdAt),
    o.account.id,
    contact.id,
    o.id,
  ];
}

function* unconverted({ plan, people }: Company, index: number): Generator<Cell[]> {
  const from = plan.start + index * week;
  const count = createRandom(plan.seed, 'leads', index).poisson(
    24 * plan.scale * at(creationSeason, monthOf(from)),
  );
  for (let n = 0; n < count; n++) {
    const random = createRandom(plan.seed, 'cold lead', index, n);
    const createdAt = officeTime(random, from);
    const seat = random.pick(people.seats);
    const status = random.pick(['Open', 'Working', 'Unqualified', 'Unqualified', 'Nurturing']);
    const name = `${random.pick(firstNames)} ${random.pick(lastNames)}`;
    if (createdAt > plan.cut) continue;
    yield [
      makeId('lead', plan.seed, index, n),
      false,
      name,
      `${random.pick(companyHeads)} ${random.pick(companyTails)}`,
      status,
      random.pick(leadSources),
      random.pick(industries).name,
      random.pick(at(teams, seat.team).countries),
      holder(seat, createdAt).id,
      null,
      instantText(createdAt),
      false,
      null,
      null,
      null,
      null,
    ];
  }
}
