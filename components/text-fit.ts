/** How wide text is, roughly, and what to leave out when it does not fit. Widths in pixels, for Inter. */
const narrow = /[iljtfrI.,:;'’|!()[\] ]/;
const wide = /[mwMW%@€—]/;
const upper = /[A-Z0-9+−–=<>±×]/;

/** The width of a line of text, a little generous, so that what is said to fit does. */
export function textWidth(text: string, size = 12): number {
  let ems = 0;
  for (const letter of text) {
    if (narrow.test(letter)) ems += 0.36;
    else if (wide.test(letter)) ems += 0.9;
    else if (upper.test(letter)) ems += 0.68;
    else ems += letter > '⺀' ? 1 : 0.59;
  }
  return ems * size;
}

export const widest = (texts: readonly string[], size = 12): number =>
  texts.reduce((most, text) => Math.max(most, textWidth(text, size)), 0);

/** The text, cut with an ellipsis when it is wider than that. */
export function shorten(text: string, width: number, size = 12): string {
  if (textWidth(text, size) <= width) return text;
  const letters = [...text];
  while (letters.length > 1 && textWidth(`${letters.join('')}…`, size) > width) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}

/** The text in lines no wider than that; a word that is wider alone is cut. */
export function wrapped(text: string, width: number, size = 12): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const line = lines.at(-1);
    const longer = line === undefined ? word : `${line} ${word}`;
    if (line !== undefined && textWidth(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(shorten(word, width, size));
  }
  return lines;
}

/**
 * Moves positions apart until neighbours keep their distance, each as near to its own place as that allows. The order
 * is kept; positions stay between low and high as long as there is room for all.
 */
export function spread(at: readonly number[], distance: number, low: number, high: number) {
  const order = at.map((_, i) => i).sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0));
  const placed = [...at];
  let floor = low;
  for (const i of order) {
    placed[i] = Math.max(placed[i] ?? 0, floor);
    floor = (placed[i] ?? 0) + distance;
  }
  let ceiling = high;
  for (const i of order.toReversed()) {
    placed[i] = Math.min(placed[i] ?? 0, ceiling);
    ceiling = (placed[i] ?? 0) - distance;
  }
  return placed;
}

export interface Spot {
  /** Where the text stands, in pixels. */
  at: number;
  text: string;
}

/** Those texts, from the first on, that stand free of the one kept before; each is centred at its place. */
export function withoutOverlap<T extends Spot>(spots: readonly T[], gap = 8, size = 12): T[] {
  let end = Number.NEGATIVE_INFINITY;
  return spots.filter(({ at, text }) => {
    const half = textWidth(text, size) / 2;
    if (at - half < end + gap) return false;
    end = at + half;
    return true;
  });
}
