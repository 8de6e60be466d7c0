import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  findCurrent,
  findPrevious,
  listSnapshots,
  snapshotIds,
  verifySnapshot,
} from '#warehouse/snapshot.ts';
import { assertSpace, rollback } from '#etl/publish.ts';
import { tally } from '#etl/tally.ts';
import {
  buildFile,
  dropFolder,
  instant,
  landedFile,
  loadOnce,
  newFolder,
  within,
} from './publish-harness.ts';

let folder: string;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => dropFolder(folder));

const files = () => readdirSync(join(folder, 'snapshots')).sort();

test('a published snapshot is current, read-only, whole, and says what it holds', async () => {
  expect(findCurrent(folder)).toBeNull();
  const manifest = await within(folder, (control) =>
    loadOnce(control, 3, { counted: { counts: { opportunity: 2000 } } }),
  );
  expect(manifest).toMatchObject({
    id: 'S000001',
    load: 'L000001',
    parent: null,
    ancestors: [],
    counts: { opportunity: 2000, load: 1 },
    loads: ['L000001'],
  });
  expect(manifest.sums['opportunity.amount']).toBe('5997000.00');
  const current = findCurrent(folder);
  expect(current).toEqual({
    id: 'S000001',
    path: join(folder, 'snapshots/S000001.duckdb'),
    manifest,
  });
  expect(files()).toEqual(['S000001.duckdb', 'S000001.json']);
  expect(statSync(current?.path ?? '').mode & 0o777).toBe(0o444);
  expect(await verifySnapshot(folder, 'S000001')).toEqual({
    id: 'S000001',
    ok: true,
    reason: null,
  });
});

test('each snapshot knows those it was built upon; only the newest stay, and always the current', async () => {
  await within(folder, async (control) => {
    for (let seed = 1; seed <= 5; seed++) await loadOnce(control, seed, { keep: 3 });
    expect(snapshotIds(folder)).toEqual(['S000003', 'S000004', 'S000005']);
    expect(findCurrent(folder)?.manifest).toMatchObject({
      parent: 'S000004',
      ancestors: ['S000001', 'S000002', 'S000003', 'S000004'],
    });
    await rollback(control, folder, 'S000003', () => instant);
    expect(findCurrent(folder)?.id).toBe('S000003');
    await expect(
      loadOnce(control, 6, {
        keep: 1,
        fault: (name) => {
          if (name === 'publish.before-pointer') throw new Error('stop');
        },
      }),
    ).rejects.toThrow('stop');
    expect(findCurrent(folder)?.id).toBe('S000003');
    const next = await loadOnce(control, 7, { keep: 1 });
    expect(next).toMatchObject({
      id: 'S000007',
      parent: 'S000003',
      ancestors: ['S000001', 'S000002', 'S000003'],
    });
    expect(snapshotIds(folder)).toEqual(['S000007']);
  });
});

test('pruning keeps a current snapshot that is older than the newest', async () => {
  const { prune } = await import('#etl/publish.ts');
  await within(folder, async (control) => {
    for (let seed = 1; seed <= 4; seed++) await loadOnce(control, seed);
    await rollback(control, folder, 'S000001');
    prune(folder, 2);
  });
  expect(listSnapshots(folder).map(({ id, isCurrent }) => [id, isCurrent])).toEqual([
    ['S000004', false],
    ['S000003', false],
    ['S000001', true],
  ]);
  expect(findPrevious(folder, 'S000004')?.id).toBe('S000003');
});

test('after a rollback the files landed later must be read again', async () => {
  await within(folder, async (control) => {
    for (let seed = 1; seed <= 3; seed++)
      await loadOnce(control, seed, {
        files: [landedFile('deals.csv', String(seed)), landedFile(`only-${seed}.csv`)],
      });
    const known = async () =>
      (await control.landedFiles('crm')).map(({ file, sha256 }) => `${file} ${sha256[0]}`);
    expect(await known()).toEqual(['deals.csv 3', 'only-1.csv a', 'only-2.csv a', 'only-3.csv a']);
    await rollback(control, folder, 'S000001');
    expect(await known()).toEqual(['deals.csv 1', 'only-1.csv a']);
    await loadOnce(control, 4, { files: [landedFile('deals.csv', '4')] });
    expect(await known()).toEqual(['deals.csv 4', 'only-1.csv a']);
    expect(await control.landedFiles('other')).toEqual([]);
    expect((await control.landedFiles('crm'))[0]).toMatchObject({
      mtime: instant,
      observedAt: instant,
      load: 'L000004',
      snapshot: 'S000004',
      bytes: 12,
    });
  });
});

test('a rollback to a damaged or missing snapshot is refused; the current one stays', async () => {
  await within(folder, async (control) => {
    await loadOnce(control, 1);
    await loadOnce(control, 2);
    await expect(rollback(control, folder, 'S000009')).rejects.toMatchObject({ code: 'not-found' });
    rmSync(join(folder, 'snapshots/S000001.duckdb'));
    await buildFile(join(folder, 'snapshots/S000001.duckdb'), 9);
    await expect(rollback(control, folder, 'S000001')).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringMatching(/S000001 is not put back/),
    });
  });
  expect(findCurrent(folder)?.id).toBe('S000002');
});

test.each([
  [
    'a row fewer than was counted',
    { counts: { opportunity: 2001 } },
    /rows of opportunity is 2000, but 2001/,
  ],
  [
    'another sum than was counted',
    { sums: { 'opportunity.amount': '1.00' } },
    /the sum of opportunity.amount is/,
  ],
  ['a table that is not there', { counts: { closing: 0 } }, /rows of closing is undefined, but 0/],
  ['another value in any row', { prints: { opportunity: '1/2' } }, /the print of opportunity is/],
])('%s stops the publishing', async (_, wrong, reason) => {
  await within(folder, async (control) => {
    await expect(loadOnce(control, 1, { counted: wrong })).rejects.toThrow(reason);
  });
  expect(findCurrent(folder)).toBeNull();
});

test('the next opening sweeps what was not published, and nothing else', async () => {
  await within(folder, async (control) => {
    for (let seed = 1; seed <= 3; seed++) await loadOnce(control, seed);
    await rollback(control, folder, 'S000002');
  });
  for (const name of [
    'S000004.building.duckdb',
    'L000004.building.duckdb.wal',
    'S000009.duckdb',
    'S000009.json',
    'S000005.json.tmp',
  ])
    writeFileSync(join(folder, 'snapshots', name), 'rest');
  await within(folder, async () => undefined);
  expect(files()).toEqual([1, 2, 3].flatMap((n) => [`S00000${n}.duckdb`, `S00000${n}.json`]));
});

test('numbers are never given twice, even if the ledger is lost; the snapshots survive its loss', async () => {
  await within(folder, async (control) => {
    await loadOnce(control, 1);
    await loadOnce(control, 2);
    expect([await control.nextLoad(instant), await control.nextSnapshot()]).toEqual([
      'L000003',
      'S000003',
    ]);
  });
  await within(folder, async (control) =>
    expect([await control.nextLoad(instant), await control.nextSnapshot()]).toEqual([
      'L000004',
      'S000004',
    ]),
  );
  rmSync(join(folder, 'control.duckdb'));
  rmSync(join(folder, 'control.duckdb.wal'), { force: true });
  await within(folder, async (control) => {
    expect(snapshotIds(folder)).toEqual(['S000001', 'S000002']);
    expect([await control.nextLoad(instant), await control.nextSnapshot()]).toEqual([
      'L000003',
      'S000003',
    ]);
    expect((await control.loads()).map(({ load, status }) => `${load} ${status}`)).toEqual([
      'L000003 running',
      'L000002 published',
      'L000001 published',
    ]);
  });
});

test('the ledger keeps failed loads with their reason', async () => {
  await within(folder, async (control) => {
    const load = await control.nextLoad(instant);
    await control.recordLoad({
      load,
      startedAt: instant,
      finishedAt: new Date(instant.getTime() + 1500),
      status: 'failed',
      error: "it's broken",
      sources: [],
      snapshot: null,
      files: [],
    });
    expect(await control.loads()).toEqual([
      {
        load,
        startedAt: instant.toISOString(),
        asOf: null,
        finishedAt: '2026-03-01T12:00:01.500Z',
        status: 'failed',
        seconds: 1.5,
        error: "it's broken",
        sources: [],
      },
    ]);
  });
});

test('one process opens an installation once', async () => {
  await within(folder, async () => {
    await expect(within(folder, async () => undefined)).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringContaining(String(process.pid)),
    });
  });
  await within(folder, async () => undefined);
});

test('too little space stops before anything is written', () => {
  expect(() => assertSpace(folder)).not.toThrow();
  expect(() => assertSpace(folder, 1e18)).toThrow(/MB are free, a load needs/);
});

test('the content hash sees every value and no order, load or time of loading', async () => {
  const hashOf = async (sql: string) => {
    const instance = await DuckDBInstance.create(':memory:');
    const db = await instance.connect();
    await db.run(sql);
    const { contentHash: hash } = await tally(db);
    db.closeSync();
    instance.closeSync();
    return hash;
  };
  const base = await hashOf(
    `create table a as select * from (values (1, 'x', 7), (2, null, 8)) t(id, name, load_no)`,
  );
  expect(
    await hashOf(
      `create table a as select * from (values (2, null, 9), (1, 'x', 9)) t(id, name, load_no)`,
    ),
  ).toBe(base);
  for (const other of [
    `(1, 'x', 7), (2, '', 8)`,
    `(1, 'x', 7), (2, null, 8), (2, null, 8)`,
    `(1, 'y', 7), (2, null, 8)`,
    `(1, null, 7), (2, 'x', 8)`,
    `(2, 'x', 7), (1, null, 8)`,
  ])
    expect(
      await hashOf(`create table a as select * from (values ${other}) t(id, name, load_no)`),
    ).not.toBe(base);
});

test('REL-14: no .wal is published, and one beside a snapshot is found', async () => {
  await within(folder, (control) => loadOnce(control, 1));
  expect(files()).toEqual(['S000001.duckdb', 'S000001.json']);
  writeFileSync(join(folder, 'snapshots/S000001.duckdb.wal'), 'x');
  expect(await verifySnapshot(folder, 'S000001')).toMatchObject({
    ok: false,
    reason: expect.stringContaining('.wal'),
  });
  expect(existsSync(join(folder, 'current.json'))).toBe(true);
});
