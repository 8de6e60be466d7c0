import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { type CrmObject, crmObjects, objectNames } from '#warehouse/crm.ts';
import { describeIssues } from './config-errors.ts';
import { LoadError } from './errors.ts';
import { nearest } from '#warehouse/nearest.ts';
import { presets } from './presets/index.ts';

const zoneSchema = z
  .string()
  .refine(isZone, { error: 'is not an IANA time zone such as Europe/Ljubljana' });

const columnSchema = z.union([
  z.string(),
  z.strictObject({
    column: z.string(),
    /** strptime format, e.g. `%d.%m.%Y`; default ISO. */
    date: z.string().optional(),
    /** The decimal mark, `.` unless given; the other of `.` `,` and blanks are thousands marks. */
    decimal: z.enum(['.', ',']).optional(),
    /** 100 when the source writes percent, 1 when it writes a share. */
    scale: z.union([z.literal(1), z.literal(100)]).optional(),
    /** Source value -> CRM value. */
    values: z.record(z.string(), z.string().nullable()).default({}),
    /** Zone of timestamps without an offset. */
    zone: zoneSchema.optional(),
    /** Only values that begin so: a column that points to records of several objects. */
    startsWith: z.string().min(1).optional(),
    /** true: the source need not have the column. */
    optional: z.boolean().default(false),
  }),
  z.strictObject({ value: z.union([z.string(), z.number(), z.boolean()]) }),
]);

const inputSchema = z.strictObject({
  file: z.string(),
  format: z.enum(['csv', 'parquet', 'jsonl']).optional(),
  delimiter: z.string().length(1).optional(),
  /** `full`: a key that is no longer in the extract was deleted. */
  extract: z.enum(['full', 'delta']).default('delta'),
  /** true: the input may be absent. */
  optional: z.boolean().default(false),
});

const objectSchema = z.strictObject({
  input: z.string().optional(),
  sql: z.string().optional(),
  extract: z.enum(['full', 'delta']).optional(),
  /** true: the rows name records that the source no longer has: their key, and `mergedInto` when they went into another. */
  removed: z.boolean().default(false),
  since: z.iso.date().optional(),
  carryBack: z.union([z.boolean(), z.array(z.string())]).default(false),
  /** opportunity_field_history: field name in the source -> CRM column that it tracks. */
  fields: z.record(z.string(), z.string()).optional(),
  /** opportunity_field_history: fields tracked from the start even if no row shows it. */
  tracked: z.record(z.string(), z.iso.date()).optional(),
  columns: z.record(z.string(), columnSchema).default({}),
  by: z.record(z.string(), z.literal('name')).default({}),
});

const sourceSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/, 'use small letters, digits and _'),
  connector: z.literal('files').default('files'),
  folder: z.string().default('.'),
  preset: z.enum(['salesforce']).optional(),
  zone: zoneSchema.default('UTC'),
  observedAt: z.iso.datetime({ offset: true }).optional(),
  inputs: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/), inputSchema).default({}),
  objects: z
    .partialRecord(
      z.enum(objectNames as [string, ...string[]]),
      z.union([objectSchema, z.array(objectSchema)]),
    )
    .default({}),
});

export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  company: z.string().default('Your company'),
  zone: zoneSchema.default('UTC'),
  currency: z.string().length(3).default('EUR'),
  fiscalYearStart: z.number().int().min(1).max(12).default(1),
  maxQuarantined: z.number().min(0).max(1).default(0.02),
  /** A full extract that lost more than this share of its rows stops the load. */
  maxShrink: z.number().min(0).max(1).default(0.3),
  stageRenames: z
    .array(
      z.strictObject({
        from: z.string(),
        to: z.string(),
        effectiveFrom: z.iso.date().optional(),
        pipeline: z.string().nullable().default(null),
        decidedBy: z.string().optional(),
      }),
    )
    .default([]),
  /** Columns that are not loaded, `object.column`: personal data that nobody needs here. */
  mask: z.array(z.string()).default([]),
  sources: z.array(sourceSchema).min(1),
});

export type Config = z.infer<typeof configSchema>;
export type SourceConfig = z.infer<typeof sourceSchema>;
export type ObjectConfig = z.infer<typeof objectSchema>;
export type InputConfig = z.infer<typeof inputSchema>;
export type ColumnConfig = z.infer<typeof columnSchema>;

/** Reads and checks a config file; `filesFolder` replaces the folder of a single-source config. */
export function readConfig(path: string, filesFolder?: string): Config {
  const file = resolve(path);
  const config = parseConfig(readJson(file), file);
  if (filesFolder && config.sources.length > 1)
    throw new LoadError(
      'wrong-use',
      `--files fits a config with one source; ${path} has ${config.sources.length}`,
    );
  for (const source of config.sources)
    source.folder = filesFolder ? resolve(filesFolder) : resolve(dirname(file), source.folder);
  return config;
}

/** Checks a config value; errors name file, key, value and what is allowed. */
export function parseConfig(input: unknown, file: string): Config {
  const result = configSchema.safeParse(input);
  if (!result.success)
    throw new LoadError(
      'bad-config',
      `${file}:\n${describeIssues(result.error, input, configJsonSchema())}`,
    );
  const config = result.data;
  config.sources = config.sources.map((source) => withPreset(source));
  for (const source of config.sources) checkColumns(source, file);
  checkMeanings(config, file);
  return config;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new LoadError(
      'bad-config',
      `${file} cannot be read as JSON: ${(error as Error).message}`,
    );
  }
}

/** The preset's inputs and objects below, the config's own above, column by column. */
function withPreset(source: SourceConfig): SourceConfig {
  if (!source.preset) return source;
  const preset = sourceSchema.parse({ name: source.name, ...presets[source.preset] });
  const objects = { ...preset.objects };
  for (const [name, own] of Object.entries(source.objects))
    objects[name] = mergeObject(objects[name], own);
  return { ...source, inputs: { ...preset.inputs, ...source.inputs }, objects };
}

type ObjectEntry = SourceConfig['objects'][string];

function mergeObject(below: ObjectEntry, own: ObjectEntry): ObjectEntry {
  if (!own || !below || Array.isArray(own) || Array.isArray(below)) return own ?? below;
  const given = Object.fromEntries(
    Object.entries(own).filter(([, value]) => value !== undefined && value !== false),
  );
  return {
    ...below,
    ...given,
    columns: { ...below.columns, ...own.columns },
    by: { ...below.by, ...own.by },
  };
}

function checkColumns(source: SourceConfig, file: string): void {
  for (const [name, entry] of Object.entries(source.objects))
    for (const object of entryList(entry)) {
      const where = `${file}: sources.${source.name}.objects.${name}`;
      const known = Object.keys(crmObjects[name as CrmObject].columns);
      for (const key of ['columns', 'by'] as const)
        for (const column of Object.keys(object[key]))
          refuseUnknown(`${where}.${key}.${column}: no such CRM column`, column, known);
      for (const column of Array.isArray(object.carryBack) ? object.carryBack : [])
        refuseUnknown(`${where}.carryBack: "${column}" is no CRM column`, column, known);
      for (const column of [
        ...Object.keys(object.tracked ?? {}),
        ...Object.values(object.fields ?? {}),
      ])
        refuseUnknown(
          `${where}: "${column}" is no column of an opportunity`,
          column,
          Object.keys(crmObjects.opportunity.columns),
        );
      if (!object.input && !object.sql)
        throw new LoadError('bad-config', `${where}: give "input" (a named input) or "sql"`);
      if (object.input && !object.sql)
        refuseUnknown(
          `${where}.input: no such input "${object.input}"`,
          object.input,
          Object.keys(source.inputs),
        );
    }
}

function refuseUnknown(words: string, name: string, known: string[]): void {
  if (known.includes(name)) return;
  throw new LoadError(
    'bad-config',
    `${words}; nearest: ${nearest(name, known)}; allowed: ${known.join(', ') || 'none'}`,
  );
}

/** What a schema cannot see: names given twice, columns that do not exist. */
function checkMeanings({ sources, mask, stageRenames }: Config, file: string): void {
  const names = sources.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new LoadError(
      'bad-config',
      `${file}: sources: two sources are called "${twice}"; give each its own name`,
    );
  const columns = objectNames.flatMap((object) =>
    Object.entries(crmObjects[object].columns)
      .filter(([, { needed }]) => !needed)
      .map(([column]) => `${object}.${column}`),
  );
  for (const [at, column] of mask.entries())
    refuseUnknown(
      `${file}: mask.${at}: "${column}" is no column that can be left out`,
      column,
      columns,
    );
  const renamed = stageRenames.map(({ from, pipeline }) => JSON.stringify([from, pipeline]));
  const again = stageRenames.findIndex((_, at) => renamed.indexOf(renamed[at] ?? '') !== at);
  if (again >= 0)
    throw new LoadError(
      'bad-config',
      `${file}: stageRenames.${again}.from: "${stageRenames[again]?.from}" is renamed twice in one pipeline; keep one`,
    );
}

/** One object may be fed by several inputs (task and event are both activities). */
export const entryList = (entry: ObjectEntry): ObjectConfig[] =>
  entry ? (Array.isArray(entry) ? entry : [entry]) : [];

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The published JSON schema of the config file (docs/config.schema.json). */
export const configJsonSchema = (): unknown =>
  z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });
