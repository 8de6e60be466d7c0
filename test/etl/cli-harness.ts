import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { findCurrent, verifySnapshot } from '#warehouse/snapshot.ts';

export const cli = fileURLToPath(new URL('../../etl/bin.mjs', import.meta.url));
export const isLong = process.env.PLUMBLINE_LONG === '1';

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
}

/** Starts the command line as a person or a script does. */
export function start(args: string[], env: Record<string, string> = {}): Running {
  return startProcess(process.execPath, [cli, ...args], env);
}

export function startProcess(
  command: string,
  args: string[],
  env: Record<string, string> = {},
): Running {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const told: Ended = { code: null, signal: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (told.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (told.stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code, signal) => resolve({ ...told, code, signal })),
  );
  return { child, ended };
}

/** A tiny company in two weeks: folders `first`, `second` with exports, and a config beside them. */
export interface TinyCompany {
  root: string;
  config: string;
  /** `load` of one week's files into an installation. */
  load(dataDir: string, week: 'first' | 'second'): string[];
  remove(): void;
}

const stage =
  'label,order,class,probability\nQualify,1,open,20\nOffer,2,open,50\nWon,8,won,100\nLost,9,lost,0\n';

export function makeTinyCompany(deals = 40): TinyCompany {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-tiny-'));
  const config = join(root, 'plumbline.json');
  writeFileSync(config, JSON.stringify(configOf()));
  for (const week of ['first', 'second'] as const) {
    const folder = join(root, week);
    mkdirSync(folder);
    const files = weekFiles(week, deals);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  }
  return {
    root,
    config,
    load: (dataDir, week) => [
      'load',
      ...['--config', config, '--files', join(root, week), '--data-dir', dataDir, '--json'],
    ],
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function configOf(): object {
  const plain = (...names: string[]) => Object.fromEntries(names.map((name) => [name, name]));
  const objects = {
    stage: {
      input: 'stage',
      columns: {
        ...plain('label', 'order', 'class'),
        probability: { column: 'probability', scale: 100 },
      },
    },
    user: { input: 'user', columns: plain('id', 'name') },
    account: { input: 'account', columns: plain('id', 'name', 'industry') },
    opportunity: {
      input: 'opportunity',
      columns: plain('id', 'stage', 'amount', 'closeDate', 'createdAt', 'salesman', 'account'),
    },
    opportunity_stage_history: {
      input: 'history',
      columns: plain('id', 'opportunity', 'at', 'stage', 'amount'),
    },
  };
  const inputs = Object.fromEntries(
    Object.values(objects).map(({ input }) => [
      input,
      { file: `${input}{,_2*}.csv`, extract: input === 'history' ? 'delta' : 'full' },
    ]),
  );
  return {
    company: 'Tiny',
    maxQuarantined: 1,
    maxShrink: 1,
    sources: [{ name: 'crm', observedAt: '2026-03-10T12:00:00Z', inputs, objects }],
  };
}

function weekFiles(week: 'first' | 'second', deals: number): Record<string, string> {
  const later = week === 'second';
  const day = later ? '2026-03-08' : '2026-03-01';
  const ids = Array.from({ length: deals }, (_, i) => i).filter((i) => !later || i % 13);
  const stageOf = (i: number) => (later && i % 3 === 0 ? 'Won' : i % 2 ? 'Offer' : 'Qualify');
  const amount = (i: number) => `${i * 17 + (later ? 5 : 0)}.${String(i % 100).padStart(2, '0')}`;
  const line = (i: number) =>
    `${i},${stageOf(i)},${amount(i)},2026-05-${String((i % 28) + 1).padStart(2, '0')},2026-01-02T08:00:00Z,u${i % 3},a${i % 5}`;
  const moves = ids.map((i) => `h${i},${i},2026-01-02T08:00:00Z,Qualify,${amount(i)}`);
  const news = later
    ? ids.map((i) => `k${i},${i},2026-03-0${(i % 7) + 1}T09:00:00Z,${stageOf(i)},${amount(i)}`)
    : [];
  return {
    'stage.csv': stage,
    'user.csv': `id,name\nu0,Ana\nu1,Ben\nu2,${later ? 'Cid' : 'Cyd'}\n`,
    'account.csv': `id,name,industry\n${[0, 1, 2, 3, 4].map((i) => `a${i},Account ${i},${later && i === 2 ? 'Paper' : 'Steel'}`).join('\n')}\n`,
    [`opportunity_${day}.csv`]: `id,stage,amount,closeDate,createdAt,salesman,account\n${ids.map(line).join('\n')}\n99999,Offer,x,,,,\n`,
    'history.csv': `id,opportunity,at,stage,amount\n${[...moves, ...news].join('\n')}\n`,
  };
}

/** Copies an installation at rest. */
export function copyInstallation(from: string): string {
  const to = mkdtempSync(join(tmpdir(), 'plumbline-copy-'));
  cpSync(from, to, { recursive: true });
  return to;
}

/** After a kill: the current snapshot is whole (or there is none yet). */
export async function assertWhole(dataDir: string): Promise<void> {
  const current = findCurrent(dataDir);
  if (current) expect(await verifySnapshot(dataDir, current.id)).toMatchObject({ ok: true });
}

/** After a load that went through: nothing of it lies about, and no .wal beside a published file. */
export function assertTidy(dataDir: string): void {
  const names = readdirSync(join(dataDir, 'snapshots'));
  expect(names.filter((name) => !/^S\d{6}\.(duckdb|json)$/.test(name))).toEqual([]);
}

export const contentOf = (dataDir: string): string | undefined =>
  findCurrent(dataDir)?.manifest.contentHash;
