import type { Comparison } from '#warehouse/comparison-answer.ts';
import { formatRatio } from '#components/format.ts';
import type { Piece } from '../sentences.ts';

/** How many can be told apart at all by their win rate, before anybody is called better. */
export function comparisonSentence(
  { salesmen, measures: { winRate } }: Pick<Comparison, 'salesmen' | 'measures'>,
  period: string,
): Piece[] {
  const compared = salesmen.filter((each) => each.measures.winRate.adjusted !== null);
  if (compared.length === 0)
    return [{ text: `In ${period} too few opportunities were closed to compare salesmen.` }];
  const placed = (place: 'above' | 'below') =>
    compared.filter((each) => each.measures.winRate.place === place).length;
  const [above, below] = [placed('above'), placed('below')];
  const average =
    winRate.average === null ? '' : ` Together they win ${formatRatio(winRate.average)}.`;
  if (above + below === 0)
    return [
      { text: `No two of ${compared.length} salesmen can be told apart`, strong: true },
      { text: ` by their win rate in ${period}, their mix considered.${average}` },
    ];
  return [
    { text: `${compared.length - above - below} of ${compared.length} salesmen`, strong: true },
    {
      text: ` cannot be told apart by their win rate in ${period}, their mix considered; ${above} lie above them and ${below} below.${average}`,
    },
  ];
}
