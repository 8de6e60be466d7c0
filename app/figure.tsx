import type { Cell, Unit } from '#warehouse/answers.ts';
import { formatValue } from '#components/format.ts';

/** A number that opens its receipt. */
export function Figure({
  value,
  unit,
  currency,
  href,
  label,
  instead,
}: {
  value: Cell | undefined;
  unit: Unit;
  currency?: string | undefined;
  href: string;
  label: string;
  /** Words in the place of a number that would say too much. */
  instead?: string | null;
}) {
  const text = instead ?? formatValue(value, unit, { currency });
  const whole = formatValue(value, unit, { currency, exact: true });
  return (
    <a className="figure" href={href} title={`${label}: ${whole}`}>
      {text}
    </a>
  );
}
