import type { Column } from './answers.ts';
import { isoInstant } from './period.ts';

/** A column that tells something of a row. */
export const attribute = (name: string, label: string, unit: Column['unit'] = 'text'): Column => ({
  name,
  label,
  unit,
  kind: 'attribute',
});

/** An instant as the database gives it, `YYYY-MM-DD HH:MM:SS[.ffffff]`, in ISO with milliseconds. */
export const instantText = (value: unknown): string | null => {
  if (value === null || value === undefined) return null;
  const text = String(value);
  return isoInstant(text.padEnd(23, text.includes('.') ? '0' : '.000').slice(0, 23));
};
