import { expect, test } from 'vitest';
import { columnWidth } from '#components/column-width.ts';
import { type DataColumn, DataTable, type DataTableProps } from '#components/data-table.tsx';
import { maybeFilled } from '#components/data-table-row.tsx';
import { HeatTable, type HeatTableProps } from '#components/heat-table.tsx';
import { Table, type TableProps } from '#components/table.tsx';
import { nextRow, piecesOf } from '#components/use-row-window.ts';
import { rendered } from './drawings.ts';

const columns: DataColumn[] = [
  { name: 'name', label: 'Name', unit: 'text', hrefTemplate: '/things/{id}?asOf=2026-01-31' },
  { name: 'size', label: 'Size', unit: 'money', currency: 'EUR' },
  { name: 'on', label: 'Day', unit: 'date' },
  { name: 'code', label: 'Code', unit: 'text' },
];
const rows = Array.from({ length: 100 }, (_, i) => ({
  id: `a/${i}`,
  name: `Thing ${i}`,
  size: i === 1 ? null : '1234567.89',
  on: '2026-03-14',
  code: 'x',
}));
const list: DataTableProps = {
  caption: 'Things',
  columns,
  hidden: ['code'],
  rows,
  count: 100_000,
  pageSize: 100,
  sort: '-size',
  endpoint: { url: '/api/list', params: {} },
};

test('the first page of a list comes with the document, no more', () => {
  const document = rendered(DataTable, list);
  const drawn = [...document.querySelectorAll('tbody tr[data-index]')];
  expect(drawn.length).toBeGreaterThanOrEqual(95);
  expect(drawn.length).toBeLessThanOrEqual(100);
  expect(document.querySelector('table')?.getAttribute('aria-rowcount')).toBe('100001');
  expect(drawn[0]?.getAttribute('aria-rowindex')).toBe('2');
  expect(document.body.textContent).not.toContain('is coming');
  expect(document.body.textContent).toContain('100,000 rows');
});

test('the rows that are not drawn keep their room', () => {
  const document = rendered(DataTable, list);
  const drawn = document.querySelectorAll('tbody tr[data-index]').length;
  const room = document.querySelector('tbody tr[aria-hidden] td')?.getAttribute('style');
  expect(room).toBe(`height:${(100_000 - drawn) * 32}px`);
});

test('a list says what it is sorted by, in the head that sorts', () => {
  const document = rendered(DataTable, list);
  const heads = [...document.querySelectorAll('thead th')];
  expect(heads.map((head) => head.getAttribute('aria-sort'))).toEqual([null, 'descending', null]);
  expect(heads.every((head) => head.querySelector('button'))).toBe(true);
});

test('hidden columns are left out, none is a dash, a row is named and linked by its first cell', () => {
  const document = rendered(DataTable, list);
  expect(document.querySelector('thead')?.textContent).not.toContain('Code');
  const [first, second] = document.querySelectorAll('tbody tr[data-index]');
  expect(first?.querySelector('th a')?.getAttribute('href')).toBe('/things/a%2F0?asOf=2026-01-31');
  expect(second?.querySelector('td')?.textContent).toBe('–');
  expect(first?.querySelector('td span')?.getAttribute('title')).toBe('€ 1,234,567.89');
});

test('one row is reached by Tab, the others by arrows', () => {
  const reached = rendered(DataTable, list).querySelectorAll('tbody [tabindex="0"]');
  expect(reached.length).toBe(1);
});

test('a list without rows still has its head', () => {
  const document = rendered(DataTable, { ...list, rows: [], count: 0 });
  expect(document.querySelectorAll('thead th').length).toBe(3);
  expect(document.body.textContent).toContain('0 rows');
});

test('an address is filled in by the row, or not at all', () => {
  expect(maybeFilled('/a/{id}?b={x}', { id: 'q&"/', x: 2 })).toBe('/a/q%26%22%2F?b=2');
  expect(maybeFilled('/a/{id}', { id: null })).toBeUndefined();
  expect(maybeFilled('/a/{id}', {})).toBeUndefined();
});

test.each([
  ['ArrowDown', 5, 6],
  ['ArrowUp', 0, 0],
  ['PageDown', 95, 99],
  ['PageUp', 30, 10],
  ['Home', 50, 0],
  ['End', 50, 99],
  ['a', 5, undefined],
])('%s from row %i leads to %s', (key, from, to) => {
  expect(nextRow(key, from, { count: 100, screen: 20 })).toBe(to);
});

test('rows out of view become gaps, with the row of the keyboard between them', () => {
  expect(piecesOf([2, 50, 51], 100)).toEqual([
    { kind: 'gap', from: 0, height: 64 },
    { kind: 'row', index: 2 },
    { kind: 'gap', from: 3, height: 47 * 32 },
    { kind: 'row', index: 50 },
    { kind: 'row', index: 51 },
    { kind: 'gap', from: 52, height: 48 * 32 },
  ]);
  expect(piecesOf([], 0)).toEqual([]);
});

test('a column is as wide as what it holds, within bounds', () => {
  const text = { name: 'a', label: 'A', unit: 'text' } as const;
  const widthOf = (a: string) => columnWidth(text, [{ a }]);
  expect(widthOf('short')).toBeLessThan(widthOf('a good deal longer'));
  expect(widthOf('x'.repeat(500))).toBe(300);
  expect(columnWidth({ ...text, label: 'A long head' }, [])).toBeGreaterThan(90);
});

const small: TableProps = {
  caption: 'Some',
  columns: [
    { name: 'name', label: 'Name', unit: 'text', href: ({ id }) => (id ? `/x/${id}` : null) },
    { name: 'size', label: 'Size', unit: 'count' },
  ],
  rows: [
    { name: 'One', size: 1200, id: 7 },
    { name: 'Two', size: null },
  ],
};

test('a small table names its rows, links where a row leads, and sets numbers right', () => {
  const document = rendered(Table, small);
  const heads = [...document.querySelectorAll('tbody th[scope=row]')];
  expect(heads.map(({ textContent }) => textContent)).toEqual(['One', 'Two']);
  expect(document.querySelectorAll('tbody a').length).toBe(1);
  const cells = [...document.querySelectorAll('tbody td')];
  expect(cells.map(({ textContent }) => textContent)).toEqual(['1,200', '–']);
  expect(cells[0]?.hasAttribute('data-right')).toBe(true);
});

test('a small table without rows says so', () => {
  const said = rendered(Table, { ...small, rows: [], empty: 'No task is linked to it.' });
  expect(said.body.textContent).toBe('No task is linked to it.');
  expect(said.querySelector('table')).toBeNull();
});

const heat: HeatTableProps = {
  caption: 'Things by place',
  label: 'Thing',
  columns: ['Here', 'There'],
  rows: [
    {
      label: 'One',
      href: '/one',
      cells: [
        { text: '62 % ▲', said: '62 %, above 41 % expected', tone: 'won', shade: 1, href: '/cell' },
        { text: '+38', said: '38 more are missing', isFaint: true },
      ],
    },
  ],
};

test('a heat table shades only what is told, and says to who listens what it shows', () => {
  const document = rendered(HeatTable, heat);
  const [told, few] = [...document.querySelectorAll('tbody td')];
  expect(told?.getAttribute('style')).toContain('var(--won) 50%');
  expect(told?.querySelector('a')?.getAttribute('href')).toBe('/cell');
  expect(told?.querySelector('[aria-hidden]')?.textContent).toBe('62 % ▲');
  expect(told?.querySelector('a > :last-child')?.textContent).toBe('62 %, above 41 % expected');
  expect(few?.getAttribute('style')).toBe(null);
  expect(few?.querySelector('a')).toBe(null);
  expect(document.querySelector('tbody th a')?.getAttribute('href')).toBe('/one');
  expect(document.querySelector('table')?.getAttribute('style')).toBe('min-width:252px');
});
