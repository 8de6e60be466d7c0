import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GET, POST } from '#app/api/trpc/[trpc]/route.ts';
import { createCallerFactory } from '#app/api/procedure.ts';
import { appRouter } from '#app/api/router.ts';
import { readCalls } from '#app/state/calls.ts';
import { readMarks } from '#app/state/marks.ts';
import { localViewer, type Viewer } from '#warehouse/access.ts';
import type { Row } from '#warehouse/answers.ts';
import type { Warehouse } from '#warehouse/warehouse.ts';
import { ownPost, ownRequest, pretend, type Refused } from '../requests.ts';
import { makeSample, type Sample } from './harness.ts';

const circumstance = {
  ...{ snapshot: 'S000007', asOf: '2026-11-20T07:00:00.000Z', currency: 'EUR', isNow: true },
  knownAt: '2026-11-20T07:30:00.000Z',
};
const place = { director: 'Dora', team: 'EMEA', salesman: 'Ana' };
const rowsOf: Record<string, Row[]> = {
  openPipeline: [
    { salesman: 'Ana', category: 'Commit', openPipeline: '300.00' },
    { salesman: 'Ana', category: 'Pipeline', openPipeline: '500.00' },
  ],
  wonValue: [{ ...place, wonValue: '40.00', wonCount: 1 }],
  openCount: [{ ...place, openCount: 2 }],
};
const questions = {
  answer: async (_viewer: Viewer, { metrics }: { metrics: string[] }) => ({
    ...circumstance,
    rows: rowsOf[metrics[0] ?? ''] ?? [],
  }),
  options: async () => ({
    ...{ today: '2026-11-20', fiscalYearStart: 1, zone: 'Europe/Ljubljana', teams: [place] },
    values: { salesman: ['Ana', 'Bor', null] },
  }),
  opportunity: async (_viewer: Viewer, id: string) => (id.startsWith('006') ? { id } : null),
} as unknown as Partial<Warehouse>;

let sample: Sample;
beforeEach(() => {
  sample = makeSample();
  pretend(questions);
  Object.assign(globalThis, { plumblineState: sample.state });
});
afterEach(async () => {
  Object.assign(globalThis, { plumblineWarehouse: undefined, plumblineState: undefined });
  await sample.remove();
});

const send = async (call: string, body: unknown, headers: Record<string, string> = {}) =>
  tell(await POST(ownPost(`/api/trpc/state.${call}`, body, headers)));
const ask = async (call: string, input?: unknown) =>
  tell(
    await GET(
      ownRequest(
        `/api/trpc/state.${call}${input ? `?input=${encodeURIComponent(JSON.stringify(input))}` : ''}`,
      ),
    ),
  );

/** The data of an answer, or status, code and message of a refusal. */
async function tell(response: Response): Promise<unknown> {
  const body = (await response.json()) as { result: { data: unknown } } & Refused;
  return body.error
    ? { status: response.status, code: body.error.data.code, message: body.error.data.message }
    : body.result.data;
}

const call = {
  ...{ id: 'call-00000001', level: 'team', scope: 'EMEA', period: '2026-Q4' },
  ...{ category: 'commit', value: '310.5', reason: 'One more is nearly signed' },
};
const evidence = { hash: 'h', size: 3 };

describe('the worth of judgement over HTTP', () => {
  it('is told by author, for periods that are over', async () => {
    expect(await ask('authors', {})).toEqual([]);
    sample.setClock('2026-09-01T08:00:00Z');
    await send('makeCall', { ...call, period: '2026-Q3', value: '60' });
    await send('makeCall', { ...call, id: 'call-00000002' });
    expect(await ask('authors', {})).toMatchObject([
      {
        author: 'local',
        valueAdded: { n: 1, periods: 1, wapeBefore: 7.5, wapeAfter: 0.5, valueAdded: 7, low: null },
        bias: { periods: 1, correction: null, skipped: 0 },
      },
    ]);
  });
});

describe('calls over HTTP', () => {
  it('are made by the local person, with what stood there as the server knows it', async () => {
    expect(await send('makeCall', call)).toMatchObject({
      ...{ seq: 1, author: 'local', value: '310.50', currency: 'EUR', supersedes: null },
      seen: {
        ...{ snapshot: 'S000007', asOf: circumstance.asOf, knownAt: circumstance.knownAt },
        ...{ open: '800.00', won: '40.00', below: '340.00', p50: null },
      },
    });
    await send('makeCall', { ...call, id: 'call-00000002', level: 'whole', scope: null });
    const back = { ...call, id: 'call-00000003', value: null, reason: 'Not signed', follows: 1 };
    expect(await send('makeCall', back)).toMatchObject({ value: null, supersedes: 1 });
    const all = (await ask('calls', { period: '2026-Q4' })) as { seq: number; stands: boolean }[];
    expect(all.map(({ seq, stands }) => [seq, stands])).toEqual([
      [1, false],
      [2, true],
      [3, true],
    ]);
    expect(await ask('rollUp', { period: '2026-Q4' })).toMatchObject({
      snapshot: 'S000007',
      whole: { value: '310.50', said: '340.00', delta: '-29.50', isStale: false },
    });
  });

  it('are stored once however often they are sent', async () => {
    const twice = [await send('makeCall', call), await send('makeCall', call)];
    expect(twice[0]).toEqual(twice[1]);
    expect(await readCalls(sample.state, {})).toHaveLength(1);
    expect(await send('makeCall', { ...call, value: '1' })).toMatchObject({
      status: 409,
      code: 'id-taken',
    });
  });

  it('about nobody, of no period, by nobody or of a wrong kind are refused, and nothing is stored', async () => {
    const wrong: [unknown, string][] = [
      [{ ...call, scope: 'EMAE' }, 'wrong-value'],
      [{ ...call, period: 'all' }, 'wrong-input'],
      [{ ...call, period: '2026-Q5' }, 'wrong-input'],
      [{ ...call, value: '1e9' }, 'wrong-input'],
      [{ ...call, value: 300 }, 'wrong-input'],
      [{ ...call, reason: ' ' }, 'wrong-input'],
      [{ ...call, reason: 'x'.repeat(2001) }, 'wrong-input'],
      [{ ...call, id: 'short' }, 'wrong-input'],
      [{ ...call, level: 'whole' }, 'wrong-input'],
      [{ ...call, author: 'ana' }, 'wrong-input'],
      [{ ...call, seen: {} }, 'wrong-input'],
      [undefined, 'wrong-input'],
    ];
    for (const [body, code] of wrong)
      expect(await send('makeCall', body), JSON.stringify(body)).toMatchObject({
        status: 400,
        code,
      });
    expect(await send('makeCall', { ...call, scope: 'EMAE' })).toMatchObject({
      message: 'There is no team "EMAE". Did you mean "EMEA"?',
    });
    expect(existsSync(join(sample.dataDir, 'state.db'))).toBe(false);
  });

  it('are refused to who does not see everything, who sees only what he said', async () => {
    await send('makeCall', call);
    const viewer: Viewer = { id: 'ana', salesman: '005', role: 'salesman', scope: 'own' };
    const context = { warehouse: questions as Warehouse, state: sample.state, mayWrite: true };
    const asAna = createCallerFactory(appRouter)({ ...context, viewer });
    const made = { ...call, id: 'call-00000009' } as Parameters<typeof asAna.state.makeCall>[0];
    await expect(asAna.state.makeCall(made)).rejects.toMatchObject({
      public: { code: 'not-allowed' },
    });
    expect(await asAna.state.calls({ period: '2026-Q4' })).toEqual([]);
  });
});

describe('SEC-3: what stores', () => {
  const sent = { ...call, id: 'call-00000004' };

  it('takes POST of our own pages only', async () => {
    for (const headers of [
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ] as Record<string, string>[])
      expect(await send('makeCall', sent, headers)).toMatchObject({
        status: 403,
        code: 'cross-site',
      });
    expect(await send('makeCall', sent, { 'content-type': 'text/plain' })).toMatchObject({
      code: 'not-json',
    });
    expect(await ask('makeCall', sent)).toMatchObject({ status: 404, code: 'unknown-call' });
    expect(await readCalls(sample.state, {})).toEqual([]);
  });

  it('is not done by showing a page', async () => {
    const context = { warehouse: questions as Warehouse, state: sample.state, viewer: localViewer };
    const page = createCallerFactory(appRouter)({ ...context, mayWrite: false });
    await expect(page.state.look({ id: 'look-0000001', page: 'outlook' })).rejects.toMatchObject({
      public: { code: 'read-only' },
    });
    expect(await page.state.lastLook({ page: 'outlook' })).toBeNull();
  });
});

describe('marks over HTTP', () => {
  const risk = { rule: 'overdue', opportunity: '006A' };
  const snooze = { ...risk, id: 'mark-0000001', action: 'snooze', evidence };

  it('let a risk sleep and tell how it stands', async () => {
    expect(await send('mark', { ...snooze, untilOn: '2100-01-01' })).toMatchObject({
      ...risk,
      ...{ author: 'local', untilOn: '2100-01-01', evidence },
    });
    const assign = { ...risk, id: 'mark-0000002', action: 'assign', salesman: 'Bor' };
    expect(await send('mark', assign)).toMatchObject({ salesman: 'Bor' });
    const risks = [{ ...risk, evidence }];
    expect(await ask('standing', { risks })).toMatchObject([
      { hidden: { untilOn: '2100-01-01' }, salesman: 'Bor' },
    ]);
    expect(await ask('standing', { risks, day: '2100-01-01' })).toMatchObject([{ hidden: null }]);
    expect(await ask('marks', { opportunity: '006A' })).toHaveLength(2);
  });

  it('of what is hidden or missing, by rules and people that are not, are refused', async () => {
    const wrong: [unknown, string][] = [
      [{ ...snooze, opportunity: '007' }, 'not-found'],
      [{ ...snooze, rule: 'drop table' }, 'wrong-input'],
      [{ ...snooze, untilOn: '2026-11-20' }, 'wrong-value'],
      [{ ...snooze, untilOn: '2026-02-30' }, 'wrong-input'],
      [{ ...snooze, evidence: undefined }, 'wrong-input'],
      [{ ...snooze, action: 'delete' }, 'wrong-input'],
      [{ ...risk, id: 'mark-0000003', action: 'assign', salesman: 'Bro' }, 'wrong-value'],
      [{ ...risk, id: 'mark-0000003', action: 'comment' }, 'wrong-input'],
    ];
    for (const [body, code] of wrong)
      expect(await send('mark', body), JSON.stringify(body)).toMatchObject({ code });
    expect(await ask('marks', { opportunity: '007' })).toMatchObject({ code: 'not-found' });
    expect(await readMarks(sample.state, {})).toEqual([]);
  });
});

describe('looks and scenarios over HTTP', () => {
  it('note what the page showed', async () => {
    expect(await ask('lastLook', { page: 'outlook' })).toBeNull();
    expect(await send('look', { id: 'look-0000001', page: 'outlook' })).toMatchObject({
      ...{ snapshot: 'S000007', asOf: circumstance.asOf, knownAt: circumstance.knownAt },
    });
    expect(await ask('lastLook', { page: 'outlook' })).toMatchObject({ snapshot: 'S000007' });
  });

  it('save, change and take away', async () => {
    const overlay = { changes: [{ kind: 'move', opportunity: '006A', closeOn: '2027-01-31' }] };
    const made = {
      ...{ id: 'save-0000001', scenario: 'scenario-1', after: 0, name: 'Later', overlay },
    };
    expect(await send('saveScenario', made)).toMatchObject({ version: 1, overlay });
    expect(await ask('scenarios')).toMatchObject([{ name: 'Later', version: 1, overlay }]);
    const gone = { ...made, id: 'save-0000002', after: 1, overlay: null };
    expect(await send('saveScenario', gone)).toMatchObject({ version: 2, overlay: null });
    expect(await ask('scenarios')).toEqual([]);
    expect(await ask('scenario', { scenario: 'scenario-1' })).toHaveLength(2);
    expect(await ask('scenario', { scenario: 'scenario-2' })).toMatchObject({ status: 404 });
    for (const changes of [
      [{ kind: 'move', opportunity: '006A', closeOn: 'soon' }],
      [{ kind: 'lose' }],
      [{ kind: 'inflow', share: -1, from: '2027-01-01' }],
      Array.from({ length: 201 }, () => ({ kind: 'lose', opportunity: '006A' })),
    ])
      expect(
        await send('saveScenario', { ...made, id: 'save-0000003', after: 2, overlay: { changes } }),
      ).toMatchObject({ status: 400, code: 'wrong-input' });
  });
});

describe('a damaged state', () => {
  it('is said in words, and everything else is answered', async () => {
    writeFileSync(join(sample.dataDir, 'state.db'), 'no database '.repeat(900));
    for (const said of [await ask('scenarios'), await send('makeCall', call)])
      expect(said).toMatchObject({
        ...{ status: 503, code: 'damaged-state' },
        message: expect.stringMatching(/^state\.db is damaged: .* a whole copy is put back/),
      });
    pretend({ ...questions, stages: async () => [] });
    const response = await GET(ownRequest('/api/trpc/stages'));
    expect(response.status).toBe(200);
  });
});
