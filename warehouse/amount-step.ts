/** Where steps of amounts begin within a power of ten: few enough to count by, round enough to read. */
const begins = ['1', '1.5', '2', '3', '5', '7'] as const;

/**
 * Which step a DECIMAL amount lies in, 0 from 1.00 on; null without an amount or below 1. Exact: whole amounts are
 * compared, twice as large so that 1.5 is whole too.
 */
export const amountStepSql = (amount: string): string => {
  const whole = `trunc(${amount})::bigint`;
  const digits = `(length(${whole}::varchar) - 1)`;
  const places = begins
    .slice(1)
    .map((first, i) => [i + 1, Number(first) * 2])
    .reverse()
    .map(
      ([place, twice]) => `when 2 * ${whole} >= ${twice} * (10 ** ${digits})::bigint then ${place}`,
    );
  return `(case when ${amount} >= 1 then ${begins.length} * ${digits} + case ${places.join(' ')} else 0 end end)::smallint`;
};

/** The first amount of a step, as money. */
export const amountOfStep = (step: number): string => {
  const [whole, half = ''] = (begins[step % begins.length] as string).split('.') as [
    string,
    string?,
  ];
  const power = Math.floor(step / begins.length);
  const zeros = '0'.repeat(Math.max(0, power - half.length));
  return power === 0 && half ? `${whole}.${half}0` : `${whole}${half}${zeros}.00`;
};
