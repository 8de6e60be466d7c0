import { afterEach, describe, expect, it } from 'vitest';
import { localViewer } from '#warehouse/access.ts';
import { dealFiles } from '../golden/deals.ts';
import { type Exports, type Loaded, loadOnce, stages } from '../golden/loading.ts';

let loaded: Loaded | null = null;
afterEach(async () => {
  await loaded?.remove();
  loaded = null;
});

const people = ['ana', 'ben', 'cid', 'dan', 'eva', 'fay'];
const close = '2026-08-15';
const at = (n: number, month: string) =>
  `2026-${month}-${String(1 + (n % 28)).padStart(2, '0')}T12:00:00Z`;

/**
 * Forty opportunities of each: 28 go from Qualify to Offer, and of those 21 are won; of who is weak only 7.
 */
function company(weak: string | null): Exports {
  const deals = people.flatMap((salesman) =>
    Array.from({ length: 40 }, (_, n) => {
      const goesOn = n < 28;
      const isWon = (salesman === weak) === (n % 4 === 0);
      const moves = [`${at(n, '01')} Qualify 100.00 ${close} 20`];
      if (goesOn) moves.push(`${at(n, '03')} Offer 100.00 ${close} 50`);
      moves.push(`${at(n, '05')} ${goesOn && isWon ? 'Won' : 'Lost'} 100.00 ${close} 0`);
      return { id: `${salesman}-${n}`, name: `${salesman} ${n}`, salesman, currency: 'EUR', moves };
    }),
  );
  return {
    'user.csv': ['id,name', ...people.map((id) => `${id},${id}`)].join('\n'),
    'stage.csv': stages,
    ...dealFiles(deals),
  };
}

const options = {
  zone: 'Europe/Berlin',
  currency: 'EUR',
  observedAt: '2026-06-30T20:00:00Z',
  objects: { opportunity: { carryBack: ['salesman', 'name', 'currency'] } },
};

const profileOf = async (salesman: string) => {
  const found = await loaded?.warehouse.salesman(localViewer, { salesman });
  if (!found) throw new Error(`no ${salesman}`);
  return found;
};

describe('a planted weakness', () => {
  it('is found in its stage, with what it costs, and nobody else is called weak', async () => {
    loaded = await loadOnce(options, company('cid'));
    const { stages: all, gap } = await profileOf('cid');
    expect(all.map(({ stage, verdict }) => [stage, verdict])).toEqual([
      ['Qualify', null],
      ['Offer', 'weak'],
    ]);
    const [qualify, offer] = all;
    expect([qualify?.entered, qualify?.advanced]).toEqual([40, 28]);
    expect([offer?.entered, offer?.advanced]).toEqual([28, 7]);
    expect(offer?.ratioHigh).toBeLessThan(1);
    // Every opportunity is worth 100; all that went on from Offer were won.
    expect(gap).toMatchObject({ stage: 'Offer' });
    expect(gap?.more).toBeCloseTo(Number(offer?.expectedAdvanced) - 7, 6);
    expect(Number(gap?.worth)).toBeCloseTo(100 * Number(gap?.more), 0);
    for (const other of people.filter((name) => name !== 'cid')) {
      const profile = await profileOf(other);
      expect(profile.stages.filter(({ verdict }) => verdict === 'weak')).toEqual([]);
      expect(profile.gap).toBe(null);
    }
  });

  it('is not found where there is none', async () => {
    loaded = await loadOnce(options, company(null));
    for (const name of people) {
      const { stages: all, gap } = await profileOf(name);
      expect(all.map(({ verdict }) => verdict)).toEqual([null, null]);
      expect(gap).toBe(null);
    }
  });
});
