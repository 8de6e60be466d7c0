/** Exact sums of money texts: whole cents as integers. */
export const toCents = (money: string | null): bigint => {
  if (money === null) return 0n;
  const [, sign, whole, part = ''] = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(money) ?? [];
  if (whole === undefined) throw new RangeError(`"${money}" is not an amount of money`);
  const cents = BigInt(whole) * 100n + BigInt(part.padEnd(2, '0'));
  return sign ? -cents : cents;
};

export const fromCents = (cents: bigint): string => {
  const digits = String(cents < 0n ? -cents : cents).padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

export const sumMoney = (amounts: (string | null)[]): string =>
  fromCents(amounts.reduce((sum, amount) => sum + toCents(amount), 0n));
