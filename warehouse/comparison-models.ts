import type { Source } from './ask.ts';
import { type MixCount, mixStatement } from './comparison-facts.ts';
import type { MeasureName } from './comparison-request.ts';
import { grouped } from './grouped.ts';
import { fromMean } from './mix-contrast.ts';
import type { MixCell } from './mix-design.ts';
import { isFew, countOf, shiftOf } from './mix-effect.ts';
import { type Family, fitMix, type MixModel } from './mix-model.ts';
import type { Question } from './question.ts';
import { remember } from './remember.ts';
import { type Estimate, learnSpread, type Spread } from './shrinkage.ts';

/** How one measure is modelled: which columns of the mix, and what of a count enters it. */
export interface Measure {
  family: Family;
  levelsOf(count: Levels): (string | null)[];
  cellOf(count: MixCount): Pick<MixCell, 'n' | 'sum' | 'squares'>;
}

type Levels = Pick<MixCount, 'start' | 'industry' | 'source' | 'band' | 'is_asked'>;

/** The period asked for has a level of its own: the company may sell better or worse than in the years before. */
const asked = ({ is_asked: isAsked }: Levels): string => (isAsked ? 'asked' : 'other');

export const measures: Record<MeasureName, Measure> = {
  winRate: {
    family: 'share',
    levelsOf: (of) => [of.start, of.industry, of.source, of.band, asked(of)],
    cellOf: ({ closings, won }) => ({ n: closings, sum: won, squares: won }),
  },
  // The amount at the start would explain the amount at the end.
  size: {
    family: 'amount',
    levelsOf: (of) => [of.start, of.industry, of.source, asked(of)],
    cellOf: (of) => ({ n: of.size_n, sum: of.size_sum, squares: of.size_squares }),
  },
  days: {
    family: 'amount',
    levelsOf: (of) => [of.start, of.industry, of.source, of.band, asked(of)],
    cellOf: (of) => ({ n: of.days_n, sum: of.days_sum, squares: of.days_squares }),
  },
};

/** What was learned for one measure: what to expect, and how far apart the salesmen lie. */
export interface Learned {
  model: MixModel;
  shift: number;
  spread: Spread;
  /** Each salesman's own effect in the period, by group, of those of whom enough is known. */
  effects: Map<number, Estimate>;
  /** The asked closings of everybody. */
  cells: MixCell[];
}

export interface Mix {
  counts: MixCount[];
  learned: Record<MeasureName, Learned>;
  sql: string;
}

/** The closings of a question as counts, and what they teach; from all rows, whoever looks. */
export function readMix(source: Source, question: Question): Promise<Mix> {
  const { text, values } = mixStatement(question);
  return remember(source, JSON.stringify(['mix', text, values]), async () => {
    const counts = (await source.reader.all(text, values)) as unknown as MixCount[];
    const learned = {
      winRate: learn(counts, measures.winRate),
      size: learn(counts, measures.size),
      days: learn(counts, measures.days),
    };
    return { counts, learned, sql: text };
  });
}

/** A salesman in the period asked for is another one than before it: what he did then says nothing of now. */
export const groupOf = ({
  person,
  is_asked: isAsked,
}: Pick<MixCount, 'person' | 'is_asked'>): number => 2 * person + Number(isAsked);

export const cellsOf = (counts: readonly MixCount[], measure: Measure): MixCell[] =>
  counts
    .map((count) => ({
      group: groupOf(count),
      levels: measure.levelsOf(count),
      ...measure.cellOf(count),
    }))
    .filter(({ n }) => n > 0);

function learn(counts: MixCount[], measure: Measure): Learned {
  const model = fitMix(merged(cellsOf(counts, measure)), measure.family);
  const cells = merged(
    cellsOf(
      counts.filter((count) => count.is_asked),
      measure,
    ),
  );
  const shift = shiftOf(cells, model);
  const effects = effectsOf(cells, model, shift);
  return { model, shift, spread: learnSpread([...effects.values()]), effects, cells };
}

/** What each group's own effect was measured to be, of those of whom enough is known, beside the mean of all. */
export function effectsOf(cells: MixCell[], model: MixModel, shift: number): Map<number, Estimate> {
  const counted = [...grouped(cells, ({ group }) => group)].map(
    ([group, own]) => [group, countOf(own, model, shift)] as const,
  );
  const weights = counted.map(([group, { information }]) => [group, information] as const);
  const effects = fromMean(model, new Map(weights));
  for (const [group, own] of counted)
    if (isFew(own, model) || !Number.isFinite(effects.get(group)?.se)) effects.delete(group);
  return effects;
}

/** Cells with the same levels as one: fewer to go through. */
function merged(cells: MixCell[]): MixCell[] {
  const found = new Map<string, MixCell>();
  for (const cell of cells) {
    const key = JSON.stringify([cell.group, cell.levels]);
    const one = found.get(key);
    if (!one) found.set(key, { ...cell });
    else {
      one.n += cell.n;
      one.sum += cell.sum;
      one.squares += cell.squares;
    }
  }
  return [...found.values()];
}
