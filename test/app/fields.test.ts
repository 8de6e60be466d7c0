import { expect, test } from 'vitest';
import { cellOf } from '#app/fields/cells.ts';
import { type Choices, readChoices } from '#app/fields/choices.ts';
import { fieldsSentence } from '#app/fields/sentence.ts';
import type { FieldGrid, GridCell } from '#warehouse/field-grid.ts';

const cell = (more: Partial<GridCell> = {}): GridCell => ({
  row: 0,
  column: 0,
  n: 40,
  number: 0.4,
  expected: 0.41,
  ratio: 0.98,
  z: -0.1,
  chance: 0.9,
  side: null,
  missing: 0,
  ...more,
});
const value = (name: string | null) => ({ value: name, n: 40, number: 0.4 });
const grid = (cells: GridCell[], more: Partial<FieldGrid> = {}) =>
  ({
    rows: [value('Retail'), value('Steel')],
    columns: [value('South'), value(null)],
    cells,
    judged: cells.filter(({ z }) => z !== null).length,
    told: cells.filter(({ side }) => side !== null).length,
    currency: 'EUR',
    ...more,
  }) as FieldGrid;
const choices: Choices = { field: 'industry', across: 'region', measure: 'winRate' };
const said = (of: FieldGrid, more: Partial<Choices> = {}, past = false) =>
  fieldsSentence(of, { ...choices, ...more }, { period: 'Q1 2026', past })
    .map(({ text }) => text)
    .join('');

test('that nothing differs beyond noise is a finding', () => {
  expect(said(grid([cell(), cell({ z: null })]))).toBe(
    'No combination of industry and region differs beyond noise in its win rate in Q1 2026; 1 of 2 could be judged.',
  );
  expect(said(grid([cell()]), {}, true)).toContain('differed beyond noise');
});

test('the cell farthest from its expectation is named, and opens', () => {
  const told = grid([
    cell({ side: 'above', z: 3.1, number: 0.6 }),
    cell({ row: 1, column: 1, side: 'below', z: -4.2, number: 0.22 }),
    cell({ z: -9, side: null }),
  ]);
  expect(said(told)).toBe(
    'Steel, none: win rate 22 %, where 41 % were to be expected. 2 of 3 combinations of industry and region differ beyond noise in Q1 2026.',
  );
  const pieces = fieldsSentence(told, choices, { period: 'Q1 2026', past: false });
  expect(pieces.map(({ metric }) => metric).filter(Boolean)).toEqual(['cell']);
  const sizes = grid([
    cell({ side: 'above', z: 4, number: '12000.00', expected: null, ratio: 1.6 }),
  ]);
  expect(said(sizes, { measure: 'averageWonSize' })).toContain(
    'average won size € 12 k, typically 1.6× of what was to be expected.',
  );
});

test('too few to judge anything are said to be too few', () => {
  expect(said(grid([cell({ z: null })]))).toBe(
    'Too few closings in Q1 2026 to judge any combination of industry and region. Widen the period or choose a coarser field.',
  );
});

test('a cell is shaded only beyond noise, with a sign for its side', () => {
  expect(cellOf(cell(), grid([]), 'winRate')).toEqual({
    text: '40 %',
    said: '40 %, within noise of 41 % expected, n = 40',
  });
  const above = cellOf(cell({ side: 'above', z: 6 }), grid([]), 'winRate');
  expect(above).toMatchObject({ text: '40 % ▲', tone: 'won', shade: 1 });
  expect(above.said).toContain('above 41 % expected');
});

test('longer is worse', () => {
  const days = { number: 120, expected: null, ratio: 1.4, z: 3 };
  const slow = cellOf(cell({ ...days, side: 'above' }), grid([]), 'daysToClose');
  expect(slow).toMatchObject({ text: '120 d ▲', tone: 'lost' });
  expect(slow.said).toContain('above what is expected (1.4×)');
});

test('a cell of too few says how many are missing instead of a number', () => {
  expect(cellOf(cell({ n: 0, number: null, z: null, missing: 92 }), grid([]), 'winRate')).toEqual({
    text: '+92',
    said: '0 closings, 92 more are missing to know it',
    isFaint: true,
  });
  expect(cellOf(cell({ n: 4, missing: 88 }), grid([]), 'winRate').text).toBe('+88');
  expect(cellOf(cell({ n: 0, number: 0, z: null }), grid([]), 'createdCount').text).toBe('0');
});

test('choices come from the address, and two fields are never the same', () => {
  expect(readChoices({})).toEqual(choices);
  expect(readChoices({ field: 'region', across: 'region' })).toMatchObject({
    field: 'region',
    across: 'industry',
  });
  expect(readChoices({ field: 'team', across: 'product', measure: 'wonCount' })).toEqual({
    field: 'team',
    across: 'product',
    measure: 'wonCount',
  });
  expect(readChoices({ field: 'nonsense', measure: 'nonsense' })).toEqual(choices);
});
