import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseConfig } from '#etl/config.ts';
import { all } from '#etl/sql.ts';
import { localViewer } from '#warehouse/access.ts';
import { crmObjects } from '#warehouse/crm.ts';
import { countOf, makeRules, type Rules, sourceConfig, stages } from './rules-harness.ts';

let at: Rules;
beforeEach(() => {
  at = makeRules();
});
afterEach(() => at.remove());

const stage = { 'stage.csv': stages };
const noon = '2026-03-01T12:00:00Z';
const seen = { observedAt: noon };

test('ETL-1 raw extracts stay as they came, with load id and content hash', async () => {
  const files = {
    ...stage,
    'opportunity.csv': 'id,stage,amount\n1,Offer,10.50\n2,"Offer, late",x',
  };
  await at.put(files, { ...seen, maxQuarantined: 1 }, '2026-03-02T06:00:00Z');
  const source = readFileSync(join(at.exports, 'opportunity.csv'));
  const copy = join(at.dataDir, 'landing/L000001/crm/opportunity.csv');
  expect(readFileSync(copy)).toEqual(source);
  await at.put({ 'opportunity.csv': 'id,stage,amount\n1,Offer,99' }, seen, '2026-03-03T06:00:00Z');
  expect(readFileSync(copy)).toEqual(source);
  expect(statSync(copy).mode & 0o222).toBe(0);
  const lines = await read(
    `from '${at.dataDir}/landing/L000001/crm/opportunity_file.lines.parquet' order by line`,
  );
  expect(lines.map(({ line, raw, load }) => `${load} ${line} ${raw}`)).toEqual([
    'L000001 1 id,stage,amount',
    'L000001 2 1,Offer,10.50',
    'L000001 3 2,"Offer, late",x',
  ]);
  const hash = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
  for (const { raw, hash: kept } of lines) expect(kept).toBe(hash(String(raw)));
  const ledger = await read(
    `select sha256, load_id from landed_file where file = 'opportunity.csv' order by load_id`,
    join(at.dataDir, 'control.duckdb'),
  );
  expect(ledger[0]).toEqual({ sha256: hash(source), load_id: 'L000001' });
  expect(ledger[1]?.load_id).toBe('L000002');
});

test('ETL-2 ids are text: leading zeros, 20 digits and capitals survive; 15 characters become 18', async () => {
  const ids = ['007', '18446744073709551617', 'aB', 'Ab', '006000000000001', '006D000000ABCde'];
  await at.put(
    { ...stage, 'opportunity.csv': `id,stage\n${ids.map((id) => `${id},Offer`).join('\n')}` },
    seen,
  );
  const kept = await at.sql<{ id: string }>('select id from fact_opportunity');
  expect(new Set(kept.map(({ id }) => id))).toEqual(
    new Set([...ids.slice(0, 4), '006000000000001AAA', '006D000000ABCdeIAH']),
  );
  const types = await at.sql(
    `select table_name, column_name from duckdb_columns() where not internal and (column_name like '%\\_id' escape '\\' or column_name in ('id', 'record_key')) and data_type <> 'VARCHAR'`,
  );
  expect(types).toEqual([]);
});

test('ETL-3 columns are a contract: unknown ones are kept as JSON, a needed one that is missing fails the load', async () => {
  await at.put(
    {
      ...stage,
      'opportunity.csv':
        'id,stage,Budget__c,_fivetran_synced,Notes\n1,Offer,7,2026-01-01,"a ""b"""',
    },
    seen,
  );
  expect(await at.sql('select extra::varchar as extra from fact_opportunity')).toEqual([
    { extra: '{"Budget__c":"7","_fivetran_synced":"2026-01-01","Notes":"a \\"b\\""}' },
  ]);
  await expect(at.put({ 'opportunity.csv': 'id,Phase\n1,Offer' }, seen)).rejects.toMatchObject({
    code: 'bad-source',
    message: expect.stringMatching(
      /object opportunity, input opportunity_file: the needed column "stage" is not there.*the source has: id, Phase/,
    ),
  });
});

test('ETL-4 probabilities are shares of 1 in every source; what is on another scale is refused or flagged', async () => {
  const file = (...values: unknown[]) => ({
    ...stage,
    'opportunity.csv': `id,stage,probability\n${values.map((v, i) => `${i},Offer,${v}`).join('\n')}`,
  });
  const kept = () => at.sql('select id, probability from fact_opportunity order by id');
  await at.put(file(20, 100, '50 %', 1000, 0.5, ''), seen);
  expect(await kept()).toEqual([
    { id: '0', probability: '0.200000' },
    { id: '1', probability: '1.000000' },
    { id: '2', probability: '0.500000' },
    { id: '3', probability: null },
    { id: '4', probability: null },
    { id: '5', probability: null },
  ]);
  expect(
    await at.sql('select line::integer as line, value, reason from flag order by line'),
  ).toEqual([
    { line: 5, value: '1000', reason: 'is outside 0 to 100 %; the record is kept without it' },
    { line: 6, value: '0.5', reason: expect.stringMatching(/share among percents/) },
  ]);
  await expect(at.put(file(0.2, 0.5, 1), seen)).rejects.toThrow(
    /no value of "probability" is above 1; it does not look like percent. Give "scale": 1/,
  );
  const share = { ...seen, objects: { opportunity: { columns: { probability: 'probability' } } } };
  await expect(at.put(file(20, 50, 1), share)).rejects.toThrow(
    /2 of 3 values of "probability" are above 1.*Give "scale": 100/,
  );
  await at.put(file(0.25), share);
  expect((await kept())[1]).toEqual({ id: '0', probability: '0.250000' });
});

test('ETL-5 money is decimal: no float column anywhere, sums exact to the cent', async () => {
  const amounts = ['0.10', '0.20', '9999999999999999.99', '12345678.901', '-0.01'];
  await at.put(
    {
      ...stage,
      'opportunity.csv': `id,stage,amount\n${amounts.map((a, i) => `${i},Offer,${a}`).join('\n')}`,
    },
    seen,
  );
  expect(await at.sql('select sum(amount)::varchar as sum from opportunity')).toEqual([
    { sum: '10000000012345679.18' },
  ]);
  expect((await at.total({ metrics: ['openPipeline'] })).openPipeline).toBe('10000000012345679.18');
  expect(
    await at.sql(
      `select table_name, column_name from duckdb_columns() where not internal and data_type in ('DOUBLE', 'FLOAT', 'REAL')`,
    ),
  ).toEqual([]);
});

test('ETL-6 a date stays that date, a moment is converted, and the zone is recorded', async () => {
  await at.put(
    {
      ...stage,
      'opportunity.csv': `
        id,stage,closeDate,createdAt
        day,Offer,2026-03-31,2026-01-01
        utc,Offer,2026-03-31T22:30:00Z,2026-03-29T01:30:00Z
        midnight,Offer,2026-03-31T00:00:00.000Z,2026-01-01T00:00:00+14:00
        plain,Offer,2026-03-31 21:30:00,2026-01-01 12:00:00`,
    },
    { ...seen, zone: 'Europe/Ljubljana' },
  );
  expect(
    await at.sql(
      `select id, close_date::varchar as day, strftime(created_at, '%Y-%m-%d %H:%M') as "at" from fact_opportunity order by id`,
    ),
  ).toEqual([
    { id: 'day', day: '2026-03-31', at: '2025-12-31 23:00' },
    { id: 'midnight', day: '2026-03-31', at: '2025-12-31 10:00' },
    { id: 'plain', day: '2026-03-31', at: '2026-01-01 12:00' },
    { id: 'utc', day: '2026-04-01', at: '2026-03-29 01:30' },
  ]);
  expect(await at.sql(`select value from setting where name = 'zone'`)).toEqual([
    { value: 'Europe/Ljubljana' },
  ]);
});

test('ETL-7 overlap window and upsert by id and modstamp', async () => {
  const head = 'id,stage,amount,modifiedAt';
  await at.put({
    ...stage,
    'opportunity_2026-03-01.csv': `${head}\n1,Offer,200,2026-03-01T10:00:00Z\n1,Offer,100,2026-03-01T09:00:00Z\n2,Offer,5,2026-03-01T09:00:00Z`,
  });
  const overlap = await at.put({
    'opportunity_2026-03-02.csv': `${head}\n1,Offer,200,2026-03-01T10:00:00Z\n2,Offer,6,2026-03-02T09:00:00Z`,
    'opportunity_2026-03-03.csv': `${head}\n1,Offer,100,2026-03-01T09:00:00Z\n2,Offer,6,2026-03-02T09:00:00Z`,
  });
  expect(countOf(overlap, 'opportunity')).toMatchObject({ rowsIn: 4, loaded: 1, superseded: 3 });
  expect(
    await at.sql(
      'select id, amount::varchar as amount from fact_opportunity order by id, observed_at',
    ),
  ).toEqual([
    { id: '1', amount: '200.00' },
    { id: '2', amount: '5.00' },
    { id: '2', amount: '6.00' },
  ]);
  expect((await at.total({ metrics: ['openPipeline'] })).openPipeline).toBe('206.00');
});

test('ETL-8 deletion is found three ways: by flag, by a list of what was removed, by absence from a full extract', async () => {
  const config = (extract: string) =>
    sourceConfig({
      inputs: {
        deals: { file: 'deals_*.csv', extract },
        archived: { file: 'archived_*.csv', optional: true },
        merged: { file: 'merged_*.csv', optional: true },
        stages: { file: 'stage.csv' },
      },
      objects: {
        stage: { input: 'stages', columns: { label: 'label', order: 'order', class: 'class' } },
        opportunity: [
          {
            input: 'deals',
            columns: {
              id: 'id',
              stage: 'stage',
              amount: 'amount',
              deleted: { column: 'gone', optional: true },
            },
          },
          { input: 'archived', removed: true, columns: { id: 'deal' } },
          { input: 'merged', removed: true, columns: { id: 'loser', mergedInto: 'winner' } },
        ],
      },
    });
  await at.put(
    {
      ...stage,
      'deals_2026-03-01.csv': `id,stage,amount,gone\n${[1, 2, 3, 4, 5].map((i) => `${i},Offer,${i},no`).join('\n')}`,
    },
    config('full'),
  );
  const files = {
    'deals_2026-03-02.csv':
      'id,stage,amount,gone\n1,Offer,1,no\n2,Offer,2,yes\n3,Offer,3,no\n5,Offer,5,no',
    'archived_2026-03-02.csv': 'deal\n3',
    'merged_2026-03-02.csv': 'loser,winner\n5,1',
  };
  const second = await at.put(files, config('full'));
  expect(countOf(second, 'opportunity')).toMatchObject({ rowsIn: 6, loaded: 3, superseded: 3 });
  const state = () =>
    at.sql(
      `select opportunity_id || ' ' || is_deleted || ' ' || coalesce(merged_into, '-') as told from opportunity order by 1`,
    );
  const told = ['1 false -', '2 true -', '3 true -', '4 true -', '5 false 1'];
  expect((await state()).map((row) => row.told)).toEqual(told);
  expect((await at.total({ metrics: ['openCount'] })).openCount).toBe(1);
  expect((await at.total({ metrics: ['openCount'], asOf: '2026-03-01' })).openCount).toBe(5);
  // The same lists again, on a later day, are no news; a record that comes back is restored.
  const third = await at.put(
    {
      'deals_2026-03-03.csv': 'id,stage,amount,gone\n1,Offer,1,no\n2,Offer,2,yes\n4,Offer,4,no',
      'merged_2026-03-03.csv': 'loser,winner\n5,1',
    },
    config('full'),
  );
  expect(countOf(third, 'opportunity')).toMatchObject({ rowsIn: 4, loaded: 1 });
  expect((await state()).map((row) => row.told)).toEqual(
    told.map((line) => line.replace('4 true', '4 false')),
  );
  expect(await at.versions('4', ['is_deleted'])).toEqual([
    '03-01 23:59 false',
    '03-02 23:59 true',
    '03-03 23:59 false',
  ]);
});

test('ETL-8 an older full extract that comes late tells when a record vanished, and so do several at once', async () => {
  const options = { full: ['opportunity' as const] };
  const deals = (...ids: number[]) => `id,stage\n${ids.map((id) => `${id},Offer`).join('\n')}`;
  await at.put({ ...stage, 'opportunity_2026-03-05.csv': deals(1, 2) }, options);
  await at.put(
    {
      'opportunity_2026-03-01.csv': deals(1, 2, 3),
      'opportunity_2026-03-02.csv': deals(1, 3, 4),
      'opportunity_2026-03-03.csv': deals(1, 2, 3),
    },
    options,
  );
  expect(await at.versions('3', ['is_deleted'])).toEqual(['03-01 23:59 false', '03-05 23:59 true']);
  expect(await at.versions('4', ['is_deleted'])).toEqual(['03-02 23:59 false', '03-03 23:59 true']);
  expect((await at.total({ metrics: ['openCount'] })).openCount).toBe(2);
});

test('ETL-8 a full extract of one source deletes nothing of another', async () => {
  const source = (name: string) => ({
    name,
    inputs: { [name]: { file: `${name}_*.csv`, extract: 'full' }, stages: { file: 'stage.csv' } },
    objects: {
      stage: { input: 'stages', columns: { label: 'label', order: 'order', class: 'class' } },
      opportunity: { input: name, columns: { id: 'id', stage: 'stage' } },
    },
  });
  const config = () => parseConfig({ sources: [source('east'), source('west')] }, 'test');
  const files = {
    ...stage,
    'east_2026-03-01.csv': 'id,stage\ne1,Offer',
    'west_2026-03-02.csv': 'id,stage\nw1,Offer',
  };
  await at.put(files, config());
  expect((await at.total({ metrics: ['openCount'] })).openCount).toBe(2);
  // The same id from both would make one record of two.
  await expect(
    at.put({ 'west_2026-03-03.csv': 'id,stage\nw1,Offer\ne1,Won' }, config()),
  ).rejects.toThrow(
    /source west, object opportunity: 1 ids are those of records of source east, e.g. e1/,
  );
});

test('ETL-9 guards on row count, money and newest modification stop a wrong extract', async () => {
  const options = { full: ['opportunity' as const] };
  const deals = (count: number, amount: number, hour = '10') =>
    `id,stage,amount,modifiedAt\n${Array.from({ length: count }, (_, i) => `${i},Offer,${amount + i},2026-03-01T${hour}:00:00Z`).join('\n')}`;
  await at.put({ ...stage, 'opportunity_2026-03-02.csv': deals(100, 1000) }, options);
  const attempt = (text: string, more = {}) =>
    at.put({ 'opportunity_2026-03-03.csv': text }, { ...options, ...more });
  await expect(attempt(deals(60, 1000))).rejects.toThrow(/lacks 40 of 100 known records/);
  await expect(attempt('id,stage,amount,modifiedAt')).rejects.toThrow(
    /the full extract is empty, but 100 records are known/,
  );
  await expect(attempt(deals(100, 100_000))).rejects.toThrow(
    /the amounts are 95.3 times those known/,
  );
  await expect(attempt(deals(100, 10))).rejects.toThrow(/the amounts are 0.0567 times those known/);
  await expect(attempt(deals(100, 1000, '09'))).rejects.toThrow(/exported before the last one/);
  expect((await at.total({ metrics: ['openCount'] })).openCount).toBe(100);
  const grown = await attempt(deals(140, 1000));
  expect(grown.warnings).toContainEqual(expect.stringMatching(/140 rows after 100 known records/));
  const smaller = await at.put(
    { 'opportunity_2026-03-04.csv': deals(60, 1000) },
    { ...options, maxShrink: 1 },
  );
  expect(countOf(smaller, 'opportunity').superseded).toBe(60);
  expect((await at.total({ metrics: ['openCount'] })).openCount).toBe(60);
});

test('ETL-25 columns with personal data are listed, and can be left out altogether', async () => {
  const personal = Object.entries(crmObjects).flatMap(([object, { columns }]) =>
    Object.entries(columns).flatMap(([name, { personal }]) =>
      personal ? [`${object}.${name}`] : [],
    ),
  );
  expect(personal).toEqual([
    'user.email',
    'contact.name',
    'contact.email',
    'contact.phone',
    'lead.name',
  ]);
  const files = {
    ...stage,
    'opportunity.csv': 'id,stage\n1,Offer',
    'contact.csv': 'id,name,email,phone,title\nc1,Ann Canary,canary@x.example,+386 canary,Buyer',
    'lead.csv': 'id,name,status\nl1,Ann Canary,Open',
    'user.csv': 'id,name,email\nu1,Ana,canary@x.example',
  };
  const config = sourceConfigOf();
  await at.put(files, config);
  const found = await at.sql<{ name: string }>(
    `select table_name as name from duckdb_tables() where not internal and table_name like 'fact%'`,
  );
  for (const { name } of found) {
    const rows = await at.sql(`select * from ${name}`);
    expect(JSON.stringify(rows), name).not.toMatch(/canary/i);
  }
  expect(await at.sql('select id, title from fact_contact')).toEqual([
    { id: 'c1', title: 'Buyer' },
  ]);

  function sourceConfigOf() {
    const names = ['stage', 'opportunity', 'contact', 'lead', 'user'] as const;
    const objects = names.map((name) => [
      name,
      {
        input: name,
        columns: Object.fromEntries(
          Object.keys(crmObjects[name].columns).map((c) => [c, { column: c, optional: true }]),
        ),
      },
    ]);
    const inputs = names.map((name) => [name, { file: `${name}.csv` }]);
    const source = {
      observedAt: noon,
      inputs: Object.fromEntries(inputs),
      objects: Object.fromEntries(objects),
    };
    const stageScale = {
      stage: { input: 'stage', columns: { label: 'label', order: 'order', class: 'class' } },
    };
    return sourceConfig(
      { ...source, objects: { ...source.objects, ...stageScale } },
      { mask: personal },
    );
  }
});

test('ETL-28 what cannot be loaded is in quarantine with its reason, and is tried again when the mapping is mended', async () => {
  const files = {
    ...stage,
    'opportunity.csv': 'id,stage,closeDate\n1,Offer,31.03.2026\n2,Offer,2026-03-31\n3,Offer',
  };
  const first = await at.put(files, { ...seen, maxQuarantined: 0 });
  expect(countOf(first, 'opportunity')).toMatchObject({ rowsIn: 3, loaded: 1, quarantined: 2 });
  expect(first.tooManyQuarantined).toBe(true);
  const { rows, total } = await at.warehouse.quarantine(localViewer, { limit: 10 });
  expect(total).toBe(2);
  expect(rows).toEqual([
    {
      load: 'L000001',
      object: 'opportunity',
      file: 'opportunity.csv',
      line: 2,
      column: 'closeDate',
      value: '31.03.2026',
      reason: 'is not a date',
      raw: '1,Offer,31.03.2026',
    },
    expect.objectContaining({ line: 4, column: null, reason: 'has 2 values, the header has 3' }),
  ]);
  const mended = { column: 'closeDate', date: '%d.%m.%Y' };
  const again = await at.put(
    {},
    { ...seen, objects: { opportunity: { columns: { closeDate: mended } } } },
  );
  expect(countOf(again, 'opportunity')).toMatchObject({ rowsIn: 3, loaded: 1, quarantined: 2 });
  const left = await at.warehouse.quarantine(localViewer, { limit: 10 });
  expect(left.rows.map(({ load, line, value }) => [load, line, value])).toEqual([
    ['L000002', 3, '2026-03-31'],
    ['L000002', 4, null],
  ]);
  // Both days are kept: what was loaded once is not lost by a mapping that cannot read it any more.
  expect(await at.sql('select distinct close_date::varchar as day from fact_opportunity')).toEqual([
    { day: '2026-03-31' },
  ]);
  const same = await at.put(
    {},
    { ...seen, objects: { opportunity: { columns: { closeDate: mended } } } },
  );
  expect(same.unchanged).toBe(true);
});

test('ETL-29 freshness is recorded per object, also when an extract holds nothing new', async () => {
  const files = {
    'account_2026-03-01.csv': 'id,name\na,A',
    'opportunity_2026-03-01.csv': 'id,stage\n1,Offer',
  };
  await at.put({ ...stage, ...files }, seen);
  const result = await at.put({ 'account_2026-03-05.csv': 'id,name\na,A' }, seen);
  expect(countOf(result, 'account')).toMatchObject({ loaded: 0, superseded: 1 });
  const status = await at.warehouse.status();
  expect(status.objects).toEqual([
    { source: 'crm', object: 'account', freshAt: '2026-03-05T23:59:59.999Z' },
    { source: 'crm', object: 'opportunity', freshAt: '2026-03-01T23:59:59.999Z' },
    { source: 'crm', object: 'stage', freshAt: '2026-03-01T12:00:00.000Z' },
  ]);
  expect(status).toMatchObject({
    asOf: '2026-03-05T23:59:59.999Z',
    sources: [{ freshAt: '2026-03-05T23:59:59.999Z' }],
  });
  await at.put({ 'opportunity_2026-03-04.csv': 'id,stage\n1,Offer' }, seen);
  expect((await at.warehouse.status()).asOf).toBe('2026-03-05T23:59:59.999Z');
});

async function read(sql: string, file = ':memory:'): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(
    file,
    file === ':memory:' ? {} : { access_mode: 'READ_ONLY' },
  );
  const db = await instance.connect();
  try {
    return await all(db, sql);
  } finally {
    db.closeSync();
    instance.closeSync();
  }
}
