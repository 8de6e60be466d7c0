import { renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import type { LoadSummary } from '#warehouse/status-answer.ts';
import { beatSeconds, type LoadingFile, loadingPath, loadsPath } from '#warehouse/loading.ts';

/** Tells those who wait how far a load is, and of all loads how they ended. */
export interface Progress {
  step(name: string): void;
  end(status: LoadingFile['status'], error?: string | null): void;
  /** What the ledger says, newest first: the ledger itself is locked while somebody loads. */
  loads(all: LoadSummary[]): void;
}

interface About {
  dataDir: string;
  load: string;
  startedAt: Date;
  clock: () => Date;
  warnings: string[];
}

const mostLoads = 500;

/** Keeps `loading.json` and `loads.json`. A load never fails for it: the first thing that goes wrong there is a warning. */
export function startProgressFile({ dataDir, load, startedAt, clock, warnings }: About): Progress {
  const path = loadingPath(dataDir);
  let told: LoadingFile = {
    load,
    pid: process.pid,
    startedAt: startedAt.toISOString(),
    step: null,
    done: [],
    finishedAt: null,
    status: 'running',
    error: null,
  };
  let began = startedAt;
  let isBroken = false;
  const attempt = (work: () => void): void => {
    if (isBroken) return;
    try {
      work();
    } catch (error) {
      isBroken = true;
      warnings.push(`The progress of this load is not shown: ${(error as Error).message}`);
    }
  };
  const tell = (more: Partial<LoadingFile>): void => {
    const now = clock();
    const { step } = told;
    const seconds = (now.getTime() - began.getTime()) / 1000;
    began = now;
    told = { ...told, done: step ? [...told.done, { step, seconds }] : told.done, ...more };
    attempt(() => replace(path, `${JSON.stringify(told, null, 2)}\n`));
  };
  tell({});
  const beat = setInterval(() => attempt(() => touch(path)), beatSeconds * 1000);
  beat.unref();
  return {
    step: (step) => tell({ step }),
    end: (status, error = null) => {
      clearInterval(beat);
      tell({ step: null, status, error, finishedAt: clock().toISOString() });
    },
    loads: (all) =>
      attempt(() => replace(loadsPath(dataDir), `${JSON.stringify(all.slice(0, mostLoads))}\n`)),
  };
}

/** A reader sees the old or the new text; after a power cut it need not be there. */
function replace(path: string, text: string): void {
  const aside = `${path}.tmp`;
  try {
    writeFileSync(aside, text);
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}

const touch = (path: string): void => utimesSync(path, new Date(), new Date());
