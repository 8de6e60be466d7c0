import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Viewer, visibleToAll } from '#warehouse/access.ts';
import { compileAnswer, compileRows } from '#warehouse/compile.ts';
import { parseMoment, parsePeriod } from '#warehouse/period.ts';
import { querySchema } from '#warehouse/query.ts';
import type { Question } from '#warehouse/question.ts';
import { seenBy } from '#warehouse/relations.ts';
import { dealFiles } from '../golden/deals.ts';
import { type Loaded, makeLoaded, plainConfig, stages } from '../golden/loading.ts';
import { anyAsked, doorNames, doors } from './doors.ts';
import { findKnown, loadPeopled, type Peopled } from './peopled.ts';
import { openReads } from './reads.ts';
import type { SmallDemo } from './small-demo.ts';

/** Every statement that reaches the database, with its values. */
const sent = vi.hoisted(() => new Map<string, unknown[]>());

vi.mock('#warehouse/connection.ts', async (original) => {
  const actual = await original<typeof import('#warehouse/connection.ts')>();
  const openReader: typeof actual.openReader = async (path, cacheBytes) => {
    const reader = await actual.openReader(path, cacheBytes);
    return {
      ...reader,
      all: (text, values = []) => {
        sent.set(text, values);
        return reader.all(text, values);
      },
      stream: (text, values, work) => {
        sent.set(text, values);
        return reader.stream(text, values, work);
      },
    };
  };
  return { openReader };
});

const ana: Viewer = { id: 'a', salesman: 'ana', role: 'salesman', scope: 'own' };
const team: Viewer = { id: 't', salesman: 'tom', role: 'manager', scope: 'subtree' };

/** How often each door is tried by each viewer. */
const numRuns = process.env.PLUMBLINE_LONG === '1' ? 60 : 5;
let reads: Awaited<ReturnType<typeof openReads>>;
beforeAll(async () => {
  reads = await openReads();
});
afterAll(() => reads.close());

describe('every statement of any question', () => {
  let demo: SmallDemo;
  let people: Peopled;
  beforeAll(async () => {
    ({ demo, people } = await loadPeopled());
  }, 300_000);
  afterAll(() => demo.remove());

  describe.each(['salesman', 'manager', 'nobody'] as const)('of a %s', (role) => {
    it.each(doorNames)(
      'SEC-1: at the door %s reads no relation without his predicate',
      async (door) => {
        const viewer = people[role];
        const known = await findKnown(demo, viewer);
        await fc.assert(
          fc.asyncProperty(anyAsked(door, known), async (asked) => {
            sent.clear();
            await asked.ask(demo.warehouse, viewer);
            for (const [text, values] of sent)
              expect(await reads.unguarded(viewer, text, values), text).toEqual([]);
          }),
          { seed: 20261129, numRuns, endOnFailure: true },
        );
      },
    );
  });
});

describe('SEC-1: without a viewer', () => {
  /** What belongs to nobody can be asked by anybody. */
  const open = ['stages', 'rates', 'status', 'loads'];
  const owned = doorNames.filter((door) => !open.includes(door));
  let at: Loaded;
  beforeAll(async () => {
    at = makeLoaded();
    for (const [day, amount] of [
      ['2026-05-01', 10],
      ['2026-06-01', 20],
    ] as const) {
      const noon = `${day}T12:00:00Z`;
      const moves = [`2026-01-10T09:00:00Z Offer ${amount}.00 2026-12-10 50`];
      const files = { ...dealFiles([{ id: 'o1', moves }]), 'stage.csv': stages };
      await at.load(plainConfig({ observedAt: noon }), files, noon);
    }
  });
  afterAll(() => at.remove());

  const chosen = {
    query: { metrics: ['openPipeline'] },
    ...{ opportunity: 'o1', account: 'a1', word: 'o1', from: '2026-01-01', to: '2026-02-01' },
    ...{ instant: undefined, pick: 0 },
  };

  it.each(owned)('%s is not even asked', async (door) => {
    for (const nobody of [undefined, null]) {
      sent.clear();
      await expect(doors[door](at.warehouse, nobody as unknown as Viewer, chosen)).rejects.toThrow(
        TypeError,
      );
      for (const [text, values] of sent)
        expect(await reads.unguarded(ana, text, values)).toEqual([]);
    }
  });

  it.each(owned)('%s shows nothing to one of no known scope', async (door) => {
    const odd = { ...ana, scope: 'everything' } as unknown as Viewer;
    sent.clear();
    await doors[door](at.warehouse, odd, chosen).catch(() => undefined);
    expect(sent.size).toBeGreaterThan(0);
    for (const [text, values] of sent)
      expect(await reads.unguarded({ ...ana, salesman: null }, text, values), text).toEqual([]);
  });

  it('no statement can be written down', () => {
    const question: Omit<Question, 'viewer'> = {
      query: querySchema.parse({ metrics: ['openPipeline'] }),
      metrics: ['openPipeline'],
      by: [],
      settings: { ...instants, zone: 'UTC', currency: 'EUR', fiscalYearStart: 1, company: '' },
      period: parsePeriod('all', 1),
      moment: parseMoment('2026-05-31', 'UTC'),
      knownAt: null,
    };
    expect(compileAnswer({ ...question, viewer: ana }).values).toContain('ana');
    // @ts-expect-error a question has a viewer
    expect(() => compileAnswer(question)).toThrow(TypeError);
    // @ts-expect-error a question has a viewer
    expect(() => compileRows(question, null)).toThrow(TypeError);
    // @ts-expect-error so has a predicate
    expect(() => seenBy()).toThrow(TypeError);
    // @ts-expect-error and what is for those who see everything
    expect(() => visibleToAll()).toThrow(TypeError);
  });
});

const instants = { asOf: '2026-06-01 12:00:00.000', knownAt: '2026-06-01 12:00:00.000' };

describe('SEC-1: the search for reads without the predicate', () => {
  it.each([
    ['select * from opportunity', []],
    ['select * from opportunity where salesman_id = $1', ['eva']],
    ['select * from opportunity where salesman_id = $1 or amount > 0', ['ana']],
    ['with a as (select * from opportunity) select count(*) from a', []],
    [
      'select 1 from opportunity where salesman_id = $1 and amount > (select max(amount) from closing)',
      ['ana'],
    ],
    ['select * from opportunity where opportunity_id in (select opportunity_id from closing)', []],
    [
      'select * from (select * from opportunity where salesman_id = $1) a left join closing c using (opportunity_id)',
      ['ana'],
    ],
    ['select * from fact_activity', []],
    [
      'select * from opportunity o join closing c using (opportunity_id) where c.salesman_id = $1',
      ['ana'],
    ],
    ['select * from opportunity where salesman_id = $1 union all select * from closing', ['ana']],
    ['select exists (from opportunity) as any', []],
  ])('finds %j', async (text, values) => {
    expect(await reads.unguarded(ana, text, values)).not.toEqual([]);
  });

  it.each([
    ['select * from opportunity where amount > 0 and (salesman_id = $1)', ['ana']],
    ['select * from (select * from opportunity) where salesman_id = $1', ['ana']],
    ['with a as (select * from opportunity) select * from a where salesman_id = $1', ['ana']],
    [
      'select * from closing where opportunity_id in (select opportunity_id from opportunity where salesman_id = $1)',
      ['ana'],
    ],
    [
      'select * from (select * from opportunity where salesman_id = $1) a left join line_version l using (opportunity_id)',
      ['ana'],
    ],
    ['select * from stage_version', []],
    [
      'with every_closing as (select * from closing) select outcome, count(*) from every_closing group by 1',
      [],
    ],
  ])('lets pass %j', async (text, values) => {
    expect(await reads.unguarded(ana, text, values)).toEqual([]);
  });

  it('knows the predicate of a manager and of nobody', async () => {
    const below =
      'select * from opportunity where (salesman_id = $1 or contains(manager_path, $2))';
    expect(await reads.unguarded(team, below, ['tom', '/tom/'])).toEqual([]);
    expect(await reads.unguarded(team, below, ['tom', '/ana/'])).not.toEqual([]);
    expect(await reads.unguarded(ana, below, ['ana', '/ana/'])).not.toEqual([]);
    const nobody: Viewer = { ...ana, salesman: null };
    expect(await reads.unguarded(nobody, 'select * from opportunity where false')).toEqual([]);
    expect(
      await reads.unguarded(nobody, 'select * from opportunity where salesman_id = $1', [null]),
    ).not.toEqual([]);
  });
});
