import type { Cell, Row } from '#warehouse/answers.ts';
import { formatMoney } from '#components/format.ts';

/** A piece of a sentence; a `metric` is a number that opens its receipt. */
export type Piece = { text: string; metric?: string; strong?: boolean };

const money = (value: Cell | undefined, currency: string): string =>
  formatMoney(String(value ?? '0'), { currency });

/** What the period holds against its quota, as the page's first line. */
export function outlookSentence(
  period: string,
  row: Row | undefined,
  { currency, past }: { currency: string; past: boolean },
): Piece[] {
  const [has, is] = past ? ['had', 'was'] : ['has', 'is'];
  const won = { text: `${money(row?.wonValue, currency)} won`, metric: 'wonValue', strong: true };
  const open = {
    text: `${money(row?.openPipeline, currency)} open`,
    metric: 'openPipeline',
    strong: true,
  };
  const start: Piece[] = [{ text: `${period} ${has} ` }, won, { text: ' and ' }, open];
  if (row?.quota === null || row?.quota === undefined || Number(row.quota) === 0)
    return [...start, { text: `; no quota ${is} set.` }];
  const quota = { text: money(row.quota, currency), metric: 'quota' };
  if (Number(row.wonValue) >= Number(row.quota))
    return [...start, { text: `: the quota of ` }, quota, { text: ` ${is} met.` }];
  return [...start, { text: ' against a quota of ' }, quota, { text: '.' }];
}

/** What is open and what it is worth by experience and by what was typed. */
export function pipelineSentence(
  period: string,
  row: Row | undefined,
  { currency, past }: { currency: string; past: boolean },
): Piece[] {
  if (!row || Number(row.openCount) === 0)
    return [
      {
        text: `No open opportunity ${past ? 'was' : 'is'} expected in ${period}. Widen the period.`,
      },
    ];
  return [
    { text: `${money(row.openPipeline, currency)} open`, metric: 'openPipeline', strong: true },
    { text: ` for ${period} in ` },
    { text: `${Number(row.openCount).toLocaleString('en')} opportunities`, metric: 'openCount' },
    { text: `, worth ` },
    {
      text: `${money(row.weightedPipeline, currency)} by experience`,
      metric: 'weightedPipeline',
      strong: true,
    },
    { text: past ? '; the typed figures said ' : '; the typed figures say ' },
    { text: money(row.typedWeightedPipeline, currency), metric: 'typedWeightedPipeline' },
    { text: '.' },
  ];
}

/** `all` in words. */
export const periodInWords = (period: string): string =>
  period === 'all' ? 'all periods' : period.replace(/^(\d{4})-(Q\d)$/, '$2 $1');
