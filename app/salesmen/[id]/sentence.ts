import { sumMoney } from '#warehouse/cents.ts';
import type { Compared } from '#warehouse/comparison-answer.ts';
import type { MeasureName } from '#warehouse/comparison-request.ts';
import type { SalesmanProfile, StageStrength } from '#warehouse/salesman-answer.ts';
import { formatMoney, formatRatio, formatValue } from '#components/format.ts';
import type { Piece } from '../../sentences.ts';

export type Told = Pick<
  SalesmanProfile,
  'name' | 'compared' | 'stages' | 'gap' | 'discuss' | 'currency'
>;

interface Manner {
  /** The period in words. */
  period: string;
  past: boolean;
}

/**
 * Whether a salesman needs help, and with what: the weak stage first, then results below expectation, then what is at
 * stake. A `metric` names what the piece opens: `stage`, `winRate`, `size`, `days` or `discuss`.
 */
export function salesmanSentence(told: Told, manner: Manner): Piece[] {
  return [...needOf(told, manner), ...stakeOf(told, manner)];
}

function needOf(told: Told, { period, past }: Manner): Piece[] {
  const { name, compared, stages } = told;
  if (!compared && stages.length === 0)
    return [
      { text: name, strong: true },
      { text: ` closed nothing in ${period}: there is nothing to compare.` },
    ];
  const weak = weakestOf(stages);
  if (weak) return inStage(told, weak, past);
  const worse = worseIn(told);
  if (worse) return inResults(told, worse, past);
  if (!compared || compared.measures.winRate.ratio === null)
    return [
      { text: `Too little of ${name} was closed in ${period} to tell`, strong: true },
      {
        text: ` whether help ${past ? 'was' : 'is'} needed: ${compared?.won ?? 0} of ${compared?.closings ?? 0} won.`,
        metric: 'winRate',
      },
    ];
  return [
    {
      text: `Nothing ${past ? 'said' : 'says'} that ${name} ${past ? 'needed' : 'needs'} help.`,
      strong: true,
    },
    { text: ' ' },
    { text: `${compared.won} of ${compared.closings} won`, metric: 'winRate' },
    {
      text:
        sideOf(compared.measures.winRate) === 'above'
          ? `, more than the ${expectedOf(compared.measures.winRate)} that such a mix ${past ? 'let' : 'lets'} one expect.`
          : `, where such a mix ${past ? 'let' : 'lets'} one expect ${expectedOf(compared.measures.winRate)}: no more apart than by chance.`,
    },
  ];
}

const expectedOf = ({ expected, n }: Compared): string =>
  formatValue(Math.round((expected ?? 0) * n * 10) / 10, 'text');

export const weakestOf = (stages: StageStrength[]): StageStrength | undefined =>
  stages
    .filter(({ verdict }) => verdict === 'weak')
    .sort((a, b) => (a.ratio ?? 1) - (b.ratio ?? 1))[0];

function inStage({ name, gap, currency }: Told, weak: StageStrength, past: boolean): Piece[] {
  const { stage, observed, expected, entered } = weak;
  return [
    {
      text: `${name} ${past ? 'needed' : 'needs'} help in ${stage}:`,
      strong: true,
      tone: 'warn',
    },
    { text: ' ' },
    { text: `${formatRatio(observed)} of ${entered} went on`, metric: 'stage', strong: true },
    { text: `, of like ones with others ${formatRatio(expected)}` },
    {
      text: gap
        ? `; closing the gap would be worth about ${formatMoney(gap.worth, { currency })} in as long a time.`
        : '.',
    },
  ];
}

/** On which side of what was expected he surely lies. */
const sideOf = ({ ratioLow, ratioHigh }: Compared): 'above' | 'below' | null => {
  if (ratioLow !== null && ratioLow > 1) return 'above';
  return ratioHigh !== null && ratioHigh < 1 ? 'below' : null;
};

/** The measure in which he surely does worse than expected, the win rate first. */
function worseIn({ compared }: Told): MeasureName | undefined {
  if (!compared) return undefined;
  const { winRate, size, days } = compared.measures;
  if (sideOf(winRate) === 'below') return 'winRate';
  if (sideOf(size) === 'below') return 'size';
  return sideOf(days) === 'above' ? 'days' : undefined;
}

const worse: Record<MeasureName, string> = {
  winRate: 'wins less than such opportunities let one expect',
  size: 'wins smaller ones than such opportunities let one expect',
  days: 'takes longer to win than such opportunities let one expect',
};

const units = { winRate: 'ratio', size: 'money', days: 'days' } as const;

function inResults({ name, compared, currency }: Told, measure: MeasureName, past: boolean) {
  const { observed, expected, n } = (compared as NonNullable<Told['compared']>).measures[measure];
  const shown = (value: number | null) => formatValue(value, units[measure], { currency });
  return [
    {
      text: `${name} ${past ? worse[measure].replace('wins', 'won').replace('takes', 'took') : worse[measure]}:`,
      strong: true,
      tone: 'warn' as const,
    },
    { text: ' ' },
    { text: shown(observed), metric: measure, strong: true },
    { text: `, expected ${shown(expected)}, n = ${n}: beyond chance.` },
  ];
}

const numbers = ['no', 'one opportunity', 'two opportunities', 'three opportunities'];

function stakeOf({ discuss, currency }: Told, { past }: Manner): Piece[] {
  const money = sumMoney(discuss.map(({ money: own }) => own));
  if (Number(money) === 0) return [];
  return [
    { text: ' ' },
    {
      text: `${formatMoney(money, { currency })} ${past ? 'was' : 'is'} at stake in ${numbers[discuss.length] ?? discuss.length}`,
      metric: 'discuss',
      strong: true,
    },
    { text: ' to discuss.' },
  ];
}
