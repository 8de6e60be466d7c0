import { WarehouseError } from '../errors.ts';
import { parsePeriod } from '../period.ts';
import { periodWindows, type WindowKind, weekWindow } from './calendar.ts';
import { dayNumber, monthsOf, type Span } from './days.ts';

/** The windows that are forecast together, under the name by which their points are stored. */
export interface WindowSet {
  name: string;
  kinds: WindowKind[];
}

const lengths: Record<string, number> = { month: 1, quarter: 3 };

/** `quarter`, `month`, or weeks after the cut-off such as `1-4,5-13`; throws `wrong-value`. */
export function parseWindows(text: string): WindowSet {
  const months = lengths[text];
  if (months) return { name: text, kinds: periodWindows(months) };
  const pairs = text.split(',').map((part) => /^(\d{1,2})-(\d{1,2})$/.exec(part));
  let before = 0;
  const kinds = pairs.map((found) => {
    const [from, to] = [Number(found?.[1]), Number(found?.[2])];
    if (!found || from <= before || to < from)
      throw new WarehouseError(
        'wrong-value',
        `"${text}" are no windows: write quarter, month, or weeks after the cut-off in order, as 1-4,5-13`,
      );
    before = to;
    return weekWindow(from, to);
  });
  return { name: `weeks-${text.replaceAll(',', '_')}`, kinds };
}

/** The windows to which a period belongs, and its days; throws `bad-period` when forecasts are not kept for such a one. */
export function windowsOf(text: string, fiscalYearStart: number): WindowSet & { span: Span } {
  const { from, to } = parsePeriod(text, fiscalYearStart);
  const span = from && to ? { from: dayNumber(from), to: dayNumber(to) } : null;
  const months = span && !text.includes('..') ? monthsOf(span) : null;
  const name = Object.keys(lengths).find((key) => lengths[key] === months);
  if (!span || !name)
    throw new WarehouseError(
      'bad-period',
      `"${text}": forecasts are kept for months (2026-07) and fiscal quarters (2026-Q3)`,
    );
  return { ...parseWindows(name), span };
}
