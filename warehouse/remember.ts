import type { Source } from './ask.ts';

const kept = new WeakMap<Source, Map<string, Promise<unknown>>>();
/** What was worked out of so many questions of one snapshot is kept. */
const most = 32;

/** What was worked out of an unchanging snapshot, worked out once; a failure is not kept. */
export function remember<T>(source: Source, key: string, make: () => Promise<T>): Promise<T> {
  const known = kept.get(source) ?? new Map<string, Promise<unknown>>();
  kept.set(source, known);
  const found = known.get(key) as Promise<T> | undefined;
  known.delete(key);
  const value = found ?? make();
  known.set(key, value);
  value.catch(() => known.delete(key));
  for (const oldest of known.keys()) if (known.size > most) known.delete(oldest);
  return value;
}
