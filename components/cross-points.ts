import { type Crossed, type CrossTable, codedOf, numbersOf } from './cross.ts';
import { type Area, type Place, xAt, yAt } from './cross-area.ts';

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

/** A coded column, with a colour of CSS for each of its words. */
export interface Tone {
  name: string;
  colors: string[];
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
  const colors = tone.colors.map((text) => colorOf(canvas, text));
  const pale = colorOf(canvas, 'var(--line)');
  const size = (table.length > fewPoints ? 3 : 5) * scale;
  const dot = (row: number, color: number): void => {
    const left = Math.round((points.x[row] as number) * scale - size / 2);
    const top = Math.round((points.y[row] as number) * scale - size / 2);
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++) {
        const at = left + x;
        // Without its corners a square looks round.
        const isCorner = (y === 0 || y === size - 1) && (x === 0 || x === size - 1);
        if (!isCorner && at >= 0 && at < width) pixels[(top + y) * width + at] = color;
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
      (row) => dot(row, pale),
    );
  each(
    (failed) => failed === 0,
    (row) => {
      dot(row, colors[codes[row] as number] ?? pale);
      hits[Math.round(points.y[row] as number) * area.width + Math.round(points.x[row] as number)] =
        row + 1;
    },
  );
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
