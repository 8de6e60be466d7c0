import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeCall, readCalls, standing } from '#app/state/calls.ts';
import { findLastLook, noteLook } from '#app/state/looks.ts';
import { makeMark, type NewMark, readMarks } from '#app/state/marks.ts';
import { hiddenRisks, standOf } from '#app/state/risk-standing.ts';
import { listScenarios, readScenario, saveScenario } from '#app/state/scenarios.ts';
import { aCall, makeSample, type Sample } from './harness.ts';

let sample: Sample;
beforeEach(() => {
  sample = makeSample();
});
afterEach(() => sample.remove());

describe('calls', () => {
  it('are given back as they were said, money and letters alike', async () => {
    const made = aCall('call-00000001', {
      ...{ level: 'whole', scope: null, value: '99999999999999.99', reason: 'Žiga: "ja" 😀\n' },
    });
    const call = await makeCall(sample.state, made);
    expect(call).toMatchObject({
      ...made,
      seq: 1,
      supersedes: null,
      at: '2026-11-20T08:00:00.000Z',
    });
    await sample.state.close();
    expect(await readCalls(sample.reopen(), {})).toEqual([call]);
  });

  it('follow one another by scope, period and category, and none is lost', async () => {
    const { state } = sample;
    const first = await makeCall(state, aCall('call-1'));
    const other = await makeCall(state, aCall('call-2', { scope: 'APAC' }));
    const next = await makeCall(state, aCall('call-3', { value: '1.00', author: 'ana' }));
    expect([first, other, next].map(({ supersedes }) => supersedes)).toEqual([null, null, 1]);
    expect(await readCalls(state, { period: '2026-Q4' })).toEqual([first, other, next]);
    expect(standing(await readCalls(state, {}))).toEqual([next, other]);
    expect(await readCalls(state, { period: '2027-Q1' })).toEqual([]);
    expect(await readCalls(state, { category: 'bestCase' })).toEqual([]);
  });

  it('are refused when another was made than the one that was seen', async () => {
    const { state } = sample;
    const { seq } = await makeCall(state, aCall('call-1', { follows: null }));
    await makeCall(state, aCall('call-2', { follows: seq, value: '2.00' }));
    for (const follows of [null, seq])
      await expect(makeCall(state, aCall('call-3', { follows }))).rejects.toMatchObject({
        code: 'changed-meanwhile',
      });
    expect(await makeCall(state, aCall('call-2', { follows: seq, value: '2.00' }))).toMatchObject({
      supersedes: seq,
    });
    expect(await readCalls(state, {})).toHaveLength(2);
  });

  it('are told as they stood at an instant', async () => {
    const { state, setClock } = sample;
    const first = await makeCall(state, aCall('call-1'));
    setClock('2026-11-21T08:00:00Z');
    const next = await makeCall(state, aCall('call-2', { value: '2.00' }));
    const at = async (until: string) => standing(await readCalls(state, { until }));
    expect(await at('2026-11-20T07:59:59.999Z')).toEqual([]);
    expect(await at('2026-11-20T08:00:00.000Z')).toEqual([first]);
    expect(await at('2026-11-21T07:59:59.999Z')).toEqual([first]);
    expect(await at('2026-11-21T08:00:00.000Z')).toEqual([next]);
  });

  it('keep the order of time: a clock that steps back a little is smoothed, one that jumps is refused', async () => {
    const { state, setClock } = sample;
    const first = await makeCall(state, aCall('call-1'));
    setClock('2026-11-20T07:58:00Z');
    expect((await makeCall(state, aCall('call-2'))).at).toBe(first.at);
    setClock('2026-11-19T08:00:00Z');
    await expect(makeCall(state, aCall('call-3'))).rejects.toMatchObject({
      code: 'clock-behind',
      message: expect.stringContaining('2026-11-19T08:00:00.000Z'),
    });
    expect(await readCalls(state, {})).toHaveLength(2);
  });

  it('store nothing of a write that fails half way', async () => {
    const { state } = sample;
    const wrong = aCall('call-1', { currency: 'EURO' });
    await expect(makeCall(state, wrong)).rejects.toThrow();
    expect(await readCalls(state, {})).toEqual([]);
    expect(await makeCall(state, aCall('call-1'))).toMatchObject({ seq: 1 });
  });
});

describe('without a state file', () => {
  it('there is nothing, and none is made by asking', async () => {
    const { state, dataDir } = sample;
    expect(await readCalls(state, {})).toEqual([]);
    expect(await readMarks(state, {})).toEqual([]);
    expect(await listScenarios(state, 'local')).toEqual([]);
    expect(await findLastLook(state, { author: 'local', page: 'outlook', now: 0 })).toBeNull();
    expect(existsSync(join(dataDir, 'state.db'))).toBe(false);
    await makeCall(state, aCall('call-1'));
    expect(await readCalls(state, {})).toHaveLength(1);
  });
});

describe('marks on risks', () => {
  const risk = { rule: 'overdue', opportunity: '006-1' };
  const seen = { hash: 'a', size: 3 };
  let n = 0;
  const mark = (more: Partial<NewMark>) =>
    makeMark(sample.state, {
      ...{ id: `mark-${++n}`, author: 'ana', ...risk, action: 'snooze', evidence: seen },
      ...{ untilOn: null, salesman: null, comment: null, ...more },
    });
  const hidden = async (evidence = seen, looking = { viewer: 'ana', day: '2026-11-20' }) =>
    hiddenRisks([{ ...risk, evidence }], await readMarks(sample.state, {}), looking).length > 0;

  it('snoozed until a day: hidden till then, back on the day', async () => {
    expect(await hidden()).toBe(false);
    await mark({ untilOn: '2026-11-23' });
    expect(await hidden()).toBe(true);
    expect(await hidden({ hash: 'b', size: 3 })).toBe(true);
    expect(await hidden(seen, { viewer: 'ana', day: '2026-11-22' })).toBe(true);
    expect(await hidden(seen, { viewer: 'ana', day: '2026-11-23' })).toBe(false);
  });

  it('back before the day when the evidence has grown', async () => {
    await mark({ untilOn: '2026-11-23' });
    expect(await hidden({ hash: 'b', size: 3.5 })).toBe(false);
    expect(await hidden({ hash: 'b', size: 2 })).toBe(true);
  });

  it('snoozed until it changes: back with any other evidence', async () => {
    await mark({});
    expect(await hidden(seen, { viewer: 'ana', day: '2030-01-01' })).toBe(true);
    expect(await hidden({ hash: 'b', size: 2 })).toBe(false);
  });

  it('hidden from who snoozed it only, and until he wants it back', async () => {
    await mark({});
    expect(await hidden(seen, { viewer: 'bor', day: '2026-11-20' })).toBe(false);
    await mark({ action: 'show', evidence: null });
    expect(await hidden()).toBe(false);
    await mark({});
    expect(await hidden()).toBe(true);
  });

  it('as they stood at an instant', async () => {
    await mark({});
    sample.setClock('2026-11-21T08:00:00Z');
    await mark({ action: 'show', evidence: null });
    const then = await readMarks(sample.state, { until: '2026-11-20T12:00:00Z' });
    expect(then.map(({ action }) => action)).toEqual(['snooze']);
  });

  it('acknowledged, assigned, commented: said with who and when, hiding nothing', async () => {
    await mark({ action: 'acknowledge' });
    await mark({ action: 'assign', salesman: 'Bor', evidence: null });
    await mark({ action: 'comment', comment: 'He calls on Friday', author: 'bor', evidence: null });
    await mark({ opportunity: '006-2', action: 'assign', salesman: 'Eva', evidence: null });
    const stand = async (evidence = seen) =>
      standOf([{ ...risk, evidence }], await readMarks(sample.state, {}), {
        viewer: 'ana',
        day: '2026-11-20',
      })[0];
    expect(await stand()).toEqual({
      ...risk,
      hidden: null,
      acknowledged: { author: 'ana', at: '2026-11-20T08:00:00.000Z', hasGrown: false },
      salesman: 'Bor',
      comments: [{ author: 'bor', at: '2026-11-20T08:00:00.000Z', comment: 'He calls on Friday' }],
    });
    expect((await stand({ hash: 'b', size: 4 }))?.acknowledged?.hasGrown).toBe(true);
    await mark({ action: 'assign', salesman: null, evidence: null });
    expect((await stand())?.salesman).toBeNull();
    expect(await readMarks(sample.state, { opportunities: ['006-1'] })).toHaveLength(4);
  });
});

describe('looks', () => {
  let n = 0;
  const look = (snapshot: string, author = 'ana') =>
    noteLook(sample.state, {
      ...{ id: `look-${++n}`, author, page: 'outlook', snapshot },
      ...{ asOf: '2026-11-20T07:00:00Z', knownAt: '2026-11-20T07:00:00Z' },
    });
  const last = async (now: string, author = 'ana') =>
    await findLastLook(sample.state, { author, page: 'outlook', now: Date.parse(now) });

  it('tell what somebody saw in the sitting before this one', async () => {
    await look('S1');
    expect(await last('2026-11-20T08:01:00Z')).toBeNull();
    expect(await last('2026-11-20T08:31:00Z')).toMatchObject({ snapshot: 'S1' });
    sample.setClock('2026-11-20T12:00:00Z');
    await look('S2');
    sample.setClock('2026-11-20T12:20:00Z');
    await look('S3');
    // Still the same sitting: reloading does not make the morning forgotten.
    expect(await last('2026-11-20T12:40:00Z')).toMatchObject({
      snapshot: 'S1',
      at: '2026-11-20T08:00:00.000Z',
    });
    expect(await last('2026-11-21T08:00:00Z')).toMatchObject({ snapshot: 'S3' });
    expect(await last('2026-11-21T08:00:00Z', 'bor')).toBeNull();
  });

  it('are noted once for the same thing within minutes', async () => {
    const first = await look('S1');
    sample.setClock('2026-11-20T08:05:00Z');
    expect(await look('S1')).toEqual(first);
    expect((await look('S2')).at).toBe('2026-11-20T08:05:00.000Z');
    sample.setClock('2026-11-20T08:20:00Z');
    expect((await look('S2')).at).toBe('2026-11-20T08:20:00.000Z');
  });
});

describe('scenarios', () => {
  const lose = (opportunity: string) => ({ changes: [{ kind: 'lose' as const, opportunity }] });
  const save = (id: string, more: Partial<Parameters<typeof saveScenario>[1]> = {}) =>
    saveScenario(sample.state, {
      ...{ id, author: 'ana', scenario: 'one', after: 0, name: 'Without A', overlay: lose('A') },
      ...more,
    });

  it('are saved in versions, and all versions stay', async () => {
    const first = await save('save-1');
    const next = await save('save-2', { after: 1, name: 'Without B', overlay: lose('B') });
    expect([first.version, next.version]).toEqual([1, 2]);
    expect(await listScenarios(sample.state, 'ana')).toEqual([next]);
    expect(await readScenario(sample.state, { author: 'ana', scenario: 'one' })).toEqual([
      first,
      next,
    ]);
    await save('save-3', { after: 2, overlay: null });
    expect(await listScenarios(sample.state, 'ana')).toEqual([]);
    expect(await readScenario(sample.state, { author: 'ana', scenario: 'one' })).toHaveLength(3);
  });

  it('are not written over, nor doubled by repeating', async () => {
    const first = await save('save-1');
    expect(await save('save-1')).toEqual(first);
    await save('save-2', { after: 1 });
    for (const after of [0, 1, 3])
      await expect(save('save-4', { after })).rejects.toMatchObject({ code: 'changed-meanwhile' });
    expect(await save('save-1')).toEqual(first);
  });

  it('are their author’s: another’s and a missing one are the same', async () => {
    await save('save-1');
    expect(await listScenarios(sample.state, 'bor')).toEqual([]);
    const refusals = await Promise.all(
      ['one', 'none'].map((scenario) =>
        readScenario(sample.state, { author: 'bor', scenario }).catch((error: Error) => error),
      ),
    );
    expect(refusals[0]).toEqual(refusals[1]);
    await expect(save('save-2', { author: 'bor', after: 1 })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
