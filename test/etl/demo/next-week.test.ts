import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeDemo, writeNextWeek } from '#etl/demo/index.ts';
import { exportNames, readExport, readTruth, type Row, type Truth } from './exports.ts';

const scratch = mkdtempSync(join(tmpdir(), 'plumbline-week-'));
const [before, after] = [join(scratch, 'before'), join(scratch, 'after')];
const cut = '2026-03-02T17:00:00.000Z';
let truth: Truth;
let today: string;
const byId = (folder: string, name: string) =>
  new Map(readExport(folder, name).map((row) => [row.Id ?? '', row]));

beforeAll(async () => {
  await writeDemo({ folder: before, seed: 11, today: '2026-03-02', scale: 0.4, stories: true });
  cpSync(before, after, { recursive: true });
  ({ today } = await writeNextWeek({ folder: after }));
  truth = readTruth(after);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const rewrites = () => truth.stories?.rewrites.filter((rewrite) => rewrite.week === 1) ?? [];
const rewritten = (...kinds: string[]) =>
  new Set(
    rewrites()
      .filter((r) => kinds.length === 0 || kinds.includes(r.kind))
      .map((r) => r.id),
  );

test('the week after is seven days later and has twelve rewrites, told a week ahead', () => {
  expect(today).toBe('2026-03-09');
  expect(rewrites()).toHaveLength(12);
  expect(rewrites()).toEqual(
    readTruth(before).stories?.rewrites.filter((rewrite) => rewrite.week === 1),
  );
});

test('older dated extracts stay as they are and new ones come', () => {
  const old = exportNames(before).filter((name) => /_\d{4}-\d{2}-\d{2}\.csv$/.test(name));
  for (const name of old)
    expect(readFileSync(join(after, 'exports', name))).toEqual(
      readFileSync(join(before, 'exports', name)),
    );
  for (const name of ['User', 'UserRole', 'Account'])
    expect(exportNames(after)).toContain(`${name}_2026-03-09.csv`);
});

test('stage history of before is the same, but for the planned rewrites', () => {
  const [old, now] = [
    byId(before, 'OpportunityHistory.csv'),
    byId(after, 'OpportunityHistory.csv'),
  ];
  const short = (ids: Set<string>) => new Set([...ids].map((id) => id.slice(0, 15)));
  const touched = short(rewritten());
  const differs: Row[] = [];
  for (const [id, row] of old) {
    const same = now.get(id);
    if (!same || JSON.stringify(same) !== JSON.stringify(row)) differs.push(row);
  }
  expect(differs.filter((row) => !touched.has(row.OpportunityId ?? ''))).toEqual([]);
  expect(
    differs.some((row) =>
      short(rewritten('vanished from the extract')).has(row.OpportunityId ?? ''),
    ),
  ).toBe(true);
  const backdated = [...now]
    .filter(([id, row]) => !old.has(id) && (row.CreatedDate ?? '') <= cut)
    .map(([, row]) => row.OpportunityId ?? '');
  expect(new Set(backdated)).toEqual(
    short(rewritten('back-dated amount', 'back-dated close date')),
  );
});

test('other history of before is the same too', () => {
  for (const name of [
    'OpportunityFieldHistory.csv',
    'OpportunityContactRole.csv',
    'Contact.csv',
    'Lead.csv',
    'ForecastingQuota.csv',
    'Forecast_Call__c.csv',
    'DatedConversionRate.csv',
    'PlanRate.csv',
  ]) {
    const [old, now] = [byId(before, name), byId(after, name)];
    const touched = rewritten();
    const lost = [...old].filter(
      ([id, row]) =>
        JSON.stringify(now.get(id)) !== JSON.stringify(row) &&
        ![row.OpportunityId, row.ConvertedOpportunityId, row.AccountId].some((key) =>
          touched.has(key ?? ''),
        ),
    );
    expect(
      lost.filter(
        ([, row]) => name !== 'DatedConversionRate.csv' || row.NextStartDate !== '9999-12-31',
      ),
      name,
    ).toEqual([]);
    if (['ForecastingQuota.csv', 'Forecast_Call__c.csv'].includes(name))
      for (const [id, row] of now)
        if ((row.CreatedDate ?? '') <= cut) expect(old.has(id), name).toBe(true);
  }
});

test('each rewrite is in the files', () => {
  const [old, now] = [byId(before, 'Opportunity.csv'), byId(after, 'Opportunity.csv')];
  const accounts = byId(after, 'Account_2026-03-09.csv');
  for (const { kind, id } of rewrites()) {
    const [was, is] = [old.get(id), now.get(id)];
    if (kind === 'deleted') expect([was?.IsDeleted, is?.IsDeleted]).toEqual(['false', 'true']);
    else if (kind === 'restored')
      expect([was?.IsDeleted, is?.IsDeleted]).toEqual(['true', 'false']);
    else if (kind === 'vanished from the extract')
      expect([was === undefined, is === undefined]).toEqual([false, true]);
    else if (kind === 'reopened') expect([was?.IsClosed, is?.IsClosed]).toEqual(['true', 'false']);
    else if (kind === 'account merged') expect(accounts.get(id)?.MasterRecordId).toMatch(/^001/);
    else if (kind.startsWith('re-owned')) expect(is?.OwnerId).not.toBe(was?.OwnerId);
    else if (kind.startsWith('amount of a won')) expect(is?.Amount).not.toBe(was?.Amount);
    else expect(kind).toMatch(/^back-dated/);
  }
});

test('the following week goes on from there and keeps the rewrites', async () => {
  const third = join(scratch, 'third');
  cpSync(after, third, { recursive: true });
  expect(await writeNextWeek({ folder: third })).toMatchObject({ today: '2026-03-16' });
  const told = readTruth(third).stories?.rewrites ?? [];
  expect(told.filter((rewrite) => rewrite.week === 1)).toEqual(rewrites());
  expect(new Set(told.map((rewrite) => rewrite.id)).size).toBe(told.length);
  const now = byId(third, 'Opportunity.csv');
  for (const id of rewritten('vanished from the extract')) expect(now.has(id)).toBe(false);
  const [old, next] = [
    byId(after, 'OpportunityHistory.csv'),
    byId(third, 'OpportunityHistory.csv'),
  ];
  const touched = new Set(told.map((rewrite) => rewrite.id.slice(0, 15)));
  for (const [id, row] of old)
    if (!touched.has(row.OpportunityId ?? '')) expect(next.get(id)).toEqual(row);
});

test('a company made anew in the same folder forgets the weeks of the former one', async () => {
  const again = join(scratch, 'again');
  const request = { folder: again, seed: 3, today: '2026-03-02', scale: 0.05, stories: true };
  await writeDemo(request);
  const first = exportNames(again);
  await writeNextWeek({ folder: again });
  await writeDemo(request);
  expect(exportNames(again)).toEqual(first);
  await expect(writeNextWeek({ folder: join(scratch, 'nowhere') })).rejects.toThrow(
    'make the demo company in this folder first',
  );
  await expect(writeDemo({ ...request, scale: 0 })).rejects.toThrow('scale 0');
});
