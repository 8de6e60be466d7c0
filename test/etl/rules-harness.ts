import { findCurrent } from '#warehouse/snapshot.ts';
import { openReader } from '#warehouse/connection.ts';
import { type Config, parseConfig } from '#etl/config.ts';
import type { LoadResult } from '#etl/job.ts';
import type { ObjectCount } from '#warehouse/status-answer.ts';
import {
  type Exports,
  type Loaded,
  makeLoaded,
  type PlainOptions,
  plainConfig,
  stages,
} from '../golden/loading.ts';

/** An installation whose snapshot can be read with plain SQL. */
export interface Rules extends Loaded {
  /** Writes files and loads them; `at` is the wall clock. Without a config: files named as the objects. */
  put(files: Exports, options?: PlainOptions | Config, at?: string): Promise<LoadResult>;
  sql<T = Record<string, unknown>>(text: string): Promise<T[]>;
  /** The versions of one opportunity known now, the given columns and their validity, `-` where nothing is. */
  versions(id: string, columns: string[]): Promise<string[]>;
}

const isConfig = (options: PlainOptions | Config): options is Config => 'sources' in options;

export function makeRules(): Rules {
  const loaded = makeLoaded();
  const sql = async <T = Record<string, unknown>>(text: string): Promise<T[]> => {
    const reader = await openReader(findCurrent(loaded.dataDir)?.path ?? '', 0);
    try {
      return (await reader.all(text)) as T[];
    } finally {
      reader.close();
    }
  };
  return {
    ...loaded,
    put: (files, options = {}, at) =>
      loaded.load(isConfig(options) ? options : plainConfig(options), files, at),
    sql,
    async versions(id, columns) {
      const rows = await sql(
        `select strftime(valid_from, '%m-%d %H:%M') as "from", ${columns.join(', ')} from opportunity_version where opportunity_id = '${id}' and known_to = 'infinity' order by valid_from`,
      );
      return rows.map((row) =>
        [
          row.from,
          ...columns.map((name) => String(row[name.replaceAll('"', '')] ?? '-') || '-'),
        ].join(' '),
      );
    },
  };
}

/** The counts of one object in a load. */
export function countOf(result: LoadResult, object: string): ObjectCount {
  const found = result.sources.flatMap((source) => source.objects).find((o) => o.object === object);
  if (!found) throw new Error(`the load has no ${object}`);
  return found;
}

/** A config with one hand-written source, `crm`. */
export const sourceConfig = (source: Record<string, unknown>, more: object = {}): Config =>
  parseConfig({ ...more, sources: [{ name: 'crm', ...source }] }, 'test.json');

export { stages };
