import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildWhenNeeded } from '../etl/build-app.mjs';
import { findFreePort, serve } from '../etl/serve.mjs';

/** The product as it runs, in a process of its own. */
export interface Served {
  url: string;
  /** The bytes of an answer; throws with what the server says when it is not 200. */
  ask(path: string): Promise<Uint8Array>;
  /** Peak memory of the server until now. */
  peakMemoryMb(): number;
  stop(): Promise<void>;
}

const host = '127.0.0.1';

/** Serves an installation; `cacheMb` 0 keeps no answers, so that each is worked out; without it as people get it. */
export async function startServer(dataDir: string, cacheMb?: number): Promise<Served> {
  await buildWhenNeeded((text: string) => process.stderr.write(`  ${text}\n`));
  const env: Record<string, string> = { PLUMBLINE_LOG: 'error' };
  if (cacheMb !== undefined) env.PLUMBLINE_CACHE_MB = String(cacheMb);
  const port = await findFreePort(host, 3700);
  const server = await serve({ host, port, dataDir, env });
  // The whole file is compared with its hash behind the first answers.
  await sleep(1000);
  return {
    url: server.url,
    ask: async (path) => {
      const answer = await fetch(`${server.url}${path}`);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      if (answer.status === 200) return bytes;
      throw new Error(`${answer.status}: ${Buffer.from(bytes).toString().slice(0, 300)}`);
    },
    peakMemoryMb: () => {
      const text = readFileSync(`/proc/${server.pid}/status`, 'utf8');
      return Math.round(Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024);
    },
    stop: () => server.stop(),
  };
}
