import { type CrossTable, noPicks, type Picks, type Range } from '#components/cross.ts';

/**
 * What is picked in the charts, as the address keeps it: `{"stage":["Offer",null],"age":[30,90]}`. Words by name,
 * because places change from day to day; null as a word is none, as the end of a range no end.
 */
export function writePicks({ codes, ranges }: Picks, { coded }: CrossTable): string {
  const words = Object.entries(codes).map(([name, places]) => [
    name,
    places.map((code) => coded[name]?.words[code] ?? null),
  ]);
  const ends = Object.entries(ranges).map(([name, range]) => [name, range.map(finite)]);
  return JSON.stringify(Object.fromEntries([...words, ...ends]));
}

const finite = (end: number): number | null => (Number.isFinite(end) ? Math.round(end) : null);

/** Reads picks back; what the table does not have any more, or nobody could have picked, is left out. */
export function readPicks(text: string | null, { coded, numbers }: CrossTable): Picks {
  const picks: Picks = { codes: {}, ranges: {} };
  for (const [name, wanted] of Object.entries(maybeObject(text) ?? {})) {
    if (!Array.isArray(wanted)) continue;
    const words = coded[name]?.words;
    const places = words?.flatMap((word, code) => (wanted.includes(word) ? [code] : []));
    if (places?.length) picks.codes[name] = places;
    const range = numbers[name] && rangeOf(wanted);
    if (range) picks.ranges[name] = range;
  }
  return Object.keys(picks.codes).length + Object.keys(picks.ranges).length ? picks : noPicks;
}

function rangeOf([from, to]: unknown[]): Range | null {
  if (typeof from !== 'number' && typeof to !== 'number') return null;
  return [typeof from === 'number' ? from : -Infinity, typeof to === 'number' ? to : Infinity];
}

function maybeObject(text: string | null): object | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return typeof value === 'object' ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
