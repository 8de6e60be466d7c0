import type { Drawing } from './drawing.ts';
import { type Attributes, escaped, round, tagged } from './svg-text.ts';
import { wrapped } from './text-fit.ts';

export interface PictureWords {
  title: string;
  /** How to read it. */
  note: string;
  /** Under which circumstances it was asked for. */
  circumstance: string;
}

export interface PictureColors {
  surface: string;
  ink: string;
  muted: string;
}

const edge = 16;
const font = "Inter, 'Helvetica Neue', Arial, sans-serif";

/** A drawing as a document of SVG that needs nothing else: its title and how to read it above, its circumstances below. */
export function pictureOf(
  { text, width: inner, height: drawn, left }: Drawing,
  words: PictureWords,
  { surface, ink, muted }: PictureColors,
): string {
  const width = round(inner + 2 * edge);
  const lines: string[] = [];
  let y = edge;
  const say = (said: string, size: number, look: Attributes) => {
    for (const line of wrapped(said, inner, size)) {
      y += size + 4;
      const at = { x: String(edge), y: String(round(y - 3)), 'font-size': `${size}px`, ...look };
      lines.push(tagged('text', at, escaped(line)));
    }
  };
  say(words.title, 13, { 'font-weight': '600', fill: ink });
  say(words.note, 12, { fill: muted });
  y += 12;
  const place = { transform: `translate(${round(edge + left)},${round(y)})` };
  lines.push(tagged('g', place, text));
  y += drawn + 8;
  say(words.circumstance, 11, { fill: muted });
  const height = round(y + edge);
  const paper = { width: String(width), height: String(height), fill: surface };
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width: String(width),
    height: String(height),
    'font-family': font,
  };
  return tagged('svg', root, tagged('rect', paper, '') + lines.join(''));
}
