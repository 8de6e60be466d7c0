import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextMark } from '#components/chart-tips.tsx';
import {
  DotInterval,
  type DotIntervalProps,
  dotIntervalTable,
  isApart,
} from '#components/dot-interval.tsx';
import { LineTrend } from '#components/line-trend.tsx';
import { drawSvg } from '#components/plot.tsx';
import { scatterSummary } from '#components/scatter.tsx';
import { commonDomain, SmallMultiples } from '#components/small-multiples.tsx';
import { shorten, spread, textWidth, withoutOverlap } from '#components/text-fit.ts';
import { dateTicks, logTicks, niceEnd, niceTicks } from '#components/ticks.ts';
import { waterfallRows, waterfallSummary } from '#components/waterfall.tsx';
import { hitRows } from '#components/theme.ts';
import { rendered } from './drawings.ts';

const eur = { unit: 'money', currency: 'EUR' } as const;

test('an axis ends at or beyond its value, not far', () => {
  const size = fc.double({ min: 1e-3, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(size, (value) => {
      const end = niceEnd(value, 4);
      expect(end).toBeGreaterThanOrEqual(value * 0.999);
      expect(end).toBeLessThanOrEqual(value * 2);
    }),
  );
  expect(niceEnd(0, 4)).toBe(1);
});

test('ticks are few, even and within', () => {
  expect(niceTicks(0, 10, 4)).toEqual([0, 2.5, 5, 7.5, 10]);
  expect(niceTicks(-3, 3, 3)).toEqual([-2, 0, 2]);
  expect(logTicks(900, 250_000)).toEqual([1000, 3000, 10_000, 30_000, 100_000]);
});

test('the year is said once, at its first tick', () => {
  const ticks = dateTicks(Date.UTC(2024, 9, 1), Date.UTC(2026, 2, 1), 6);
  expect(ticks.map(({ text, year }) => (year ? `${text} ${year}` : text))).toEqual([
    'Oct 2024',
    'Jan 2025',
    'Apr',
    'Jul',
    'Oct',
    'Jan 2026',
  ]);
});

test('a text that is cut fits, and one that fits is not cut', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), fc.integer({ min: 20, max: 300 }), (text, width) => {
      const short = shorten(text, width);
      if (textWidth(text) <= width) expect(short).toBe(text);
      else expect(short.endsWith('…')).toBe(true);
    }),
  );
});

test('names are moved apart, in their order and between the edges', () => {
  const places = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(places, (at) => {
      const sorted = at.toSorted((a, b) => a - b);
      const placed = spread(sorted, 14, 0, 200);
      for (const [i, y] of placed.entries()) {
        expect(y).toBeGreaterThanOrEqual(-0.001);
        expect(y).toBeLessThanOrEqual(200.001);
        if (i) expect(y - (placed[i - 1] ?? 0)).toBeGreaterThanOrEqual(13.999);
      }
    }),
  );
});

test('of words that would touch the first stays', () => {
  const spots = [0, 10, 60].map((at) => ({ at, text: 'May' }));
  expect(withoutOverlap(spots).map(({ at }) => at)).toEqual([0, 60]);
});

test('arrow keys go through the marks and stop at the ends; Escape closes', () => {
  const marks = ['a', 'b', 'c'];
  expect(nextMark('ArrowRight', marks, null)).toBe('a');
  expect(nextMark('ArrowDown', marks, 'c')).toBe('c');
  expect(nextMark('ArrowLeft', marks, null)).toBe('c');
  expect(nextMark('ArrowUp', marks, 'b')).toBe('a');
  expect([nextMark('Home', marks, 'c'), nextMark('End', marks, 'a')]).toEqual(['a', 'c']);
  expect(nextMark('Escape', marks, 'b')).toBeNull();
  expect(nextMark('Escape', marks, null)).toBeUndefined();
  expect(nextMark('x', marks, 'b')).toBeUndefined();
});

const bridge = {
  measure: eur,
  start: { label: '1 Jan', value: '100.10' },
  end: { label: '1 Feb', value: '131.00' },
  steps: [
    { label: 'New', delta: '50.20' },
    { label: 'Lost', delta: '-20.30' },
    { label: 'Currency', delta: '0.99', isNeutral: true },
  ],
};

test('a bridge says by itself what its steps leave open, to the cent', () => {
  const rest = waterfallRows(bridge).at(-2);
  expect(rest).toMatchObject({ label: 'Not explained', from: 130.99, to: 131, kind: 'neutral' });
  const closed = { ...bridge, end: { label: '1 Feb', value: '130.99' } };
  expect(waterfallRows(closed).map(({ kind }) => kind)).toEqual([
    'total',
    'up',
    'down',
    'neutral',
    'total',
  ]);
});

test('a bridge is told by its largest steps', () => {
  expect(waterfallSummary(bridge)).toBe(
    'From € 100 (1 Jan) to € 131 (1 Feb), most by New +€ 50, Lost −€ 20, Currency +€ 1',
  );
});

test('what reaches into the band cannot be told apart', () => {
  const band = { low: 0.3, high: '0.4', label: 'Noise' };
  const row = (low: number, high: number) => ({
    label: '',
    value: (low + high) / 2,
    low,
    high,
    notes: [],
  });
  expect(isApart(row(0.41, 0.5), band)).toBe(true);
  expect(isApart(row(0.35, 0.5), band)).toBe(false);
  expect(isApart(row(0.1, 0.3), band)).toBe(false);
  expect(isApart(row(0.1, 0.29), band)).toBe(true);
  expect(isApart(row(0.1, 0.29), undefined)).toBe(true);
});

test('points without a place are counted, not drawn at 0', () => {
  const words = { label: 'Name', x: 'Age', y: 'Amount', flagged: 'Too long' };
  const points = [
    { label: 'a', x: 1, y: '100', isFlagged: true },
    { label: 'b', x: null, y: '100' },
    { label: 'c', x: 1, y: '0' },
  ];
  expect(scatterSummary({ points, words, x: { unit: 'days' }, y: eur })).toBe(
    'Age against amount of 1, 1 of them too long; 2 without age or amount are not drawn',
  );
});

const panels = ['Ana', 'Piotr'].map((label, n) => ({
  label,
  href: `/p/${n}`,
  note: 'n 4',
  points: [1, 2, 3].map((i) => ({
    on: `2026-0${i}-01`,
    value: n ? -i * 90 : i * 130,
    href: `/p/${n}/${i}`,
  })),
}));
const multiples = { panels, measure: eur, words: { value: 'Won', reference: 'Middle' } };

test('small pictures share one scale, each named and linked', () => {
  expect(commonDomain(multiples)).toEqual([-500, 400]);
  const document = rendered(SmallMultiples, multiples);
  const ticks = [...document.querySelectorAll('svg[role=img]')].map((svg) => svg.textContent);
  expect(ticks.length).toBe(2);
  expect(ticks[0]).toBe(ticks[1]);
  expect(document.querySelectorAll('svg[data-hits] a').length).toBe(6);
  expect(
    [...document.querySelectorAll('li > div:first-child > a')].map((a) => a.textContent),
  ).toEqual(['Ana', 'Piotr']);
});

test('a drawing keeps no style, no script and no address of another site', () => {
  const rows = ['javascript:alert(1)', '//elsewhere.example', 'https://elsewhere.example', '/here'];
  const margins = { top: 0, right: 10, bottom: 0, left: 10 };
  const svg = drawSvg(
    {
      width: 300,
      height: 80,
      marginLeft: 10,
      marginRight: 10,
      y: { type: 'band', domain: [0, 1, 2, 3], axis: null },
      x: { domain: [0, 1], axis: null },
      marks: [hitRows(rows, [0, 1], margins, { title: (row) => row, href: (row) => row })],
    },
    'A "summary" <b>',
  );
  expect([...svg.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toEqual(['/here']);
  expect(svg).not.toMatch(/<style|<script|xmlns/);
  expect(svg).toContain('aria-label="A &quot;summary&quot; &lt;b&gt;"');
});

/** The words of each drawing, without those of its tips. */
const picturesOf = (drawn: Document): string[] => {
  for (const title of [...drawn.querySelectorAll('title')]) title.remove();
  return [...drawn.querySelectorAll('[role="group"] > div > div')].map((each) =>
    [...each.querySelectorAll('text')].map(({ textContent }) => textContent).join(' '),
  );
};

const dots = (more: Partial<DotIntervalProps> = {}): DotIntervalProps => ({
  measure: { unit: 'ratio' },
  words: { label: 'Stage', value: 'Went on', interval: '95 % interval', expected: 'Peers' },
  rows: [
    { label: 'Demo', value: 0.4, low: 0.38, high: 0.44, expected: 0.43, isApart: true, notes: [] },
    { label: 'Offer', value: 0.42, low: 0.4, high: 0.46, notes: [] },
  ],
  ...more,
});

test('what was to be expected of a row is a tick, in the tip and in the table', () => {
  const drawn = rendered(DotInterval, dots());
  // One in the narrow drawing and one in the wide.
  expect(drawn.querySelectorAll('[stroke-dasharray="2 2"] > *').length).toBe(2);
  expect(drawn.querySelector('title')?.textContent).toContain('Peers 43 %');
  const { columns, rows } = dotIntervalTable(dots());
  expect(columns.at(-1)).toMatchObject({ name: 'expected', label: 'Peers' });
  expect(rows[0]?.expected).toBe(0.43);
});

test('whether a row differs is as it is told, else by the band', () => {
  const [demo, offer] = dots().rows;
  const band = { low: 0.3, high: 0.5, label: 'alike' };
  expect(demo && isApart(demo, band)).toBe(true);
  expect(offer && isApart(offer, band)).toBe(false);
});

test('an axis of intervals never has one tick alone', () => {
  for (const high of [0.46, 0.49, 0.497, 0.53]) {
    const rows = dots().rows.map((row) => ({ ...row, low: 0.35, high }));
    const drawn = rendered(DotInterval, dots({ rows }));
    for (const each of picturesOf(drawn))
      expect(each.match(/[\d.]+ %(?! to)/g)?.length).toBeGreaterThan(1);
  }
});

test('lines beside each other can share their time', () => {
  const points = [
    { on: '2025-06-30', values: [1] },
    { on: '2025-09-30', values: [2] },
  ];
  const own = { series: [{ name: 'Won' }], points, measure: { unit: 'count' } as const };
  const years = (span?: [string, string]) =>
    picturesOf(rendered(LineTrend, { ...own, span })).join(' ');
  expect(years()).not.toContain('2024');
  expect(years(['2024-01-01', '2026-01-01'])).toContain('2024');
});
