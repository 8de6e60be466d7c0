import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from '#etl/config.ts';
import { writeDemo } from '#etl/demo/index.ts';
import { runJob } from '#etl/job.ts';
import { localViewer } from '#warehouse/access.ts';
import { findCurrent } from '#warehouse/snapshot.ts';
import { readExport, readTruth } from './demo/exports.ts';
import { makeRules, type Rules, sourceConfig, stages } from './rules-harness.ts';

let at: Rules;
beforeEach(() => {
  at = makeRules();
});
afterEach(() => at.remove());

const stage = { 'stage.csv': stages };
const seen = { observedAt: '2026-03-31T12:00:00Z' };
const failing = async (check: string) =>
  (await at.warehouse.checks(localViewer)).find((found) => found.check === check);

test('ETL-17 each day has the newest rate of before it; gaps, late and missing rates are named', async () => {
  await at.put(
    {
      ...stage,
      'rate.csv': `
        kind,currency,startsOn,rate
        dated,USD,2026-01-01,1.25
        dated,USD,2026-02-01,2.00
        dated,CHF,2026-03-15,0.80`,
      'opportunity.csv': `
        id,stage,amount,currency,closeDate,createdAt,closedAt
        1,Won,100,USD,2026-01-31,2026-01-02T08:00:00Z,2026-01-31T12:00:00Z
        2,Won,100,USD,2026-02-01,2026-01-02T08:00:00Z,2026-02-01T12:00:00Z
        3,Won,80,CHF,2026-03-01,2026-01-02T08:00:00Z,2026-03-01T12:00:00Z
        4,Offer,50,JPY,2026-05-01,2026-01-02T08:00:00Z,`,
    },
    { ...seen, objects: { opportunity: { carryBack: ['currency'] } } },
  );
  const rows = await at.warehouse.rows(localViewer, { metrics: ['wonValue'], rate: 'close' });
  expect(rows.rows.map(({ opportunity, wonValue }) => [opportunity, wonValue])).toEqual(
    expect.arrayContaining([
      ['1', '80.00'],
      ['2', '50.00'],
      ['3', '100.00'],
    ]),
  );
  expect(await failing('rate_late')).toMatchObject({ failing: 1, example: '3: CHF on 2026-03-01' });
  expect(await failing('rate_missing')).toMatchObject({ failing: 1, example: '4 (JPY)' });
});

test('ETL-21 activities: targets of several objects, copies for each guest, due is not done', async () => {
  const config = sourceConfig({
    preset: 'salesforce',
    observedAt: '2026-03-31T12:00:00Z',
  });
  const [deal, account, person, lead, other] = ['006', '001', '003', '00Q', '701'].map(
    (prefix) => `${prefix}000000000001AAA`,
  );
  await at.put(
    {
      'OpportunityStage.csv': 'MasterLabel,SortOrder,IsClosed,IsWon\nOffer,1,false,false',
      'Opportunity.csv': `Id,StageName,Name\n${deal},Offer,One`,
      'Task.csv': `
        Id,WhatId,WhoId,AccountId,Subject,ActivityDate,CompletedDateTime,IsClosed
        t1,006000000000001,${person},${account},done late,2026-03-01,2026-03-09T08:00:00Z,true
        t2,${deal},${lead},${account},overdue,2026-03-02,,false
        t3,${account},,${account},about the account,2026-03-03,,false
        t4,${other},,,a campaign,,,false`,
      'Event.csv': `
        Id,WhatId,Subject,ActivityDate,StartDateTime,EndDateTime,IsChild
        e1,${deal},held,2026-03-04,2026-03-04T08:00:00Z,2026-03-04T09:00:00Z,false
        e2,${deal},held,2026-03-04,2026-03-04T08:00:00Z,2026-03-04T09:00:00Z,true
        e3,${deal},all day to come,2026-04-04,,,false
        e4,${deal},all day held,2026-03-30,,,false`,
    },
    config,
  );
  expect(
    await at.sql(
      'select id, opportunity, account, contact, due_on::varchar as due, completed_at is not null as done from fact_activity where id like $$t%$$ order by id',
    ),
  ).toEqual([
    { id: 't1', opportunity: deal, account, contact: person, due: '2026-03-01', done: true },
    { id: 't2', opportunity: deal, account, contact: null, due: '2026-03-02', done: false },
    { id: 't3', opportunity: null, account, contact: null, due: '2026-03-03', done: false },
    { id: 't4', opportunity: null, account: null, contact: null, due: null, done: false },
  ]);
  // Where it points to otherwise is kept.
  expect(
    await at.sql(`select extra->>'WhatId' as target from fact_activity where id = 't4'`),
  ).toEqual([{ target: other }]);
  const { activities } = await at.life(String(deal));
  expect(activities.map(({ id, done }) => `${id} ${done}`).sort()).toEqual([
    'e1 true',
    'e3 false',
    'e4 true',
    't1 true',
    't2 false',
  ]);
});

test('ETL-22 line items share the amount, and the shares add up to it', async () => {
  await at.put(
    {
      ...stage,
      'product.csv': 'id,name\na,A\nb,B\nc,C',
      'opportunity.csv': 'id,stage,amount\n1,Offer,100.00\n2,Offer,0.01\n3,Offer,-10.00\n4,Offer,7',
      'line.csv': `id,opportunity,product,amount\n${[1, 2, 3].flatMap((id) => ['a', 'b', 'c'].map((product) => `${id}${product},${id},${product},${product === 'c' ? '0.07' : '33.33'}`)).join('\n')}`,
    },
    seen,
  );
  const { openPipeline } = await at.total({ metrics: ['openPipeline'] });
  const rows = await at.ask({ metrics: ['openPipeline'], by: ['product'] });
  const cents = (value: unknown) => Math.round(Number(value) * 100);
  expect(rows.map(({ product }) => product)).toEqual(expect.arrayContaining(['A', 'B', 'C', null]));
  expect(rows.reduce((sum, row) => sum + cents(row.openPipeline), 0)).toBe(cents(openPipeline));
  for (const [id, amount] of [
    ['1', 10_000],
    ['2', 1],
    ['3', -1000],
  ] as const) {
    const { lines } = await at.life(id);
    expect(
      lines.reduce((sum, line) => sum + cents(line.amount), 0),
      id,
    ).toBe(amount);
  }
});

test('ETL-23 quotas have versions: a past day is measured by the quota of that day', async () => {
  await at.put(
    {
      ...stage,
      'user.csv': 'id,name\nana,Ana',
      'opportunity.csv':
        'id,stage,amount,salesman,createdAt,closedAt\n1,Won,50,ana,2026-01-02T08:00:00Z,2026-01-20T08:00:00Z',
      'quota_2026-01-01.csv': 'salesman,start,months,amount\nana,2026-01-01,3,100',
      'quota_2026-02-15.csv': 'salesman,start,months,amount\nana,2026-01-01,3,200',
    },
    { ...seen, objects: { opportunity: { carryBack: ['salesman'] } } },
  );
  const quota = async (asOf: string) =>
    (await at.total({ metrics: ['quota'], period: '2026-Q1', asOf })).quota;
  expect([await quota('2026-01-31'), await quota('2026-03-01')]).toEqual(['100.00', '200.00']);
});

test('ETL-26 a load is whole or not at all', async () => {
  await at.put({ ...stage, 'opportunity_2026-03-01.csv': 'id,stage,amount\n1,Offer,1' }, seen);
  const before = findCurrent(at.dataDir)?.manifest;
  const circle = { 'role.csv': 'id,name,parent\na,A,b\nb,B,a' };
  await expect(
    at.put({ ...circle, 'opportunity_2026-03-02.csv': 'id,stage,amount\n1,Offer,2' }, seen),
  ).rejects.toMatchObject({ code: 'check-failed' });
  expect(findCurrent(at.dataDir)?.manifest).toEqual(before);
  expect(readdirSync(join(at.dataDir, 'snapshots')).sort()).toEqual([
    'S000001.duckdb',
    'S000001.json',
  ]);
  expect((await at.total({ metrics: ['openPipeline'] })).openPipeline).toBe('1.00');
  // What the refused load had read is read by the next.
  await at.put({ 'role.csv': 'id,name,parent\na,A,\nb,B,a' }, seen);
  expect((await at.total({ metrics: ['openPipeline'] })).openPipeline).toBe('2.00');
});

test('ETL-27 the same input gives the same content, at another time and twice', async () => {
  const files = {
    ...stage,
    'user.csv': 'id,name\nana,Ana',
    'opportunity_2026-03-01.csv':
      'id,stage,amount,salesman\n1,Offer,1,ana\n2,Won,2,ana\n3,x,bad,ana',
    'opportunity_2026-03-02.csv': 'id,stage,amount,salesman\n1,Offer,3,ana',
  };
  const hash = () => findCurrent(at.dataDir)?.manifest.contentHash;
  await at.put(files, { ...seen, maxQuarantined: 1 }, '2026-04-01T06:00:00Z');
  const first = hash();
  const again = await at.put(files, { ...seen, maxQuarantined: 1 }, '2026-04-02T06:00:00Z');
  expect([again.unchanged, again.snapshot, hash()]).toEqual([true, 'S000001', first]);
  await at.remove();
  at = makeRules();
  await at.put(files, { ...seen, maxQuarantined: 1 }, '2026-05-01T06:00:00Z');
  expect(hash()).toBe(first);
});

test('ETL-30 every quirk of the demo company arrives in the warehouse', {
  timeout: 240_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-quirks-'));
  try {
    await writeDemo({ folder, seed: 5, today: '2026-03-02', scale: 0.05, stories: true });
    const { quirks } = readTruth(folder);
    await runJob({ config: readConfig(join(folder, 'plumbline.json')), dataDir: at.dataDir });
    const told = (text: string) => at.sql<{ n: number }>(text).then(([row]) => row?.n);
    const lines = await at.sql<{ told: string }>(
      `select file || ' ' || line as told from quarantine`,
    );
    expect(lines.map((row) => row.told).sort()).toEqual(
      quirks.broken.map(({ file, line }) => `${file} ${line}`).sort(),
    );
    const flagged = await at.sql<{ id: string }>(
      `select record_key as id from fact_opportunity o join flag f on f.file = o.file and f.line = o.line order by 1`,
    );
    expect(flagged.map(({ id }) => id)).toEqual(quirks.impossibleProbability);
    expect(await told('select count(*)::integer as n from opportunity where is_deleted')).toBe(
      quirks.softDeleted,
    );
    expect(
      await told(
        `select count(*)::integer as n from account_version where known_to = valid_to and is_deleted and merged_into is not null`,
      ),
    ).toBe(quirks.mergedAccounts);
    expect((await failing('activity_orphan'))?.failing).toBe(quirks.orphanTasks);
    expect((await failing('account_twice'))?.failing).toBe(doubledNames(folder));
    expect((await failing('close_date_default'))?.severity).toBe('warn');
    expect(
      await told(
        `select count(*)::integer as n from opportunity_version where stage_raw = '${quirks.renamedStage.from}' and stage = '${quirks.renamedStage.to}'`,
      ),
    ).toBeGreaterThan(0);
    const children = readExport(folder, 'Event.csv').filter((row) => row.IsChild === 'true');
    expect(await told('select count(*)::integer as n from fact_activity where child')).toBe(
      children.length,
    );
    expect(children.length).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function doubledNames(folder: string): number {
  const names = readExport(folder, 'Account_2026-03-02.csv')
    .filter((row) => row.IsDeleted === 'false')
    .map((row) => row.Name?.trim().toLowerCase());
  return new Set(names.filter((name, i) => names.indexOf(name) !== i)).size;
}
