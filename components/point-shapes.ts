/** What marks look like, so that colour is never the only sign: a full dot, a hollow diamond, a full triangle. */
export type PointShape = 'dot' | 'diamond' | 'triangle';

/** The pixels of a mark around its middle, as x, y, x, y ...; diamond and triangle are larger than a dot of that size. */
export function pixelsOf(shape: PointShape, size: number): Int16Array {
  const width = Math.round(shape === 'dot' ? size : size * 1.6);
  const half = width / 2;
  const before = Math.floor(half);
  const found: number[] = [];
  for (let y = 0; y < width; y++)
    for (let x = 0; x < width; x++)
      // Asked of the middle of a pixel, in halves of the width.
      if (insides[shape]((x + 0.5) / half - 1, (y + 0.5) / half - 1, 1 / half))
        found.push(x - before, y - before);
  return Int16Array.from(found);
}

type Inside = (x: number, y: number, pixel: number) => boolean;

const insides: Record<PointShape, Inside> = {
  dot: (x, y) => x * x + y * y <= 1.15,
  diamond: (x, y, pixel) => {
    const far = Math.abs(x) + Math.abs(y);
    return far <= 1 && far > 1 - Math.max(0.45, 1.2 * pixel);
  },
  triangle: (x, y) => Math.abs(x) <= (y + 1) / 2,
};
