import type { Cell } from '../answers.ts';

export const rounded = (value: number): number => Math.round(value * 1e8) / 1e8;

/** The share of a part in a whole, to 8 decimals; null without a whole. */
export const ratio = (part: Cell | undefined, whole: Cell | undefined): number | null =>
  Number(whole ?? 0) > 0 ? rounded(Number(part ?? 0) / Number(whole)) : null;

/** The companion that says why there is no number. */
export const reasonOf = (name: string) => ({
  name: `${name}Reason`,
  label: 'reason',
  unit: 'text' as const,
});
