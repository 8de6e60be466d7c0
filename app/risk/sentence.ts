import type { Risks } from '#warehouse/risks/answer.ts';
import { formatMoney } from '#components/format.ts';
import type { Piece } from '../sentences.ts';

/** What is at stake in all, and what says most of it. */
export function riskSentence(
  {
    money,
    exposed,
    currency,
    count,
    rules,
  }: Pick<Risks, 'money' | 'exposed' | 'currency' | 'count' | 'rules'>,
  { past }: { past: boolean },
): Piece[] {
  const is = past ? 'was' : 'is';
  if (count === 0)
    return [
      { text: `No rule that predicts ${past ? 'named' : 'names'} an opportunity of this period.` },
    ];
  const [first, second] = rules
    .filter((rule) => !rule.demoted && Number(rule.money) > 0)
    .sort((a, b) => Number(b.money) - Number(a.money));
  const said = [first, second]
    .flatMap((rule) =>
      rule ? [`${rule.label.toLowerCase()} (${formatMoney(rule.money, { currency })})`] : [],
    )
    .join(' and ');
  return [
    { text: `${formatMoney(money, { currency })} ${is} at stake`, strong: true, tone: 'warn' },
    {
      text: ` of ${formatMoney(exposed, { currency })} in ${count.toLocaleString('en')} opportunities that rules ${past ? 'warned' : 'warn'} of${said ? `, most by ${said}` : ''}.`,
    },
  ];
}
