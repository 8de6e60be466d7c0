import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localViewer } from '#warehouse/access.ts';
import type { Row } from '#warehouse/answers.ts';
import { catalog } from '#warehouse/catalog.ts';
import { type Loaded, loadOnce, plainConfig } from './loading.ts';
import { files, type GoldenLine, later, lines, options } from './twelve.ts';

let twelve: Loaded;
beforeAll(async () => {
  twelve = await loadOnce(options, files, '2026-07-01T06:00:00Z');
});
afterAll(() => twelve.remove());

const words = ({ metric, query, sum }: GoldenLine): string => {
  const { asOf = 'now', by, ...more } = query;
  const rest = Object.entries(more).map(([key, value]) => `${key} ${value}`);
  return `${[metric, `as of ${asOf}`, ...rest, ...(by ? [`by ${by}`] : [])].join(', ')}: ${sum}`;
};

const byValue = (rows: Row[], dimension: string, metric: string) =>
  Object.fromEntries(rows.map((row) => [row[dimension] ?? '-', row[metric]]));

describe('the twelve', () => {
  it('every metric of the catalog has a golden line, as of two days and by a dimension', () => {
    const told = (which: (line: GoldenLine) => boolean) =>
      new Set(lines.filter(which).map((line) => line.metric));
    const names = catalog().metrics.map((metric) => metric.name);
    expect(names.filter((name) => !told(() => true).has(name))).toEqual([]);
    const inMarch = told(({ query }) => query.asOf === '2026-03-31');
    const inJune = told(({ query }) => query.asOf === '2026-06-30');
    expect(names.filter((name) => !inMarch.has(name) || !inJune.has(name))).toEqual([]);
    const broken = told(({ query }) => Boolean(query.by?.length));
    expect(names.filter((name) => !broken.has(name))).toEqual([]);
  });

  it.each(lines.map((line) => [words(line), line] as const))('%s', async (_, golden) => {
    const { metric, query, is } = golden;
    const rows = await twelve.ask({ metrics: [metric], ...query });
    const [dimension] = query.by ?? [];
    if (dimension) expect(byValue(rows, dimension, metric)).toEqual(is);
    else expect(rows.map((row) => row[metric])).toEqual([is]);
  });

  it.each(lines.filter(({ query }) => !query.by).map((line) => [words(line), line] as const))(
    'rows add up: %s',
    async (_, { metric, query, is }) => {
      const { adds, sum, total } = await twelve.warehouse.rows(localViewer, {
        metrics: [metric],
        ...query,
      });
      expect({ adds, sum, total }).toEqual({ adds: true, sum: is, total: is });
    },
  );

  it('the interval of 3 of 5 is that of Beta(3.5, 2.5)', async () => {
    const row = await twelve.total({ metrics: ['winRate'] });
    expect(row.winRateN).toBe(5);
    expect(row.winRateLow).toBeCloseTo(0.209417, 6);
    expect(row.winRateHigh).toBeCloseTo(0.90561, 6);
  });

  it('a number that is none says why', async () => {
    const reason = async (metric: string, query: object) => {
      const { rows, notes } = await twelve.warehouse.answer(localViewer, {
        metrics: [metric],
        asOf: '2026-06-30',
        ...query,
      });
      return [rows[0]?.[metric], rows[0]?.[`${metric}Reason`], notes.at(-1)];
    };
    const inJune = { period: '2026-06', where: { salesman: ['Ana'] } };
    expect(await reason('coverage', inJune)).toEqual([null, 'target met', 'Coverage: target met']);
    expect(await reason('coverage', { period: '2026-Q3' })).toEqual([
      null,
      'no quota',
      'Coverage: no quota',
    ]);
    expect((await reason('requiredCoverage', { period: '2026-04', asOf: '2026-03-31' }))[1]).toBe(
      'only 1 past period to learn from, 4 are needed',
    );
    const [none, , note] = await reason('coverage', { where: { industry: ['Steel'] } });
    expect([none, note]).toEqual([null, 'Coverage is not set by industry']);
  });

  it('what only the dictionary says can be asked for', async () => {
    const { rows } = await twelve.warehouse.answer(localViewer, {
      metrics: ['openPipeline'],
      where: { category: ['Best Case'] },
      asOf: '2026-03-31',
    });
    expect(rows).toEqual([{ openPipeline: '900.00' }]);
  });

  it('the band of the required coverage is that of 80 % of the past periods', async () => {
    const row = await twelve.total({ metrics: ['requiredCoverage'], period: '2026-07' });
    // The tenth percentile of 0, 512/3800, 3000/3800, 1 is 0.3 × 512/3800, the ninetieth 3000/3800 + 0.7 × 800/3800.
    expect(row).toMatchObject({
      requiredCoverageLow: 1.06741573,
      requiredCoverageHigh: 24.73958333,
      requiredCoverageN: 4,
      requiredCoverageReason: null,
    });
  });

  it('nothing was quarantined and the notes name what is missing', async () => {
    const { notes } = await twelve.warehouse.answer(localViewer, { metrics: ['openPipeline'] });
    expect(notes).toContain('1 without amount count as 0');
    expect((await twelve.warehouse.quarantine(localViewer, { limit: 10 })).total).toBe(0);
  });
});

describe('the twelve as known before a later load changed them', () => {
  const then = { asOf: '2026-06-30T20:00:00Z', knownAt: '2026-07-01T06:00:00Z' };
  beforeAll(async () => {
    await twelve.load(plainConfig(options), later, '2026-07-16T06:00:00Z');
  });

  it.each(lines.map((line) => [words(line), line] as const))('%s', async (_, golden) => {
    const { metric, query, is } = golden;
    const rows = await twelve.ask({ metrics: [metric], ...then, ...query });
    const [dimension] = query.by ?? [];
    if (dimension) expect(byValue(rows, dimension, metric)).toEqual(is);
    else expect(rows.map((row) => row[metric])).toEqual([is]);
  });

  it('and known now they are other', async () => {
    const now = await twelve.total({ metrics: ['openPipeline', 'lostValue'], asOf: '2026-06-30' });
    // o4 3000 + o5 500 (deleted in July only) + o7 250 + o8 0 + o11 1000 USD at 2.50 = 400; o6 was lost on 2 June.
    expect(now.openPipeline).toBe('4150.00');
    // o12 750 + o6 9999: its history, told late, counts for more than the extract of 30 June.
    expect(now.lostValue).toBe('10749.00');
  });
});
