import { sql } from 'drizzle-orm';
import { type Viewer, visibleToAll } from './access.ts';
import type { CheckResult, LoadSummary, QuarantineRow, Status } from './status-answer.ts';
import type { Source } from './ask.ts';
import { fetchRows } from './opportunities.ts';
import { isoInstant } from './period.ts';

const instant = (column: string): string => `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%gZ')`;

/** What is loaded, how fresh each source is, and how many records there are of each object. */
export async function readStatus({ reader, snapshot, settings }: Source): Promise<Status> {
  const sources = await reader.all(
    `select source, ${instant('fresh_at')} as "freshAt", error from source_state order by source`,
  );
  const fresh = await reader.all(
    `select source, object, ${instant('fresh_at')} as "freshAt" from object_state order by source, object`,
  );
  const counted = await reader.all('select object, n from object_count');
  return {
    company: settings.company,
    snapshot,
    loadedAt: isoInstant(settings.knownAt),
    asOf: isoInstant(settings.asOf),
    sources: sources as unknown as Status['sources'],
    objects: fresh as unknown as Status['objects'],
    counts: Object.fromEntries(counted.map((row) => [String(row.object), Number(row.n)])),
    warning: null,
  };
}

/** The loads that this snapshot contains, newest first. */
export async function readLoads({ reader }: Source): Promise<LoadSummary[]> {
  const rows = await reader.all(
    `select load, ${instant('started_at')} as started, ${instant('as_of')} as as_of, counts from load order by load_no desc`,
  );
  return rows.map((row) => ({
    load: String(row.load),
    startedAt: String(row.started),
    asOf: String(row.as_of),
    finishedAt: null,
    status: 'published',
    seconds: null,
    error: null,
    sources: (JSON.parse(String(row.counts)) as { sources: LoadSummary['sources'] }).sources,
  }));
}

/**
 * Lines that could not be loaded and values that were not believed, newest load first. Nobody knows whose they are, so
 * they are for those who see everything.
 */
export async function readQuarantine(
  source: Source,
  viewer: Viewer,
  { limit, object }: { limit: number; object?: string },
): Promise<{ rows: QuarantineRow[]; total: number }> {
  const which = sql`${visibleToAll(viewer)} and ${object === undefined ? sql`true` : sql`object = ${object}`}`;
  const rows = await fetchRows(
    source,
    sql`select load, object, file, line::integer as line, column_name as "column", value, reason, raw from quarantine where ${which} order by load desc, object, file, line limit ${limit}`,
  );
  const total = await fetchRows(
    source,
    sql`select count(*)::integer as n from quarantine where ${which}`,
  );
  return { rows: rows as unknown as QuarantineRow[], total: Number(total[0]?.n) };
}

/** What the checks found at the last load, worst first; with examples from anywhere, so for those who see everything. */
export async function readChecks(source: Source, viewer: Viewer): Promise<CheckResult[]> {
  return (await fetchRows(
    source,
    sql`select "check", severity, meaning, failing, example from check_result where ${visibleToAll(viewer)} order by failing desc, "check"`,
  )) as unknown as CheckResult[];
}
