import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { listSnapshots, maybeCurrent, snapshotIds, snapshotPaths } from '#warehouse/snapshot.ts';
import { quoteText } from './mapping.ts';
import { all, run } from './sql.ts';

/**
 * Brings the ledger in line with the pointer: a load that was killed after its publishing rename is published, one
 * killed before is not. A ledger that was lost learns of all snapshots from their manifests.
 */
export async function completeLedger(
  db: DuckDBConnection,
  dataDir: string,
  isNew: boolean,
): Promise<void> {
  const current = maybeCurrent(dataDir);
  const known = isNew ? listSnapshots(dataDir) : current ? [current] : [];
  for (const { manifest } of known) {
    const { id, load, publishedAt } = manifest;
    await run(
      db,
      `insert into load (load_id, started_at, finished_at, status, snapshot_id) values (?, ?::timestamp, ?::timestamp, 'published', ?)
      on conflict do update set status = 'published', snapshot_id = excluded.snapshot_id, finished_at = coalesce(load.finished_at, excluded.finished_at)`,
      [load, publishedAt, publishedAt, id],
    );
    await run(
      db,
      `insert into sequence values ('load', ?) on conflict do update set last = greatest(last, excluded.last)`,
      [BigInt(load.replace(/\D/g, '') || 0)],
    );
  }
  await run(
    db,
    `update load set status = 'killed', error = 'The process ended before the load did' where status = 'running'`,
  );
}

/** Removes what killed loads left: building files, and snapshots that were finished but never published. */
export async function sweep(db: DuckDBConnection, dataDir: string): Promise<void> {
  const { folder } = snapshotPaths(dataDir);
  const rows = await all(
    db,
    `select distinct snapshot_id from load where status = 'published' and snapshot_id is not null`,
  );
  const published = new Set(rows.map((row) => String(row.snapshot_id)));
  const current = maybeCurrent(dataDir);
  for (const id of current ? [...current.manifest.ancestors, current.id] : []) published.add(id);
  // A pointer that leads nowhere does not say what was published: all whole snapshots may be put back.
  if (!current && existsSync(snapshotPaths(dataDir).pointer))
    for (const id of snapshotIds(dataDir)) published.add(id);
  for (const name of readdirSync(folder)) {
    const id = /^(S\d{6,})\.(?:duckdb|json)/.exec(name)?.[1];
    const isRest =
      /\.building\.|\.tmp$|\.wal$/.test(name) || (id !== undefined && !published.has(id));
    if (isRest) rmSync(join(folder, name), { recursive: true, force: true });
  }
  rmSync(`${snapshotPaths(dataDir).pointer}.tmp`, { force: true });
  await run(
    db,
    `delete from landed_file where snapshot_id not in (${[...published, ''].map(quoteText).join(', ')})`,
  );
}
