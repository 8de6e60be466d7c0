import type { Compared, ComparedMeasure } from './comparison-answer.ts';
import type { MixCount } from './comparison-facts.ts';
import { cellsOf, type Learned, measures, type Mix } from './comparison-models.ts';
import type { MeasureName } from './comparison-request.ts';
import { type Scale, scaleOf, unlogged } from './comparison-scale.ts';
import { differenceOf } from './mix-contrast.ts';
import { type Counted, countOf } from './mix-effect.ts';
import { rounded, wide95 } from './normal.ts';
import { type Told, tellApart } from './separation.ts';
import { type Estimate, meanSpread, type Shrunk, shrink } from './shrinkage.ts';

export interface Person {
  id: string | null;
  /** The model's number of him in the period. */
  group: number;
  counts: MixCount[];
}

interface Measured {
  person: Person;
  counted: Counted;
  /** His own effect as measured and as drawn to none; none when too few closings speak. */
  effect: { estimate: Estimate; shrunk: Shrunk } | null;
}

type Able = Measured & { effect: NonNullable<Measured['effect']> };

/** One measure of all: who lies where, and who can be told from whom. */
export function compare(
  name: MeasureName,
  mix: Mix,
  people: readonly Person[],
): { each: Compared[]; all: ComparedMeasure } {
  const learned = mix.learned[name];
  const scale = scaleOf(name, learned);
  const all = people.map((person) => measureOne(person, name, learned));
  const able = all.filter((one): one is Able => one.effect !== null);
  const told = tellApart(
    (i, j) => differenceOf(learned.model, able[i]?.person.group ?? 0, able[j]?.person.group ?? 0),
    able.map(({ effect }) => effect.shrunk.value),
  );
  const inBand = told.band.map((k) => able[k]?.effect.shrunk.value ?? 0);
  const context = { name, learned, scale, able, told, inBand };
  return {
    each: all.map((one) => (one.effect ? tell(one as Able, context) : tellFew(one, context))),
    all: {
      average: scale.average,
      spread: rounded(Math.exp(meanSpread(learned.spread))),
      pairs: told.compared,
      told: told.pairs.length,
      band: inBand.length
        ? {
            low: scale.at(Math.min(...inBand)),
            high: scale.at(Math.max(...inBand)),
            salesmen: inBand.length,
          }
        : null,
    },
  };
}

function measureOne(person: Person, name: MeasureName, learned: Learned): Measured {
  const { model, shift, spread, effects } = learned;
  const counted = countOf(cellsOf(person.counts, measures[name]), model, shift);
  const estimate = effects.get(person.group);
  const speaks = estimate !== undefined && person.id !== null;
  return {
    person,
    counted,
    effect: speaks ? { estimate, shrunk: shrink(estimate, spread) } : null,
  };
}

interface Context {
  name: MeasureName;
  learned: Learned;
  scale: Scale;
  able: Able[];
  told: Told;
  inBand: number[];
}

function tell(one: Able, { name, scale, able, told, inBand }: Context): Compared {
  const { person, counted, effect } = one;
  const { value, low, high } = effect.shrunk;
  const k = able.indexOf(one);
  const idOf = (other: number) => String(able[other]?.person.id);
  const place = told.band.includes(k) ? 'within' : value > Math.max(...inBand) ? 'above' : 'below';
  return {
    ...seen(name, counted),
    ratio: scale.ratio(value, person.counts),
    ratioLow: scale.ratio(low, person.counts),
    ratioHigh: scale.ratio(high, person.counts),
    adjusted: scale.at(value),
    adjustedLow: scale.at(low),
    adjustedHigh: scale.at(high),
    place,
    surelyAbove: told.pairs.filter(({ above }) => above === k).map(({ below }) => idOf(below)),
    surelyBelow: told.pairs.filter(({ below }) => below === k).map(({ above }) => idOf(above)),
    further: place === 'within' ? untilTold(effect.estimate, value, counted.n) : null,
  };
}

const tellFew = ({ counted }: Measured, { name, learned }: Context): Compared => ({
  ...seen(name, counted),
  ratio: null,
  ratioLow: null,
  ratioHigh: null,
  adjusted: null,
  adjustedLow: null,
  adjustedHigh: null,
  place: 'few',
  surelyAbove: [],
  surelyBelow: [],
  further: untilAble(counted, learned),
});

/** What came and what was expected, as one says it. */
export function seen(name: MeasureName, { n, observed, expected }: Counted) {
  const value = (sum: number) =>
    n === 0 ? null : rounded(name === 'winRate' ? sum / n : unlogged(name, sum / n));
  return { n, observed: value(observed), expected: value(expected) };
}

/** Beyond so many closings nobody waits. */
const outOfReach = 2000;

/** How many more of the same kind until the interval around a difference of this size leaves the average out. */
function untilTold({ se }: Estimate, difference: number, n: number): number | null {
  const wanted = (n * se ** 2 * wide95 ** 2) / difference ** 2;
  const more = Math.max(1, Math.ceil(wanted - n));
  return Number.isFinite(more) && more <= outOfReach ? more : null;
}

/** How many more until he can be compared at all. */
function untilAble({ n, information }: Counted, { model, cells, shift }: Learned): number {
  const whole = countOf(cells, model, shift);
  const each = n ? information / n : whole.n ? whole.information / whole.n : 0.25;
  const wanted = model.family === 'share' ? 2 / each : 5;
  return Math.max(1, Math.ceil(wanted - n));
}
