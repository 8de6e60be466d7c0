import { chmodSync, copyFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { ObjectCount } from '#warehouse/answers.ts';
import { type CrmObject, objectNames } from '#warehouse/crm.ts';
import { schemaVersion } from '#warehouse/schema.ts';
import { findCurrent, type Snapshot } from '#warehouse/snapshots.ts';
import { buildLayouts, buildVersions, createTables, prepareSession } from './build.ts';
import { runChecks } from './checks.ts';
import { type Config, entryList, type ObjectConfig, type SourceConfig } from './config.ts';
import { type Control, type LandedFile, openControl } from './ledger.ts';
import { LoadError } from './errors.ts';
import { loadFacts } from './facts.ts';
import { fault } from './faults.ts';
import { findFiles, type InputFiles } from './files.ts';
import { copyFile, type FileCopy, type Landed, type LandInput, landInput } from './landing.ts';
import { quoteText } from './mapping.ts';
import { assertSpace, type Fingerprint, fingerprint, publish } from './publication.ts';
import { one, run } from './sql.ts';

export interface SourceCount {
  source: string;
  objects: ObjectCount[];
}

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
  control: Control;
  load: string;
  loadNo: number;
  startedAt: Date;
  current: Snapshot | null;
  files: LandedFile[];
  warnings: string[];
}

/**
 * One load: lock, land, facts, versions, layouts, checks, publish. Whatever goes wrong, the snapshot that is
 * served stays; the ledger tells what happened.
 */
export async function runJob({
  config,
  dataDir,
  dryRun = false,
  report = () => {},
  clock = () => new Date(),
}: JobOptions): Promise<LoadResult> {
  const folder = resolve(dataDir);
  const control = await openControl(folder);
  const startedAt = clock();
  const load = await control.nextLoad(startedAt);
  const building = join(folder, 'snapshots', `${load}.building.duckdb`);
  const job: Job = {
    config,
    dataDir: folder,
    report,
    control,
    load,
    loadNo: Number(load.slice(1)),
    startedAt,
    current: findCurrent(folder),
    files: [],
    warnings: [],
  };
  try {
    assertClock(job);
    assertSpace(folder);
    const copies = await copyChanged(job);
    const end = { at: startedAt, files: [] as LandedFile[] };
    if (!copies.some((c) => c.changed) && job.current) {
      await control.finishLoad(load, { ...end, status: 'unchanged' });
      return result(job, clock, { snapshot: job.current.id, sources: [], unchanged: true });
    }
    const built = await build(job, building, copies);
    if (dryRun) {
      await control.finishLoad(load, { ...end, status: 'dry run' });
      return result(job, clock, { snapshot: null, sources: built.sources, unchanged: false });
    }
    report('Publishing');
    const id = await control.nextSnapshot();
    await publish({
      dataDir: folder,
      building,
      id,
      load,
      knownAt: startedAt.toISOString(),
      asOf: built.asOf,
      expected: built.expected,
      at: clock(),
    });
    await control.finishLoad(load, {
      at: clock(),
      status: 'published',
      snapshot: id,
      files: job.files,
    });
    return result(job, clock, { snapshot: id, sources: built.sources, unchanged: false });
  } catch (error) {
    await control.finishLoad(load, {
      at: clock(),
      status: 'failed',
      error: (error as Error).message,
    });
    throw error;
  } finally {
    for (const path of [building, `${building}.wal`, `${building}.tmp`])
      rmSync(path, { recursive: true, force: true });
    await control.close();
  }
}

function result(
  job: Job,
  clock: () => Date,
  more: { snapshot: string | null; sources: SourceCount[]; unchanged: boolean },
): LoadResult {
  const counts = more.sources.flatMap((s) => s.objects);
  const total = (key: 'rowsIn' | 'quarantined') => counts.reduce((sum, c) => sum + c[key], 0);
  return {
    load: job.load,
    ...more,
    warnings: job.warnings,
    seconds: (clock().getTime() - job.startedAt.getTime()) / 1000,
    tooManyQuarantined: total('quarantined') > total('rowsIn') * job.config.maxQuarantined,
  };
}

/** A load older than the one before would know things before they were loaded. */
function assertClock({ current, startedAt }: Job): void {
  if (current && startedAt.toISOString() <= current.manifest.knownAt)
    throw new LoadError(
      'clock',
      `This machine's clock says ${startedAt.toISOString()}, but the last load was at ${current.manifest.knownAt}. Set the clock`,
    );
}

/** One input of one source with the files that must be read in this load. */
interface InputCopy {
  source: SourceConfig;
  input: LandInput;
  copies: FileCopy[];
  found: InputFiles;
  changed: boolean;
}

/** Copies every file to the landing; an input is read when one of its files is not yet known. */
async function copyChanged(job: Job): Promise<InputCopy[]> {
  const { config, control, load, dataDir } = job;
  const context = { load, folder: join(dataDir, 'landing', load) };
  const known = new Map(
    (await control.landedFiles()).map((f) => [`${f.source}/${f.input}/${f.file}`, f.sha256]),
  );
  const inputs: InputCopy[] = [];
  for (const source of config.sources)
    for (const [name, options] of Object.entries(source.inputs)) {
      const found = findFiles(source, name, options, config.zone);
      const input: LandInput = {
        source: source.name,
        name,
        folder: source.folder,
        ...found,
        format: options.format,
        delimiter: options.delimiter,
      };
      const copies: FileCopy[] = [];
      if (found.paths.length) job.report(`Copying ${name}`);
      for (const path of found.paths) copies.push(await copyFile(input, path, context));
      const isNew = (c: FileCopy) => known.get(`${c.source}/${c.input}/${c.file}`) !== c.sha256;
      job.files.push(
        ...copies
          .filter(isNew)
          .map(({ source: s, input: i, file, sha256 }) => ({ source: s, input: i, file, sha256 })),
      );
      const needed = found.dated || options.extract === 'delta' ? copies.filter(isNew) : copies;
      inputs.push({ source, input, copies: needed, found, changed: copies.some(isNew) });
    }
  return widen(inputs, context.folder);
}

/** A select reads all inputs of its source whole, so they are all read again when one of them changed. */
function widen(inputs: InputCopy[], folder: string): InputCopy[] {
  for (const one of inputs) {
    const selects = Object.values(one.source.objects)
      .flatMap(entryList)
      .some((o) => o.sql && mentions(o.sql, one.input.name));
    const sibling = inputs.some((i) => i.source === one.source && i.changed);
    if (!selects || !sibling) continue;
    const have = new Set(one.copies.map((c) => c.path));
    one.copies.push(
      ...one.found.paths
        .filter((p) => !have.has(p))
        .map((path) => {
          const file = path.slice(one.input.folder.length + 1);
          return {
            source: one.source.name,
            input: one.input.name,
            file,
            sha256: '',
            path,
            copy: join(folder, one.source.name, file),
          };
        }),
    );
    one.changed = true;
  }
  return inputs;
}

const mentions = (sql: string, name: string): boolean =>
  new RegExp(`(^|[^\\w.])"?${name}"?($|[^\\w])`, 'i').test(sql);

interface Built {
  sources: SourceCount[];
  asOf: string;
  expected: Fingerprint;
}

/** Fills the building file: a copy of the current snapshot and what this load adds. */
async function build(job: Job, building: string, inputs: InputCopy[]): Promise<Built> {
  if (job.current) {
    copyFileSync(job.current.path, building);
    chmodSync(building, 0o644);
  }
  fault('build.copied');
  const instance = await DuckDBInstance.create(building, loaderOptions(job.dataDir));
  const db = await instance.connect();
  try {
    await prepareSession(db, job.config);
    await createTables(db);
    const sources: SourceCount[] = [];
    for (const source of job.config.sources)
      sources.push(
        await loadSource(
          job,
          db,
          source,
          inputs.filter((i) => i.source === source && i.changed),
        ),
      );
    fault('build.facts');
    assertLedger(sources);
    job.report('Building versions');
    const merged = await buildVersions(db, {
      config: job.config,
      loadNo: job.loadNo,
      knownAt: instantText(job.startedAt),
    });
    fault('build.versions');
    const asOf = await newestObservation(db);
    await noteLoad(job, db, sources, asOf, merged);
    job.report('Building layouts');
    await buildLayouts(db, job.config, asOf);
    fault('build.layouts');
    job.report('Checking');
    await runChecks(db);
    fault('build.checked');
    const expected = await fingerprint(db);
    await run(db, 'checkpoint');
    fault('build.checkpoint');
    return { sources, asOf: new Date(`${asOf.replace(' ', 'T')}Z`).toISOString(), expected };
  } finally {
    db.closeSync();
    instance.closeSync();
  }
}

const loaderOptions = (dataDir: string): Record<string, string> => ({
  memory_limit: '10GB',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  temp_directory: join(dataDir, 'snapshots', 'spill.building.tmp'),
  max_temp_directory_size: '60GB',
});

async function loadSource(
  job: Job,
  db: DuckDBConnection,
  source: SourceConfig,
  inputs: InputCopy[],
): Promise<SourceCount> {
  const landed = new Map<string, Landed>();
  const context = { load: job.load, folder: join(job.dataDir, 'landing', job.load) };
  await run(db, 'delete from source_observed');
  if (!inputs.length) return { source: source.name, objects: [] };
  for (const { input, copies } of inputs) {
    if (!copies.length) continue;
    job.report(`Reading ${input.name}`);
    const one = await landInput(db, input, copies, context);
    job.warnings.push(...one.warnings);
    landed.set(input.name, one);
    await run(db, `insert into source_observed select distinct _observed_at from "${input.name}"`);
  }
  const objects: ObjectCount[] = [];
  for (const object of objectNames) {
    const entries = entryList(source.objects[object]).filter((entry) =>
      isReadable(entry, landed, Object.keys(source.inputs)),
    );
    if (!entries.length) continue;
    job.report(`Loading ${object}`);
    objects.push(await loadObject(job, db, source, object, entries, landed));
  }
  for (const name of landed.keys()) await run(db, `drop table temp."${name}"`);
  return { source: source.name, objects };
}

function isReadable(entry: ObjectConfig, landed: Map<string, Landed>, inputs: string[]): boolean {
  if (!entry.sql) return landed.has(entry.input as string);
  const { sql } = entry;
  // A select that reads no input (a list of values) goes along with whatever is loaded.
  return (
    !inputs.some((name) => mentions(sql, name)) ||
    [...landed.keys()].some((name) => mentions(sql, name))
  );
}

async function loadObject(
  job: Job,
  db: DuckDBConnection,
  source: SourceConfig,
  object: CrmObject,
  entries: ObjectConfig[],
  landed: Map<string, Landed>,
): Promise<ObjectCount> {
  const total: ObjectCount = { object, rowsIn: 0, loaded: 0, quarantined: 0, superseded: 0 };
  for (const entry of entries) {
    const full =
      entries.length === 1 &&
      (entry.extract ?? (entry.input ? source.inputs[entry.input]?.extract : 'delta')) === 'full';
    const count = await loadFacts(
      db,
      entry,
      {
        load: job.load,
        loadNo: job.loadNo,
        source,
        reportingZone: job.config.zone,
        object,
        maxShrink: job.config.maxShrink,
      },
      full,
    );
    const aside = await adopt(job, db, object, entry, landed);
    total.rowsIn += count.rowsIn + aside;
    total.loaded += count.loaded;
    total.quarantined += count.quarantined + aside;
    total.superseded += count.superseded;
  }
  return total;
}

/** Lines that could not even be read count with the first object that reads their input. */
async function adopt(
  job: Job,
  db: DuckDBConnection,
  object: CrmObject,
  entry: ObjectConfig,
  landed: Map<string, Landed>,
): Promise<number> {
  let aside = 0;
  for (const [name, one] of landed) {
    if (!(entry.input === name || (entry.sql && mentions(entry.sql, name)))) continue;
    aside += one.quarantined;
    one.quarantined = 0;
    await run(
      db,
      `update quarantine set object = '${object}' where load = ${quoteText(job.load)} and object = ${quoteText(name)}`,
    );
  }
  return aside;
}

function assertLedger(sources: SourceCount[]): void {
  for (const { source, objects } of sources)
    for (const o of objects)
      if (o.rowsIn !== o.loaded + o.quarantined + o.superseded || o.superseded < 0)
        throw new LoadError(
          'failed',
          `${source} ${o.object}: ${o.rowsIn} rows in, but ${o.loaded} loaded + ${o.quarantined} quarantined + ${o.superseded} superseded`,
        );
}

const observedTables: CrmObject[] = [
  'opportunity',
  'opportunity_stage_history',
  'opportunity_field_history',
  'account',
  'activity',
];

/** When the newest extract of anything was taken. */
async function newestObservation(db: DuckDBConnection): Promise<string> {
  const parts = observedTables.map((o) => `select max(observed_at) as seen from fact_${o}`);
  const newest = await one(
    db,
    `select strftime(max(seen), '%Y-%m-%d %H:%M:%S.%g') from (select max(observed_at) as seen from source_observed union all ${parts.join(' union all ')})`,
  );
  if (newest === null)
    throw new LoadError('bad-source', 'No row of any object was read; nothing was published');
  return String(newest);
}

async function noteLoad(
  job: Job,
  db: DuckDBConnection,
  sources: SourceCount[],
  asOf: string,
  merged: unknown,
): Promise<void> {
  const settings = {
    zone: job.config.zone,
    currency: job.config.currency,
    fiscalYearStart: String(job.config.fiscalYearStart),
    company: job.config.company,
    asOf,
    schemaVersion: String(schemaVersion),
  };
  for (const [name, value] of Object.entries(settings)) {
    await run(db, `delete from setting where name = ${quoteText(name)}`);
    await run(db, `insert into setting values (${quoteText(name)}, ${quoteText(value)})`);
  }
  await run(
    db,
    `insert into load values (${job.loadNo}, ${quoteText(job.load)}, timestamp ${quoteText(instantText(job.startedAt))}, timestamp ${quoteText(asOf)}, timestamp ${quoteText(instantText(job.startedAt))}, null,
    ${quoteText(JSON.stringify({ sources, merged }))})`,
  );
  await run(db, 'delete from source_state');
  await run(
    db,
    `insert into source_state select source_name, max(observed_at), null from (${objectNames.map((o) => `select source_name, observed_at from fact_${o}`).join(' union all ')}) group by 1 order by 1`,
  );
}

/** An instant as the warehouse keeps it: UTC, without a zone. */
export const instantText = (at: Date): string => at.toISOString().slice(0, 23).replace('T', ' ');
