import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { StateError, systemCode } from './errors.ts';

export type Queue = <T>(work: () => Promise<T>) => Promise<T>;

const most = 1000;
const patience = 5000;

/**
 * Runs works one after the other in the order in which they came: SQLite takes one writer at a time. Between two of
 * them everything else has a turn, for each write blocks this thread until the disk has it. A work that finds another
 * process writing is tried again for some seconds, so it must be one that can run twice.
 */
export function makeQueue(): Queue {
  let waiting = 0;
  let tail: Promise<unknown> = Promise.resolve();
  return (work) => {
    if (waiting >= most)
      return Promise.reject(
        new StateError('state-busy', `${most} writes are waiting. Nothing was stored; try again`),
      );
    waiting += 1;
    const run = tail.then(() => turn()).then(() => patiently(work));
    tail = run.then(
      () => (waiting -= 1),
      () => (waiting -= 1),
    );
    return run;
  };
}

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const until = Date.now() + patience;
  for (let wait = 5; ; wait = Math.min(wait * 2, 200)) {
    try {
      return await work();
    } catch (error) {
      if (systemCode(error) !== 'SQLITE_BUSY' || Date.now() > until) throw error;
      await sleep(wait);
    }
  }
}
