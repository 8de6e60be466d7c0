import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCall, type NewCall } from '#app/state/calls.ts';
import { noteLook } from '#app/state/looks.ts';
import { makeMark } from '#app/state/marks.ts';
import { saveScenario } from '#app/state/scenarios.ts';
import { openState, type State } from '#app/state/state.ts';

export const isLong = Boolean(process.env.PLUMBLINE_LONG);

/** A state in a folder of its own, with a clock that is set by hand. */
export interface Sample {
  dataDir: string;
  state: State;
  setClock(at: string): void;
  /** The state as a server finds it that starts now. */
  reopen(): State;
  remove(): Promise<void>;
}

export function makeSample(at = '2026-11-20T08:00:00Z'): Sample {
  const dataDir = makeFolder();
  let now = Date.parse(at);
  const states: State[] = [];
  const open = () => {
    const state = openState(dataDir, () => now);
    states.push(state);
    return state;
  };
  return {
    dataDir,
    state: open(),
    setClock: (to) => {
      now = Date.parse(to);
    },
    reopen: open,
    remove: async () => {
      for (const state of states) await state.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** With letters that a URL would read otherwise. */
export const makeFolder = (): string => mkdtempSync(join(tmpdir(), 'plumbline state %20#ž-'));

export function copyFolder(dataDir: string): string {
  const copy = makeFolder();
  cpSync(dataDir, copy, { recursive: true });
  return copy;
}

export const aCall = (id: string, more: Partial<NewCall> = {}): NewCall => ({
  id,
  author: 'local',
  level: 'team',
  scope: 'EMEA',
  period: '2026-Q4',
  category: 'commit',
  value: '120000.00',
  currency: 'EUR',
  reason: 'Two offers are as good as signed — said Žiga',
  seen: {
    snapshot: 'S000001',
    asOf: '2026-11-20T07:00:00.000Z',
    knownAt: '2026-11-20T07:30:00.000Z',
    open: '300000.00',
    won: '40000.00',
    below: '110000.00',
    p50: null,
  },
  ...more,
});

/** An entry of each kind, `rounds` times. */
export async function fill(state: State, rounds: number): Promise<void> {
  const author = 'local';
  const seen = { snapshot: 'S000001', asOf: '2026-11-20T07:00:00.000Z' };
  for (let i = 0; i < rounds; i += 1) {
    await makeCall(state, aCall(`call-${i}`, { value: `${i}.50`, scope: `Team ${i % 3}` }));
    await makeMark(state, {
      ...{ id: `mark-${i}`, author, rule: 'overdue', opportunity: `006-${i % 4}` },
      ...{ action: 'snooze', untilOn: '2026-12-01', evidence: { hash: `h${i}`, size: i + 0.25 } },
      ...{ salesman: null, comment: `Comment ${i}` },
    });
    await noteLook(state, {
      ...{ id: `look-${i}`, author, page: 'outlook', knownAt: `2026-11-20T07:${10 + i}:00.000Z` },
      ...seen,
    });
    await saveScenario(state, {
      ...{ id: `save-${i}`, author, scenario: 'scenario-1', after: i, name: `Without it ${i}` },
      overlay: { changes: [{ kind: 'lose', opportunity: `006-${i}` }] },
    });
  }
}
