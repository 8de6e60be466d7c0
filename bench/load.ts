import { readConfig } from '#etl/config.ts';
import { runJob } from '#etl/job.ts';

/** What one load took, as its own process saw it. */
export interface LoadMeasure {
  seconds: number;
  rows: number;
  /** Seconds by the first word of what the job reports: Copying, Reading, Loading, Building, … */
  steps: { step: string; seconds: number }[];
  peakMemoryMb: number;
  cpuSeconds: number;
  snapshot: string | null;
  unchanged: boolean;
}

/** Run as a process of its own, so that its peak memory is that of the load alone. */
async function measure(configPath: string, dataDir: string, at: string): Promise<LoadMeasure> {
  const began = performance.now();
  const marks: { step: string; at: number }[] = [];
  const result = await runJob({
    config: readConfig(configPath),
    dataDir,
    clock: () => new Date(Date.parse(at) + performance.now() - began),
    report: (step) => marks.push({ step, at: performance.now() }),
  });
  const ended = performance.now();
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  return {
    seconds: (ended - began) / 1000,
    rows: result.sources.flatMap((s) => s.objects).reduce((sum, o) => sum + o.rowsIn, 0),
    steps: marks.map(({ step, at: from }, i) => ({
      step,
      seconds: ((marks[i + 1]?.at ?? ended) - from) / 1000,
    })),
    peakMemoryMb: Math.round(maxRSS / 1024),
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    snapshot: result.snapshot,
    unchanged: result.unchanged,
  };
}

const [configPath, dataDir, at] = process.argv.slice(2);
if (!configPath || !dataDir || !at) throw new Error('usage: load.ts CONFIG DATA_DIR INSTANT');
process.stdout.write(JSON.stringify(await measure(configPath, dataDir, at)));
