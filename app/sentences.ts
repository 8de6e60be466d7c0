import type { Cell, Row } from '#warehouse/answers.ts';
import type { OpportunityLife } from '#warehouse/opportunity-answer.ts';
import { formatMoney, formatRatio, formatValue } from '#components/format.ts';
import { fromCents, toCents } from '#warehouse/cents.ts';

/** A piece of a sentence; a `metric` is a number that opens its receipt. */
export type Piece = { text: string; metric?: string; strong?: boolean; tone?: 'warn' };

export interface Tense {
  currency: string;
  /** The view looks back: verbs do too. */
  past: boolean;
}

const money = (value: Cell | undefined, currency: string): string =>
  formatMoney(String(value ?? '0'), { currency });

const count = (value: Cell | undefined): string => Number(value ?? 0).toLocaleString('en');

/** What the period holds against its quota, and what is still open for it, as the page's first line. */
export function outlookSentence(period: string, row: Row | undefined, tense: Tense): Piece[] {
  const { currency, past } = tense;
  const has = past ? 'had' : 'has';
  const won: Piece = {
    text: `${money(row?.wonValue, currency)} won`,
    metric: 'wonValue',
    strong: true,
  };
  const start: Piece[] = [{ text: `${period} ${has} ` }, won];
  return [...start, ...againstQuota(row, tense), ...stillOpen(row, tense)];
}

function againstQuota(row: Row | undefined, { currency, past }: Tense): Piece[] {
  if (row?.quota === null || row?.quota === undefined || Number(row.quota) === 0)
    return [{ text: `; no quota ${past ? 'was' : 'is'} set. ` }];
  const quota: Piece = { text: money(row.quota, currency), metric: 'quota' };
  const short = toCents(String(row.quota)) - toCents(String(row.wonValue ?? '0'));
  if (short <= 0n) return [{ text: `: its quota of ` }, quota, { text: ' is met. ' }];
  return [
    { text: ' of a quota of ' },
    quota,
    { text: ', ' },
    { text: `${money(fromCents(short), currency)} to go`, strong: true, tone: 'warn' },
    { text: '. ' },
  ];
}

function stillOpen(row: Row | undefined, { currency, past }: Tense): Piece[] {
  if (Number(row?.openCount ?? 0) === 0)
    return [{ text: `Nothing ${past ? 'was' : 'is'} open for it.` }];
  return [
    { text: money(row?.openPipeline, currency), metric: 'openPipeline', strong: true },
    { text: ` ${past ? 'was' : 'is'} open for it in ` },
    { text: `${count(row?.openCount)} opportunities`, metric: 'openCount' },
    ...whatComes(row, { currency, past }),
  ];
}

/** What the forecast says of the period; where there is none, what experience says of what is open. */
function whatComes(row: Row | undefined, { currency, past }: Tense): Piece[] {
  if (row?.p50 === undefined || row.p50 === null)
    return [
      { text: ', worth ' },
      {
        text: `${money(row?.weightedPipeline, currency)} by experience`,
        metric: 'weightedPipeline',
      },
      { text: '.' },
    ];
  const chance = row.pTarget === undefined || row.pTarget === null ? null : Number(row.pTarget);
  return [
    { text: `. In all it ${past ? 'was to bring' : 'will bring'} ` },
    { text: money(row.p50, currency), metric: 'forecast', strong: true },
    chance === null
      ? { text: '.' }
      : {
          text: `, with a chance of ${formatRatio(chance)} to reach the quota.`,
          metric: 'forecast',
          ...(chance < 0.5 ? { strong: true, tone: 'warn' as const } : {}),
        },
  ];
}

/** What is open and what it is worth by experience and by what was typed. */
export function pipelineSentence(
  period: string,
  row: Row | undefined,
  { currency, past }: Tense,
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
    { text: `${count(row.openCount)} opportunities`, metric: 'openCount' },
    { text: `, worth ` },
    {
      text: `${money(row.weightedPipeline, currency)} by experience`,
      metric: 'weightedPipeline',
      strong: true,
    },
    { text: past ? '; the typed figures said ' : '; the typed figures say ' },
    {
      text: money(row.typedWeightedPipeline, currency),
      metric: 'typedWeightedPipeline',
      strong: true,
    },
    { text: '.' },
  ];
}

/** How an opportunity stands: stage and salesman, what is expected when and how often that was put off; or its end. */
export function opportunitySentence(life: OpportunityLife, { past }: Pick<Tense, 'past'>): Piece[] {
  const name: Piece = { text: life.name, strong: true };
  const who = life.salesman ? ` with ${life.salesman}` : '';
  const value = life.amountReporting
    ? money(life.amountReporting, life.currency)
    : 'an unknown amount';
  const day = (text: string | null) => formatValue(text, 'date');
  if (!life.exists)
    return [
      name,
      {
        text: ` did not exist yet on ${day(life.asOf)}; it was created on ${day(life.createdAt)}.`,
      },
    ];
  if (life.isDeleted) return [name, { text: ' was deleted.' }];
  if (life.mergedInto) return [name, { text: ` was merged into ${life.mergedInto}.` }];
  if (life.outcome !== 'open')
    return [
      name,
      { text: ` was ${life.outcome} on ${day(life.closedAt)}${who}: ` },
      { text: value, strong: true },
      { text: '.' },
    ];
  const pushes = life.events.filter(({ kind, at }) => kind === 'push' && at <= life.asOf).length;
  return [
    name,
    { text: ` ${past ? 'was' : 'is'} in ${life.stage ?? 'no known stage'}${who}: ` },
    { text: value, strong: true },
    { text: life.closeOn ? ` expected ${day(life.closeOn)}` : ' without a close date' },
    ...(pushes
      ? [
          {
            text: `, put off ${pushes === 1 ? 'once' : `${pushes} times`}`,
            strong: true,
            tone: 'warn' as const,
          },
        ]
      : []),
    { text: '.' },
  ];
}
