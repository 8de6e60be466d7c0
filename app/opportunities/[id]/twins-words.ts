import type { Twins } from '#warehouse/twins-answer.ts';
import { formatRatio, formatValue } from '#components/format.ts';

const ratio = (value: number): string => formatRatio(value).replace(' %', '');

/** What the twins tell of an open opportunity, in words; of fewer than five no share. */
export function twinsInWords(found: Twins): string {
  const { stage, stageDays, twins, won, share, low, high, candidates } = found;
  const days = formatValue(Math.round(stageDays), 'days');
  const of = `Of the ${twins.length} most like it after ${days} in ${stage}${
    candidates > twins.length
      ? `, from ${candidates >= 2000 ? 'the newest ' : ''}${formatValue(candidates, 'count')} that stood there as long`
      : ''
  }, ${won === 0 ? 'none was' : won === 1 ? '1 was' : `${won} were`} won`;
  const sure =
    twins.length >= 5 && share !== null && low !== null && high !== null
      ? ` (${formatRatio(share)}, ${ratio(low)}–${formatRatio(high)})`
      : '';
  return [`${of}${sure}.`, wayOf(found), touchesOf(found)].filter(Boolean).join(' ');
}

const wayOf = ({ daysToWin }: Twins): string =>
  daysToWin === null
    ? ''
    : `The way to the win took ${formatValue(Math.round(daysToWin), 'days')} more at the median.`;

/** Said only where the winners and the others differ. */
function touchesOf({ touchesOfWon, touchesOfLost }: Twins): string {
  if (touchesOfWon === null || touchesOfLost === null || touchesOfWon === touchesOfLost) return '';
  return `In the 30 days after, the winners had ${formatValue(touchesOfWon, 'count')} activities at the median, the others ${formatValue(touchesOfLost, 'count')}.`;
}
