import { type Account, segmentAt } from './accounts.ts';
import type { Book } from './book.ts';
import type { Cell, ExportFile } from './csv.ts';
import { makeId } from './ids.ts';
import { directors, industries, segments, teams } from './market.ts';
import { at } from './random.ts';
import { directorAt, holder, type Person, teamAt } from './people.ts';
import { day, dayText, instantText } from './time.ts';

const roleId = (book: Book, kind: string, index: number): string =>
  makeId('user', book.plan.seed, 'role', kind, index).replace(/^005/, '00E');

/** The users as a full extract shows them at the end of a day; those who left stay, inactive. */
export function userFile(book: Book, on: number): ExportFile {
  const { people } = book.company;
  const when = on + day - 1;
  const rows = people.all
    .filter((person) => person.hiredAt <= when)
    .map((person): Cell[] => [
      person.id,
      person.name,
      `${person.id.slice(9, 15).toLowerCase()}@meridian.example`,
      ...placeOf(book, person, when),
      person.leftAt > when,
      'Standard',
      instantText(person.hiredAt),
    ]);
  return {
    name: `User_${dayText(on)}.csv`,
    columns: [
      'Id',
      'Name',
      'Email',
      'UserRoleId',
      'ManagerId',
      'IsActive',
      'UserType',
      'CreatedDate',
    ],
    rows,
  };
}

function placeOf(book: Book, person: Person, when: number): [role: string, manager: string | null] {
  const { people } = book.company;
  if (person.kind === 'chief') return [roleId(book, 'chief', 0), null];
  if (person.kind === 'director') return [roleId(book, 'director', person.place), people.chief.id];
  if (person.kind === 'manager')
    return [
      roleId(book, 'team', person.place),
      at(people.directors, directorAt(book.plan, person.place, when)).id,
    ];
  const team = teamAt(book.plan, at(people.seats, person.seat), Math.min(when, person.leftAt));
  return [roleId(book, 'team', team), at(people.managers, team).id];
}

export function roleFile(book: Book, on: number): ExportFile {
  const rows: Cell[][] = [
    [roleId(book, 'chief', 0), 'CEO', null],
    ...directors.map((name, i): Cell[] => [
      roleId(book, 'director', i),
      name,
      roleId(book, 'chief', 0),
    ]),
    ...teams.map((team, i): Cell[] => [
      roleId(book, 'team', i),
      team.name,
      roleId(book, 'director', directorAt(book.plan, i, on)),
    ]),
  ];
  return { name: `UserRole_${dayText(on)}.csv`, columns: ['Id', 'Name', 'ParentRoleId'], rows };
}

/** The accounts as a full extract shows them at the end of a day. */
export function accountFile(book: Book, on: number): ExportFile {
  const when = Math.min(on + day - 1, book.cut);
  const { all } = book.company.accounts;
  return {
    name: `Account_${dayText(on)}.csv`,
    columns: [
      'Id',
      'IsDeleted',
      'MasterRecordId',
      'Name',
      'Type',
      'ParentId',
      'Industry',
      'Region__c',
      'Segment__c',
      'BillingCountry',
      'OwnerId',
      'CreatedDate',
      'SystemModstamp',
    ],
    rows: all
      .filter((account) => account.createdAt <= when)
      .map((account) => accountRow(book, account, when)),
  };
}

function accountRow(book: Book, account: Account, when: number): Cell[] {
  const rewritten = book.merged.get(account.id);
  const master =
    account.copyOf && account.mergedAt <= when
      ? account.copyOf.id
      : rewritten && rewritten.at <= when
        ? rewritten.into
        : null;
  const parent = account.parent && account.parent.createdAt <= when ? account.parent.id : null;
  const changed = instantText(
    master && account.copyOf ? Math.max(account.createdAt, account.mergedAt) : account.createdAt,
  );
  return [
    account.id,
    master !== null,
    master,
    account.name,
    account.index % 3 === 0 ? 'Customer' : 'Prospect',
    parent,
    at(industries, account.industry).name,
    account.region,
    at(segments, segmentAt(account, when)).name,
    account.country,
    holder(account.seat, when).id,
    instantText(account.createdAt),
    changed,
  ];
}

export function contactFile(book: Book): ExportFile {
  return {
    name: 'Contact.csv',
    columns: [
      'Id',
      'IsDeleted',
      'AccountId',
      'Name',
      'Title',
      'Email',
      'Phone',
      'CreatedDate',
      'SystemModstamp',
    ],
    rows: contactRows(book),
    bom: true,
  };
}

function* contactRows(book: Book): Generator<Cell[]> {
  for (const account of book.company.accounts.all) {
    if (account.createdAt > book.cut) continue;
    const owner =
      account.copyOf && account.mergedAt <= book.cut
        ? account.copyOf.id
        : (book.merged.get(account.id)?.into ?? account.id);
    for (const contact of account.contacts) {
      if (contact.createdAt > book.cut) continue;
      yield [
        contact.id,
        false,
        owner,
        contact.name,
        contact.title,
        contact.email,
        contact.phone,
        instantText(contact.createdAt),
        instantText(contact.createdAt),
      ];
    }
  }
}
