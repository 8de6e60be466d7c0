import { readFileSync } from 'node:fs';

/** The one place of this roof that reads the environment. */
export const env = {
  dataDir: process.env.PLUMBLINE_DATA ?? 'data',
  /** What DuckDB may take at a load; null: three fifths of the machine, at most 10 GB. */
  memory: process.env.PLUMBLINE_MEMORY ?? null,
  /** What a load may spill to disk. */
  spill: process.env.PLUMBLINE_SPILL ?? '60GB',
  fault: process.env.PLUMBLINE_FAULT ?? null,
  log: process.env.PLUMBLINE_LOG ?? 'info',
};

/** The version that a snapshot says it was built by. */
export const { version: codeVersion } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string };
