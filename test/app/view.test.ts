import { expect, test } from 'vitest';
import { compareDay } from '#app/compare.ts';
import { hrefOf, lasting, type Params, readView, receiptHref, toQuery } from '#app/view.ts';
import type { Options } from '#warehouse/answers.ts';

const options: Options = {
  zone: 'UTC',
  currency: 'EUR',
  currencies: ['EUR', 'USD'],
  fiscalYearStart: 1,
  company: 'Golden',
  today: '2026-03-09',
  firstDay: '2024-01-01',
  currentPeriod: '2026-Q1',
  periods: ['2026', '2026-Q1'],
  values: { team: ['North', 'South'], currency: ['EUR', 'USD'] },
  teams: [],
};

test('an empty address is the current period, everything, now', () => {
  expect(readView({}, options)).toMatchObject({ period: '2026-Q1', where: {}, rate: 'plan' });
});

test('a filter is a parameter named as its dimension; - is none; empty is no filter', () => {
  const view = readView({ team: ['North', '-'], salesman: 'x', period: '2026' }, options);
  expect(view).toMatchObject({ period: '2026', where: { team: ['North', null] } });
  expect(readView({ team: '' }, options).where).toEqual({});
});

test('the currency of display filters nothing, and a filter on currency converts nothing', () => {
  expect(readView({ in: 'USD' }, options)).toMatchObject({ currency: 'USD', where: {} });
  expect(readView({ currency: 'USD' }, options)).toMatchObject({
    currency: undefined,
    where: { currency: ['USD'] },
  });
});

test('a receipt asks what the page asked, and the rest of the address stays', () => {
  const params = { team: 'North', asOf: '2026-01-31' };
  const query = toQuery(readView(params, options), ['wonValue']);
  const url = new URL(receiptHref('/pipeline', params, query), 'http://here');
  expect(url.searchParams.get('team')).toBe('North');
  expect(JSON.parse(url.searchParams.get('receipt') ?? '')).toMatchObject({
    metrics: ['wonValue'],
    asOf: '2026-01-31',
    where: { team: ['North'] },
  });
  expect(hrefOf('/pipeline', { asOf: '2026-01-31', team: 'North' }, { asOf: null })).toBe(
    '/pipeline?team=North',
  );
});

test('the day to compare with: the load before, a week, a year, the start of the period, or any day', () => {
  const day = (params: Params) => compareDay(readView(params, options), options);
  expect(day({})).toBeNull();
  expect(day({ compare: 'nonsense' })).toBeNull();
  expect(day({ compare: 'week' })).toBe('2026-03-02');
  expect(day({ compare: 'week', asOf: '2026-01-03' })).toBe('2025-12-27');
  expect(day({ compare: 'year', asOf: '2024-02-29' })).toBe('2023-02-28');
  expect(day({ compare: 'start' })).toBe('2025-12-31');
  expect(day({ compare: 'start', period: 'all' })).toBe('2024-01-01');
  expect(day({ compare: '2025-11-30' })).toBe('2025-11-30');
});

test('another page keeps the view, not what one page alone keeps', () => {
  const params = { team: 'North', search: 'x', sort: '-amount', receipt: '{}', period: 'all' };
  expect(lasting(params)).toEqual({ team: 'North', period: 'all' });
});
