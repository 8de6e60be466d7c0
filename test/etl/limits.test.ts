import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '#etl/config.ts';
import { runJob } from '#etl/job.ts';
import { localViewer } from '#warehouse/access.ts';
import { findCurrent, verifySnapshot } from '#warehouse/snapshot.ts';
import { openWarehouse } from '#warehouse/warehouse.ts';
import {
  assertTidy,
  cli,
  contentOf,
  copyInstallation,
  type Ended,
  makeTinyCompany,
  start,
  startProcess,
  type TinyCompany,
} from './cli-harness.ts';

let company: TinyCompany;
let first: string;
beforeAll(async () => {
  company = makeTinyCompany(8000);
  first = mkdtempSync(join(tmpdir(), 'plumbline-limits-'));
  expect((await start(company.load(first, 'first')).ended).code).toBe(0);
}, 240_000);
afterAll(() => {
  company.remove();
  rmSync(first, { recursive: true, force: true });
});

/** One load by the shell, with a limit set before. */
const shell = (before: string, args: string[]) =>
  startProcess('bash', [
    '-c',
    `${before}; exec "${process.execPath}" --max-old-space-size=300 "${cli}" ${args.map((arg) => `"${arg}"`).join(' ')}`,
  ]).ended;

/** A load that fails: it says why, publishes nothing, and a reader that was there goes on. */
async function fails(run: (args: string[]) => Promise<Ended>, reason: RegExp): Promise<void> {
  const dataDir = copyInstallation(first);
  const warehouse = openWarehouse(dataDir);
  const ask = () => warehouse.answer(localViewer, { metrics: ['openPipeline'], by: ['stage'] });
  try {
    const before = await ask();
    const { code, stdout, stderr } = await run(company.load(dataDir, 'second'));
    expect(code, stdout).not.toBe(0);
    expect(stderr).toMatch(reason);
    expect(await ask()).toEqual(before);
    expect(findCurrent(dataDir)?.id).toBe('S000001');
    expect(await verifySnapshot(dataDir, 'S000001')).toMatchObject({ ok: true });
    const next = await start(company.load(dataDir, 'second')).ended;
    expect(next, next.stderr).toMatchObject({ code: 0 });
    assertTidy(dataDir);
    expect(await ask()).not.toEqual(before);
  } finally {
    await warehouse.close();
    rmSync(dataDir, { recursive: true });
  }
}

test('REL-7: a limit on the size of files', { timeout: 240_000 }, () =>
  fails((args) => shell('ulimit -f 1200', args), /larger than this process may write/),
);

test('REL-7: a limit on memory', { timeout: 300_000 }, () =>
  fails(
    (args) => start(args, { PLUMBLINE_MEMORY: '12MB', PLUMBLINE_SPILL: '0MB' }).ended,
    /the memory that this load may take is used up/,
  ),
);

test('REL-7: too little address space', { timeout: 300_000 }, () =>
  fails((args) => shell('ulimit -c 0; ulimit -v 1450000', args), /memory|alloc|resource/i),
);

test('REL-7: a clock that went back', { timeout: 240_000 }, async () => {
  const dataDir = copyInstallation(first);
  try {
    const before = contentOf(dataDir);
    const config = readConfig(company.config, join(company.root, 'second'));
    const late = new Date(Date.parse(findCurrent(dataDir)?.manifest.publishedAt ?? '') - 60_000);
    await expect(runJob({ config, dataDir, clock: () => late })).rejects.toMatchObject({
      code: 'clock',
      message: expect.stringMatching(
        /clock says .* but the last load was published at .*Set the clock/,
      ),
    });
    expect(contentOf(dataDir)).toBe(before);
    assertTidy(dataDir);
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});

/** Runs a script where a small or read-only disk can be mounted over a folder; null when this machine cannot. */
async function mounted(script: string): Promise<Ended | null> {
  const ended = await startProcess('unshare', ['-rm', 'bash', '-c', script]).ended.catch(
    () => null,
  );
  return !ended || ended.code === 77 || /unshare:/.test(ended.stderr) ? null : ended;
}

const node = (args: string[]) =>
  [process.execPath, cli, ...args].map((arg) => `"${arg}"`).join(' ');

test('REL-7: a full disk', { timeout: 300_000 }, async (context) => {
  const disk = mkdtempSync(join(tmpdir(), 'plumbline-disk-'));
  const small = makeTinyCompany();
  const large = makeTinyCompany(40_000);
  const data = mkdtempSync(join(tmpdir(), 'plumbline-small-'));
  expect((await start(small.load(data, 'first')).ended).code).toBe(0);
  // Enough for what a load asks for beforehand, not for what comes.
  const size = 2_600_000 + (findCurrent(data)?.manifest.bytes ?? 0) * 3.5;
  const ask = node(['query', 'openPipeline', '--data-dir', disk, '--format', 'csv']);
  const ended =
    await mounted(`mount -t tmpfs -o size=${Math.ceil(size)} none "${disk}" || exit 77; cp -r "${data}/." "${disk}/"; ${ask}
    ${node(large.load(disk, 'second'))} 2>&1 >/dev/null; echo "code $?"
    ${ask}; ${node(['verify', '--data-dir', disk, '--json'])}; ls "${disk}/snapshots"`);
  small.remove();
  large.remove();
  rmSync(data, { recursive: true });
  rmSync(disk, { recursive: true });
  if (!ended) return context.skip('this machine cannot mount a small disk');
  expect(ended.stdout).toMatch(/: the disk is full .*Nothing was published\s+code 1\n/);
  const answers = ended.stdout.match(/^[\d.]+\r?$/gm) ?? [];
  expect(answers).toHaveLength(2);
  expect(answers[0]).toBe(answers[1]);
  expect(ended.stdout).toContain('"ok": true');
  expect(ended.stdout).not.toMatch(/^\S*(S000002|building)\S*$/m);
});

test('REL-7: a read-only directory', { timeout: 240_000 }, async (context) => {
  const disk = mkdtempSync(join(tmpdir(), 'plumbline-fixed-'));
  mkdirSync(join(disk, 'data'));
  const ended =
    await mounted(`mount --bind "${first}" "${disk}/data" && mount -o remount,ro,bind "${disk}/data" || exit 77
    ${node(company.load(join(disk, 'data'), 'second'))}; echo "code $?"; ${node(['query', 'openCount', '--data-dir', join(disk, 'data'), '--format', 'csv'])}`);
  rmSync(disk, { recursive: true });
  if (!ended) return context.skip('this machine cannot mount a read-only disk');
  expect(ended.stdout).toMatch(/code 1\n/);
  expect(ended.stderr).toMatch(/read-only|permission/i);
  expect(ended.stdout).toMatch(/^\d+\r?$/m);
  expect(readdirSync(join(first, 'snapshots'))).toEqual(['S000001.duckdb', 'S000001.json']);
});
