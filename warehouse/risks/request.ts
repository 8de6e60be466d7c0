import { z } from 'zod';
import { WarehouseError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { querySchema } from '../query.ts';
import { type RiskName, riskNames } from './index.ts';

const { where, period, asOf, knownAt } = querySchema.shape;

/** Which opportunities at risk, as of when, in which order and which part of them. */
export const risksSchema = z.strictObject({
  where,
  /** When they are expected to close. */
  period,
  asOf,
  knownAt,
  /** Only those that this rule names. */
  rule: z.string().max(40).optional(),
  /** One opportunity by its id. */
  opportunity: z.string().max(300).optional(),
  /** With what only rules without measured lift name. */
  hygiene: z.boolean().default(false),
  sort: z.enum(['-money', '-amount', 'closeOn', 'salesman']).default('-money'),
  limit: z.int().min(1).max(1000).default(100),
  offset: z.int().min(0).max(10_000_000).default(0),
});

export const riskRulesSchema = risksSchema.pick({
  where: true,
  period: true,
  asOf: true,
  knownAt: true,
});

export type RiskRulesInput = z.input<typeof riskRulesSchema>;
export type RisksInput = z.input<typeof risksSchema>;

/** The rule of that name; throws `wrong-name` with the nearest. */
export function riskNamed(name: string): RiskName {
  if (riskNames.includes(name as RiskName)) return name as RiskName;
  throw new WarehouseError(
    'wrong-name',
    `There is no risk rule "${name}". Did you mean "${nearest(name, riskNames)}"?`,
  );
}
