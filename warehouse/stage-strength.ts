import type { Source } from './ask.ts';
import type { StageStrength } from './salesman-answer.ts';
import { effectsOf } from './comparison-models.ts';
import { grouped } from './grouped.ts';
import { jeffreys } from './interval.ts';
import type { MixCell } from './mix-design.ts';
import { countOf, shiftOf } from './mix-effect.ts';
import { fitMix, type MixModel } from './mix-model.ts';
import { chanceOf, rounded } from './normal.ts';
import type { Question } from './question.ts';
import { remember } from './remember.ts';
import { discoveries } from './separation.ts';
import { type Estimate, learnSpread, type Shrunk, type Spread, shrink } from './shrinkage.ts';
import { type PassCount, passStatement } from './stage-passes.ts';

/** What one stage teaches: what to expect of a stay in it, and how far from that he lies. */
export interface LearnedStage {
  counts: PassCount[];
  model: MixModel;
  shift: number;
  /** Each salesman's own effect, and how far apart they lie. */
  effects: Map<number, Estimate>;
  spread: Spread;
}

/** Every stage with what all salesmen teach of it, whoever looks. */
export function readStages(source: Source, question: Question): Promise<LearnedStage[]> {
  const { text, values } = passStatement(question);
  return remember(source, JSON.stringify(['stages', text, values]), async () => {
    const counts = (await source.reader.all(text, values)) as unknown as PassCount[];
    return [...grouped(counts, ({ pipeline, stage }) => JSON.stringify([pipeline, stage]))].map(
      ([, own]) => learnStage(own),
    );
  });
}

function learnStage(counts: PassCount[]): LearnedStage {
  const model = fitMix(cellsOf(counts), 'share');
  const asked = cellsOf(counts.filter((one) => one.is_asked));
  const shift = shiftOf(asked, model);
  const effects = effectsOf(asked, model, shift);
  return { counts, model, shift, effects, spread: learnSpread([...effects.values()]) };
}

/** The levels of a stay: its field and lead source; the stage has a model of its own. */
export const stayLevels = (
  count: Pick<PassCount, 'industry' | 'source' | 'is_asked'>,
): (string | null)[] => [count.industry, count.source, count.is_asked ? 'asked' : 'other'];

const cellsOf = (counts: readonly PassCount[]): MixCell[] =>
  counts.map((count) => ({
    group: 2 * count.person + Number(count.is_asked),
    levels: stayLevels(count),
    n: count.n,
    sum: count.advanced,
    squares: count.advanced,
  }));

/**
 * How many of his opportunities go on from each stage, against peers with the same fields and lead sources. A stage is
 * weak or strong only where that is beyond chance, all stages taken together; in the order of the selling process.
 */
export function strengthsOf(stages: readonly LearnedStage[], salesman: string): StageStrength[] {
  const all = stages.flatMap((stage) => maybeMeasured(stage, salesman) ?? []);
  const able = all.filter(({ chance }) => chance !== null);
  const found = discoveries(able.map(({ chance }) => chance ?? 1));
  return all
    .map(({ told, shrunk, chance }) => {
      const k = able.findIndex((one) => one.told === told);
      return { ...told, verdict: chance !== null && found[k] ? sideOf(shrunk) : null };
    })
    .sort(
      (a, b) =>
        (a.pipeline < b.pipeline ? -1 : Number(a.pipeline > b.pipeline)) ||
        (a.order ?? 99) - (b.order ?? 99),
    );
}

/** On which side of the expectation he surely lies, how unlikely that is for anybody considered. */
function sideOf(shrunk: Shrunk | null): StageStrength['verdict'] {
  if (!shrunk || (shrunk.low <= 0 && shrunk.high >= 0)) return null;
  return shrunk.low > 0 ? 'strong' : 'weak';
}

/** None where nothing of his came to an end in that stage. */
function maybeMeasured(stage: LearnedStage, salesman: string) {
  const { counts, effects, spread } = stage;
  const asked = counts.filter((one) => one.is_asked);
  const his = asked.filter((one) => one.salesman_id === salesman);
  const [first] = his;
  if (!first) return undefined;
  const estimate = effects.get(2 * first.person + 1);
  const shrunk = estimate ? shrink(estimate, spread) : null;
  return {
    told: {
      ...observe(first, his, { ...stage, counts: asked }),
      ...ratiosOf(cellsOf(his), stage, shrunk),
    },
    shrunk,
    chance: estimate ? chanceOf(estimate.value / estimate.se) : null,
  };
}

type Fitted = Pick<LearnedStage, 'model' | 'shift'>;

function observe(
  { pipeline, stage, stage_order: order }: PassCount,
  his: PassCount[],
  { counts: asked, model, shift }: Fitted & { counts: PassCount[] },
) {
  const sum = (list: PassCount[], of: 'n' | 'advanced' | 'closed' | 'won') =>
    list.reduce((total, one) => total + one[of], 0);
  const { n, observed, expected } = countOf(cellsOf(his), model, shift);
  const peers = asked.filter((one) => !his.includes(one));
  const { low, high } = jeffreys(observed, n);
  return {
    pipeline,
    stage,
    order,
    entered: n,
    advanced: observed,
    observed: rounded(observed / n),
    low,
    high,
    expected: rounded(expected / n),
    expectedAdvanced: rounded(expected),
    peers: sum(peers, 'n') ? rounded(sum(peers, 'advanced') / sum(peers, 'n')) : null,
    peersEntered: sum(peers, 'n'),
    wonAfter: sum(asked, 'closed') ? rounded(sum(asked, 'won') / sum(asked, 'closed')) : null,
  };
}

function ratiosOf(cells: MixCell[], { model, shift }: Fitted, shrunk: Shrunk | null) {
  const expected = (effect: number) => countOf(cells, model, shift + effect).expected;
  const ratio = (effect: number | undefined) =>
    effect === undefined ? null : rounded(expected(effect) / expected(0));
  return {
    ratio: ratio(shrunk?.value),
    ratioLow: ratio(shrunk?.low),
    ratioHigh: ratio(shrunk?.high),
  };
}
