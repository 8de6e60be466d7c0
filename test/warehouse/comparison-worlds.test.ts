import { describe, expect, it } from 'vitest';
import { effectsOf } from '#warehouse/comparison-models.ts';
import { differenceOf } from '#warehouse/mix-contrast.ts';
import { shiftOf } from '#warehouse/mix-effect.ts';
import { fitMix } from '#warehouse/mix-model.ts';
import { type Told, tellApart } from '#warehouse/separation.ts';
import { learnSpread, type Shrunk, shrink } from '#warehouse/shrinkage.ts';
import { type World, worldOf } from './worlds.ts';

/** The salesmen of a world as the product compares them: those with enough closings, and who is told from whom. */
function compareAll({ cells }: World): { able: number[]; shrunk: Shrunk[]; told: Told } {
  const model = fitMix(cells, 'share');
  const shift = shiftOf(cells, model);
  const effects = effectsOf(cells, model, shift);
  const able = [...effects.keys()];
  const measured = [...effects.values()];
  const spread = learnSpread(measured);
  const shrunk = measured.map((one) => shrink(one, spread));
  const told = tellApart(
    (i, j) => differenceOf(model, able[i] as number, able[j] as number),
    shrunk.map(({ value }) => value),
  );
  return { able, shrunk, told };
}

const worlds = 200;

describe('salesmen who are equal, with mixes that are not', () => {
  it(`are told apart in at most 5 % of the pairs, over ${worlds} companies`, () => {
    let [pairs, told, companies, banded, able] = [0, 0, 0, 0, 0];
    for (let seed = 1; seed <= worlds; seed++) {
      const found = compareAll(worldOf(seed));
      pairs += found.told.compared;
      told += found.told.pairs.length;
      companies += Number(found.told.pairs.length > 0);
      banded += found.told.band.length;
      able += found.able.length;
    }
    console.log(
      `equals: ${told} of ${pairs} pairs told apart, in ${companies} of ${worlds} companies; ${((100 * banded) / able).toFixed(1)} % in the band`,
    );
    expect(told / pairs).toBeLessThanOrEqual(0.05);
    // One false discovery in 20 companies is what was promised; 200 of them may have a few more by chance.
    expect(companies / worlds).toBeLessThanOrEqual(0.09);
    expect(banded / able).toBeGreaterThan(0.99);
  });
});

describe('salesmen who truly differ', () => {
  it('are told apart the right way round, and their intervals hold the truth', () => {
    const found = { told: 0, wrong: 0, far: 0, farTold: 0, held: 0, n: 0 };
    for (let seed = 1; seed <= 60; seed++) {
      const world = worldOf(seed, { skill: 0.6 });
      const { able, shrunk, told } = compareAll(world);
      const skills = able.map((group) => world.skills[group] as number);
      const mean = skills.reduce((sum, skill) => sum + skill, 0) / skills.length;
      const pairs = new Set(told.pairs.map(({ above, below }) => `${above} ${below}`));
      for (const { above, below } of told.pairs) {
        found.told += 1;
        found.wrong += Number((skills[above] as number) <= (skills[below] as number));
      }
      for (const [i, a] of skills.entries())
        for (const [j, b] of skills.entries())
          if (a - b > 1) {
            found.far += 1;
            found.farTold += Number(pairs.has(`${i} ${j}`));
          }
      for (const [i, { low, high }] of shrunk.entries()) {
        const truth = (skills[i] as number) - mean;
        found.held += Number(low <= truth && truth <= high);
        found.n += 1;
      }
    }
    console.log(
      `different: ${found.told} pairs told, ${found.wrong} of them wrongly; power ${(found.farTold / found.far).toFixed(2)} where odds differ by more than e; intervals hold ${((100 * found.held) / found.n).toFixed(1)} %`,
    );
    expect(found.told).toBeGreaterThan(0);
    expect(found.wrong / found.told).toBeLessThan(0.05);
    expect(found.farTold / found.far).toBeGreaterThan(0.4);
    expect(found.held / found.n).toBeGreaterThan(0.92);
  });
});
