import { describe, expect, test } from 'vitest';
import { type PointShape, pixelsOf } from '#components/point-shapes.ts';

/** A mark as lines of text, `#` where it has a pixel. */
function drawn(shape: PointShape, size: number): string[] {
  const flat = [...pixelsOf(shape, size)];
  const places = flat.flatMap((x, i) => (i % 2 ? [] : [[x, flat[i + 1] as number] as const]));
  const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)];
  const has = new Set(places.map(String));
  const span = (list: number[]) =>
    Array.from(
      { length: Math.max(...list) - Math.min(...list) + 1 },
      (_, i) => Math.min(...list) + i,
    );
  return span(ys).map((y) =>
    span(xs)
      .map((x) => (has.has(`${x},${y}`) ? '#' : '.'))
      .join(''),
  );
}

test('a dot of five pixels looks round', () => {
  expect(drawn('dot', 5)).toEqual(['.###.', '#####', '#####', '#####', '.###.']);
});

describe.each([3, 5, 6, 10])('at %i pixels', (size) => {
  test('marks are as wide on both sides', () => {
    for (const shape of ['dot', 'diamond', 'triangle'] as const)
      for (const line of drawn(shape, size)) expect([...line].reverse().join('')).toBe(line);
  });

  test('a diamond is hollow, a triangle widens downward, both are larger than the dot', () => {
    const [dot, diamond, triangle] = (['dot', 'diamond', 'triangle'] as const).map((shape) =>
      drawn(shape, size),
    ) as [string[], string[], string[]];
    expect(diamond.length).toBeGreaterThan(dot.length);
    expect(triangle.length).toBeGreaterThan(dot.length);
    const middle = diamond[Math.floor(diamond.length / 2)] ?? '';
    expect(middle[Math.floor(middle.length / 2)]).toBe('.');
    const widths = triangle.map((line) => line.replaceAll('.', '').length);
    expect(widths).toEqual([...widths].sort((a, b) => a - b));
    expect(widths[0]).toBeLessThan(widths.at(-1) as number);
  });
});
