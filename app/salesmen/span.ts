import { one, type Params, type View } from '../view.ts';
import { periodInWords } from '../words.ts';

/** The period that was chosen, else twelve months until the as-of day: a running quarter tells too little of people. */
export function spanOf({ period }: View, params: Params, day: string): string {
  if (one(params.period)) return period;
  return `${yearBefore(day)}..${day}`;
}

export const spanInWords = (params: Params, period: string): string =>
  one(params.period) ? periodInWords(period) : 'the last twelve months';

export const yearBefore = (day: string): string =>
  `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`.replace('-02-29', '-02-28');

/** The page of one salesman. */
export const salesmanPath = (id: string): string => `/salesmen/${encodeURIComponent(id)}`;

/** Filters on people: they do not belong to the page of one. */
export const nobody = { salesman: null, team: null, director: null } as const;
