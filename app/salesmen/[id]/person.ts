import type { Opened } from '../../open.ts';
import { dayOf, hrefOf, type Params, receiptHref, toQuery, type View } from '../../view.ts';
import { nobody, salesmanPath, spanInWords, spanOf } from '../span.ts';

/** What every tile of the page of one salesman knows. */
export interface Person {
  id: string;
  path: string;
  page: Opened;
  /** The view in the period of the page, without filters on people. */
  view: View;
  /** The period in words. */
  words: string;
  day: string;
  /** The same page over all periods. */
  wide: string;
}

/** Filters on people do not belong to the page of one: others are whom he is held against. */
export function personOf(id: string, opened: Opened): Person {
  const { salesman: _, team: __, director: ___, ...where } = opened.view.where;
  const params: Params = { ...opened.params, ...unfiltered };
  const day = dayOf(opened.view, opened.options);
  const period = spanOf(opened.view, params, day);
  const path = salesmanPath(id);
  return {
    id,
    path,
    page: { ...opened, params, view: { ...opened.view, where } },
    view: { ...opened.view, where, period },
    words: spanInWords(params, period),
    day,
    wide: hrefOf(path, params, { period: 'all', receipt: null }),
  };
}

const unfiltered: Params = Object.fromEntries(Object.keys(nobody).map((name) => [name, undefined]));

/** What is asked of the comparison, the profile and their rows. */
export function askedOf({ id, view }: Person) {
  const { where, period, asOf, knownAt, currency, rate } = view;
  return { where, period, asOf, knownAt, currency, rate, salesman: id };
}

/** His numbers only, for the metrics. */
export const queryOf = (
  { id, view }: Person,
  metrics: string[],
  more: Parameters<typeof toQuery>[2] = {},
) => toQuery(view, metrics, { where: { ...view.where, salesmanId: [id] }, ...more });

export const metricHref = (
  person: Person,
  metric: string,
  more: Parameters<typeof toQuery>[2] = {},
): string => receiptHref(person.path, person.page.params, queryOf(person, [metric], more));

/** The address of the closings or stays behind one number about him. */
export const comparedHref = (person: Person, more: object): string =>
  receiptHref(person.path, person.page.params, { ...askedOf(person), ...more });
