import {
  copyFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findCurrent, listSnapshots, snapshotPaths, verifySnapshot } from '#warehouse/snapshot.ts';
import { dropFolder, loadOnce, newFolder, within } from '../etl/publish-harness.ts';

let folder: string;
let copy: string;
beforeAll(async () => {
  folder = newFolder();
  await within(folder, (control) => loadOnce(control, 5));
  copy = newFolder();
  mkdirSync(join(copy, 'snapshots'));
});
afterAll(() => [folder, copy].forEach(dropFolder));

const file = () => snapshotPaths(copy).file('S000001');

function freshCopy(): void {
  const [from, to] = [snapshotPaths(folder), snapshotPaths(copy)];
  for (const [a, b] of [
    [from.file('S000001'), to.file('S000001')],
    [from.manifest('S000001'), to.manifest('S000001')],
    [from.pointer, to.pointer],
  ] as const) {
    rmSync(b, { force: true });
    copyFileSync(a, b);
    chmodSync(b, 0o644);
  }
}

const damages: Record<string, (bytes: Buffer, at: number) => Buffer> = {
  flip: (bytes, at) => {
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
    return bytes;
  },
  zero: (bytes, at) => bytes.fill(0, at, at + 4096),
  cut: (bytes, at) => bytes.subarray(0, at),
  swap: (bytes, at) => {
    const block = 4096;
    const first = Math.floor(at / block) * block;
    const second = (first + 5 * block) % (Math.floor(bytes.length / block) * block);
    const kept = Buffer.from(bytes.subarray(first, first + block));
    bytes.copy(bytes, first, second, second + block);
    kept.copy(bytes, second);
    return bytes;
  },
};

/** A fixed sequence of places, the same in every run. */
const place = (i: number, length: number): number => (i * 2_654_435_761) % length;

test(`REL-9: damaged copies are refused`, { timeout: 300_000 }, async () => {
  const rounds = (process.env.PLUMBLINE_LONG ? 100 : 20) / 4;
  const refused: string[] = [];
  let unharmed = 0;
  for (let i = 1; i <= rounds; i++)
    for (const [name, damage] of Object.entries(damages)) {
      freshCopy();
      const bytes = readFileSync(file());
      const harmed = damage(Buffer.from(bytes), place(i * 7 + name.length, bytes.length));
      writeFileSync(file(), harmed);
      const verdict = await verifySnapshot(copy, 'S000001');
      // Zeroing zeros or swapping equal blocks changes nothing; then the copy is right.
      expect(verdict.ok, `${name} ${i}`).toBe(harmed.equals(bytes));
      if (verdict.ok) unharmed++;
      else refused.push(verdict.reason ?? '');
    }
  expect(refused.length + unharmed).toBe(rounds * 4);
  expect(refused.every((reason) => /were published|differs/.test(reason))).toBe(true);
  expect(refused.length).toBeGreaterThan(rounds * 2);
});

test('a damaged manifest or pointer is named, with what to do', async () => {
  const { manifest, pointer } = snapshotPaths(copy);
  freshCopy();
  writeFileSync(
    manifest('S000001'),
    readFileSync(manifest('S000001'), 'utf8').replace('"opportunity": 2000', '"opportunity": 2001'),
  );
  expect(() => findCurrent(copy)).toThrow(/not the one that was published.*plumbline rollback/);
  expect(await verifySnapshot(copy, 'S000001')).toMatchObject({ ok: false });
  writeFileSync(manifest('S000001'), '{');
  expect(listSnapshots(copy)).toEqual([]);
  freshCopy();
  truncateSync(pointer, 10);
  expect(() => findCurrent(copy)).toThrow(/current.json cannot be read/);
  freshCopy();
  rmSync(file());
  expect(await verifySnapshot(copy, 'S000001')).toMatchObject({
    ok: false,
    reason: 'its file is gone',
  });
  expect(await verifySnapshot(copy, 'S000002')).toMatchObject({
    ok: false,
    reason: expect.stringContaining('There is no snapshot S000002'),
  });
  expect(await verifySnapshot(copy, '../S000001')).toMatchObject({ ok: false });
});
