import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, parseConfig } from '#etl/config.ts';
import { type LoadResult, runJob } from '#etl/job.ts';
import { localViewer } from '#warehouse/access.ts';
import type { OpportunityLife } from '#warehouse/opportunity-answer.ts';
import type { Row } from '#warehouse/answers.ts';
import { type CrmObject, crmObjects, objectNames } from '#warehouse/crm.ts';
import type { QueryInput } from '#warehouse/query.ts';
import { openWarehouse, type Warehouse } from '#warehouse/warehouse.ts';

/** File name -> CSV text; blanks around lines and empty lines are left out. */
export type Exports = Record<string, string>;

export interface PlainOptions {
  zone?: string;
  currency?: string;
  fiscalYearStart?: number;
  /** When the files without a day in their name were taken. */
  observedAt?: string;
  maxShrink?: number;
  maxQuarantined?: number;
  stageRenames?: unknown[];
  /** Objects whose extracts are full: what is no longer in one was deleted. */
  full?: CrmObject[];
  /** More keys of single objects: since, carryBack, fields, tracked, columns. */
  objects?: Partial<Record<CrmObject, Record<string, unknown>>>;
}

/**
 * A config for files named as the CRM objects (`opportunity.csv`, `opportunity_2026-05-31.csv`) with columns named
 * as the CRM columns; probabilities in percent.
 */
export function plainConfig(options: PlainOptions = {}): Config {
  const { objects = {}, full = [], observedAt, ...company } = options;
  const inputs = objectNames.map((object) => [
    `${object}_file`,
    {
      file: `${object}{,_2*}.csv`,
      extract: full.includes(object) ? 'full' : 'delta',
      optional: true,
    },
  ]);
  const entries = objectNames.map((object) => [
    object,
    {
      ...objects[object],
      input: `${object}_file`,
      columns: { ...plainColumns(object), ...(objects[object]?.columns as object | undefined) },
    },
  ]);
  const source = {
    name: 'crm',
    ...(observedAt ? { observedAt } : {}),
    inputs: Object.fromEntries(inputs),
    objects: Object.fromEntries(entries),
  };
  return parseConfig({ ...company, sources: [source] }, 'test');
}

const plainColumns = (object: CrmObject): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(crmObjects[object].columns).map(([name, { kind }]) => [
      name,
      { column: name, optional: true, ...(kind === 'probability' ? { scale: 100 } : {}) },
    ]),
  );

/** An installation in a temporary folder with the exports that are loaded into it. */
export interface Loaded {
  dataDir: string;
  exports: string;
  warehouse: Warehouse;
  /** Writes files beside (or over) those that are there and loads the folder. */
  load(config: Config, files: Exports, at?: string): Promise<LoadResult>;
  ask(query: QueryInput): Promise<Row[]>;
  /** The one row of a question without dimensions. */
  total(query: QueryInput): Promise<Row>;
  life(id: string, when?: { asOf?: string; knownAt?: string }): Promise<OpportunityLife>;
  remove(): Promise<void>;
}

export function makeLoaded(): Loaded {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-golden-'));
  const dataDir = join(root, 'data');
  const exports = join(root, 'exports');
  mkdirSync(exports);
  const warehouse = openWarehouse(dataDir);
  const ask = async (query: QueryInput) => (await warehouse.answer(localViewer, query)).rows;
  return {
    dataDir,
    exports,
    warehouse,
    ask,
    async load(config, files, at) {
      for (const [name, text] of Object.entries(files))
        writeFileSync(join(exports, name), csv(text));
      for (const source of config.sources) source.folder = exports;
      return runJob({ config, dataDir, ...(at ? { clock: () => new Date(at) } : {}) });
    },
    async total(query) {
      const [row] = await ask(query);
      if (!row) throw new Error(`no row for ${JSON.stringify(query)}`);
      return row;
    },
    async life(id, when = {}) {
      const life = await warehouse.opportunity(localViewer, id, when);
      if (!life) throw new Error(`no opportunity ${id}`);
      return life;
    },
    async remove() {
      await warehouse.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** One load of some files into a new installation. */
export async function loadOnce(
  options: PlainOptions,
  files: Exports,
  at?: string,
): Promise<Loaded & { result: LoadResult }> {
  const loaded = makeLoaded();
  const result = await loaded.load(plainConfig(options), files, at);
  return { ...loaded, result };
}

const csv = (text: string): string =>
  `${text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join('\n')}\n`;

/** The stages that most tests need. */
export const stages = `
  label,order,class,probability
  Qualify,1,open,20
  Offer,2,open,50
  Won,8,won,100
  Lost,9,lost,0
  Withdrawn,10,withdrawn,0`;
