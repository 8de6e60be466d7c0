import { type Crossed, type CrossTable, codedOf, numbersOf } from './cross.ts';
import { type Area, type Place, xAt, yAt } from './cross-area.ts';
import { type PointShape, pixelsOf } from './point-shapes.ts';

export interface Points {
  x: Float32Array;
  y: Float32Array;
}

/** Where each row stands, worked out once for a width; below 0 where it has no value. */
export function pointsOf(table: CrossTable, area: Area): Points {
  const { x, y } = area.axes;
  const at = (value: number, place: (area: Area, value: number) => number) =>
    Number.isNaN(value) ? -1 : place(area, value);
  return {
    x: Float32Array.from(numbersOf(table, x.name), (value) => at(value, xAt)),
    y: Float32Array.from(numbersOf(table, y.name), (value) => at(value, yAt)),
  };
}

const fewPoints = 5000;

/** A coded column, with a colour of CSS and a shape for each of its words; later ones lie on top. */
export interface Tone {
  name: string;
  looks: { color: string; shape: PointShape }[];
}

/**
 * Paints the rows that pass the picks of other charts, pale outside the brush, and returns which row is seen at each
 * pixel (row + 1; 0 for none). Pixels are written directly: 50,000 points take a few milliseconds.
 */
export function paintPoints(
  canvas: HTMLCanvasElement,
  { points, area, table, tone }: { points: Points; area: Area; table: CrossTable; tone: Tone },
  { fails, bits }: Crossed,
): Int32Array {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser gives no canvas to draw on');
  const scale = Math.min(2, Math.ceil(window.devicePixelRatio || 1));
  const width = area.width * scale;
  canvas.width = width;
  canvas.height = area.height * scale;
  const image = context.createImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  const hits = new Int32Array(area.width * area.height);
  const brush = (bits[area.axes.x.name] ?? 0) | (bits[area.axes.y.name] ?? 0);
  const { codes } = codedOf(table, tone.name);
  const size = (table.length > fewPoints ? 3 : 5) * scale;
  const looks = tone.looks.map(({ color, shape }) => ({
    color: colorOf(canvas, color),
    pixels: pixelsOf(shape, size),
  }));
  const pale = { color: colorOf(canvas, 'var(--line)'), pixels: pixelsOf('dot', size) };
  const mark = (row: number, look: typeof pale): void => {
    const left = Math.round((points.x[row] as number) * scale);
    const top = Math.round((points.y[row] as number) * scale);
    for (let i = 0; i < look.pixels.length; i += 2) {
      const at = left + (look.pixels[i] as number);
      const line = top + (look.pixels[i + 1] as number);
      if (at >= 0 && at < width && line >= 0) pixels[line * width + at] = look.color;
    }
  };
  const each = (isWanted: (failed: number) => boolean, draw: (row: number) => void): void => {
    for (let row = 0; row < table.length; row++)
      if (
        isWanted(fails[row] as number) &&
        (points.x[row] as number) >= 0 &&
        (points.y[row] as number) >= 0
      )
        draw(row);
  };
  if (brush)
    each(
      (failed) => failed !== 0 && (failed & ~brush) === 0,
      (row) => mark(row, pale),
    );
  looks.forEach((look, code) => {
    each(
      (failed) => failed === 0,
      (row) => {
        if (codes[row] !== code) return;
        mark(row, look);
        const [x, y] = [Math.round(points.x[row] as number), Math.round(points.y[row] as number)];
        hits[y * area.width + x] = row + 1;
      },
    );
  });
  context.putImageData(image, 0, 0);
  return hits;
}

/** A CSS colour as a pixel of this canvas. */
function colorOf(canvas: HTMLCanvasElement, text: string): number {
  canvas.style.color = text;
  const [red = 0, green = 0, blue = 0] = (
    getComputedStyle(canvas).color.match(/[\d.]+/g) ?? []
  ).map(Number);
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

const reach = 6;

/** The nearest row seen around a place; null when none is near. */
export function rowAt(hits: Int32Array, { width, height }: Area, { x, y }: Place): number | null {
  let found: number | null = null;
  let nearest = reach ** 2 + 1;
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++) {
      const [px, py] = [Math.round(x) + dx, Math.round(y) + dy];
      if (px < 0 || px >= width || py < 0 || py >= height) continue;
      const hit = hits[py * width + px] ?? 0;
      const far = dx * dx + dy * dy;
      if (hit > 0 && far < nearest) [found, nearest] = [hit - 1, far];
    }
  return found;
}
