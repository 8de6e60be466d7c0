import type { Activity } from './activities.ts';
import type { Book } from './book.ts';
import type { Cell, ExportFile } from './csv.ts';
import { makeId, short } from './ids.ts';
import { subjects } from './names.ts';
import { at, createRandom } from './random.ts';
import { day, dayText, hour, instantText, restText } from './time.ts';

export function taskFile(book: Book): ExportFile {
  return {
    name: 'Task.csv',
    columns: [
      'Id',
      'WhatId',
      'WhoId',
      'AccountId',
      'OwnerId',
      'Subject',
      'Description',
      'Status',
      'Priority',
      'IsClosed',
      'ActivityDate',
      'CompletedDateTime',
      'TaskSubtype',
      'CallDurationInSeconds',
      'IsArchived',
      'IsDeleted',
      'CreatedDate',
      'LastModifiedDate',
      'SystemModstamp',
    ],
    rows: taskRows(book),
  };
}

function* taskRows(book: Book): Generator<Cell[]> {
  for (const activity of book.activities)
    if (activity.kind !== 'Event') yield taskRow(book, activity);
  for (let i = 0; i < orphans(book); i++) yield orphan(book, i);
}

/** Activities of opportunities that nobody delivers. */
export const orphans = (book: Book): number => Math.max(5, Math.round(40 * book.plan.scale));

function taskRow(book: Book, task: Activity): Cell[] {
  const random = createRandom(book.plan.seed, 'task', task.seed);
  const done = task.doneAt !== null && task.doneAt <= book.cut ? task.doneAt : null;
  const changed = instantText(done ?? task.createdAt);
  const onAccount = random.chance(0.04);
  return [
    task.id,
    short(onAccount ? task.account : task.opportunity),
    task.contact,
    task.account,
    task.owner,
    random.pick(subjects[task.kind]),
    noteText(random.int(400)),
    done ? 'Completed' : 'Not Started',
    random.chance(0.1) ? 'High' : 'Normal',
    done !== null,
    dayText(task.dueOn),
    done === null ? null : instantText(done),
    task.kind,
    task.kind === 'Call' && done ? 30 + random.int(1500) : null,
    book.cut - task.createdAt > 365 * day,
    random.chance(0.003),
    instantText(task.createdAt),
    changed,
    changed,
  ];
}

/** A few notes that try the reader of the file. */
function noteText(kind: number): string | null {
  if (kind === 0) return 'First line\nsecond line, with a comma\n\nand "quotes"';
  if (kind === 1) return 'Pogovor z g. Žagarjem: čaka na ponudbo';
  if (kind === 2) return 'He said ""later"", asked for 3,5 %\tdiscount';
  return kind < 10 ? 'Left a message; call again' : null;
}

function orphan(book: Book, index: number): Cell[] {
  const random = createRandom(book.plan.seed, 'orphan', index);
  const when = book.plan.start + random.int(1400) * day + 9 * hour;
  const text = instantText(when);
  return [
    makeId('task', book.plan.seed, 'orphan', index),
    short(makeId('opportunity', book.plan.seed, 'gone', index)),
    null,
    null,
    at(book.company.people.managers, index % 8).id,
    'Call',
    null,
    'Completed',
    'Normal',
    true,
    dayText(when),
    text,
    'Call',
    60,
    true,
    false,
    text,
    text,
    text,
  ];
}

export function eventFile(book: Book): ExportFile {
  return {
    name: 'Event.csv',
    columns: [
      'Id',
      'WhatId',
      'WhoId',
      'AccountId',
      'OwnerId',
      'Subject',
      'ActivityDate',
      'ActivityDateTime',
      'StartDateTime',
      'EndDateTime',
      'IsAllDayEvent',
      'IsChild',
      'IsGroupEvent',
      'EventSubtype',
      'IsDeleted',
      'CreatedDate',
      'SystemModstamp',
    ],
    rows: eventRows(book),
  };
}

function* eventRows(book: Book): Generator<Cell[]> {
  for (const event of book.activities) {
    if (event.kind !== 'Event') continue;
    const random = createRandom(book.plan.seed, 'event', event.seed);
    const subject = random.pick(subjects.Event);
    const guests = random.chance(0.12) ? 1 + random.int(2) : 0;
    // A meeting that did not take place is deleted once its day is over.
    const deleted = event.doneAt === null && event.endsAt !== null && event.endsAt <= book.cut;
    const write = (id: string, owner: string, child: boolean): Cell[] => [
      id,
      event.opportunity,
      event.contact,
      event.account,
      owner,
      subject,
      dayText(event.dueOn),
      event.allDay ? null : moment(event.startsAt),
      event.allDay ? null : moment(event.startsAt),
      event.allDay ? null : moment(event.endsAt),
      event.allDay,
      child,
      guests > 0,
      'Event',
      deleted,
      restText(event.createdAt),
      restText(event.createdAt),
    ];
    yield write(event.id, event.owner, false);
    for (let i = 0; i < guests; i++)
      yield write(
        makeId('event', event.id, 'child', i),
        random.pick(book.company.people.managers).id,
        true,
      );
  }
}

const moment = (when: number | null): string | null => (when === null ? null : restText(when));
