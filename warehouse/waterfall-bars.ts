import { WarehouseError } from './errors.ts';
import { nearest } from './nearest.ts';

/** What a bar does to the pipeline: a level, more, less, or a change that is nobody's doing. */
export type BarKind = 'total' | 'up' | 'down' | 'neutral';

export interface BarMeaning {
  label: string;
  kind: BarKind;
  meaning: string;
}

const bar = (kind: BarKind, label: string, meaning: string): BarMeaning => ({
  label,
  kind,
  meaning,
});

/** Why an opportunity is in the pipeline at the end and was not at the start; the first that holds counts. */
export const entries = {
  new: bar('up', 'New', 'did not exist at the start'),
  reopened: bar('up', 'Reopened', 'was closed at the start'),
  restored: bar('up', 'Restored', 'was deleted or merged at the start'),
  transferredIn: bar('up', 'Transferred in', 'its salesman or team came into the scope'),
  reclassifiedIn: bar('up', 'Re-classified in', 'another filtered dimension came into the scope'),
  pulledIn: bar('up', 'Pulled in', 'its close date came from later, or it had none'),
  pushedIn: bar('up', 'Pushed in', 'its close date came from earlier'),
};

/** What changed about opportunities of the start; amounts at the rate of the start. */
export const changes = {
  increased: bar('up', 'Increased', 'amounts that grew, at the rate of the start'),
  decreased: bar('down', 'Decreased', 'amounts that shrank, at the rate of the start'),
  currency: bar('neutral', 'Currency', 'the same amounts at the rate of the end'),
};

/** Why an opportunity of the start is not in the pipeline at the end; the first that holds counts. */
export const exits = {
  won: bar('down', 'Won', 'was won, within the scope'),
  lost: bar('down', 'Lost', 'was lost, within the scope'),
  withdrawn: bar('down', 'Withdrawn', 'was closed without a decision, within the scope'),
  deleted: bar('down', 'Deleted', 'was deleted'),
  merged: bar('down', 'Merged', 'was merged into another'),
  transferredOut: bar('down', 'Transferred out', 'its salesman or team left the scope'),
  reclassifiedOut: bar('down', 'Re-classified out', 'another filtered dimension left the scope'),
  pushedOut: bar('down', 'Pushed out', 'its close date moved later, or it has none any more'),
  pulledOut: bar('down', 'Pulled out', 'its close date moved earlier'),
  becameOverdue: bar('down', 'Became overdue', 'its close date has passed, nobody moved it'),
};

const ends = {
  start: bar('total', 'Start', 'open at the start, close date in the period'),
  backDated: bar(
    'neutral',
    'Back-dated',
    'what became known only later about the state at the start',
  ),
  end: bar('total', 'End', 'open at the end, close date in the period'),
};

export type EntryName = keyof typeof entries;
export type ExitName = keyof typeof exits;
export type BarName = keyof typeof bars;

/** Every bar in the order in which it is printed; reasons exclude each other, the first that holds counts. */
export const bars = {
  start: ends.start,
  ...entries,
  ...changes,
  ...exits,
  backDated: ends.backDated,
  end: ends.end,
};

export const barNames = Object.keys(bars) as BarName[];

/** Reads the name of a bar from outside; throws `wrong-name` with the nearest. */
export function barNamed(name: string): BarName {
  const known = barNames.find((one) => one === name);
  if (known) return known;
  throw new WarehouseError(
    'wrong-name',
    `There is no bar "${name}". Did you mean "${nearest(name, barNames)}"?`,
  );
}
