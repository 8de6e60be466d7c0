import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localViewer } from '#warehouse/access.ts';
import type { Row } from '#warehouse/answers.ts';
import { type Installation, makeInstallation, readConfig } from './installation.ts';

const data = new URL('../../../shared/data/', import.meta.url).pathname;
const config = (pack: string) =>
  readConfig(new URL(`../packs/${pack}.json`, import.meta.url).pathname, `${data}${pack}`);

function answerOf(pack: string, id: string): Record<string, number | string>[] {
  const { answers } = JSON.parse(readFileSync(`${data}${pack}/answers.json`, 'utf8')) as {
    answers: { id: string; rows: Record<string, number | string>[] }[];
  };
  return answers.find((a) => a.id === id)?.rows ?? [];
}

const money = (value: unknown) => Number(value ?? 0);
const keyed = (rows: Row[], name: string) => new Map(rows.map((row) => [row[name], row]));

/** Every expected row is there with its numbers; `pairs` are [metric, expected column]. */
function agree(
  rows: Row[],
  dimension: string,
  expected: Record<string, number | string>[],
  key: string,
  pairs: [string, string][],
): void {
  const found = keyed(rows, dimension);
  expect(expected.length).toBeGreaterThan(0);
  for (const want of expected)
    for (const [metric, column] of pairs)
      expect(money(found.get(want[key] as string)?.[metric]), `${want[key]} ${metric}`).toBeCloseTo(
        Number(want[column] ?? 0),
        5,
      );
}

const name = (pack: string) =>
  `${pack}${existsSync(data + pack) ? '' : ' (skipped: the data pack is not beside the project)'}`;

describe.skipIf(!existsSync(`${data}maven_crm`))(name('maven_crm'), () => {
  const pack = 'maven_crm';
  let at: Installation;
  beforeAll(async () => {
    at = makeInstallation();
    const result = await at.load(config(pack));
    expect(result.sources[0]?.objects.every((o) => o.quarantined === 0)).toBe(true);
  });
  afterAll(() => at.remove());

  it('results as a whole', async () => {
    const [row] = await at.ask({ metrics: ['wonCount', 'wonValue', 'lostCount', 'winRate'] });
    expect(row).toMatchObject({ wonCount: 4238, wonValue: '10005534.00', lostCount: 2473 });
    expect(row?.winRate).toBeCloseTo(4238 / (4238 + 2473), 6);
  });

  it('open by stage, 1,425 of them without an account', async () => {
    agree(
      await at.ask({ metrics: ['openCount'], by: ['stage'] }),
      'stage',
      answerOf(pack, 'stage_balance').filter((r) =>
        ['Engaging', 'Prospecting'].includes(String(r.deal_stage)),
      ),
      'deal_stage',
      [['openCount', 'n']],
    );
    const [none] = await at.ask({ metrics: ['openCount'], where: { account: [null] } });
    expect(none?.openCount).toBe(1425);
  });

  it('open at list price by office', async () => {
    const rows = await at.ask({ metrics: ['openCount', 'openPipeline'], by: ['stage', 'region'] });
    for (const want of answerOf(pack, 'open_list_value')) {
      const row = rows.find(
        (r) => r.stage === want.deal_stage && r.region === want.regional_office,
      );
      expect([row?.openCount, money(row?.openPipeline)]).toEqual([want.n, want.list_value]);
    }
  });

  it('by salesman, team, product, industry and account', async () => {
    const metrics = ['wonCount', 'lostCount', 'wonValue', 'winRate'];
    agree(
      await at.ask({ metrics, by: ['salesman'] }),
      'salesman',
      answerOf(pack, 'win_rate_by_agent'),
      'sales_agent',
      [
        ['wonCount', 'won'],
        ['lostCount', 'lost'],
        ['wonValue', 'won_value'],
        ['winRate', 'win_rate'],
      ],
    );
    agree(
      await at.ask({ metrics, by: ['team'] }),
      'team',
      answerOf(pack, 'by_manager'),
      'manager',
      [
        ['wonCount', 'won'],
        ['lostCount', 'lost'],
        ['wonValue', 'won_value'],
        ['winRate', 'win_rate'],
      ],
    );
    agree(
      await at.ask({ metrics, by: ['product'] }),
      'product',
      answerOf(pack, 'by_product'),
      'product',
      [
        ['wonCount', 'won'],
        ['wonValue', 'won_value'],
        ['winRate', 'win_rate'],
      ],
    );
    agree(
      await at.ask({ metrics, by: ['industry'] }),
      'industry',
      answerOf(pack, 'by_sector'),
      'sector',
      [
        ['wonCount', 'won'],
        ['lostCount', 'lost'],
        ['wonValue', 'won_value'],
      ],
    );
    agree(
      await at.ask({ metrics, by: ['account'] }),
      'account',
      answerOf(pack, 'top10_accounts'),
      'account',
      [
        ['wonCount', 'won'],
        ['wonValue', 'won_value'],
      ],
    );
  });

  it('by month and quarter of closing, and by salesman and quarter', async () => {
    const metrics = ['wonCount', 'lostCount', 'wonValue'];
    const pairs: [string, string][] = [
      ['wonCount', 'won'],
      ['lostCount', 'lost'],
      ['wonValue', 'won_value'],
    ];
    agree(
      await at.ask({ metrics, by: ['closeMonth'] }),
      'closeMonth',
      answerOf(pack, 'won_by_month'),
      'm',
      pairs,
    );
    agree(
      await at.ask({ metrics, by: ['closeQuarter'] }),
      'closeQuarter',
      answerOf(pack, 'won_by_quarter'),
      'q',
      pairs,
    );
    const rows = await at.ask({ metrics, by: ['salesman', 'closeQuarter'] });
    for (const want of answerOf(pack, 'agent_quarter')) {
      const row = rows.find((r) => r.salesman === want.sales_agent && r.closeQuarter === want.q);
      expect([money(row?.wonValue), row?.wonCount]).toEqual([want.won_value, want.won]);
    }
  });

  it('open as of the start of each month, and by office on 2017-10-01', async () => {
    const dayBefore = (day: string) =>
      new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
    for (const want of answerOf(pack, 'asof_open')) {
      const [row] = await at.ask({
        metrics: ['openCount', 'openPipeline'],
        asOf: dayBefore(String(want.as_of)),
        where: { stage: ['Engaging'] },
      });
      expect([row?.openCount, money(row?.openPipeline)], String(want.as_of)).toEqual([
        want.n_open,
        want.list_value,
      ]);
    }
    agree(
      await at.ask({
        metrics: ['openCount', 'openPipeline'],
        by: ['director'],
        asOf: '2017-09-30',
      }),
      'director',
      answerOf(pack, 'asof_open_agent_20171001'),
      'regional_office',
      [
        ['openCount', 'n_open'],
        ['openPipeline', 'list_value'],
      ],
    );
  });

  it('median days to close of won', async () => {
    const [row] = await at.ask({ metrics: ['daysToClose'] });
    expect(row?.daysToClose).toBe(
      answerOf(pack, 'cycle_percentiles').find((r) => r.deal_stage === 'Won')?.q50,
    );
  });
});

describe.skipIf(!existsSync(`${data}synthetic_sf_pipeline_6000`))(
  name('synthetic_sf_pipeline_6000'),
  () => {
    const pack = 'synthetic_sf_pipeline_6000';
    let at: Installation;
    beforeAll(async () => {
      at = makeInstallation();
      await at.load(config(pack));
    });
    afterAll(() => at.remove());

    it('results and open as a whole', async () => {
      const [row] = await at.ask({
        metrics: [
          'wonCount',
          'wonValue',
          'lostCount',
          'lostValue',
          'openCount',
          'openPipeline',
          'winRate',
          'winRateByValue',
        ],
      });
      expect(row).toMatchObject({
        wonCount: 1824,
        wonValue: '72249000.00',
        lostCount: 3760,
        lostValue: '188377000.00',
        openCount: 416,
        openPipeline: '28536500.00',
      });
      const [want] = answerOf(pack, 'win_rate');
      expect([row?.winRate, row?.winRateByValue].map((v) => Number(v).toFixed(6))).toEqual(
        [want?.win_rate, want?.value_win_rate].map((v) => Number(v).toFixed(6)),
      );
    });

    it('by salesman, quarter, account, segment and region', async () => {
      agree(
        await at.ask({ metrics: ['wonCount', 'lostCount', 'wonValue'], by: ['salesman'] }),
        'salesman',
        answerOf(pack, 'by_owner'),
        'owner',
        [
          ['wonCount', 'won'],
          ['lostCount', 'lost'],
          ['wonValue', 'won_value'],
        ],
      );
      agree(
        await at.ask({ metrics: ['wonCount', 'wonValue'], by: ['closeQuarter'] }),
        'closeQuarter',
        answerOf(pack, 'won_by_quarter'),
        'q',
        [
          ['wonCount', 'won'],
          ['wonValue', 'won_value'],
        ],
      );
      agree(
        await at.ask({ metrics: ['openCount', 'openPipeline'], by: ['closeQuarter'] }),
        'closeQuarter',
        answerOf(pack, 'open_by_expected_quarter'),
        'q',
        [
          ['openCount', 'n'],
          ['openPipeline', 'amount'],
        ],
      );
      agree(
        await at.ask({ metrics: ['wonCount', 'wonValue'], by: ['account'] }),
        'account',
        answerOf(pack, 'top10_accounts'),
        'account_name',
        [
          ['wonCount', 'won'],
          ['wonValue', 'won_value'],
        ],
      );
      const rows = await at.ask({ metrics: ['wonCount', 'wonValue'], by: ['segment', 'region'] });
      for (const want of answerOf(pack, 'by_segment_region')) {
        const row = rows.find((r) => r.segment === want.segment && r.region === want.region);
        expect([row?.wonCount, money(row?.wonValue)]).toEqual([want.won, want.won_value]);
      }
    });

    it('open at the start of 2026', async () => {
      const [row] = await at.ask({ metrics: ['openCount', 'openPipeline'], asOf: '2025-12-31' });
      expect(row).toEqual({ openCount: 477, openPipeline: '30873000.00' });
    });
  },
);

describe.skipIf(!existsSync(`${data}fivetran_salesforce_seeds`))(
  name('fivetran_salesforce_seeds'),
  () => {
    let at: Installation;
    beforeAll(async () => {
      at = makeInstallation();
      await at.load(config('fivetran_salesforce_seeds'));
    });
    afterAll(() => at.remove());

    it('all ten opportunities are deleted and stay known', async () => {
      expect(await at.ask({ metrics: ['openCount', 'wonCount', 'lostCount'] })).toEqual([
        { openCount: 0, wonCount: 0, lostCount: 0 },
      ]);
      expect((await at.warehouse.status()).counts).toMatchObject({
        opportunity: 10,
        opportunity_stage_history: 10,
      });
    });

    it('the probability of 1000 is flagged with its reason', async () => {
      const flagged = (await at.warehouse.checks(localViewer)).find(
        (c) => c.check === 'value_flagged',
      );
      expect(flagged?.failing).toBe(2);
      expect(flagged?.example).toContain('1000');
    });
  },
);

describe.skipIf(!existsSync(`${data}fivetran_hubspot_seeds`))(
  name('fivetran_hubspot_seeds'),
  () => {
    const pack = 'fivetran_hubspot_seeds';
    let at: Installation;
    beforeAll(async () => {
      at = makeInstallation();
      const { sources } = await at.load(config(pack));
      expect(sources[0]?.objects.every((o) => o.quarantined === 0 && o.loaded === o.rowsIn)).toBe(
        true,
      );
    });
    afterAll(() => at.remove());

    it('deals, their amounts and owners; none of those that were merged away', async () => {
      const [want] = answerOf(pack, 'deals');
      expect(await at.ask({ metrics: ['openCount', 'openPipeline'] })).toEqual([
        { openCount: want?.n, openPipeline: '0.00' },
      ]);
      const [none] = await at.ask({ metrics: ['openCount'], where: { salesman: [null] } });
      expect(none?.openCount).toBe(Number(want?.n) - Number(want?.with_owner));
      const [merged] = answerOf(pack, 'merged');
      expect(merged?.present).toBe(0);
      expect((await at.warehouse.status()).counts.opportunity).toBe(want?.n);
    });

    it('probabilities of stages are shares here, where Salesforce has percents', async () => {
      const stages = await at.warehouse.stages();
      for (const want of answerOf(pack, 'stage_probabilities')) {
        const alike = stages.filter((s) => s.probability === want.probability);
        expect(alike.length, `probability ${want.probability}`).toBe(want.n);
        expect(alike.filter((s) => s.outcome === 'won').length).toBe(want.closed_won);
      }
    });
  },
);
