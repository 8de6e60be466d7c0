import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { LoadSummary } from './status-answer.ts';

/** What the loader tells of the load under way, or of the last one, in `loading.json` beside the snapshots. */
export const loadingSchema = z.strictObject({
  load: z.string(),
  /** The process that loads. */
  pid: z.number().int().positive(),
  startedAt: z.iso.datetime(),
  /** The step under way; null before the first and when the load is over. */
  step: z.string().nullable(),
  /** The steps that are over, with what each took. */
  done: z.array(z.strictObject({ step: z.string(), seconds: z.number() })),
  finishedAt: z.iso.datetime().nullable(),
  status: z.enum(['running', 'published', 'unchanged', 'failed', 'dry-run']),
  /** Why it failed, in words. */
  error: z.string().nullable(),
});

export type LoadingFile = z.infer<typeof loadingSchema>;

/** As in the file, or `stopped`: it says `running`, but nobody loads any more. */
export type Loading = Omit<LoadingFile, 'status'> & { status: LoadingFile['status'] | 'stopped' };

/** How often a running loader touches the file. */
export const beatSeconds = 5;
/** Beats may be late while large files are copied. */
const silentSeconds = 120;

export const loadingPath = (dataDir: string): string => join(dataDir, 'loading.json');

/**
 * The load under way, or the last one; null when none ever ran or its file is of another version. The file is a
 * courtesy to those who wait: what is loaded is told by the snapshots alone.
 */
export function readLoading(dataDir: string, now: Date = new Date()): Loading | null {
  const path = loadingPath(dataDir);
  if (!existsSync(path)) return null;
  const text = readFileSync(path, 'utf8');
  const { success, data } = loadingSchema.safeParse(maybeJson(text));
  if (!success) return null;
  if (data.status !== 'running') return data;
  // The number of a dead process is given to another one some day, in a container soon.
  const silent = (now.getTime() - statSync(path).mtimeMs) / 1000;
  return isAlive(data.pid) && silent < silentSeconds ? data : { ...data, status: 'stopped' };
}

export const loadsPath = (dataDir: string): string => join(dataDir, 'loads.json');

const count = z.int().nonnegative();
const loadsSchema: z.ZodType<LoadSummary[]> = z.array(
  z.object({
    load: z.string(),
    startedAt: z.string(),
    asOf: z.string().nullable(),
    finishedAt: z.string().nullable(),
    status: z.string(),
    seconds: z.number().nullable(),
    error: z.string().nullable(),
    sources: z.array(
      z.object({
        source: z.string(),
        objects: z.array(
          z.object({
            object: z.string(),
            rowsIn: count,
            loaded: count,
            quarantined: count,
            superseded: count,
          }),
        ),
      }),
    ),
  }),
);

/**
 * All loads that were tried, newest first, those that failed too; empty when none ever ran or the list is of another
 * version. A load of which nobody is left to tell the end is `killed`.
 */
export function readLoadList(dataDir: string, now: Date = new Date()): LoadSummary[] {
  const path = loadsPath(dataDir);
  if (!existsSync(path)) return [];
  const { success, data } = loadsSchema.safeParse(maybeJson(readFileSync(path, 'utf8')));
  if (!success) return [];
  const loading = readLoading(dataDir, now);
  const isRunning = (load: string) => loading?.status === 'running' && loading.load === load;
  return data.map((each) =>
    each.status === 'running' && !isRunning(each.load) ? { ...each, status: 'killed' } : each,
  );
}

function maybeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process lives, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
