import type { StageAging, Standing } from '#warehouse/stage-answer.ts';
import { formatMoney, formatValue } from '#components/format.ts';
import { fewest } from '../rate.ts';

/** The finding: how much of what is open stalls. */
export function stayTitle(open: number, stalled: Standing, currency: string): string {
  const all = open.toLocaleString('en');
  if (stalled.count === 0) return `Time in stage: none of ${all} is stalled`;
  const money = formatMoney(stalled.value, { currency });
  const [count, verb] = [stalled.count.toLocaleString('en'), stalled.count === 1 ? 'is' : 'are'];
  return `Time in stage: ${count} of ${all} ${verb} stalled, ${money}`;
}

/** How those went that sat as long as what is watched from on; why it cannot be told where too few did. */
export function stayWords({ benchmark, odds }: StageAging): string {
  if (!benchmark) return 'Nothing was won from here: there is no benchmark';
  if (!odds || odds.n < fewest)
    return `n too small to tell the odds: ${odds?.n ?? 0} closed ones sat ${days(odds?.days ?? benchmark.p80)} or longer here`;
  const { n, share, low, high, allShare } = odds;
  return `Of ${n.toLocaleString('en')} that sat ${days(odds.days)} or longer here ${percent(share)} were won (${percent(low)} to ${percent(high)}), of all ${percent(allShare)}`;
}

const days = (count: number): string => `${count} ${count === 1 ? 'day' : 'days'}`;
const percent = (share: number | null): string => formatValue(share, 'ratio');
