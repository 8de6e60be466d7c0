import { expect, test } from 'vitest';
import { kinds, samples } from './chart-samples.ts';
import { overlaps, rendered, wordsOf } from './drawings.ts';

const each = samples.flatMap(({ name, of }) => kinds.map((kind) => ({ name, kind, ...of(kind) })));

/** Every picture of a chart with the widths at which it is shown. */
const pictures = (document: Document) =>
  [...document.querySelectorAll('svg[role=img]')].flatMap((svg, n) =>
    (n === 0 ? [300, 326, 479] : [480, 760]).map((width) => ({ svg, width })),
  );

test.each(each)('$name, $kind: words stay on the picture and off each other', ({ component }) => {
  for (const { svg, width } of pictures(rendered(component, {}))) {
    const words = wordsOf(svg, width);
    expect(overlaps(words), `at ${width} px`).toEqual([]);
    const outside = words.filter(({ left, right }) => left < -1 || right > width + 1);
    expect(outside, `at ${width} px`).toEqual([]);
  }
});

test.each(each)('$name, $kind: no number is missing, no size below 0', ({ component }) => {
  const html = rendered(component, {}).body.innerHTML;
  expect(html).not.toMatch(/NaN|undefined|Infinity|null/);
  expect(html).not.toMatch(/ (width|height|r|rx)="-/);
});

test.each(each)('$name, $kind: every mark says something and opens', ({ component, marks }) => {
  const document = rendered(component, {});
  for (const svg of document.querySelectorAll('svg[data-hits]')) {
    const titles = [...svg.querySelectorAll('title')];
    expect(titles.length).toBe(marks);
    expect(titles.every(({ textContent }) => textContent?.trim())).toBe(true);
    expect(svg.querySelectorAll('a[href^="/list?at="]').length).toBeGreaterThanOrEqual(marks - 2);
  }
  if (marks) expect(document.querySelectorAll('svg[data-hits]').length).toBeGreaterThan(0);
});

test.each(each)('$name, $kind: a picture is named and holds no link', ({ component }) => {
  const document = rendered(component, {});
  for (const svg of document.querySelectorAll('svg[role=img]')) {
    expect(svg.getAttribute('aria-label')?.length).toBeGreaterThan(8);
    expect(svg.querySelector('a, [tabindex], title')).toBeNull();
  }
  expect(document.querySelector('b')).toBeNull();
});

test.each(each)('$name, $kind: the table says it too', ({ twin, kind }) => {
  expect(twin.rows.length > 0).toBe(kind !== 'empty' || twin.rows.length === 2);
  const names = twin.columns.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const row of twin.rows) expect(row).toHaveProperty(names[0] ?? '');
});

test.each(samples)('$name draws the same twice', ({ of }) => {
  const twice = [1, 2].map(() => rendered(of('usual').component, {}).body.innerHTML);
  expect(twice[0]).toBe(twice[1]);
});
