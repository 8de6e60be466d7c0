import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ObjectCount } from '#warehouse/status-answer.ts';
import { type CrmObject, objectNames } from '#warehouse/crm.ts';
import { type Config, entryList, type ObjectConfig, type SourceConfig } from './config.ts';
import type { LedgerFile } from './control.ts';
import { LoadError } from './errors.ts';
import { loadFacts } from './facts.ts';
import { type ChosenInput, isReadable, mentions } from './inputs.ts';
import { type Landed, landInput } from './land.ts';
import { quoteName, quoteText } from './mapping.ts';
import { run } from './sql.ts';

export interface SourceCount {
  source: string;
  objects: ObjectCount[];
}

export interface SourceContext {
  config: Config;
  dataDir: string;
  load: string;
  loadNo: number;
  report: (step: string) => void;
  /** Filled on the way. */
  warnings: string[];
  files: LedgerFile[];
}

/** Lands the chosen inputs of one source and appends what they say to the facts; counts by object. */
export async function loadSource(
  db: DuckDBConnection,
  source: SourceConfig,
  inputs: ChosenInput[],
  context: SourceContext,
): Promise<SourceCount> {
  const landed = new Map<string, Landed>();
  await run(db, 'delete from source_observed');
  for (const chosen of inputs) {
    if (!chosen.input.paths.length) continue;
    context.report(`Reading ${chosen.input.name}`);
    landed.set(chosen.input.name, await land(db, chosen, context));
  }
  const names = [...landed.keys()];
  const objects: ObjectCount[] = [];
  for (const object of names.length ? objectNames : []) {
    const entries = entryList(source.objects[object]).filter((entry) =>
      isReadable(entry, names, Object.keys(source.inputs)),
    );
    if (!entries.length) continue;
    context.report(`Loading ${object}`);
    objects.push(await loadObject(db, { source, object, entries, landed, context }));
  }
  // The names of inputs are the user's; they must not cover the warehouse's own tables any longer.
  for (const name of names)
    await run(db, `drop view temp.${quoteName(name)}; drop table ${quoteName(`landed_${name}`)}`);
  const count = { source: source.name, objects };
  assertLedger(count);
  return count;
}

async function land(
  db: DuckDBConnection,
  { input, found, mapping }: ChosenInput,
  { load, dataDir, warnings, files }: SourceContext,
): Promise<Landed> {
  const one = await landInput(db, input, {
    load,
    landingFolder: join(dataDir, 'landing', load),
    observedAt: (path, mtime) => found.observedAt.get(path) ?? mtime,
    known: () => undefined,
  });
  warnings.push(...one.warnings);
  files.push(
    ...one.files.map((file) => ({ ...file, source: input.source, input: input.name, mapping })),
  );
  const view = `create temp view ${quoteName(input.name)} as from ${quoteName(`landed_${input.name}`)}`;
  await run(db, view);
  await run(
    db,
    `insert into source_observed select distinct _observed_at from ${quoteName(input.name)}`,
  );
  return one;
}

interface ObjectTask {
  source: SourceConfig;
  object: CrmObject;
  entries: ObjectConfig[];
  landed: Map<string, Landed>;
  context: SourceContext;
}

async function loadObject(db: DuckDBConnection, task: ObjectTask): Promise<ObjectCount> {
  const { source, object, entries, context } = task;
  const total: ObjectCount = { object, rowsIn: 0, loaded: 0, quarantined: 0, superseded: 0 };
  const { load, loadNo, config, warnings } = context;
  const { zone: reportingZone, maxShrink, mask: masked } = config;
  const about = { load, loadNo, source, reportingZone, object, maxShrink, masked, warnings };
  const delivering = entries.filter(({ removed }) => !removed);
  const [only] = delivering;
  const extract = only?.extract ?? (only?.input ? source.inputs[only.input]?.extract : 'delta');
  await forgetQuarantine(db, task);
  // What is listed as removed may be told of by the same load.
  for (const entry of [...delivering, ...entries.filter(({ removed }) => removed)]) {
    const full = !entry.removed && delivering.length === 1 && extract === 'full';
    const count = await loadFacts(db, entry, about, { full, isEmpty: isEmpty(entry, task) });
    const aside = await adopt(db, entry, task);
    total.rowsIn += count.rowsIn + aside;
    total.loaded += count.loaded;
    total.quarantined += count.quarantined + aside;
    total.superseded += count.superseded;
  }
  await noteFreshness(db, task);
  return total;
}

/** Files that are read again are judged again: what they had in quarantine before may be mended by now. */
async function forgetQuarantine(db: DuckDBConnection, task: ObjectTask): Promise<void> {
  const { source, object, entries, landed, context } = task;
  const inputs = [...landed].filter(([name]) => entries.some((entry) => reads(entry, name)));
  const files = inputs.flatMap(([, { files: read }]) => read.map(({ file }) => file));
  for (const table of ['quarantine', 'flag'])
    await run(
      db,
      `delete from ${table} where source = ${quoteText(source.name)} and object = ${quoteText(object)} and load <> ${quoteText(context.load)}
      and file in (${[...files, 'sql'].map(quoteText).join(', ')})`,
    );
}

/** Whether the newest of the files of an input has no line at all. */
function isEmpty({ input = '' }: ObjectConfig, { landed }: ObjectTask): boolean {
  const files = landed.get(input)?.files ?? [];
  const newest = Math.max(...files.map(({ observedAt }) => observedAt.getTime()));
  const last = files.filter(({ observedAt }) => observedAt.getTime() === newest);
  return last.length > 0 && last.every(({ rows }) => rows === 0);
}

const reads = (entry: ObjectConfig, input: string): boolean =>
  entry.input === input || (entry.sql !== undefined && mentions(entry.sql, input));

/** When the newest of the extracts was taken that an object was read from. */
async function noteFreshness(db: DuckDBConnection, task: ObjectTask): Promise<void> {
  const { source, object, entries, landed } = task;
  const at = [...landed]
    .filter(([name]) => entries.some((entry) => reads(entry, name)))
    .flatMap(([, { files }]) => files.map(({ observedAt }) => observedAt.getTime()));
  if (!at.length) return;
  const newest = new Date(Math.max(...at)).toISOString().slice(0, -1);
  const which = `source = ${quoteText(source.name)} and object = ${quoteText(object)}`;
  await run(
    db,
    `insert into object_state select ${quoteText(source.name)}, ${quoteText(object)}, null where not exists (from object_state where ${which});
    update object_state set fresh_at = greatest(coalesce(fresh_at, '-infinity'), timestamp ${quoteText(newest)}) where ${which}`,
  );
}

/** Lines that could not even be read count with the first object that reads their input. */
async function adopt(
  db: DuckDBConnection,
  entry: ObjectConfig,
  { object, landed, context }: ObjectTask,
): Promise<number> {
  let aside = 0;
  for (const [name, one] of landed) {
    if (!reads(entry, name)) continue;
    aside += one.quarantined;
    one.quarantined = 0;
    await run(
      db,
      `update quarantine set object = '${object}' where load = ${quoteText(context.load)} and object = ${quoteText(name)}`,
    );
  }
  return aside;
}

function assertLedger({ source, objects }: SourceCount): void {
  for (const o of objects)
    if (o.rowsIn !== o.loaded + o.quarantined + o.superseded || o.superseded < 0)
      throw new LoadError(
        'failed',
        `${source} ${o.object}: ${o.rowsIn} rows in, but ${o.loaded} loaded + ${o.quarantined} quarantined + ${o.superseded} superseded`,
      );
}
