import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, rmSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { schemaVersion } from '#warehouse/schema.ts';
import { findCurrent, hashFile, type Snapshot } from '#warehouse/snapshot.ts';
import { buildLayouts, buildVersions, createTables, prepareSession } from './build.ts';
import { runChecks } from './checks.ts';
import type { Config } from './config.ts';
import { type Control, type LedgerFile, type LoadStatus, openControl } from './control.ts';
import { inWords } from './durable.ts';
import { codeVersion, env } from './env.ts';
import { LoadError } from './errors.ts';
import { fault } from './faults.ts';
import { type ChosenInput, chooseInputs } from './inputs.ts';
import { loadSource, type SourceCount } from './load-source.ts';
import { type Progress, startProgressFile } from './loading.ts';
import { quoteText } from './mapping.ts';
import { assertSpace, publish } from './publish.ts';
import { all, one, run } from './sql.ts';
import { type Tally, tally } from './tally.ts';

export interface LoadResult {
  load: string;
  snapshot: string | null;
  seconds: number;
  sources: SourceCount[];
  /** Every file was known already: nothing was published. */
  unchanged: boolean;
  /** The share of quarantined rows is above the config's limit. */
  tooManyQuarantined: boolean;
  warnings: string[];
}

export interface JobOptions {
  config: Config;
  dataDir: string;
  dryRun?: boolean;
  report?: (step: string) => void;
  clock?: () => Date;
}

interface Job {
  config: Config;
  dataDir: string;
  report: (step: string) => void;
  clock: () => Date;
  control: Control;
  progress: Progress;
  load: string;
  loadNo: number;
  startedAt: Date;
  building: string;
  current: Snapshot | null;
  files: LedgerFile[];
  warnings: string[];
}

/**
 * One load: lock, compare, land, facts, versions, layouts, checks, publish. Whatever goes wrong, the snapshot that is
 * served stays; the ledger tells what happened.
 */
export async function runJob(options: JobOptions): Promise<LoadResult> {
  const control = await openControl(resolve(options.dataDir));
  try {
    const job = await startJob(control, options);
    return await finishJob(job, options.dryRun ?? false);
  } finally {
    await control.close();
  }
}

async function startJob(
  control: Control,
  { config, report = () => {}, clock = () => new Date() }: JobOptions,
): Promise<Job> {
  const { dataDir } = control;
  const startedAt = clock();
  const load = await control.nextLoad(startedAt);
  const building = join(dataDir, 'snapshots', `${load}.building.duckdb`);
  const warnings: string[] = [];
  const progress = startProgressFile({ dataDir, load, startedAt, clock, warnings });
  progress.loads(await control.loads());
  const told = (step: string) => {
    progress.step(step);
    report(step);
  };
  const shared = { config, dataDir, report: told, clock, control, progress, load, startedAt };
  return { ...shared, building, loadNo: Number(load.slice(1)), current: null, files: [], warnings };
}

async function finishJob(job: Job, dryRun: boolean): Promise<LoadResult> {
  const { dataDir, report, building } = job;
  try {
    job.current = findCurrent(dataDir);
    assertClock(job);
    assertSpace(dataDir);
    const inputs = await chooseInputs(job.config, job.control, report);
    fault('inputs.compared');
    if (job.current && !inputs.some((input) => input.changed))
      return await end(job, 'unchanged', job.current.id, []);
    const built = await build(job, inputs);
    fault('build.closed');
    if (dryRun) return await end(job, 'dry-run', null, built.sources);
    report('Publishing');
    return await end(job, 'published', await publishBuilt(job, built), built.sources);
  } catch (error) {
    const spoken = inWords(error, dataDir) as Error;
    job.progress.end('failed', spoken.message);
    await noteFailure(job, spoken);
    throw spoken;
  } finally {
    for (const path of [building, `${building}.wal`, `${building}.tmp`])
      rmSync(path, { recursive: true, force: true });
  }
}

async function noteFailure(job: Job, error: Error): Promise<void> {
  try {
    await record(job, 'failed', null, [], error.message);
  } catch (second) {
    const words = `${error.message} (and the ledger could not be written: ${(second as Error).message})`;
    throw new LoadError('failed', words, error);
  }
}

async function end(
  job: Job,
  status: 'published' | 'unchanged' | 'dry-run',
  snapshot: string | null,
  sources: SourceCount[],
): Promise<LoadResult> {
  await record(job, status, status === 'published' ? snapshot : null, sources);
  job.progress.end(status);
  const counts = sources.flatMap((source) => source.objects);
  const total = (key: 'rowsIn' | 'quarantined') => counts.reduce((sum, c) => sum + c[key], 0);
  return {
    load: job.load,
    snapshot,
    sources,
    unchanged: status === 'unchanged',
    warnings: job.warnings,
    seconds: (job.clock().getTime() - job.startedAt.getTime()) / 1000,
    tooManyQuarantined: total('quarantined') > total('rowsIn') * job.config.maxQuarantined,
  };
}

/** The files were noted when they were published. */
async function record(
  { control, load, startedAt, clock, config, progress }: Job,
  status: LoadStatus,
  snapshot: string | null,
  sources: SourceCount[],
  error: string | null = null,
): Promise<void> {
  await control.recordLoad({
    load,
    startedAt,
    finishedAt: clock(),
    status,
    error,
    configHash: createHash('sha256').update(JSON.stringify(config)).digest('hex'),
    sources,
    snapshot,
    files: [],
  });
  progress.loads(await control.loads());
}

/** A load older than the one before would know things before they were loaded. */
function assertClock({ current, startedAt }: Job): void {
  if (current && startedAt.toISOString() <= current.manifest.publishedAt)
    throw new LoadError(
      'clock',
      `This machine's clock says ${startedAt.toISOString()}, but the last load was published at ${current.manifest.publishedAt}. Set the clock`,
    );
}

interface Built {
  sources: SourceCount[];
  asOf: Date;
  loads: string[];
  tally: Tally;
}

/** Fills the building file: a copy of the current snapshot and what this load adds. */
async function build(job: Job, inputs: ChosenInput[]): Promise<Built> {
  const { config, dataDir, building, report, loadNo, startedAt } = job;
  if (job.current) {
    copyFileSync(job.current.path, building);
    chmodSync(building, 0o644);
    await assertCopied(job.current, building);
  }
  fault('build.copied');
  const instance = await DuckDBInstance.create(building, loaderOptions(dataDir));
  const db = await instance.connect();
  try {
    await prepareSession(db, config);
    await createTables(db);
    fault('build.opened');
    const sources: SourceCount[] = [];
    for (const source of config.sources) {
      const changed = inputs.filter((input) => input.source === source && input.changed);
      sources.push(await loadSource(db, source, changed, job));
    }
    fault('build.facts');
    report('Building versions');
    const knownAt = instantText(startedAt);
    const merged = await buildVersions(db, { config, loadNo, knownAt });
    fault('build.versions');
    const asOf = await newestObservation(db);
    await noteLoad(job, db, { sources, merged, asOf });
    fault('build.noted');
    report('Building layouts');
    await buildLayouts(db, config, asOf);
    fault('build.layouts');
    report('Checking');
    await runChecks(db);
    fault('build.checked');
    const loads = await all(db, 'select load from load order by load_no');
    const result = {
      sources,
      asOf: new Date(`${asOf.replace(' ', 'T')}Z`),
      loads: loads.map((row) => String(row.load)),
      tally: await tally(db),
    };
    fault('build.tallied');
    await run(db, 'checkpoint');
    fault('build.checkpoint');
    return result;
  } finally {
    db.closeSync();
    instance.closeSync();
  }
}

/** What was damaged on disk since it was published would be published again as whole. */
async function assertCopied({ id, manifest }: Snapshot, building: string): Promise<void> {
  if ((await hashFile(building)) === manifest.sha256) return;
  throw new LoadError(
    'damaged',
    `Snapshot ${id} differs from what was published (SHA-256), so nothing can be built upon it. Put a whole one back with: plumbline rollback <id>; what was loaded since is read again`,
  );
}

async function publishBuilt(job: Job, { asOf, loads, tally: found }: Built): Promise<string> {
  const id = await job.control.nextSnapshot();
  const { zone, currency, fiscalYearStart, company } = job.config;
  await publish(job.control, {
    buildingPath: job.building,
    id,
    load: job.load,
    asOf,
    loads,
    schemaVersion,
    codeVersion,
    companyConfig: { zone, currency, fiscalYearStart, company },
    counted: found,
    files: job.files,
    clock: job.clock,
  });
  return id;
}

const loaderOptions = (dataDir: string): Record<string, string> => ({
  memory_limit: env.memory ?? `${Math.floor(Math.min(totalmem() * 0.6, 10e9) / 1e6)}MB`,
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  temp_directory: join(dataDir, 'snapshots', 'spill.building.tmp'),
  max_temp_directory_size: env.spill,
});

/** When the newest extract of anything was taken. */
async function newestObservation(db: DuckDBConnection): Promise<string> {
  const newest = await one(
    db,
    `select strftime(max(fresh_at), '%Y-%m-%d %H:%M:%S.%g') from object_state`,
  );
  if (newest === null)
    throw new LoadError('bad-source', 'No row of any object was read; nothing was published');
  return String(newest);
}

async function noteLoad(
  { config, load, loadNo, startedAt }: Job,
  db: DuckDBConnection,
  { sources, merged, asOf }: { sources: SourceCount[]; merged: unknown; asOf: string },
): Promise<void> {
  const settings = {
    zone: config.zone,
    currency: config.currency,
    fiscalYearStart: String(config.fiscalYearStart),
    company: config.company,
    asOf,
    schemaVersion: String(schemaVersion),
    stageRenames: JSON.stringify(config.stageRenames),
  };
  for (const [name, value] of Object.entries(settings)) {
    await run(db, `delete from setting where name = ${quoteText(name)}`);
    await run(db, `insert into setting values (${quoteText(name)}, ${quoteText(value)})`);
  }
  const started = `timestamp ${quoteText(instantText(startedAt))}`;
  await run(
    db,
    `insert into load values (${loadNo}, ${quoteText(load)}, ${started}, timestamp ${quoteText(asOf)}, ${started}, null,
    ${quoteText(JSON.stringify({ sources, merged }))})`,
  );
  await run(db, 'delete from source_state');
  await run(
    db,
    'insert into source_state select source, max(fresh_at), null from object_state group by 1 order by 1',
  );
}

/** An instant as the warehouse keeps it: UTC, without a zone. */
export const instantText = (at: Date): string => at.toISOString().slice(0, 23).replace('T', ' ');
