import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from '#etl/config.ts';
import { openControl } from '#etl/control.ts';
import { runJob } from '#etl/job.ts';
import { localViewer } from '#warehouse/access.ts';
import { snapshotPaths } from '#warehouse/snapshot.ts';
import { openWarehouse } from '#warehouse/warehouse.ts';
import { rollback } from '#etl/publish.ts';
import {
  assertTidy,
  isLong,
  makeTinyCompany,
  startProcess,
  type TinyCompany,
} from './cli-harness.ts';

let company: TinyCompany;
let dataDir: string;
beforeEach(() => {
  company = makeTinyCompany();
  dataDir = mkdtempSync(join(tmpdir(), 'plumbline-reading-'));
});
afterEach(() => {
  company.remove();
  rmSync(dataDir, { recursive: true, force: true });
});

const load = (week: 'first' | 'second', at: string) =>
  runJob({
    config: readConfig(company.config, join(company.root, week)),
    dataDir,
    clock: () => new Date(at),
  });
const question = { metrics: ['openPipeline', 'openCount', 'wonValue'], by: ['stage'] } as const;

test(`REL-8: ${isLong ? 100 : 5} publishes under reading: no question fails, no answer is of two snapshots`, {
  timeout: 600_000,
}, async () => {
  await load('first', '2026-03-11T06:00:00Z');
  const warehouse = openWarehouse(dataDir);
  const answers = new Map<string, Set<string>>();
  let asked = 0;
  let publishing = true;
  const reader = async () => {
    while (publishing) {
      // What a page asks: the answer and the rows behind it must be of one snapshot each.
      const [answer, rows] = await Promise.all([
        warehouse.answer(localViewer, {
          ...question,
          by: [...question.by],
          metrics: [...question.metrics],
        }),
        warehouse.rows(localViewer, { metrics: ['openPipeline'] }),
      ]);
      expect(rows.adds).toBe(true);
      const told = answers.get(answer.snapshot) ?? new Set();
      answers.set(answer.snapshot, told.add(JSON.stringify(answer.rows)));
      asked++;
      await sleep(isLong ? 0 : 50);
    }
  };
  const script = new URL('./publisher.ts', import.meta.url).pathname;
  const publisher = startProcess(process.execPath, [
    '--import',
    'tsx',
    script,
    company.config,
    join(company.root, 'second'),
    dataDir,
    isLong ? '100' : '5',
  ]);
  const over = publisher.ended.finally(() => {
    publishing = false;
  });
  try {
    await Promise.all([reader(), reader(), over]);
    const { code, stdout, stderr } = await over;
    expect(code, stderr).toBe(0);
    expect(asked).toBeGreaterThan(20);
    const sums = JSON.parse(stdout) as Record<string, string>;
    expect(answers.size).toBeGreaterThan(isLong ? 50 : 2);
    for (const [snapshot, told] of answers) {
      expect(told.size, snapshot).toBe(1);
      const rows = JSON.parse([...told][0] ?? '[]') as { openPipeline: string }[];
      const sum = rows.reduce((all, row) => all + Math.round(Number(row.openPipeline) * 100), 0);
      if (sums[snapshot]) expect((sum / 100).toFixed(2), snapshot).toBe(sums[snapshot]);
    }
    assertTidy(dataDir);
  } finally {
    await warehouse.close();
  }
});

test('REL-9: a damaged current snapshot is not served: the whole one before it is, and it is said', async () => {
  await load('first', '2026-03-11T06:00:00Z');
  const sound = openWarehouse(dataDir);
  const before = await sound.answer(localViewer, { metrics: ['openPipeline'] });
  await sound.close();
  await load('second', '2026-03-12T06:00:00Z');
  const paths = snapshotPaths(dataDir);
  const file = paths.file('S000002');
  chmodSync(file, 0o644);
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  await served(
    'S000001',
    /S000002 is damaged: its content differs.*Shown is S000001, loaded 2026-03-11/,
  );
  // The pointer itself is damaged: the newest whole one is shown.
  const pointer = readFileSync(paths.pointer);
  writeFileSync(paths.pointer, '{"id":');
  await served('S000001', /current\.json cannot be read.*Shown is S000001/);
  const mending = await openControl(dataDir);
  await rollback(mending, dataDir, 'S000001');
  await mending.close();
  await served('S000001', null);
  writeFileSync(paths.pointer, pointer);
  // Rolled back to the whole one, nothing needs to be said any more.
  const control = await openControl(dataDir);
  await expect(rollback(control, dataDir, 'S000002')).rejects.toMatchObject({ code: 'damaged' });
  await rollback(control, dataDir, 'S000001');
  await control.close();
  await served('S000001', null);
  // Nothing whole is left: no number at all.
  chmodSync(paths.file('S000001'), 0o644);
  writeFileSync(paths.file('S000001'), readFileSync(paths.file('S000001')).subarray(0, -1));
  const none = openWarehouse(dataDir);
  await expect(none.answer(localViewer, { metrics: ['openPipeline'] })).rejects.toMatchObject({
    code: 'damaged-snapshot',
    message: expect.stringMatching(/S000001 is damaged.*Load again/),
  });
  await none.close();

  async function served(snapshot: string, warning: RegExp | null): Promise<void> {
    const warehouse = openWarehouse(dataDir);
    const answer = await warehouse.answer(localViewer, { metrics: ['openPipeline'] });
    expect([answer.snapshot, answer.rows]).toEqual([snapshot, before.rows]);
    const said = (await warehouse.status()).warning;
    if (warning) expect(said).toMatch(warning);
    else expect(said).toBeNull();
    await warehouse.close();
  }
});

test('REL-9: after a damaged snapshot the next load goes on from a whole one', async () => {
  await load('first', '2026-03-11T06:00:00Z');
  await load('second', '2026-03-12T06:00:00Z');
  const file = snapshotPaths(dataDir).file('S000002');
  chmodSync(file, 0o644);
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(bytes.at(-1) === 7 ? 8 : 7, bytes.length - 1));
  // Built upon, the damage would be published again as whole.
  await expect(load('second', '2026-03-13T06:00:00Z')).resolves.toMatchObject({ unchanged: true });
  writeFileSync(join(company.root, 'second', 'user.csv'), 'id,name\nu0,Anna\n');
  await expect(load('second', '2026-03-14T06:00:00Z')).rejects.toMatchObject({
    code: 'damaged',
    message: expect.stringMatching(/S000002 differs .*plumbline rollback/s),
  });
});
