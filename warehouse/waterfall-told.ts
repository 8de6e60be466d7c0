import type { Cell } from './answers.ts';
import { isoInstant } from './period.ts';
import type { BarName } from './waterfall-bars.ts';
import type { Stretch } from './waterfall-lives.ts';

/** One change as it is told: what, from what, to what, when. */
export interface Told {
  attribute: string | null;
  old: Cell;
  new: Cell;
  at: string | null;
}

const nothing: Told = { attribute: null, old: null, new: null, at: null };

const classed = [
  'stage',
  'pipeline',
  'account',
  'industry',
  'region',
  'segment',
  'category',
  'leadSource',
  'type',
  'currency',
];

const attributesOf: Partial<Record<BarName, string[]>> = {
  reopened: ['outcome'],
  won: ['outcome'],
  lost: ['outcome'],
  withdrawn: ['outcome'],
  restored: ['isDeleted', 'mergedInto'],
  deleted: ['isDeleted'],
  merged: ['mergedInto'],
  reclassifiedIn: classed,
  reclassifiedOut: classed,
  increased: ['amount', 'currency'],
  decreased: ['amount', 'currency'],
  pulledIn: ['closeOn'],
  pushedIn: ['closeOn'],
  pulledOut: ['closeOn'],
  pushedOut: ['closeOn'],
};

/** The change that put an opportunity behind a bar, out of its life between the two ends. */
export function changeOf(
  bar: BarName,
  life: Stretch[],
  { isReorganised, filters }: { isReorganised: boolean; filters: string[] },
): Told {
  const born = life[0];
  if (bar === 'new' && born)
    return { attribute: 'created', old: null, new: born.stage ?? null, at: isoInstant(born.from) };
  if (bar === 'transferredIn' || bar === 'transferredOut')
    return lastChange(life, isReorganised ? ['team', 'director'] : ['salesman', 'team']);
  const names = attributesOf[bar] ?? [];
  const asked = names === classed ? classed.filter((name) => filters.includes(name)) : names;
  return lastChange(life, asked);
}

/** The last change of any of some attributes; an outcome is told by its stages. */
function lastChange(life: Stretch[], names: string[]): Told {
  for (let i = life.length - 1; i > 0; i--) {
    const [before, after] = [life[i - 1] as Stretch, life[i] as Stretch];
    const name = names.find((one) => before[one] !== after[one]);
    if (name === undefined) continue;
    const told = name === 'outcome' ? 'stage' : name;
    const old = (name === 'outcome' ? before : life[0])?.[told] ?? null;
    const now = (name === 'outcome' ? after : life.at(-1))?.[told] ?? null;
    return { attribute: told, old, new: now, at: isoInstant(after.from) };
  }
  return nothing;
}

const rewritable = [
  'isDeleted',
  'mergedInto',
  'outcome',
  'amount',
  'currency',
  'closeOn',
  'salesman',
  'team',
  ...classed,
];

/** How a state differs from what had been known of it; `at` is when that became known. */
export function rewrite(was: Stretch | undefined, is: Stretch | undefined): Told {
  if (!was || !is) {
    const at = is ? isoInstant(is.knownFrom) : null;
    return { attribute: 'opportunity', old: was?.stage ?? null, new: is?.stage ?? null, at };
  }
  const name = rewritable.find((one) => was[one] !== is[one]);
  if (!name) return nothing;
  const told = name === 'outcome' ? 'stage' : name;
  return {
    attribute: told,
    old: was[told] ?? null,
    new: is[told] ?? null,
    at: isoInstant(is.knownFrom),
  };
}
