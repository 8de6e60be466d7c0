import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createClient } from '@libsql/client/sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { makeCall, readCalls } from '#app/state/calls.ts';
import { entriesOf } from '#app/state/entries.ts';
import { StateError } from '#app/state/errors.ts';
import { kindNames } from '#app/state/schema.ts';
import { openState, type State } from '#app/state/state.ts';
import { aCall, copyFolder, fill, isLong, makeFolder, makeSample, type Sample } from './harness.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const child = fileURLToPath(new URL('child.ts', import.meta.url));

let samples: Sample[] = [];
const sample = (): Sample => {
  const made = makeSample();
  samples.push(made);
  return made;
};
afterEach(async () => {
  for (const each of samples) await each.remove();
  samples = [];
});

/** Everything that is stored, or the code of the refusal. */
async function contentOf(state: State): Promise<string> {
  try {
    const all = await state.read(async (db) => {
      const found: unknown[] = [];
      for (const kind of kindNames) found.push(await entriesOf(db, kind));
      return found;
    });
    return JSON.stringify(all);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    expect(error.message).toMatch(/^state\.db/);
    return error.code;
  }
}

describe('REL-11: kills', () => {
  const kills = isLong ? 200 : 10;
  test(`${kills} kills of a process that writes lose nothing that it acknowledged`, {
    timeout: isLong ? 3_600_000 : 240_000,
  }, async () => {
    const dataDir = makeFolder();
    const acknowledged: string[] = [];
    try {
      for (let i = 0; i < kills; i += 1) {
        acknowledged.push(...(await writeUntilKilled(dataDir, i)));
        const state = openState(dataDir);
        const stored = new Set((await readCalls(state, {})).map(({ id }) => id));
        expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
        // Now and then the next writer finds the journal as the kill left it.
        if (i % 2) await state.close();
      }
      expect(acknowledged.length).toBeGreaterThanOrEqual(kills);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });

  /** Kills a writer a while after its first acknowledgement, another while each time. */
  async function writeUntilKilled(dataDir: string, i: number): Promise<string[]> {
    const writer = spawn(process.execPath, ['--import', 'tsx', child, dataDir, `k${i}`], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    writer.stdout.on('data', (part) => (said += part));
    await once(writer.stdout, 'data');
    setTimeout(() => writer.kill('SIGKILL'), ((i * 0.618034) % 1) * 120);
    const [, signal] = await once(writer, 'close');
    expect(signal).toBe('SIGKILL');
    // The last line may be cut.
    return said.slice(0, said.lastIndexOf('\n')).split('\n');
  }
});

describe('REL-11: repeating', () => {
  test('a repeated id is stored once, at the same time and later, by this server and the next', async () => {
    const { state, reopen, setClock } = sample();
    const twice = await Promise.all([1, 2].map(() => makeCall(state, aCall('call-again'))));
    expect(twice[0]).toEqual(twice[1]);
    setClock('2026-11-20T09:00:00Z');
    expect(await makeCall(state, aCall('call-again'))).toEqual(twice[0]);
    await state.close();
    const next = reopen();
    expect(await makeCall(next, aCall('call-again'))).toEqual(twice[0]);
    expect(await readCalls(next, {})).toEqual([twice[0]]);
  });

  test('an id is not taken for something else', async () => {
    const { state } = sample();
    await makeCall(state, aCall('call-again'));
    for (const other of [{ value: '1.00' }, { author: 'ana' }, { scope: 'APAC' }])
      await expect(makeCall(state, aCall('call-again', other))).rejects.toMatchObject({
        code: 'id-taken',
      });
    expect(await readCalls(state, {})).toHaveLength(1);
  });
});

describe('REL-11: many at once', () => {
  test('50 parallel writes are all stored, and nothing else waits 250 ms for them', async () => {
    const { state, reopen } = sample();
    await makeCall(state, aCall('call-first'));
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const ids = Array.from({ length: 50 }, (_, i) => `call-${i}`);
    const stored = await Promise.all(ids.map((id) => makeCall(state, aCall(id))));
    delay.disable();
    expect(new Set(stored.map(({ seq }) => seq)).size).toBe(50);
    expect(delay.max / 1e6).toBeLessThan(250);
    console.log(`REL-11: the longest stall was ${(delay.max / 1e6).toFixed(1)} ms`);
    await state.close();
    expect((await readCalls(reopen(), {})).map(({ id }) => id)).toEqual(['call-first', ...ids]);
  });

  test('two servers on one installation do not lose each other’s writes', async () => {
    const { state, reopen } = sample();
    await makeCall(state, aCall('call-first'));
    const other = reopen();
    const ids = Array.from({ length: 20 }, (_, i) => `call-${i}`);
    await Promise.all(ids.map((id, i) => makeCall(i % 2 ? state : other, aCall(id))));
    expect((await readCalls(state, {})).map(({ id }) => id).sort()).toEqual(
      ['call-first', ...ids].sort(),
    );
    await state.close();
    await other.close();
    expect(await readCalls(reopen(), {})).toHaveLength(21);
  });
});

describe('REL-11: damage', () => {
  /** A copy of a state in which something was done to a file, and how it is found then. */
  async function damagedCopy(dataDir: string, harm: (path: (name: string) => string) => void) {
    const copy = copyFolder(dataDir);
    try {
      harm((name) => join(copy, name));
      const state = openState(copy);
      const content = await contentOf(state);
      await state.close();
      return content;
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }

  const flip = (path: string, at: number) => {
    const bytes = readFileSync(path);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
    writeFileSync(path, bytes);
  };

  test('a flipped byte in what was typed is found and said', async () => {
    const { dataDir, state } = sample();
    await fill(state, 3);
    await state.close();
    const bytes = readFileSync(join(dataDir, 'state.db'));
    for (const typed of ['Žiga', 'Team 1', '1.50', 'Comment 2', '006-2', 'Without it 1', 'local']) {
      const at = bytes.indexOf(typed);
      expect(at, typed).toBeGreaterThan(0);
      expect(await damagedCopy(dataDir, (path) => flip(path('state.db'), at))).toBe(
        'damaged-state',
      );
    }
  });

  const flips = isLong ? 300 : 24;
  test(`${flips} flipped bits anywhere: refused in words, or nothing is lost by it`, {
    timeout: isLong ? 3_600_000 : 240_000,
  }, async () => {
    const { dataDir, state } = sample();
    await fill(state, 12);
    await state.close();
    const whole = await damagedCopy(dataDir, () => undefined);
    const { size } = statSync(join(dataDir, 'state.db'));
    const found: Record<string, number> = {};
    for (let i = 0; i < flips; i += 1) {
      const at = Math.floor(((i * 0.618034 + 0.17) % 1) * size);
      const content = await damagedCopy(dataDir, (path) => flip(path('state.db'), at));
      expect([whole, 'damaged-state', 'newer-state'], `byte ${at}`).toContain(content);
      const kind = content === whole ? 'right' : content;
      found[kind] = (found[kind] ?? 0) + 1;
    }
    console.log(`REL-11: of ${flips} flips ${JSON.stringify(found)}`);
    expect(found['damaged-state']).toBeGreaterThan(flips / 4);
  });

  test('a journal that lost its end is found, though SQLite takes it', async () => {
    const { dataDir, state } = sample();
    await fill(state, 3);
    const { size } = statSync(join(dataDir, 'state.db-wal'));
    const whole = await damagedCopy(dataDir, () => undefined);
    expect(whole).toContain('Without it 2');
    for (const part of [0.3, 0.6, 0.9])
      expect(
        await damagedCopy(dataDir, (path) => flip(path('state.db-wal'), Math.floor(size * part))),
      ).toBe('damaged-state');
    expect(await damagedCopy(dataDir, (path) => rmSync(path('state.db-wal')))).toBe(
      'damaged-state',
    );
  });

  test('a file that is gone, cut, emptied, of another kind or newer is refused in words', async () => {
    const { dataDir, state } = sample();
    await fill(state, 3);
    await state.close();
    const harms: [string, (path: (name: string) => string) => void, string][] = [
      ['gone', (path) => rmSync(path('state.db')), 'damaged-state'],
      ['emptied', (path) => truncateSync(path('state.db')), 'damaged-state'],
      ['cut', (path) => truncateSync(path('state.db'), 20_000), 'damaged-state'],
      [
        'text',
        (path) => writeFileSync(path('state.db'), 'no database '.repeat(900)),
        'damaged-state',
      ],
      ['newer', (path) => setVersion(path('state.db'), 99), 'newer-state'],
      ['another database', (path) => setId(path('state.db'), 7), 'damaged-state'],
    ];
    for (const [name, harm, code] of harms)
      expect(await damagedCopy(dataDir, harm), name).toBe(code);
  });

  /** The header of a SQLite file: `user_version` at 60, `application_id` at 68. */
  const setHeader = (path: string, at: number, value: number) => {
    const bytes = readFileSync(path);
    bytes.writeUInt32BE(value, at);
    writeFileSync(path, bytes);
  };
  const setVersion = (path: string, version: number) => setHeader(path, 60, version);
  const setId = (path: string, id: number) => setHeader(path, 68, id);

  test('a mended file is taken up without starting the server again', {
    timeout: 20_000,
  }, async () => {
    const { dataDir, state } = sample();
    await fill(state, 1);
    await state.close();
    const file = join(dataDir, 'state.db');
    const whole = readFileSync(file);
    writeFileSync(file, 'no database '.repeat(900));
    const server = openState(dataDir);
    expect(await contentOf(server)).toBe('damaged-state');
    await expect(makeCall(server, aCall('call-x'))).rejects.toMatchObject({
      code: 'damaged-state',
    });
    writeFileSync(file, whole);
    await expect.poll(() => contentOf(server), { timeout: 10_000 }).toContain('Without it 0');
    await makeCall(server, aCall('call-x'));
    await server.close();
  });

  test('damage while the server runs is found when it is read, and the server lives', async () => {
    const { dataDir, state, reopen } = sample();
    await fill(state, 60);
    await state.close();
    const whole = await contentOf(reopen());
    const server = reopen();
    // Opened on the whole file; what its cache does not hold is read from the disk.
    await readCalls(server, { until: '2000-01-01' });
    const bytes = readFileSync(join(dataDir, 'state.db'));
    expect(bytes.length).toBeGreaterThan(100_000);
    for (let at = bytes.indexOf('Žiga'); at > 0; at = bytes.indexOf('Žiga', at + 1))
      bytes[at] = 0xff;
    writeFileSync(join(dataDir, 'state.db'), bytes);
    const content = await contentOf(server);
    expect(['damaged-state', whole]).toContain(content);
    await server.close();
    expect(await contentOf(reopen())).toBe('damaged-state');
  });

  test('a file that is moved away under the server is not written to', async () => {
    const { dataDir, state } = sample();
    await fill(state, 1);
    rmSync(join(dataDir, 'state.db'));
    await expect(makeCall(state, aCall('call-x'))).rejects.toMatchObject({
      code: 'state-unavailable',
    });
  });
});

describe('REL-11: copies', () => {
  test('one made while the server writes opens as it was then; an old one needs its own note', async () => {
    const { dataDir, state } = sample();
    await fill(state, 2);
    const then = await contentOf(state);
    const copy = makeFolder();
    copyFileSync(join(dataDir, 'state.seal'), join(copy, 'state.seal'));
    const client = createClient({ url: pathToFileURL(join(dataDir, 'state.db')).href });
    await client.execute({ sql: 'vacuum into ?', args: [join(copy, 'state.db')] });
    client.close();
    await makeCall(state, aCall('call-later'));
    const put = openState(copy);
    expect(await contentOf(put)).toBe(then);
    await makeCall(put, aCall('call-there'));
    await put.close();
    await state.close();
    copyFileSync(join(dataDir, 'state.seal'), join(copy, 'state.seal'));
    const refused = openState(copy);
    await expect(refused.read((db) => entriesOf(db, 'call'))).rejects.toThrow(/another one than/);
    rmSync(join(copy, 'state.seal'));
    const accepted = openState(copy);
    expect(await readCalls(accepted, {})).toHaveLength(3);
    await accepted.close();
    rmSync(copy, { recursive: true, force: true });
  });
});
