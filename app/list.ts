import { hrefOf, type Params } from './view.ts';

/** How many rows of a list come with the page; further ones come as one scrolls. */
export const pageSize = 100;

/** An address with `{column}` in it, for each row to fill in, and the view behind it. */
export const hrefTemplate = (path: string, params: Params): string =>
  `${path}${hrefOf('', params)}`;
