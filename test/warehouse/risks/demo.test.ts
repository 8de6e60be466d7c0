import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localViewer, type Viewer } from '#warehouse/access.ts';
import type { RiskItem, Risks } from '#warehouse/risks/answer.ts';
import { toQuestion } from '#warehouse/ask.ts';
import { sumMoney } from '#warehouse/cents.ts';
import { openInstallation } from '#warehouse/opening.ts';
import { flagsOf, maskSql } from '#warehouse/risks/judged.ts';
import { everyRiskSteps } from '#warehouse/risks/state.ts';
import { raw, statement } from '#warehouse/statement.ts';
import { loadSmallDemo, type SmallDemo } from '../small-demo.ts';

const first = '2026-11-21T06:00:00Z';
const then = { asOf: '2026-11-20', knownAt: first };
const all = { hygiene: true, limit: 1000 };

let demo: SmallDemo;
let now: Risks;
let truth: {
  stories: {
    clones: { lost: string; again: string }[];
    disasters: { kind: string; salesman?: string; team?: string }[];
  };
};
beforeAll(async () => {
  demo = await loadSmallDemo(7, first);
  truth = JSON.parse(readFileSync(join(demo.folder, 'truth.json'), 'utf8'));
  now = await demo.warehouse.risks(localViewer, { ...all, asOf: '2026-11-20' });
});
afterAll(() => demo.remove());

function grouped<T, K>(list: T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of list) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

const has = (item: RiskItem | undefined, rule: string) =>
  item?.flags.some((flag) => flag.rule === rule) ?? false;

describe('the risks of the demo company', () => {
  it('add up: flags to opportunities, opportunities and rules to the whole', async () => {
    const { opportunities, money, count, rules } = await demo.warehouse.risks(localViewer, {
      limit: 1000,
    });
    expect(opportunities.length).toBe(count);
    expect(Number(money)).toBeGreaterThan(0);
    for (const item of opportunities)
      expect(sumMoney(item.flags.map((flag) => flag.money))).toBe(item.money);
    expect(sumMoney(opportunities.map((item) => item.money))).toBe(money);
    expect(sumMoney(rules.map((rule) => rule.money))).toBe(money);
    for (const { flags, amount, chance, chanceWithout, money: stake } of opportunities) {
      expect(flags.some(({ demoted }) => !demoted)).toBe(true);
      expect(chanceWithout).toBeGreaterThanOrEqual(chance);
      const expected = Number(amount ?? 0) * (chanceWithout - chance);
      expect(Math.abs(Number(stake) - expected)).toBeLessThan(0.011);
    }
  });

  it('hold every planted clone that is still open', async () => {
    const open = await demo.warehouse.opportunities(localViewer, {
      outcome: 'open',
      limit: 1000,
      offset: 0,
    });
    const ids = new Set(open.rows.map((row) => row.opportunity));
    const again = truth.stories.clones.map((clone) => clone.again).filter((id) => ids.has(id));
    expect(again.length).toBeGreaterThan(0);
    for (const id of again)
      expect(
        has(
          now.opportunities.find((item) => item.opportunity === id),
          'cloned',
        ),
      ).toBe(true);
  });

  it('name the salesman who plans no next steps', () => {
    const silent = truth.stories.disasters.find(({ kind }) => kind === 'no next steps')?.salesman;
    const aimless = now.opportunities.filter((item) => has(item, 'aimless'));
    const by = grouped(aimless, (item) => item.salesman);
    const [worst] = [...by].sort((a, b) => b[1].length - a[1].length);
    expect(worst?.[0]).toBe(silent);
  });

  it('are those of its own time at every past landmark', async () => {
    const opener = openInstallation(demo.dataDir, {
      verify: 'behind',
      cacheBytes: 0,
      onDamage: () => {},
    });
    const opened = await opener.openNewest();
    try {
      const question = await toQuestion(opened, localViewer, {
        metrics: ['openPipeline'],
        asOf: '2026-08-31',
      });
      // Limits are learned at month ends, so a landmark that is one has those of its own day.
      const { text, values } = statement(
        everyRiskSteps(question),
        raw(
          `select number, day::varchar as day, opportunity_id, ${maskSql} as mask from risk_state where number > 0 and day = last_day(day)`,
        ),
      );
      const rows = await opened.reader.all(text, values);
      // A clone is known by what became of it later, so this rule alone may differ.
      const days: string[] = [];
      const told = (rules: string[]) => rules.filter((rule) => rule !== 'cloned').sort();
      for (const [day, states] of grouped(rows, (row) => String(row.day))) {
        const { opportunities } = await demo.warehouse.risks(localViewer, { ...all, asOf: day });
        const flagged = states
          .map((row) => [String(row.opportunity_id), told(flagsOf(Number(row.mask)))] as const)
          .filter(([, rules]) => rules.length);
        const listed = opportunities
          .map((item) => [item.opportunity, told(item.flags.map(({ rule }) => rule))] as const)
          .filter(([, rules]) => rules.length);
        expect(flagged.length).toBeGreaterThan(10);
        expect(new Map(listed)).toEqual(new Map(flagged));
        days.push(day);
      }
      expect(days.sort()).toEqual(['2024-09-30', '2025-03-31']);
    } finally {
      opened.reader.close();
      opener.close();
    }
  });

  it('of a salesman are his own, with the same measure', async () => {
    const [row] = await demo.ask({ metrics: ['openCount'], by: ['salesman'], sort: '-openCount' });
    const life = await demo.warehouse.opportunities(localViewer, {
      where: { salesman: [row?.salesman as string] },
      outcome: 'open',
      limit: 1,
      offset: 0,
    });
    const id = String(life.rows[0]?.opportunity);
    const whole = await demo.warehouse.risks(localViewer, all);
    const mine = whole.opportunities.filter((item) => item.salesman === row?.salesman);
    const salesman = await salesmanOf(id);
    const viewer: Viewer = { id: 'one', salesman, role: 'salesman', scope: 'own' };
    const own = await demo.warehouse.risks(viewer, all);
    expect(own.opportunities).toEqual(mine);
    expect(own.rules.map(({ lift }) => lift)).toEqual(whole.rules.map(({ lift }) => lift));
    const nobody: Viewer = { id: 'x', salesman: null, role: 'salesman', scope: 'own' };
    expect((await demo.warehouse.risks(nobody, all)).opportunities).toEqual([]);
  });

  it('are told the same after a later load', async () => {
    const before = await demo.warehouse.risks(localViewer, { ...all, ...then });
    const earlier = await demo.warehouse.risks(localViewer, {
      ...all,
      ...then,
      asOf: '2026-05-31',
    });
    expect(before.opportunities.length).toBeGreaterThan(10);
    await demo.nextWeek('2026-11-28T06:00:00Z');
    const again = (asOf: string) => demo.warehouse.risks(localViewer, { ...all, ...then, asOf });
    const bare = ({ snapshot: _, isNow: __, notes: ___, ...rest }: Risks) => rest;
    expect(bare(await again('2026-11-20'))).toEqual(bare(before));
    expect(bare(await again('2026-05-31'))).toEqual(bare(earlier));
    const later = await demo.warehouse.risks(localViewer, all);
    expect(later.opportunities).not.toEqual(before.opportunities);
  });
});

async function salesmanOf(id: string): Promise<string> {
  const opener = openInstallation(demo.dataDir, {
    verify: 'behind',
    cacheBytes: 0,
    onDamage: () => {},
  });
  const { reader } = await opener.openNewest();
  const [row] = await reader.all('select salesman_id from opportunity where opportunity_id = $1', [
    id,
  ]);
  reader.close();
  opener.close();
  return String(row?.salesman_id);
}
