import { z } from 'zod';
import { overlaySchema } from '../state/overlay.ts';
import { categories, levels } from '../state/schema.ts';

/** Made by the client, one for each thing that it wants stored: sending it twice stores it once. */
const id = z.string().regex(/^[\w-]{8,64}$/, 'write 8 to 64 letters, digits, - or _');
const name = z.string().trim().min(1).max(300);
const moment = z.string().max(40);
const instant = z.iso.datetime();
const money = z
  .string()
  .regex(/^-?\d{1,15}(\.\d{1,2})?$/, 'write an amount such as 1200.50')
  .transform((text) => withCents(text));
const period = z
  .string()
  .regex(/^\d{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?$/, 'write a year, a quarter or a month: 2026-Q3');
const category = z.enum(categories);
const currency = z.string().regex(/^[A-Z]{3}$/, 'write three letters: EUR');
const typed = z.string().trim().min(1).max(2000);

const when = z.strictObject({ asOf: moment.optional(), knownAt: moment.optional() });

export const calls = z.strictObject({
  period,
  category: category.optional(),
  until: instant.optional(),
});

export const rollUp = when.extend({
  period,
  category: category.default('commit'),
  currency: currency.optional(),
});

export const authors = z.strictObject({ category: category.default('commit') });

/** `asOf` and `knownAt` are those of the page on which the call was made; `p50` is the model's, where it showed one. */
export const makeCall = when
  .extend({
    id,
    level: z.enum(levels),
    scope: name.nullable(),
    period,
    category,
    /** Null: no judgement of one's own any more. */
    value: money.nullable(),
    currency: currency.optional(),
    reason: typed,
    p50: money.nullable().default(null),
    follows: z.int().min(1).nullable().optional(),
  })
  .refine(({ level, scope }) => (level === 'whole') === (scope === null), {
    path: ['scope'],
    message: 'the whole has no scope, everything else has one',
  });

const rule = z.string().regex(/^[A-Za-z][\w-]{0,59}$/, 'write the name of a rule');
const opportunity = z.string().min(1).max(300);
const evidence = z.strictObject({ hash: z.string().min(1).max(128), size: z.number() });
const marked = { id, rule, opportunity };
const comment = typed.nullable().default(null);

export const marks = z.strictObject({ opportunity, until: instant.optional() });

/** The risks that hold, as a page shows them, to be told how they stand. */
export const standing = z.strictObject({
  risks: z.array(z.strictObject({ rule, opportunity, evidence })).max(1000),
  /** For a look back: the marks made by then, and the day that it was. */
  until: instant.optional(),
  day: z.iso.date().optional(),
});

export const mark = z.discriminatedUnion('action', [
  z.strictObject({ ...marked, action: z.literal('acknowledge'), evidence, comment }),
  z.strictObject({
    ...marked,
    ...{ action: z.literal('snooze'), evidence, comment },
    /** The day on which it comes back; without one it does when its evidence changes. */
    untilOn: z.iso.date().nullable().default(null),
  }),
  z.strictObject({ ...marked, action: z.literal('show'), comment }),
  z.strictObject({ ...marked, action: z.literal('assign'), salesman: name.nullable(), comment }),
  z.strictObject({ ...marked, action: z.literal('comment'), comment: typed }),
]);

const page = z.enum(['outlook']);
export const lastLook = z.strictObject({ page });
export const look = when.extend({ id, page });

const scenario = z.string().regex(/^[\w-]{8,64}$/);
export const scenarioOf = z.strictObject({ scenario });
export const saveScenario = z.strictObject({
  id,
  scenario,
  /** The version that was changed; 0 begins a scenario. */
  after: z.int().min(0).max(1_000_000),
  name: z.string().trim().min(1).max(120),
  /** Null takes the scenario away. */
  overlay: overlaySchema.nullable(),
});

/** `12`, `12.5` -> `12.00`, `12.50`. */
function withCents(text: string): string {
  const [whole = '', part = ''] = text.split('.');
  return `${whole}.${part.padEnd(2, '0')}`;
}
