import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeForecast } from '#etl/forecast-store.ts';
import { localViewer } from '#warehouse/access.ts';
import { type Frozen, readFrozen, seriesFolder } from '#warehouse/forecasts/frozen.ts';
import { parseWindows } from '#warehouse/forecasts/windows.ts';
import type { Query } from '#warehouse/query.ts';
import { loadSmallDemo, type SmallDemo } from '../warehouse/small-demo.ts';
import { start } from './cli-harness.ts';

let demo: SmallDemo;
let room: string;
beforeAll(async () => {
  demo = await loadSmallDemo(11, '2026-11-20T18:00:00Z');
  room = mkdtempSync(join(tmpdir(), 'plumbline-forecast-'));
}, 120_000);
afterAll(async () => {
  await demo.remove();
  rmSync(room, { recursive: true, force: true });
});

const quarter = parseWindows('quarter');
const series = { windows: 'quarter', where: {} };

/** What would be stored, kept in memory instead. */
async function frozenOf(request: {
  from: string | null;
  to: string | null;
  asOf?: string;
  where?: Query['where'];
}) {
  const stored: Frozen[] = [];
  await demo.warehouse.freeze(
    localViewer,
    { windows: quarter, where: {}, ...request },
    { store: (_, body) => void stored.push(body), clock: () => new Date(0) },
  );
  return stored;
}

const points = (stored: Frozen[], cutOff: string) =>
  stored.find((body): body is Frozen<'points'> => 'points' in body && body.cutOff === cutOff);

/** All files of an installation's forecasts without when they were made. */
function contentOf(dataDir: string): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const kind of ['parts', 'points'] as const) {
    const folder = seriesFolder(dataDir, series, kind);
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      if (!name.endsWith('.json')) continue;
      const { madeAt: _, ...body } = readFrozen(join(folder, name), kind);
      found[`${kind}/${name}`] = body;
    }
  }
  return found;
}

const copyOf = (name: string): string => {
  const dataDir = join(room, name);
  cpSync(demo.dataDir, dataDir, { recursive: true });
  rmSync(join(dataDir, 'forecasts'), { recursive: true, force: true });
  return dataDir;
};
const args = ['backtest', '--from', '2026-03-01', '--json'];
const count = (dataDir: string) => Object.keys(contentOf(dataDir)).length;

describe('On the road from the versions to a point', () => {
  it.each([{}, { team: ['DACH'] }])(
    'what is known later than the cut-off changes nothing (%j)',
    async (where) => {
      const known = (await demo.warehouse.options(localViewer)).fiscalYearStart;
      expect(known).toBeGreaterThan(0);
      const filters: Query['where'] = 'team' in where ? { team: [await anyTeam()] } : {};
      const then = await frozenOf({ from: null, to: null, asOf: '2026-05-29', where: filters });
      const later = await frozenOf({ from: '2026-05-29', to: '2026-05-29', where: filters });
      const [a, b] = [points(then, '2026-05-29'), points(later, '2026-05-29')];
      expect(a?.points.filter(Boolean)).toHaveLength(3);
      expect(b?.points).toEqual(a?.points);
      expect(b?.inputHash).toBe(a?.inputHash);
    },
    120_000,
  );
  const anyTeam = async () => {
    const rows = await demo.ask({ metrics: ['openCount'], by: ['team'] });
    return rows.map(({ team }) => team).find((team) => team !== null) as string;
  };
});

describe('plumbline backtest', () => {
  it('goes on where it was killed, and comes to the same', async () => {
    const [whole, killed] = [copyOf('whole'), copyOf('killed')];
    const first = await start([...args, '--data-dir', whole]).ended;
    expect(first.code).toBe(0);
    expect(JSON.parse(first.stdout).points.length).toBeGreaterThan(20);
    const running = start([...args, '--data-dir', killed]);
    for (let i = 0; i < 3000 && count(killed) < 12; i++) await later(10);
    running.child.kill('SIGKILL');
    expect((await running.ended).signal).toBe('SIGKILL');
    const before = contentOf(killed);
    expect(Object.keys(before).length).toBeGreaterThanOrEqual(12);
    expect(Object.keys(before).length).toBeLessThan(count(whole));
    const again = await start([...args, '--data-dir', killed]).ended;
    expect(again.code).toBe(0);
    expect(contentOf(killed)).toEqual(contentOf(whole));
    const scores = (text: string) => JSON.parse(text).methods;
    expect(scores(again.stdout)).toEqual(scores(first.stdout));
  }, 180_000);

  it('is not disturbed by a load meanwhile, nor what is stored by the next one', async () => {
    const control = contentOf(join(room, 'whole'));
    const running = start([...args, '--data-dir', demo.dataDir]);
    for (let i = 0; i < 3000 && count(demo.dataDir) < 2; i++) await later(10);
    await demo.nextWeek('2026-11-27T18:00:00Z');
    expect((await running.ended).code).toBe(0);
    expect(contentOf(demo.dataDir)).toEqual(control);
    const path = join(seriesFolder(demo.dataDir, series, 'points'), '2026-06-05.json');
    const bytes = readFileSync(path);
    const next = await start([...args, '--data-dir', demo.dataDir]).ended;
    expect(next.code).toBe(0);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(count(demo.dataDir)).toBe(Object.keys(control).length + 2);
  }, 180_000);

  it('says what is wrong with a wrong use', async () => {
    const ended = await start(['backtest', '--every', 'day', '--data-dir', demo.dataDir]).ended;
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('week');
    const windows = await start(['backtest', '--windows', '5-1', '--data-dir', demo.dataDir]).ended;
    expect(windows.code).toBe(2);
    expect(windows.stderr).toContain('1-4,5-13');
  }, 60_000);
});

describe('A stored forecast', () => {
  const file = () => join(seriesFolder(join(room, 'whole'), series, 'points'), '2026-06-05.json');
  it('is never replaced', () => {
    const dataDir = join(room, 'whole');
    const body = readFrozen(file(), 'points');
    const before = readFileSync(file());
    storeForecast(dataDir, 'points', { ...body, madeAt: '2030-01-01T00:00:00.000Z' });
    expect(readFileSync(file()).equals(before)).toBe(true);
    const other = { ...body, inputHash: '0'.repeat(64) };
    expect(() => storeForecast(dataDir, 'points', other)).toThrow(/never replaced/);
    expect(readFileSync(file()).equals(before)).toBe(true);
  });
  it('shows a changed digit by its seal', () => {
    const text = readFileSync(file(), 'utf8');
    const changed = join(room, '2026-06-05.json');
    writeFileSync(
      changed,
      text.replace(/"p50":(\d)/, (_, digit) => `"p50":${(Number(digit) + 1) % 10}`),
    );
    expect(() => readFrozen(changed, 'points')).toThrow(/not what was stored/);
  });
});

describe('The answer', () => {
  it('tells bands in order, parts that add up, how it moved and how wrong it was', async () => {
    const found = await demo.warehouse.forecast(localViewer, { period: '2026-Q4' });
    const [p10, p50, p90] = [found.p10, found.p50, found.p90].map(Number) as [
      number,
      number,
      number,
    ];
    expect(p10).toBeLessThan(p50);
    expect(p50).toBeLessThan(p90);
    for (const { won, existing, new: fresh, mean } of found.points)
      expect(Number(won) + Number(existing) + Number(fresh)).toBeCloseTo(Number(mean), 2);
    expect(found.points.length).toBeGreaterThan(20);
    expect(found.points.map(({ cutOff }) => cutOff)).toEqual(
      found.points.map(({ cutOff }) => cutOff).sort(),
    );
    const own = found.errors.find(({ method }) => method === 'default');
    expect(own?.words).toMatch(/^held \d+ of \d+ times; \d+ % off/);
    expect(found.errorsAt?.periods).toBeGreaterThan(1);
    expect(found.abstains).toBeNull();
  });
  it('as of an earlier day is the point of then', async () => {
    const found = await demo.warehouse.forecast(localViewer, {
      period: '2026-Q2',
      asOf: '2026-05-29',
    });
    expect(found.cutOff).toBe('2026-05-29');
    expect(found.points.at(-1)?.p50).toBe(found.p50);
    for (const { cutOff } of found.points) expect(cutOff <= '2026-05-29').toBe(true);
  });
  it('abstains in words where nothing is stored, and tells nothing to who does not see all', async () => {
    const far = await demo.warehouse.forecast(localViewer, { period: '2028-Q1' });
    expect(far).toMatchObject({ p50: null, points: [], method: null });
    expect(far.abstains).toContain('two periods ahead');
    const viewer = { id: 'u1', salesman: 'U1', role: 'salesman', scope: 'own' } as const;
    const own = await demo.warehouse.forecast(viewer, { period: '2026-Q4' });
    expect(own).toMatchObject({ p50: null, points: [], errors: [] });
    expect(own.abstains).toContain('see all');
  });
  it('refuses periods that are not kept, and unknown names', async () => {
    await expect(demo.warehouse.forecast(localViewer, { period: '2026' })).rejects.toThrow(
      /quarters/,
    );
    await expect(demo.warehouse.forecast(localViewer, { where: { taem: ['x'] } })).rejects.toThrow(
      /team/,
    );
  });
});
