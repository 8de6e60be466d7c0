import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localViewer } from '#warehouse/access.ts';
import type { RiskItem } from '#warehouse/risks/answer.ts';
import { riskNames } from '#warehouse/risks/index.ts';
import { type Loaded, loadOnce } from './loading.ts';
import { cases, files, options } from './risk-deals.ts';

let loaded: Loaded;
let found: Map<string, RiskItem>;
beforeAll(async () => {
  loaded = await loadOnce(options, files, '2026-07-01T06:00:00Z');
  const { opportunities } = await loaded.warehouse.risks(localViewer, { hygiene: true });
  found = new Map(opportunities.map((item) => [item.opportunity, item]));
});
afterAll(() => loaded.remove());

const flagsOf = (id: string) => (found.get(id)?.flags ?? []).map(({ rule }) => rule).sort();

describe('risk rules by hand', () => {
  it('have a case each', () => {
    const told = new Set(cases.flatMap(({ flags }) => flags));
    expect(riskNames.filter((name) => !told.has(name))).toEqual([]);
  });

  it.each(cases.map(({ id, flags }) => [id, flags] as const))('%s: %j', (id, flags) => {
    expect(flagsOf(id)).toEqual([...flags].sort());
  });
});

describe('what a flag says', () => {
  const evidence = (id: string, rule: string) =>
    found.get(id)?.flags.find((flag) => flag.rule === rule)?.evidence;

  it.each([
    ['overdue', 'overdue', 'close date 2026-06-29 passed 1 day ago'],
    ['stalled', 'stalled', '43 days in Offer; 95 of 100 won ones left within 42 days (n = 24)'],
    ['outlived', 'outlived', '45 days in Offer; of 24 won ones none stayed longer than 44 days'],
    ['pushed', 'pushed', 'pushed twice, 38 days later than the first date 2026-07-06'],
    ['cut', 'cut', 'cut from 1,400 to 1,234 EUR, by 12 %; 95 of 100 won ones kept 100 % or more'],
    ['big', 'oversized', '4,320 is more than 95 of 100 wins in Steel (4,285)'],
    ['handed-over', 'transferred', 'handed over once, last on 2026-06-18 from Ben'],
    ['regressed', 'regressed', 'back from Offer to Qualify 8 days ago'],
    ['lonely', 'singleThreaded', '1 contact; won ones left Offer with 2 (median, n = 24)'],
    ['unowned', 'unowned', 'Dan is no longer active'],
  ])('%s', (id, rule, words) => {
    expect(evidence(id, rule)).toBe(words);
  });

  it('gives every flag words and a step', () => {
    for (const { flags } of found.values())
      for (const { evidence: words, step } of flags) {
        expect(words).not.toMatch(/null|undefined|NaN|Infinity/);
        expect(step.length).toBeGreaterThan(10);
      }
  });
});

describe('what may be seen', () => {
  const ben = { id: 'ben', salesman: 'ben', role: 'salesman', scope: 'own' } as const;
  const dan = { ...ben, id: 'dan', salesman: 'dan' };

  it('of a salesman is his own only, with the lifts of all', async () => {
    const of = async (viewer: typeof ben | typeof dan) => {
      const { opportunities, rules } = await loaded.warehouse.risks(viewer, { hygiene: true });
      return { ids: opportunities.map(({ opportunity }) => opportunity), rules };
    };
    expect((await of(ben)).ids).toEqual([]);
    expect((await of(dan)).ids).toEqual(['unowned']);
    const measured = (list: { lift: number | null; n: number }[]) =>
      list.map(({ lift, n }) => [lift, n]);
    const whole = await loaded.warehouse.risks(localViewer, {});
    expect(measured((await of(dan)).rules)).toEqual(measured(whole.rules));
  });

  it('of one opportunity is all its flags, and nothing where it is not open', async () => {
    const of = (id: string, viewer: typeof ben | typeof localViewer = localViewer) =>
      loaded.warehouse.opportunityRisks(viewer, id, {});
    expect(await of('outlived')).toEqual(found.get('outlived'));
    expect((await of('calm'))?.flags).toEqual([]);
    expect(await of('won-3')).toBeNull();
    expect(await of('outlived', ben)).toBeNull();
  });

  it('follows rule, filter and id; a wrong rule names the nearest', async () => {
    const ids = async (input: object) =>
      (await loaded.warehouse.risks(localViewer, { hygiene: true, ...input })).opportunities.map(
        ({ opportunity }) => opportunity,
      );
    expect(await ids({ rule: 'pushed' })).toEqual(['pushed']);
    expect(await ids({ opportunity: 'idle' })).toEqual(['idle']);
    expect(await ids({ where: { salesman: ['Dan'] } })).toEqual(['unowned']);
    expect(await ids({ period: '2026-06' })).toEqual(['overdue']);
    expect(await ids({ asOf: '2026-06-17', rule: 'transferred' })).toEqual([]);
    expect(await ids({ asOf: '2026-06-18', rule: 'transferred' })).toEqual(['handed-over']);
    await expect(ids({ rule: 'pushd' })).rejects.toThrow('Did you mean "pushed"?');
  });
});
