import { createHash } from 'node:crypto';

export type Value = string | number | null;

/** What a seal covers of an entry besides its own values. */
export interface Sealed {
  seq: number;
  id: string;
  kind: string;
  author: string;
  at: number;
  after: string;
}

/**
 * SHA-256 over an entry, its values and the seal before it, as hex: whoever changes one byte of an entry breaks its
 * seal, whoever takes one away breaks the chain. What is null is left out, so that a later column breaks no old seal.
 */
export function sealOf({ after, seq, id, kind, author, at }: Sealed, values: object): string {
  const own = Object.entries(values)
    .filter(([, value]) => value !== null && value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([after, seq, id, kind, author, at, own]);
  return createHash('sha256').update(text).digest('hex');
}
