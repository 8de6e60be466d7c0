import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBoard } from '#app/state/board.ts';
import { readCalls } from '#app/state/calls.ts';
import { rollUp } from '#app/state/roll-up.ts';
import { openState, type State } from '#app/state/state.ts';
import { localViewer } from '#warehouse/access.ts';
import { toCents } from '#warehouse/cents.ts';
import { makeTinyCompany, start } from '../../etl/cli-harness.ts';
import { loadSmallDemo, type SmallDemo } from '../../warehouse/small-demo.ts';
import { fill, makeFolder } from './harness.ts';

/** What the files of the state are, to the byte and the inode. */
const filesOf = (dataDir: string) =>
  ['state.db', 'state.db-wal', 'state.seal'].map((name) => {
    const { ino, mtimeNs } = statSync(join(dataDir, name), { bigint: true });
    const hash = createHash('sha256')
      .update(readFileSync(join(dataDir, name)))
      .digest('hex');
    return { name, ino, mtimeNs, hash };
  });

describe('REL-11: what people typed is not touched', () => {
  it('by a load, a rollback and the next load, nor is it read from another place', {
    timeout: 240_000,
  }, async () => {
    const company = makeTinyCompany();
    const dataDir = makeFolder();
    const state = openState(dataDir);
    try {
      await fill(state, 3);
      const before = filesOf(dataDir);
      const run = async (args: string[]) => {
        const { code, stderr } = await start(args).ended;
        expect(code, stderr).toBe(0);
        expect(filesOf(dataDir)).toEqual(before);
      };
      await run(company.load(dataDir, 'first'));
      await run(company.load(dataDir, 'second'));
      await run(['rollback', 'S000001', '--data-dir', dataDir, '--json']);
      await run(company.load(dataDir, 'second'));
      expect(await readCalls(state, {})).toHaveLength(3);
    } finally {
      await state.close();
      rmSync(dataDir, { recursive: true, force: true });
      company.remove();
    }
  });
});

describe('on the demo company', () => {
  let demo: SmallDemo;
  let state: State;
  beforeAll(async () => {
    demo = await loadSmallDemo(5, '2026-11-20T12:00:00Z');
    state = openState(demo.dataDir);
  });
  afterAll(async () => {
    await state.close();
    await demo.remove();
  });

  const boardOf = async (more: { asOf?: string; period?: string } = {}) => {
    const asked = { period: '2026-Q4', category: 'commit' as const, ...more };
    const { whole, currency } = await readBoard(demo.warehouse, localViewer, asked);
    return rollUp(whole, { calls: [], currency });
  };

  it('the next week does not touch what people typed', { timeout: 240_000 }, async () => {
    await fill(state, 2);
    const before = filesOf(demo.dataDir);
    await demo.nextWeek('2026-11-27T12:00:00Z');
    expect(filesOf(demo.dataDir)).toEqual(before);
    expect(await readCalls(state, {})).toHaveLength(2);
  });

  it.each([{}, { asOf: '2026-10-31' }, { asOf: '2025-12-31', period: '2026-Q1' }])(
    'the roll-up of opportunities is what the metrics say: %j',
    async (more) => {
      const found = await boardOf(more);
      const metrics = ['openPipeline', 'wonValue'];
      const [sums] = await demo.ask({ metrics, period: '2026-Q4', ...more });
      const { open, won } = found;
      expect({ open, won }).toEqual({ open: sums?.openPipeline, won: sums?.wonValue ?? '0.00' });
      expect(toCents(found.counted)).toBeGreaterThan(toCents(won));
      expect(toCents(found.counted)).toBeLessThan(toCents(open) + toCents(won));
      expect(found.below.length).toBeGreaterThan(1);
      const places = JSON.stringify(found).match(/"level":"salesman","scope":"[^"]+"/g) ?? [];
      expect(places.length).toBeGreaterThan(5);
      expect(new Set(places).size).toBe(places.length);
    },
  );
});
