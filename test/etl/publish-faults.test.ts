import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findCurrent, verifySnapshot } from '#warehouse/snapshot.ts';
import { faultPoints } from '#etl/faults.ts';
import { dropFolder, loadOnce, newFolder, within } from './publish-harness.ts';

const child = fileURLToPath(new URL('./publish-child.ts', import.meta.url));
const args = (...rest: string[]) => ['--import', 'tsx', child, ...rest];

let folder: string;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => dropFolder(folder));

interface Ended {
  status: number | null;
  output: string;
}

const started = (...rest: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const running = spawn(process.execPath, args(...rest), {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    running.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output === 'holding\n') resolve({ status: running.pid ?? 0, output });
    });
    running.on('close', (status) => resolve({ status, output }));
  });

test('REL-6: of ten that open at once one holds the lock and nine name it; the lock dies with its holder', {
  timeout: 300_000,
}, async () => {
  const ten = await Promise.all(Array.from({ length: 10 }, () => started('hold', folder)));
  const holders = ten.filter(({ output }) => output === 'holding\n');
  expect(holders).toHaveLength(1);
  const pid = holders[0]?.status ?? 0;
  const refused = ten
    .filter(({ output }) => output !== 'holding\n')
    .map(({ status, output }) => ({ status, ...JSON.parse(output) }));
  try {
    for (const one of refused)
      expect(one).toMatchObject({
        status: 1,
        code: 'locked',
        message: expect.stringContaining(`Process ${pid} `),
      });
  } finally {
    process.kill(pid, 'SIGKILL');
  }
  await expect
    .poll(
      () => spawnSync(process.execPath, args('load', folder, '1'), { encoding: 'utf8' }).stdout,
      { timeout: 20_000 },
    )
    .toBe('published\n');
});

const points = faultPoints.filter((name) => /^(control|publish)\./.test(name));
/** Whole loads are killed everywhere in kill.test.ts; here the long form goes through all points, the short one some. */
const tried = points.filter((_, at) => process.env.PLUMBLINE_LONG || at % 5 === 1);
const isPublished = (point: string) =>
  points.indexOf(point as (typeof points)[number]) >= points.indexOf('publish.after-pointer') ||
  /record$/.test(point);

test.each(tried)(
  'REL-1: killed at %s, the current snapshot is whole and the next load goes through',
  { timeout: 240_000 },
  async (point) => {
    await within(folder, (control) => loadOnce(control, 1));
    expect((await started('load', folder, '2', point)).status).toBeNull();
    const published = isPublished(point);
    expect(findCurrent(folder)?.manifest).toMatchObject({ id: published ? 'S000002' : 'S000001' });
    expect(await verifySnapshot(folder, findCurrent(folder)?.id ?? '')).toMatchObject({ ok: true });
    const wanted = await within(folder, async (control) => {
      const names = readdirSync(join(folder, 'snapshots')).sort();
      expect(names).toEqual(
        (published ? ['S000001', 'S000002'] : ['S000001']).flatMap((id) => [
          `${id}.duckdb`,
          `${id}.json`,
        ]),
      );
      expect((await control.loads()).filter((load) => load.status === 'running')).toEqual([]);
      expect((await control.landedFiles('crm')).map(({ file }) => file)).toEqual(
        published ? ['deals-1.csv', 'deals-2.csv'] : ['deals-1.csv'],
      );
      return loadOnce(control, 2);
    });
    const clean = newFolder();
    try {
      expect((await within(clean, (control) => loadOnce(control, 2))).contentHash).toBe(
        wanted.contentHash,
      );
    } finally {
      dropFolder(clean);
    }
  },
);

test('REL-7: a limit on file size ends the load with its reason, publishing nothing', {
  timeout: 240_000,
}, async () => {
  await within(folder, (control) => loadOnce(control, 1));
  const command = `ulimit -f 40; exec "${process.execPath}" ${args('load', folder, '2')
    .map((arg) => `"${arg}"`)
    .join(' ')}`;
  const ended = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
  expect(ended.status).toBe(1);
  expect(JSON.parse(ended.stdout)).toMatchObject({
    message: expect.stringMatching(/file|disk|write|space/i),
  });
  expect(findCurrent(folder)?.id).toBe('S000001');
  expect(await verifySnapshot(folder, 'S000001')).toMatchObject({ ok: true });
});

test('REL-7: a full disk ends the load with its reason, publishing nothing', {
  timeout: 240_000,
}, (context) => {
  mkdirSync(join(folder, 'disk'));
  const disk = join(folder, 'disk');
  const load = (seed: string) =>
    `"${process.execPath}" ${args('load', disk, seed)
      .map((arg) => `"${arg}"`)
      .join(' ')}`;
  const script = `mount -t tmpfs -o size=3m none "${disk}" || exit 77; ${load('1')}; head -c 100m /dev/zero > "${disk}/filler" 2>/dev/null; ${load('2')}; echo "status $?"; cat "${disk}/current.json"`;
  const ended = spawnSync('unshare', ['-rm', 'bash', '-c', script], { encoding: 'utf8' });
  if (ended.error || ended.status === 77 || /unshare:/.test(ended.stderr))
    return context.skip('this machine cannot mount a small disk');
  const [first, reason, status, pointer] = ended.stdout.trim().split('\n');
  expect([first, status]).toEqual(['published', 'status 1']);
  expect(JSON.parse(reason ?? '')).toMatchObject({ code: 'no-space' });
  expect(JSON.parse(pointer ?? '')).toMatchObject({ id: 'S000001' });
});

test('REL-7: a read-only directory ends the load with its reason', {
  timeout: 240_000,
}, (context) => {
  const fixed = join(folder, 'fixed');
  mkdirSync(fixed);
  chmodSync(fixed, 0o555);
  const command = `mount -t tmpfs -o ro none "${fixed}" || exit 77; "${process.execPath}" ${args(
    'load',
    fixed,
    '1',
  )
    .map((arg) => `"${arg}"`)
    .join(' ')}`;
  const ended = spawnSync('unshare', ['-rm', 'bash', '-c', command], { encoding: 'utf8' });
  if (ended.error || ended.status === 77 || /unshare:/.test(ended.stderr))
    return context.skip('this machine cannot mount a read-only disk');
  expect(ended.status).toBe(1);
  expect(JSON.parse(ended.stdout)).toMatchObject({
    code: 'failed',
    message: expect.stringMatching(/read-only/),
  });
  expect(existsSync(join(fixed, 'current.json'))).toBe(false);
});
