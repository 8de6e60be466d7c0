import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localViewer } from '#warehouse/access.ts';
import { findCurrent, snapshotPaths } from '#warehouse/snapshot.ts';
import { type Opening, openWarehouse } from '#warehouse/warehouse.ts';
import { loadSmallDemo, type SmallDemo } from './small-demo.ts';

let demo: SmallDemo;
beforeAll(async () => {
  demo = await loadSmallDemo(3, '2026-11-21T06:00:00Z');
  await demo.nextWeek('2026-11-28T06:00:00Z');
}, 120_000);
afterAll(() => demo.remove());

const paths = () => snapshotPaths(demo.dataDir);

/** Does something with the installation opened in a certain way, while a file is not as it was. */
async function withChanged(
  file: string,
  change: (bytes: Buffer) => Buffer,
  opening: Opening,
  work: (warehouse: ReturnType<typeof openWarehouse>) => Promise<void>,
): Promise<void> {
  const was = readFileSync(file);
  chmodSync(file, 0o644);
  writeFileSync(file, change(Buffer.from(was)));
  const warehouse = openWarehouse(demo.dataDir, opening);
  try {
    await work(warehouse);
  } finally {
    await warehouse.close();
    writeFileSync(file, was);
  }
}

/** The last block holds nothing that a small question reads. */
const flip = (bytes: Buffer): Buffer => {
  const at = bytes.length - 1000;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
};
const query = { metrics: ['openCount'] };

test('REL-9: a damaged snapshot is passed over before the first answer, and this is said', async () => {
  await withChanged(paths().file('S000002'), flip, {}, async (warehouse) => {
    const { warning, snapshot } = await warehouse.status();
    expect(snapshot).toBe('S000001');
    expect(warning).toMatch(/S000002 is damaged: its content differs.*Shown is S000001/);
  });
});

test('a server answers at once and passes a damaged snapshot over as soon as it is noticed', {
  timeout: 30_000,
}, async () => {
  await withChanged(paths().file('S000002'), flip, { verify: 'behind' }, async (warehouse) => {
    expect((await warehouse.answer(localViewer, query)).snapshot).toBe('S000002');
    let { warning } = await warehouse.status();
    for (let i = 0; i < 100 && warning === null; i++) {
      await sleep(100);
      ({ warning } = await warehouse.status());
    }
    expect(warning).toMatch(/S000002 is damaged.*Shown is S000001/);
    expect((await warehouse.answer(localViewer, query)).snapshot).toBe('S000001');
  });
});

test('a server passes over at once what is cheap to tell: a size, a head that cannot be opened', async () => {
  const cut = (bytes: Buffer) => bytes.subarray(0, bytes.length - 1);
  const behead = (bytes: Buffer) => bytes.fill(0xff, 0, 4096);
  for (const damage of [cut, behead])
    await withChanged(paths().file('S000002'), damage, { verify: 'behind' }, async (warehouse) => {
      const { warning, snapshot } = await warehouse.status();
      expect(snapshot).toBe('S000001');
      expect(warning).toMatch(/S000002 is damaged/);
    });
});

test('a snapshot of another schema is not read, and this is said', async () => {
  const manifest = findCurrent(demo.dataDir)?.manifest;
  const text = `${JSON.stringify({ ...manifest, schemaVersion: 1 })}\n`;
  const manifestSha256 = createHash('sha256').update(text).digest('hex');
  const pointer = () => Buffer.from(JSON.stringify({ id: 'S000002', manifestSha256 }));
  await withChanged(paths().pointer, pointer, {}, () =>
    withChanged(
      paths().manifest('S000002'),
      () => Buffer.from(text),
      {},
      async (warehouse) => {
        const { warning, snapshot } = await warehouse.status();
        expect(snapshot).toBe('S000001');
        expect(warning).toMatch(/S000002 was built by another version \(schema 1;/);
      },
    ),
  );
});

test('identical questions share a run, and what was answered is not asked again', async () => {
  const ask = () => demo.warehouse.answer(localViewer, { metrics: ['wonValue'], by: ['team'] });
  const answers = await Promise.all([ask(), ask(), ask()]);
  answers.push(await ask());
  expect(new Set(answers.map((a) => JSON.stringify(a))).size).toBe(1);
  expect(answers[0]?.rows).not.toBe(answers[1]?.rows);
});
