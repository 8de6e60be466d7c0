import { fromCents, toCents } from '#warehouse/cents.ts';
import { type Call, isStale, type Scope, staleShare } from './calls.ts';

/** A scope, what stands in its own opportunities (not in those of the scopes below it), and the scopes below. */
export interface Branch extends Scope {
  /** Open and won in the period; `counted` is won and open in the asked category or a better one. Decimal text. */
  open: string;
  won: string;
  counted: string;
  below: Branch[];
}

/** A scope with all that was said about it, step by step. */
export interface Rolled extends Scope {
  /** Of all opportunities in the scope. */
  open: string;
  won: string;
  counted: string;
  /** What the step below says: the values of the scopes below and the scope's own opportunities. */
  said: string;
  /** The judgement of this step; null when there is none, or none in this currency. */
  call: Call | null;
  isStale: boolean;
  /** What this step says: its call, else what the step below says. */
  value: string;
  /** By how much the call differs from the step below; null without one. */
  delta: string | null;
  below: Rolled[];
}

export interface Calling {
  /** The calls that stand, of one period and category. */
  calls: Call[];
  currency: string;
  staleShare?: number;
}

/**
 * The chain opportunities -> salesman's call -> manager's -> director's. A call counts for its own step and those
 * above; what those below said stays as they said it.
 */
export function rollUp(branch: Branch, calling: Calling): Rolled {
  const below = branch.below.map((each) => rollUp(each, calling));
  const sum = (column: 'open' | 'won' | 'counted' | 'value') =>
    below.reduce((total, each) => total + toCents(each[column]), 0n);
  const open = fromCents(toCents(branch.open) + sum('open'));
  const won = fromCents(toCents(branch.won) + sum('won'));
  const said = fromCents(toCents(branch.counted) + sum('value'));
  const call = maybeCall(branch, calling);
  const value = call?.value ?? said;
  return {
    level: branch.level,
    scope: branch.scope,
    ...{ open, won, said, call, value, below },
    counted: fromCents(toCents(branch.counted) + sum('counted')),
    isStale: call !== null && isStale(call, { open, won }, calling.staleShare ?? staleShare),
    delta: call?.value ? fromCents(toCents(call.value) - toCents(said)) : null,
  };
}

function maybeCall({ level, scope }: Scope, { calls, currency }: Calling): Call | null {
  const made = calls.find((each) => each.level === level && each.scope === scope);
  return made?.currency === currency ? made : null;
}

/** The scope within a roll-up; undefined when it is not there. */
export function maybeFind(rolled: Rolled, wanted: Scope): Rolled | undefined {
  if (rolled.level === wanted.level && rolled.scope === wanted.scope) return rolled;
  for (const each of rolled.below) {
    const found = maybeFind(each, wanted);
    if (found) return found;
  }
  return undefined;
}

/** All scopes of a level in a roll-up. */
export const scopesOf = (rolled: Rolled, level: Scope['level']): string[] => [
  ...(rolled.level === level && rolled.scope !== null ? [rolled.scope] : []),
  ...rolled.below.flatMap((each) => scopesOf(each, level)),
];
