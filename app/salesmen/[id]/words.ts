import type { SalesmanProfile, StageStrength } from '#warehouse/salesman-answer.ts';

export const units = { winRate: 'ratio', size: 'money', days: 'days' } as const;

const mostNamed = 5;

/** From whom he can be told by his win rate, the mix considered. */
export function placeInWords({ compared, measures, names }: Placed): string {
  const winRate = compared?.measures.winRate;
  if (!winRate || winRate.place === 'few') {
    const further = winRate?.further ? ` About ${winRate.further} more closings would help.` : '';
    return `Too few closings to be compared with others by the win rate.${further}`;
  }
  const listed = (ids: string[]) => {
    const shown = ids.slice(0, mostNamed).map((id) => names[id] ?? id);
    const more = ids.length - shown.length;
    return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  };
  const apart = [
    winRate.surelyAbove.length ? `surely above ${listed(winRate.surelyAbove)}` : '',
    winRate.surelyBelow.length ? `surely below ${listed(winRate.surelyBelow)}` : '',
  ].filter(Boolean);
  if (apart.length) return `By the win rate, the mix considered: ${apart.join('; ')}.`;
  const others = measures.winRate.band ? measures.winRate.band.salesmen - 1 : 0;
  return others > 0
    ? `By the win rate, the mix considered, cannot be told apart from ${others} others.`
    : 'By the win rate, the mix considered, cannot be told apart from anybody.';
}

type Placed = Pick<SalesmanProfile, 'compared' | 'measures' | 'names'>;

/** What is known of one stage: weak or strong beyond chance, not to be told apart, or too few. */
export function verdictOf({ verdict, ratio }: Pick<StageStrength, 'verdict' | 'ratio'>): string {
  if (verdict) return verdict;
  return ratio === null ? 'too few' : 'cannot be told apart';
}
