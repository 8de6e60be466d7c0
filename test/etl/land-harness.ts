import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type LandContext, type Landed, type LandInput, landInput } from '#etl/land.ts';
import { all } from '#etl/sql.ts';

export interface Landing {
  root: string;
  folder: string;
  db: DuckDBConnection;
  put(file: string, content: string | Buffer): string;
  land(paths: string[], more?: Partial<LandInput>, context?: Partial<LandContext>): Promise<Landed>;
  rows(sql?: string): Promise<Record<string, unknown>[]>;
  quarantine(): Promise<Record<string, unknown>[]>;
  close(): void;
}

/** A source folder, a landing folder and a database, all temporary. */
export async function openLanding(): Promise<Landing> {
  const home = mkdtempSync(join(tmpdir(), 'plumbline-land-'));
  const [root, folder] = [join(home, 'source'), join(home, 'landing')];
  mkdirSync(root);
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  await db.run(`create table quarantine (load varchar, source varchar, object varchar, file varchar, line bigint,
    column_name varchar, value varchar, reason varchar, raw varchar)`);
  const context: LandContext = {
    load: 'L000001',
    landingFolder: folder,
    observedAt: () => new Date('2026-03-01T12:00:00.123Z'),
    known: () => undefined,
  };
  return {
    root,
    folder,
    db,
    put(file, content) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), content);
      return join(root, file);
    },
    land: (paths, more = {}, changed = {}) =>
      landInput(
        db,
        { source: 'crm', name: 'Deal', paths, root, ...more },
        { ...context, ...changed },
      ),
    rows: (sql = 'from "landed_Deal" order by _file, _line') => all(db, sql),
    quarantine: () =>
      all(db, 'select line::integer as line, reason, raw from quarantine order by file, line'),
    close() {
      db.closeSync();
      instance.closeSync();
      rmSync(home, { recursive: true });
    },
  };
}
