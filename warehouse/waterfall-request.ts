import { z } from 'zod';
import type { Viewer } from './access.ts';
import { type Source, toQuestion } from './ask.ts';
import { WarehouseError } from './errors.ts';
import { querySchema } from './query.ts';
import type { Question } from './question.ts';
import { type BarName, barNames } from './waterfall-bars.ts';

const { where, period, knownAt, currency, rate } = querySchema.shape;
const moment = z.string().max(40);

/** What happened between two instants to the pipeline of a period. */
export const waterfallSchema = z.strictObject({
  /** A day (its end in the reporting zone) or an instant. */
  from: moment,
  to: moment,
  /** The close dates that count. */
  period,
  where,
  knownAt,
  /** As what was known then the start is shown; default the same as `knownAt`. Adds the bar "Back-dated". */
  fromKnownAt: moment.optional(),
  currency,
  rate,
  /** Adds opportunities that came and went in between, as two bars each, so that Won is what was booked. */
  throughFlow: z.boolean().default(false),
});

export type WaterfallInput = z.input<typeof waterfallSchema>;

const page = {
  limit: z.int().min(1).max(1000).default(100),
  offset: z.int().min(0).max(10_000_000).default(0),
};

/** The opportunities behind one bar. */
export const waterfallRowsSchema = waterfallSchema.extend({
  bar: z.enum(barNames as [BarName, ...BarName[]]),
  ...page,
});

export type WaterfallRowsInput = z.input<typeof waterfallRowsSchema>;

/** The two states that are compared, as questions, and how. */
export interface Walk {
  first: Question;
  last: Question;
  /** The start as it was known then, when that differs from what is known of it. */
  then: Question | null;
  throughFlow: boolean;
  /** Overdue opportunities stand apart, as in the metric "open pipeline"; a waterfall counts them in. */
  isApart: boolean;
}

/** Settles both ends; throws where the end is before the start or the rate policy is not for open business. */
export async function toWalk(
  source: Source,
  viewer: Viewer,
  input: WaterfallInput,
  isApart = false,
): Promise<Walk> {
  const { from, to, fromKnownAt, throughFlow, ...shared } = waterfallSchema.parse(input);
  const ask = (asOf: string, known = shared.knownAt) =>
    toQuestion(source, viewer, {
      metrics: ['openPipeline'],
      ...shared,
      asOf,
      ...(known ? { knownAt: known } : {}),
    });
  const [first, last] = [await ask(from), await ask(to)];
  const then = fromKnownAt === undefined ? null : await ask(from, fromKnownAt);
  checkWalk(first, last, then);
  return { first, last, then, throughFlow, isApart };
}

function checkWalk(first: Question, last: Question, then: Question | null): void {
  if (first.moment.instant > last.moment.instant)
    throw new WarehouseError(
      'wrong-use',
      `A waterfall runs forward: it cannot begin at ${first.moment.day} and end at ${last.moment.day}; swap the two`,
    );
  if (first.query.rate === 'close')
    throw new WarehouseError(
      'wrong-use',
      'The rate at the close date exists for closed business only; a waterfall takes the plan or as-of rate',
    );
  const end = last.knownAt ?? last.settings.knownAt;
  if (then?.knownAt && then.knownAt > end)
    throw new WarehouseError(
      'wrong-use',
      'The start cannot be known later than the end; give an earlier instant for what was known of the start',
    );
}
