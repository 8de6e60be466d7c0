import type { Column } from '#warehouse/answers.ts';
import { hrefOf, type Params } from './view.ts';

/** How many rows of a list come with the page; further ones come as one scrolls. */
export const pageSize = 100;

/** An address with `{column}` in it, for each row to fill in, and the view behind it. */
export const hrefTemplate = (path: string, params: Params): string =>
  `${path}${hrefOf('', params)}`;

/** The columns of a list as its table takes them: the name first, which leads to the row's own page. */
export const listColumns = (
  columns: Column[],
  template: string,
): (Column & { hrefTemplate?: string })[] =>
  columns
    .map((column) => (column.name === 'name' ? { ...column, hrefTemplate: template } : column))
    .toSorted((a, b) => Number(b.name === 'name') - Number(a.name === 'name'));
