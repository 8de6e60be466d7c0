import fc from 'fast-check';
import type { Viewer } from '#warehouse/access.ts';
import { barNames } from '#warehouse/waterfall-bars.ts';
import { WarehouseError } from '#warehouse/errors.ts';
import type { QueryInput } from '#warehouse/query.ts';
import type { Warehouse } from '#warehouse/warehouse.ts';
import { anyQuery, type Values } from './small-demo.ts';

/** What is there to be looked for, seen or not. */
export interface Known {
  values: Values;
  opportunities: string[];
  accounts: string[];
  /** Instants between loads. */
  instants: string[];
}

interface Chosen {
  query: QueryInput;
  opportunity: string;
  account: string;
  word: string;
  from: string;
  to: string;
  instant: string | undefined;
  pick: number;
}

type Door = (warehouse: Warehouse, viewer: Viewer, chosen: Chosen) => Promise<unknown>;

const money = ['openPipeline', 'openCount', 'wonValue', 'lostCount', 'createdPipeline'];
const when = ({ query, instant }: Chosen) => ({ asOf: query.asOf, knownAt: instant });
const one = <T>(list: readonly T[], pick: number): T => list[pick % list.length] as T;
const page = { limit: 40, offset: 0 };

/** Everything through which a row can leave, by the warehouse's own names. */
export const doors = {
  answer: (w, viewer, { query, instant, pick }) =>
    w.answer(viewer, {
      ...query,
      knownAt: instant,
      ...(pick % 3 ? {} : { compare: '2026-Q2' }),
    }),
  rows: (w, viewer, { query, instant }) => w.rows(viewer, { ...query, knownAt: instant }),
  receipt: (w, viewer, { query, instant }) => w.receipt(viewer, { ...query, knownAt: instant }),
  trend: (w, viewer, { query, pick, instant }) =>
    w.trend(
      viewer,
      {
        ...query,
        knownAt: pick % 2 ? instant : undefined,
        period: pick % 3 ? 'all' : query.period,
        metrics: [one(['openPipeline', 'openCount', 'weightedPipeline'], pick)],
      },
      { weeks: 6 },
    ),
  arrow: async (w, viewer, { query }) =>
    Buffer.from(await w.arrow(viewer, query)).toString('latin1'),
  openColumns: async (w, viewer, { query: { where, asOf, period }, instant }) =>
    Buffer.from(await w.openColumns(viewer, { where, asOf, period, knownAt: instant })).toString(
      'latin1',
    ),
  openNames: (w, viewer, chosen) =>
    w.openNames(viewer, { ids: [chosen.opportunity], ...when(chosen) }),
  opportunity: (w, viewer, chosen) => w.opportunity(viewer, chosen.opportunity, when(chosen)),
  twins: (w, viewer, chosen) => w.twins(viewer, chosen.opportunity, when(chosen)),
  account: (w, viewer, chosen) => w.account(viewer, chosen.account, when(chosen)),
  accounts: (w, viewer, { pick, word }) =>
    w.accounts(viewer, {
      ...(pick % 2 ? { search: word } : {}),
      sort: one(['-openPipeline', '-wonValue', '-opportunities', '-lastActivityOn'], pick),
      ...page,
    }),
  opportunities: (w, viewer, { query: { where, asOf, period }, instant, pick, word }) =>
    w.opportunities(viewer, {
      where,
      asOf,
      period,
      knownAt: instant,
      outcome: one(['open', 'won', 'lost', 'all'] as const, pick),
      ...(pick % 3 ? {} : { search: word }),
      ...page,
    }),
  search: (w, viewer, { word }) => w.search(viewer, word),
  changes: (w, viewer) => w.changes(viewer, { limit: 40 }),
  waterfall: (w, viewer, chosen) => w.waterfall(viewer, walk(chosen)),
  waterfallRows: (w, viewer, chosen) =>
    w.waterfallRows(viewer, { ...walk(chosen), bar: one(barNames, chosen.pick), limit: 40 }),
  bridge: (w, viewer, chosen) => w.bridge(viewer, ends(chosen)),
  bridgeRows: async (w, viewer, chosen) => {
    const { steps } = await w.bridge(viewer, ends(chosen));
    const step = steps.length ? one(steps, chosen.pick) : undefined;
    if (!step) return null;
    return w.bridgeRows(viewer, { ...ends(chosen), step: step.step, reason: step.reason });
  },
  since: (w, viewer, { pick, instant }) =>
    w.since(viewer, {
      since: instant ?? '2026-11-22T00:00:00Z',
      query: { metrics: [one(money, pick)] },
    }),
  rewritten: (w, viewer, { query, pick }) =>
    w.rewritten(viewer, {
      where: query.where,
      grain: one(['month', 'week'] as const, pick),
      periods: 12,
    }),
  rewrittenRows: async (w, viewer, { query, pick }) => {
    const asked = { where: query.where, grain: one(['month', 'week'] as const, pick), periods: 12 };
    const { numbers } = await w.rewritten(viewer, asked);
    const number = numbers.length ? one(numbers, pick) : undefined;
    if (!number) return null;
    const { metric, day } = number;
    return w.rewrittenRows(viewer, { ...asked, metric: metric as 'wonValue', day });
  },
  vanished: (w, viewer, { query: { where, asOf, period }, instant }) =>
    w.vanished(viewer, { where, asOf, period, knownAt: instant, limit: 40 }),
  options: (w, viewer) => w.options(viewer),
  stages: (w) => w.stages(),
  rates: (w) => w.rates(),
  status: (w) => w.status(),
  loads: (w) => w.loads(),
  quarantine: (w, viewer) => w.quarantine(viewer, { limit: 100 }),
  checks: (w, viewer) => w.checks(viewer),
} satisfies Partial<Record<keyof Warehouse, Door>>;

export type DoorName = keyof typeof doors;
export const doorNames = Object.keys(doors) as DoorName[];

const walk = ({ query: { where, period, rate }, from, to, instant, pick }: Chosen) => ({
  where,
  period,
  rate: rate === 'close' ? ('plan' as const) : rate,
  from: from < to ? from : to,
  to: from < to ? to : from,
  ...(pick % 3 === 0 && instant ? { fromKnownAt: instant } : {}),
  ...(pick % 3 === 1 && instant ? { knownAt: instant } : {}),
  throughFlow: pick % 2 === 0,
});

const ends = ({ query: { where, period }, from, to, instant, pick }: Chosen) => ({
  from: { metrics: [one(money, pick)], where, period, asOf: from },
  to: {
    metrics: [one(money, pick)],
    ...(pick % 4 ? { where } : {}),
    period,
    asOf: to,
    ...(instant ? { knownAt: instant } : {}),
  },
});

/** A question at one of the doors, to be asked of any warehouse by any viewer. */
export interface Asked {
  chosen: Chosen;
  ask(warehouse: Warehouse, viewer: Viewer): Promise<unknown>;
}

const days = ['2025-06-30', '2025-12-31', '2026-05-15', '2026-08-31', '2026-11-20'];

/** Anything that can be asked at a door. */
export const anyAsked = (name: DoorName, known: Known): fc.Arbitrary<Asked> =>
  fc
    .record({
      query: anyQuery(known.values),
      opportunity: fc.constantFrom(...known.opportunities),
      account: fc.constantFrom(...known.accounts),
      word: fc.constantFrom('a', 'er', 'gl', 'canary', ...known.opportunities.slice(0, 10)),
      from: fc.constantFrom(...days),
      to: fc.constantFrom(...days),
      instant: fc.constantFrom(undefined, undefined, ...known.instants),
      pick: fc.nat(1000),
    })
    .map((chosen) => ({
      chosen,
      ask: (warehouse, viewer) => said(doors[name](warehouse, viewer, chosen)),
    }));

/** Errors that are the program's own fault. */
const isOurs = new Set<string>(['query-failed', 'wrong-sum']);

/** What comes out, be it an error about the question. */
async function said(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof WarehouseError) || isOurs.has(error.code)) throw error;
    return { code: error.code, message: error.message };
  }
}
