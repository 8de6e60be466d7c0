import { z } from 'zod';

const opportunity = z.string().min(1).max(300);
const day = z.iso.date();
const money = z.string().regex(/^\d{1,15}(\.\d{1,2})?$/, 'write an amount such as 1200.50');
const share = z.number().min(0).max(10);
/** Whom a change concerns: a dimension and one of its values; absent: everybody. */
const of = z.strictObject({ dimension: z.string().max(40), value: z.string().max(300) }).optional();

/** One change of what is so. */
const changeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('win'), opportunity, closeOn: day.optional() }),
  z.strictObject({ kind: z.literal('lose'), opportunity }),
  z.strictObject({ kind: z.literal('move'), opportunity, closeOn: day }),
  z.strictObject({ kind: z.literal('amount'), opportunity, amount: money }),
  /** New opportunities from a day on, as a share of the usual inflow. */
  z.strictObject({ kind: z.literal('inflow'), of, share, from: day, to: day.optional() }),
  /** Closings between two days, both included, as a share of the usual ones. */
  z.strictObject({ kind: z.literal('calendar'), share, from: day, to: day }),
  /** Salesmen who come (or go, when negative) on a day. */
  z.strictObject({
    kind: z.literal('headcount'),
    of,
    change: z.int().min(-500).max(500),
    from: day,
  }),
]);

/** What would be if: changes laid over what is so. The empty overlay changes nothing. */
export const overlaySchema = z.strictObject({ changes: z.array(changeSchema).max(200) });

export type Overlay = z.infer<typeof overlaySchema>;
export type OverlayChange = z.infer<typeof changeSchema>;
