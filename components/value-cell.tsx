import { formatValue, type Measure, type Shown } from './format.ts';

/** One value of a table, rounded for the eye and whole on hover, as a link where it leads somewhere. */
export function ValueCell({
  value,
  measure: { unit, currency, isExact },
  href,
  isQuiet,
  instead,
}: {
  value: Shown;
  measure: Measure;
  href?: string | null | undefined;
  /** The link is reached by its row rather than by Tab. */
  isQuiet?: boolean;
  instead?: string | null | undefined;
}) {
  const text = instead ?? formatValue(value, unit, { currency, exact: isExact ?? false });
  const whole = formatValue(value, unit, { currency, exact: true });
  const title = whole === text && text.length < 24 ? undefined : whole;
  if (!href) return <span title={title}>{text}</span>;
  return (
    <a href={href} title={title} tabIndex={isQuiet ? -1 : undefined}>
      {text}
    </a>
  );
}
