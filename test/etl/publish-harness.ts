import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Manifest } from '#warehouse/snapshot.ts';
import { type Control, type LedgerFile, openControl } from '#etl/control.ts';
import { type Publication, publish } from '#etl/publish.ts';

export const instant = new Date('2026-03-01T12:00:00.000Z');

/** A temporary installation. */
export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'plumbline-publish-'));
export const dropFolder = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true });

/** Builds a small warehouse file; `seed` decides its content. */
export async function buildFile(path: string, seed: number, rows = 2000): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const db = await instance.connect();
  await db.run(`create table opportunity as select 'O' || i as opportunity_id, ((i * ${seed} + 7) % 1000)::decimal(18,2) / 4 as ignored,
    (i * ${seed} % 100000)::decimal(18,2) as amount, 'Name ' || md5((i * ${seed})::varchar) as name from range(${rows}) t(i)`);
  await db.run(
    `create table load as select ${seed} as load_no, timestamp '2026-01-01' + interval (${seed}) second as known_at`,
  );
  db.closeSync();
  instance.closeSync();
}

export const landedFile = (file: string, sha = 'a'): LedgerFile => ({
  source: 'crm',
  input: 'Deal',
  file,
  sha256: sha.repeat(64),
  bytes: 12,
  mtime: instant,
  observedAt: instant,
  mapping: '',
});

/** One whole load: numbers, builds, publishes, records. */
export async function loadOnce(
  control: Control,
  seed: number,
  more: Partial<Publication> = {},
): Promise<Manifest> {
  const load = await control.nextLoad(instant);
  const id = await control.nextSnapshot();
  mkdirSync(join(control.dataDir, 'snapshots'), { recursive: true });
  const buildingPath = join(control.dataDir, 'snapshots', `${id}.building.duckdb`);
  await buildFile(buildingPath, seed);
  const manifest = await publish(control, {
    buildingPath,
    id,
    load,
    asOf: instant,
    loads: [load],
    schemaVersion: 1,
    codeVersion: 'test',
    companyConfig: { company: 'Test' },
    files: [landedFile(`deals-${seed}.csv`)],
    clock: () => instant,
    ...more,
  });
  await control.recordLoad({
    load,
    startedAt: instant,
    finishedAt: instant,
    status: 'published',
    sources: [],
    snapshot: id,
    files: [],
  });
  return manifest;
}

/** Opens the installation, works, and lets it go. */
export async function within<T>(
  folder: string,
  work: (control: Control) => Promise<T>,
): Promise<T> {
  const control = await openControl(folder);
  try {
    return await work(control);
  } finally {
    await control.close();
  }
}
