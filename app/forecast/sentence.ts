import type { ForecastAnswer } from '#warehouse/forecasts/answer.ts';
import { formatMoney, formatRatio } from '#components/format.ts';
import type { Piece } from '../sentences.ts';

/** What the period will bring, how sure that is against its target, and of what it is made. */
export function forecastSentence(
  period: string,
  found: ForecastAnswer,
  { past }: { past: boolean },
): Piece[] {
  const { p10, p50, p90, currency, abstains } = found;
  if (p50 === null || p10 === null || p90 === null)
    return [
      {
        text: `Nobody can tell yet what ${period} will bring: ${lower(abstains ?? 'no forecast was made')}.`,
      },
    ];
  const money = (value: string) => formatMoney(value, { currency });
  return [
    { text: `${period} ${past ? 'was to bring' : 'will bring'} ` },
    { text: `${money(p50)}`, metric: 'forecast', strong: true },
    { text: `, in 8 of 10 cases ${money(p10)} to ${money(p90)}` },
    ...againstTarget(found, past),
    ...(abstains ? [{ text: ` ${abstains}.`, strong: true, tone: 'warn' as const }] : []),
  ];
}

const lower = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);

function againstTarget({ target, pTarget, currency }: ForecastAnswer, past: boolean): Piece[] {
  if (target === null || pTarget === null) return [{ text: '. No target is set.' }];
  const isLikely = pTarget >= 0.5;
  return [
    {
      text: `. Its target of ${formatMoney(target, { currency })} ${past ? 'was reached' : 'is reached'} `,
    },
    {
      text: `with ${formatRatio(pTarget)}`,
      strong: true,
      ...(isLikely ? {} : { tone: 'warn' as const }),
    },
    { text: ' probability.' },
  ];
}
