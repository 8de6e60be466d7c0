import type { Risk } from '../definitions.ts';
import * as conduct from './conduct.ts';
import * as people from './people.ts';
import * as timing from './timing.ts';
import * as value from './value.ts';

/** Every risk rule by its name. */
export const risks = { ...timing, ...conduct, ...people, ...value } satisfies Record<string, Risk>;

export type RiskName = keyof typeof risks;
export const riskNames = Object.keys(risks) as RiskName[];
