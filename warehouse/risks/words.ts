import type { RiskState } from '../definitions.ts';

/** Numbers and days of a state as evidence prints them. */
export const whole = (value: RiskState[string] | undefined): number => Math.floor(Number(value));

export const times = (n: number): string => (n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`);

export const daysOf = (value: RiskState[string] | undefined): string => {
  const n = whole(value);
  return n === 1 ? '1 day' : `${n} days`;
};

export const percent = (value: number): string => `${Math.round(value * 100)} %`;

/** `8400.00` -> `8,400`; without a currency, which stands in the column beside it. */
export const amount = (value: RiskState[string] | undefined): string =>
  Number(value).toLocaleString('en-GB', { maximumFractionDigits: 0 });

export const stageOf = ({ stage }: RiskState): string => String(stage ?? 'no stage');

/** Why a limit is what it is: `95 of 100 won ones left Offer within 41 days`. */
export const inStage = (state: RiskState): string =>
  state.stage_key === '' ? 'open' : `in ${stageOf(state)}`;

export function daysBetween(from: unknown, to: unknown): number {
  return Math.round((Date.parse(String(to)) - Date.parse(String(from))) / 86_400_000);
}
