export type Attributes = Record<string, string>;

/** An element of SVG as text. */
export function tagged(name: string, attributes: Attributes, content: string): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  return `<${name}${written.join('')}>${content}</${name}>`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Safe between tags and in quotes, without control characters and what turns the direction of writing. */
export const escaped = (text: string): string =>
  text
    .replace(/(?![\n\t])\p{Cc}|\p{Bidi_Control}/gu, '')
    .replace(/[&<>"]/g, (letter) => entities[letter] ?? letter);

/** Places to a tenth of a pixel. */
export const round = (value: number): number => Math.round(value * 10) / 10;
