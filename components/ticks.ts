/** Round places on an axis: few, so that the eye counts none. */
export function niceTicks(low: number, high: number, count: number): number[] {
  const step = niceStep((high - low || 1) / Math.max(1, count));
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => tidy((first + i) * step));
}

/** The end of an axis that starts at 0 and holds the value, at a round place. */
export function niceEnd(value: number, count: number): number {
  if (!(value > 0)) return 1;
  const step = niceStep(value / Math.max(1, count));
  return tidy(Math.ceil(value / step - 1e-9) * step);
}

function niceStep(rough: number): number {
  const size = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 2.5, 5, 10].find((each) => each * size >= rough * 0.999) ?? 10) * size;
}

const tidy = (value: number): number => Number(value.toPrecision(12));

/** 1, 2, 5, 10, ... between two positive values, fewer when many. */
export function logTicks(low: number, high: number): number[] {
  const decades = Math.log10(high / low);
  const parts = decades <= 1.5 ? [1, 2, 5] : decades <= 3.2 ? [1, 3] : [1];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1)
    for (const part of parts) ticks.push(tidy(part * 10 ** power));
  return ticks.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
}

export interface DateTick {
  at: number;
  text: string;
  /** Set where a year has to be said: at the first tick of each. */
  year: string | null;
}

/** Starts of months, quarters, half-years or years, at most so many, in UTC. */
export function dateTicks(from: number, to: number, most: number): DateTick[] {
  const months = (to - from) / (30.44 * 86_400_000);
  const every = [1, 2, 3, 6, 12, 24, 60].find((step) => months / step <= most) ?? 120;
  const start = new Date(from);
  const month = Math.ceil(start.getUTCMonth() / every) * every;
  const ticks: DateTick[] = [];
  for (let n = 0; n <= months / every + 2; n += 1) {
    const at = Date.UTC(start.getUTCFullYear(), month + n * every, 1);
    if (at < from || at > to) continue;
    const date = new Date(at);
    const year = String(date.getUTCFullYear());
    const name = date.toLocaleString('en', { month: 'short', timeZone: 'UTC' });
    ticks.push(
      every >= 12 ? { at, text: year, year: null } : { at, text: name, year: said(ticks, year) },
    );
  }
  return ticks;
}

/** The year, unless an earlier tick has said it. */
const said = (ticks: readonly DateTick[], year: string): string | null =>
  ticks.some((tick) => tick.year === year) ? null : year;

export const dayStart = (day: string): number => Date.parse(`${day.slice(0, 10)}T00:00:00Z`);
