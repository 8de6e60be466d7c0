import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { loadingPath, loadsPath, readLoading, readLoadList } from '#warehouse/loading.ts';
import { makeTinyCompany, type Running, start, type TinyCompany } from './cli-harness.ts';

let company: TinyCompany;
let dataDir: string;
beforeAll(() => {
  company = makeTinyCompany();
});
afterAll(() => company.remove());
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'plumbline-loading-'));
  return () => rmSync(dataDir, { recursive: true, force: true });
});

/** Waits until the load has come so far that somebody else sees it, in the list too: it is written after the other. */
async function seen(running: Running): Promise<void> {
  const until = Date.now() + 20_000;
  const isSeen = () =>
    readLoading(dataDir)?.status === 'running' && readLoadList(dataDir)[0]?.status === 'running';
  while (!isSeen() && running.child.exitCode === null && Date.now() < until)
    await Promise.race([new Promise((done) => setTimeout(done, 20)), running.ended]);
}

test('a load that goes through is seen while it runs and when it is over', async () => {
  expect(readLoading(dataDir)).toBeNull();
  expect(readLoadList(dataDir)).toEqual([]);
  const running = start(company.load(dataDir, 'first'));
  await seen(running);
  expect(readLoading(dataDir)).toMatchObject({ load: 'L000001', status: 'running' });
  expect(await running.ended).toMatchObject({ code: 0 });
  const over = readLoading(dataDir);
  expect(over).toMatchObject({ status: 'published', step: null, error: null });
  expect(over?.done.map(({ step }) => step)).toContain('Publishing');
  const [load, ...none] = readLoadList(dataDir);
  expect(none).toEqual([]);
  expect(load).toMatchObject({ load: 'L000001', status: 'published', error: null });
  expect(load?.seconds).toBeGreaterThan(0);
  const counts = load?.sources[0]?.objects.find(({ object }) => object === 'opportunity');
  expect(counts).toEqual({
    object: 'opportunity',
    rowsIn: 41,
    loaded: 40,
    quarantined: 1,
    superseded: 0,
  });
});

test('a load that fails says why, and stays in the list', async () => {
  rmSync(join(company.root, 'first', 'user.csv'));
  try {
    const { code } = await start(company.load(dataDir, 'first')).ended;
    expect(code).toBe(1);
    expect(readLoading(dataDir)).toMatchObject({ status: 'failed' });
    expect(readLoading(dataDir)?.error).toContain('user');
    expect(readLoadList(dataDir)).toMatchObject([{ load: 'L000001', status: 'failed' }]);
    expect(readLoadList(dataDir)[0]?.error).toContain('user');
  } finally {
    writeFileSync(join(company.root, 'first', 'user.csv'), 'id,name\nu0,Ana\nu1,Ben\nu2,Cyd\n');
  }
});

test('a load that is killed has stopped', async () => {
  const running = start(company.load(dataDir, 'first'));
  await seen(running);
  running.child.kill('SIGKILL');
  await running.ended;
  expect(readLoading(dataDir)).toMatchObject({ status: 'stopped' });
  expect(readLoadList(dataDir)).toMatchObject([{ load: 'L000001', status: 'killed' }]);
});

test('a file that is not ours is nothing', () => {
  for (const text of ['', '{', '{"load":1}', 'null', '[{"load":"L000001"}]']) {
    writeFileSync(loadingPath(dataDir), text);
    writeFileSync(loadsPath(dataDir), text);
    expect(readLoading(dataDir)).toBeNull();
    expect(readLoadList(dataDir)).toEqual([]);
  }
});

test('a load goes through where its progress cannot be told', async () => {
  mkdirSync(join(dataDir, 'loading.json.tmp'));
  writeFileSync(join(dataDir, 'loading.json.tmp', 'in the way'), '');
  const { code, stdout } = await start(company.load(dataDir, 'first')).ended;
  expect(code).toBe(0);
  expect(existsSync(loadingPath(dataDir))).toBe(false);
  expect(stdout).toContain('The progress of this load is not shown');
});
