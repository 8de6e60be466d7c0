import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultPoints } from '#etl/faults.ts';
import {
  assertTidy,
  assertWhole,
  contentOf,
  copyInstallation,
  isLong,
  makeTinyCompany,
  start,
  type TinyCompany,
} from './cli-harness.ts';

let company: TinyCompany;
/** An installation with the first week, and the content of one with both, never interrupted. */
let first: string;
let whole: string | undefined;
/** Seconds that an uninterrupted load takes, start and end included. */
let takes: number;

beforeAll(async () => {
  company = makeTinyCompany();
  first = mkdtempSync(join(tmpdir(), 'plumbline-kill-'));
  expect((await start(company.load(first, 'first')).ended).code).toBe(0);
  const both = copyInstallation(first);
  const began = Date.now();
  expect((await start(company.load(both, 'second')).ended).code).toBe(0);
  takes = Date.now() - began;
  whole = contentOf(both);
  rmSync(both, { recursive: true });
}, 240_000);
afterAll(() => {
  company.remove();
  rmSync(first, { recursive: true, force: true });
});

/** Kills a second week's load in some way, and lets the next one go through. */
async function killed(kill: (args: string[]) => Promise<unknown>): Promise<void> {
  const dataDir = copyInstallation(first);
  try {
    await kill(company.load(dataDir, 'second'));
    await assertWhole(dataDir);
    const next = await start(company.load(dataDir, 'second')).ended;
    expect(next, next.stderr).toMatchObject({ code: 0 });
    await assertWhole(dataDir);
    assertTidy(dataDir);
    expect(contentOf(dataDir)).toBe(whole);
  } finally {
    rmSync(dataDir, { recursive: true });
  }
}

const short = [
  'facts.appended',
  'build.checkpoint',
  'publish.pointer-written',
  'publish.after-pointer',
];

test('REL-1: there are at least forty points at which a load can be killed', () => {
  expect(new Set(faultPoints).size).toBeGreaterThanOrEqual(40);
});

test.each(faultPoints.filter((point) => isLong || short.includes(point)))(
  'REL-1: killed at %s, the current snapshot is whole and the next load makes what an uninterrupted one makes',
  { timeout: 240_000 },
  (point) =>
    killed(async (args) => {
      expect((await start(args, { PLUMBLINE_FAULT: point }).ended).signal).toBe('SIGKILL');
    }),
);

/** Delays spread over a whole load, the same in every run. */
const delays = (count: number) =>
  Array.from({ length: count }, (_, i) => ((i * 0.618034 + 0.31) % 1) * takes);

test(`REL-1: killed at any moment (${isLong ? 200 : 2} of them)`, {
  timeout: isLong ? 3_600_000 : 300_000,
}, async () => {
  for (const delay of delays(isLong ? 200 : 2))
    await killed(async (args) => {
      const { child, ended } = start(args);
      await sleep(delay);
      child.kill('SIGKILL');
      await ended;
    });
});

test('REL-13: a loader told to end (SIGTERM, Ctrl-C) leaves everything as it was', {
  timeout: 300_000,
}, async () => {
  for (const [signal, part] of [
    ['SIGTERM', 0.6],
    ['SIGINT', 0.8],
  ] as const)
    await killed(async (args) => {
      const { child, ended } = start(args);
      await sleep(takes * part);
      child.kill(signal);
      const { code, signal: by } = await ended;
      expect(code === 0 || by === signal).toBe(true);
    });
});

test('REL-2: the same load twice, and after a crash, has the same content', {
  timeout: 300_000,
}, async () => {
  await killed(async (args) => {
    await start(args, { PLUMBLINE_FAULT: 'build.versions' }).ended;
    await start(args, { PLUMBLINE_FAULT: 'publish.before-pointer' }).ended;
  });
  await killed(async (args) => {
    expect((await start(args).ended).code).toBe(0);
    const again = JSON.parse((await start(args).ended).stdout) as { unchanged: boolean };
    expect(again.unchanged).toBe(true);
  });
});

test('REL-2: two loads that overlap in time: one works, the other is told so, the content is the same', {
  timeout: 300_000,
}, async () => {
  await killed(async (args) => {
    const one = start(args, { PLUMBLINE_FAULT: 'stop:build.versions' });
    await heldAt(one.child.pid ?? 0);
    const other = await start(args).ended;
    expect(other.code).toBe(1);
    expect(other.stderr).toContain(`Process ${one.child.pid} is loading into`);
    one.child.kill('SIGCONT');
    expect((await one.ended).code).toBe(0);
  });
});

test('REL-6: of ten loaders at once one works and nine name its PID', {
  timeout: 300_000,
}, async () => {
  await killed(async (args) => {
    const ten = Array.from({ length: 10 }, () =>
      start(args, { PLUMBLINE_FAULT: 'stop:control.after-sweep' }),
    );
    const done: number[] = [];
    for (const [i, { ended }] of ten.entries()) void ended.then(() => done.push(i));
    await expect.poll(() => done.length, { timeout: 240_000, interval: 100 }).toBe(9);
    const [worker] = ten.filter((_, i) => !done.includes(i));
    for (const i of done) {
      const refused = await ten[i]?.ended;
      expect(refused?.code).toBe(1);
      expect(refused?.stderr).toContain(`Process ${worker?.child.pid} is loading into`);
    }
    worker?.child.kill('SIGCONT');
    expect((await worker?.ended)?.code).toBe(0);
  });
});

/** Waits until a process stands still. */
async function heldAt(pid: number): Promise<void> {
  const { readFileSync } = await import('node:fs');
  await expect
    .poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0], { timeout: 20_000 })
    .toBe('T');
}
