import type { Cell } from '../answers.ts';
import { metric } from '../definitions.ts';
import { followUp, incidenceAt, parseTimes, total } from '../survival.ts';
import { reasonOf, rounded } from './shares.ts';

/** Within so many days a lead should have become an opportunity. */
const within = 90;

const lead = {
  from: 'lead',
  version: 1,
  where: 'in_period',
  source: 'Metric 2.21, leads',
} as const;

export const leadsCreated = metric({
  ...lead,
  label: 'Leads created',
  unit: 'count',
  share: '1',
  aggregate: 'count',
  additive: true,
  meaning: 'How many leads were created in the period',
  formula: 'count of the leads by their day of creation',
});
export const leadConversion = metric({
  ...lead,
  label: `Lead conversion within ${within} days`,
  unit: 'ratio',
  share: `(is_converted and days <= ${within})::integer`,
  aggregate: 'combine',
  additive: false,
  parts: {
    converted: 'histogram(days) filter (where is_converted)::varchar',
    waiting: 'histogram(days) filter (where not is_converted)::varchar',
  },
  companions: [
    { name: 'leadConversionLow', label: 'low (95 %)', unit: 'ratio' },
    { name: 'leadConversionHigh', label: 'high (95 %)', unit: 'ratio' },
    { name: 'leadConversionN', label: 'leads', unit: 'count' },
    {
      name: 'leadConversionYoung',
      label: `not yet ${within} days old, not converted`,
      unit: 'count',
    },
    reasonOf('leadConversion'),
  ],
  combine: conversion,
  meaning: `Of the leads created in the period, the share that becomes an opportunity within ${within} days. Leads that are younger and not converted count for as long as they have been seen, not as failures`,
  formula: `1 − Kaplan-Meier at ${within} days since creation, leads not converted by the as-of day censored there; null while none was followed for ${within} days`,
});

function conversion(parts: Record<string, Cell>, name: string): Record<string, Cell> {
  const [won, open] = [parseTimes(parts.converted), parseTimes(parts.waiting)];
  const n = total(won) + total(open);
  const young = [...open].reduce((sum, [day, k]) => sum + (day < within ? k : 0), 0);
  const steps = followUp({ won, other: new Map(), open });
  const { share, low, high, open: undecided } = incidenceAt(steps, within);
  const isFollowed = undecided === 0 || [...won.keys(), ...open.keys()].some((d) => d >= within);
  const reason = !n
    ? 'no leads'
    : isFollowed
      ? null
      : `no lead has been followed for ${within} days`;
  const told = (value: number) => (reason ? null : rounded(value));
  return {
    [name]: told(share),
    [`${name}Low`]: told(low),
    [`${name}High`]: told(high),
    [`${name}N`]: n,
    [`${name}Young`]: young,
    [`${name}Reason`]: reason,
  };
}
