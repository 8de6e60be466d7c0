import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '#etl/config.ts';
import { writeDemo, writeNextWeek } from '#etl/demo/index.ts';
import { runJob } from '#etl/job.ts';
import { toCsv } from '#warehouse/csv.ts';
import { localViewer } from '#warehouse/access.ts';
import { openWarehouse, type Warehouse } from '#warehouse/warehouse.ts';
import { assertTidy } from './cli-harness.ts';

const weeks = ['2026-03-03', '2026-03-10', '2026-03-17', '2026-03-24', '2026-03-31', '2026-04-07'];

/** Everything one may have exported after a load, as bytes. */
async function exported(w: Warehouse, when: { asOf: string; knownAt: string }): Promise<string[]> {
  const parts: string[] = [];
  const answer = await w.answer(localViewer, {
    metrics: [
      'openPipeline',
      'openCount',
      'overduePipeline',
      'typedWeightedPipeline',
      'weightedPipeline',
    ],
    by: ['team', 'stage'],
    ...when,
  });
  const results = await w.answer(localViewer, {
    metrics: ['wonValue', 'lostCount', 'winRate', 'daysToClose'],
    by: ['closeQuarter', 'industry'],
    ...when,
  });
  const created = await w.answer(localViewer, {
    metrics: ['createdPipeline', 'createdCount'],
    by: ['createdMonth', 'region'],
    ...when,
  });
  const quota = await w.answer(localViewer, {
    metrics: ['quota', 'attainment'],
    by: ['salesman'],
    period: '2026-Q1',
    ...when,
  });
  const products = await w.answer(localViewer, {
    metrics: ['openPipeline'],
    by: ['product'],
    rate: 'as-of',
    ...when,
  });
  const rows = await w.rows(localViewer, { metrics: ['openPipeline'], period: '2026-Q1', ...when });
  for (const one of [answer, results, created, quota, products, rows]) {
    const { snapshot: _, isNow: __, ...told } = one;
    parts.push(JSON.stringify(told), toCsv(one.columns, one.rows));
  }
  const list = await w.opportunities(localViewer, { ...when, limit: 200, offset: 0 });
  parts.push(JSON.stringify(list.rows), toCsv(list.columns, list.rows));
  const receipt = await w.receipt(localViewer, {
    metrics: ['wonValue'],
    period: '2026-Q1',
    ...when,
  });
  const { circumstance: _, sql: __, parameters: ___, filters, ...proof } = receipt;
  // The one thing that may differ: what was now then is named by its instant later.
  const filtered = filters.filter((words) => !/^As known /.test(words));
  parts.push(JSON.stringify({ ...proof, filtered }));
  return parts;
}

test('what was exported after a load is the same to the byte after five more', {
  timeout: 180_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-replay-'));
  const dataDir = join(folder, 'data');
  const warehouse = openWarehouse(dataDir);
  const kept: { when: { asOf: string; knownAt: string }; bytes: string[] }[] = [];
  try {
    await writeDemo({ folder, seed: 11, today: '2026-03-02', scale: 0.05, stories: true });
    for (const [week, day] of weeks.entries()) {
      if (week) await writeNextWeek({ folder });
      const at = new Date(`${day}T06:00:00Z`);
      const { sources } = await runJob({
        config: readConfig(join(folder, 'plumbline.json')),
        dataDir,
        clock: () => at,
      });
      for (const object of sources.flatMap((source) => source.objects))
        expect(object.rowsIn, JSON.stringify(object)).toBe(
          object.loaded + object.quarantined + object.superseded,
        );
      expect(sources.flatMap(({ objects }) => objects).length).toBeGreaterThan(10);
      assertTidy(dataDir);
      for (const { when, bytes } of kept) expect(await exported(warehouse, when)).toEqual(bytes);
      const { asOf, knownAt } = await warehouse.answer(localViewer, { metrics: ['openPipeline'] });
      kept.push({ when: { asOf, knownAt }, bytes: await exported(warehouse, { asOf, knownAt }) });
    }
    // The weeks differ, or nothing would have been proven.
    expect(new Set(kept.map(({ bytes }) => bytes.join())).size).toBe(weeks.length);
    // The past itself was rewritten meanwhile: as known now, the first week is another.
    const [first] = kept;
    const now = await exported(warehouse, {
      asOf: first?.when.asOf ?? '',
      knownAt: kept.at(-1)?.when.knownAt ?? '',
    });
    expect(now).not.toEqual(first?.bytes);
  } finally {
    await warehouse.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
