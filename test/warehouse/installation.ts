import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, parseConfig, readConfig } from '#etl/config.ts';
import { type LoadResult, runJob } from '#etl/job.ts';
import { localViewer } from '#warehouse/access.ts';
import type { Row } from '#warehouse/answers.ts';
import type { QueryInput } from '#warehouse/query.ts';
import { openWarehouse, type Warehouse } from '#warehouse/warehouse.ts';

/** An installation in a temporary folder, to be loaded and asked. */
export interface Installation {
  dataDir: string;
  warehouse: Warehouse;
  load(config: Config, at?: string): Promise<LoadResult>;
  ask(query: QueryInput): Promise<Row[]>;
  remove(): Promise<void>;
}

export function makeInstallation(): Installation {
  const dataDir = mkdtempSync(join(tmpdir(), 'plumbline-installation-'));
  const warehouse = openWarehouse(dataDir);
  return {
    dataDir,
    warehouse,
    load: (config, at) => runJob({ config, dataDir, ...(at ? { clock: () => new Date(at) } : {}) }),
    ask: async (query) => (await warehouse.answer(localViewer, query)).rows,
    remove: async () => {
      await warehouse.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export { parseConfig, readConfig };
