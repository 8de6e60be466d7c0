import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '#etl/config.ts';
import { withCheck } from '#etl/demo/ids.ts';
import { writeDemo } from '#etl/demo/index.ts';
import { cents, exportNames, readExport, readTruth, type Row, type Truth } from './exports.ts';

const scratch = mkdtempSync(join(tmpdir(), 'plumbline-demo-'));
const folder = join(scratch, 'whole');
const sample = { seed: 7, today: '2026-05-13', scale: 0.1, stories: true };
let opportunities: Row[];
let truth: Truth;
const read = (name: string) => readExport(folder, name);

beforeAll(async () => {
  await writeDemo({ folder, seed: 5, today: '2026-03-02', scale: 1, stories: true });
  opportunities = read('Opportunity.csv');
  truth = readTruth(folder);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('the same request gives the same bytes, another seed others', async () => {
  const digests: string[] = [];
  for (const [name, seed] of [
    ['a', 7],
    ['b', 7],
    ['c', 8],
  ] as const) {
    const { files } = await writeDemo({ ...sample, folder: join(scratch, name), seed });
    const hash = createHash('sha256');
    for (const file of files)
      hash.update(file.slice(join(scratch, name).length)).update(readFileSync(file));
    digests.push(hash.digest('hex'));
  }
  expect(digests[0]).toBe(digests[1]);
  expect(digests[0]).not.toBe(digests[2]);
});

describe('size', () => {
  const within = (value: number, low: number, high: number) => {
    expect(value).toBeGreaterThanOrEqual(low);
    expect(value).toBeLessThanOrEqual(high);
  };
  const isOpen = (row: Row) => row.IsClosed === 'false' && row.IsDeleted === 'false';

  test('counts are those of a company of sixty salesmen', () => {
    within(opportunities.length, 11_000, 13_500);
    within(opportunities.filter(isOpen).length, 900, 1_300);
    within(read('Task.csv').length + read('Event.csv').length, 85_000, 130_000);
    within(read('Account_2026-03-02.csv').length, 2_900, 3_100);
    within(read('Contact.csv').length, 5_000, 7_000);
    within(read('Lead.csv').length, 6_000, 11_000);
    expect(read('Product2.csv')).toHaveLength(12);
    expect(read('OpportunityStage.csv')).toHaveLength(12);
  });

  test('win rates and the time to win are ordinary', () => {
    const rate = (pipeline: string) => {
      const closed = opportunities.filter(
        (row) => row['RecordType.Name'] === pipeline && row.IsClosed === 'true',
      );
      return closed.filter((row) => row.IsWon === 'true').length / closed.length;
    };
    within(rate('New business'), 0.23, 0.33);
    within(rate('Renewal'), 0.7, 0.83);
    const days = opportunities
      .filter((row) => row.IsWon === 'true')
      .map(
        (row) => (Date.parse(row.CloseDate ?? '') - Date.parse(row.CreatedDate ?? '')) / 86_400_000,
      )
      .sort((a, b) => a - b);
    within(days[days.length >> 1] ?? 0, 60, 95);
  });

  test('most open ones have a next step, many close dates lie at a month end', () => {
    const open = opportunities.filter(isOpen);
    within(open.filter((row) => row.NextStep).length / open.length, 0.75, 0.95);
    within(truth.quirks.monthEndCloseDates / open.length, 0.4, 0.75);
  });

  test('quarters of the last two years end between three quarters and five quarters of their quota', () => {
    const rates = new Map(
      read('PlanRate.csv').map((row) => [
        `${row.IsoCode} ${row.StartDate?.slice(0, 4)}`,
        Number(row.ConversionRate),
      ]),
    );
    const euro = (amount: string | undefined, currency: string | undefined, day: string) =>
      Number(amount) / (rates.get(`${currency || 'EUR'} ${day.slice(0, 4)}`) ?? 1);
    const quarter = (day: string) =>
      `${day.slice(0, 4)} ${Math.floor((Number(day.slice(5, 7)) - 1) / 3)}`;
    const won = new Map<string, number>();
    const quota = new Map<string, number>();
    for (const row of opportunities.filter((o) => o.IsWon === 'true' && o.IsDeleted === 'false'))
      won.set(
        quarter(row.CloseDate ?? ''),
        (won.get(quarter(row.CloseDate ?? '')) ?? 0) +
          euro(row.Amount, row.CurrencyIsoCode, row.CloseDate ?? ''),
      );
    for (const row of read('ForecastingQuota.csv'))
      quota.set(
        quarter(row.StartDate ?? ''),
        (quota.get(quarter(row.StartDate ?? '')) ?? 0) +
          euro(row.QuotaAmount, row.CurrencyIsoCode, row.StartDate ?? ''),
      );
    for (const year of ['2024', '2025'])
      for (const n of [0, 1, 2, 3])
        within((won.get(`${year} ${n}`) ?? 0) / (quota.get(`${year} ${n}`) ?? 1), 0.7, 1.3);
    expect(quota.get('2026 3')).toBeGreaterThan(0);
  });
});

describe('records agree with each other', () => {
  test('lines add up to the amount to the cent', () => {
    const sums = new Map<string, number>();
    for (const line of read('OpportunityLineItem.csv'))
      sums.set(
        line.OpportunityId ?? '',
        (sums.get(line.OpportunityId ?? '') ?? 0) + cents(line.TotalPrice),
      );
    expect(sums.size / opportunities.length).toBeGreaterThan(0.65);
    expect(
      opportunities.filter(
        (row) => sums.has(row.Id ?? '') && sums.get(row.Id ?? '') !== cents(row.Amount),
      ),
    ).toEqual([]);
  });

  test('the last row of stage history is the record', () => {
    const last = new Map<string, Row>();
    for (const row of read('OpportunityHistory.csv')) {
      const before = last.get(row.OpportunityId ?? '');
      if (!before || (before.CreatedDate ?? '') < (row.CreatedDate ?? ''))
        last.set(row.OpportunityId ?? '', row);
    }
    const differing = opportunities.filter((row) => {
      const seen = last.get((row.Id ?? '').slice(0, 15));
      const stage =
        seen?.StageName === truth.quirks.renamedStage.from
          ? truth.quirks.renamedStage.to
          : seen?.StageName;
      return (
        stage !== row.StageName || seen?.Amount !== row.Amount || seen?.CloseDate !== row.CloseDate
      );
    });
    expect(differing).toEqual([]);
  });

  test('field history of owners ends with the owner of the record', () => {
    const last = new Map<string, string>();
    for (const row of read('OpportunityFieldHistory.csv'))
      if (row.Field === 'Owner' && row.DataType === 'EntityId')
        last.set(row.OpportunityId ?? '', row.NewValue ?? '');
    expect(last.size).toBeGreaterThan(100);
    expect(
      opportunities.filter(
        (row) => last.has(row.Id ?? '') && last.get(row.Id ?? '') !== row.OwnerId,
      ),
    ).toEqual([]);
  });

  test('nothing happens after the extract, and ids are unique', () => {
    const end = '2026-03-02T17:00:00.000Z';
    for (const name of [
      'Opportunity.csv',
      'OpportunityHistory.csv',
      'OpportunityFieldHistory.csv',
      'Task.csv',
      'Contact.csv',
      'OpportunityContactRole.csv',
      'Lead.csv',
      'ForecastingQuota.csv',
    ]) {
      const rows = read(name);
      expect(new Set(rows.map((row) => row.Id)).size, name).toBe(rows.length);
      expect(
        rows.filter((row) => (row.CreatedDate ?? '') > end),
        name,
      ).toEqual([]);
    }
  });

  test('ids have their checksum, and owners and accounts exist', () => {
    const users = new Set(read('User_2026-03-02.csv').map((row) => row.Id));
    const accounts = new Set(read('Account_2026-03-02.csv').map((row) => row.Id));
    expect(
      opportunities.filter((row) => withCheck((row.Id ?? '').slice(0, 15)) !== row.Id),
    ).toEqual([]);
    expect(
      opportunities.filter((row) => !users.has(row.OwnerId) || !accounts.has(row.AccountId)),
    ).toEqual([]);
    expect(withCheck('006A0000001aBcD')).toBe('006A0000001aBcDIAU');
  });
});

describe('quirks', () => {
  test('every broken line is where truth.json says', () => {
    expect(truth.quirks.broken.length).toBeGreaterThanOrEqual(15);
    for (const { file, line, kind } of truth.quirks.broken) {
      const bytes =
        readFileSync(join(folder, 'exports', file), 'latin1').split('\n')[line - 1] ?? '';
      if (kind === 'unparsable amount') expect(bytes).toContain('"12,5x"');
      if (kind === 'unclosed quote') expect((bytes.match(/"/g) ?? []).length % 2).toBe(1);
      if (kind === 'invalid UTF-8')
        expect(
          /[\x80-\xff]/.test(bytes) &&
            Buffer.from(bytes, 'latin1').toString('utf8').includes('\ufffd'),
        ).toBe(true);
      if (kind === 'short row') expect(bytes.split(',').length).toBeLessThan(9);
    }
  });

  test('counted ones are as many as told', () => {
    expect(opportunities.filter((row) => row.IsDeleted === 'true')).toHaveLength(
      truth.quirks.softDeleted,
    );
    expect(
      opportunities
        .filter((row) => row.Probability === '250')
        .map((row) => row.Id)
        .sort(),
    ).toEqual(truth.quirks.impossibleProbability);
    const known = new Set(opportunities.map((row) => row.Id?.slice(0, 15)));
    expect(
      read('Task.csv').filter((row) => row.WhatId?.startsWith('006') && !known.has(row.WhatId)),
    ).toHaveLength(truth.quirks.orphanTasks);
    const events = read('Event.csv');
    expect(
      events.filter((row) => row.IsAllDayEvent === 'true' && row.IsChild === 'false'),
    ).toHaveLength(truth.quirks.allDayEvents);
    expect(events.filter((row) => row.IsChild === 'true').length).toBeGreaterThan(500);
    expect(
      read('Account_2026-03-02.csv').filter(
        (row) => row.IsDeleted === 'true' && row.MasterRecordId,
      ),
    ).toHaveLength(truth.quirks.mergedAccounts);
  });

  test('accounts of one name are the copies told', () => {
    const names = read('Account_2026-03-02.csv')
      .filter((row) => row.IsDeleted === 'false')
      .map((row) => row.Name?.toLowerCase());
    expect(names.length - new Set(names).size).toBe(truth.quirks.duplicateAccounts);
  });

  test('one file has a byte order mark, one returns, one quoted line ends', () => {
    expect(
      readFileSync(join(folder, 'exports', 'Contact.csv'))
        .subarray(0, 3)
        .toString('hex'),
    ).toBe('efbbbf');
    expect(readFileSync(join(folder, 'exports', 'OpportunityFieldHistory.csv'), 'utf8')).toContain(
      '\r\n',
    );
    expect(read('Task.csv').some((row) => row.Description?.includes('\n'))).toBe(true);
  });

  test('the renamed stage keeps its old name in old rows only', () => {
    const { from, to, on } = truth.quirks.renamedStage;
    const named = read('OpportunityHistory.csv').filter(
      (row) => row.StageName === from || row.StageName === to,
    );
    expect(
      named.filter((row) => (row.StageName === from) !== (row.CreatedDate ?? '') < on),
    ).toEqual([]);
    expect(opportunities.some((row) => row.StageName === from)).toBe(false);
  });

  test('the re-organisation shows in the dated extracts', () => {
    const { on, team, to, salesmen } = truth.quirks.reorganisation;
    const parents = (name: string) => {
      const rows = read(name);
      return rows.find((row) => row.Id === rows.find((r) => r.Name === team)?.ParentRoleId)?.Name;
    };
    expect(parents('UserRole_2022-02-28.csv')).not.toBe(to);
    expect(parents(`UserRole_${on}.csv`)).toBe(to);
    expect(salesmen).toHaveLength(5);
    expect(exportNames(folder).filter((name) => name.startsWith('Account_'))).toHaveLength(4);
  });
});

test('the load config is one that the loader takes', () => {
  const config = parseConfig(
    JSON.parse(readFileSync(join(folder, 'plumbline.json'), 'utf8')),
    'plumbline.json',
  );
  expect(config.sources[0]?.observedAt).toBe('2026-03-02T18:00:00+01:00');
  expect(config.stageRenames).toHaveLength(1);
});
