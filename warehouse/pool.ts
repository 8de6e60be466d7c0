import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { WarehouseError } from './errors.ts';

/** Lends out connections of one instance, first come, first served. */
export interface Pool {
  /** Runs on a connection of its own; throws `too-slow` after the deadline, the wait for a connection included. */
  use<T>(sql: string, work: (db: DuckDBConnection) => Promise<T>): Promise<T>;
  close(): void;
}

/** An interrupt is lost when it comes between two steps of a query: it is given again until the query ends. */
const again = 50;

/** At most `size` connections; `deadline` in milliseconds from the asking on. */
export function openPool(instance: DuckDBInstance, size: number, deadline: number): Pool {
  const idle: DuckDBConnection[] = [];
  const waiting: { lend: (db: DuckDBConnection) => void }[] = [];
  let opened = 0;
  let closed = false;

  async function take(until: number): Promise<DuckDBConnection> {
    const free = idle.pop();
    if (free) return free;
    if (opened < size) {
      opened += 1;
      return instance.connect().catch((error: unknown) => {
        opened -= 1;
        throw error;
      });
    }
    return new Promise((resolve, reject) => {
      const place = {
        lend: (db: DuckDBConnection) => {
          clearTimeout(timer);
          resolve(db);
        },
      };
      const giveUp = () => {
        waiting.splice(waiting.indexOf(place), 1);
        reject(tooSlow(deadline, 'waited'));
      };
      const timer = setTimeout(giveUp, until - performance.now());
      waiting.push(place);
    });
  }

  function give(db: DuckDBConnection): void {
    const next = waiting.shift();
    if (next) next.lend(db);
    else if (closed) db.closeSync();
    else idle.push(db);
  }

  return {
    use: async (sql, work) => {
      const until = performance.now() + deadline;
      const db = await take(until);
      const stop = interruptAfter(db, until - performance.now());
      try {
        return await work(db);
      } catch (cause) {
        if (cause instanceof WarehouseError) throw cause;
        if (stop.isLate()) throw tooSlow(deadline, 'took', { sql, cause });
        const words = (cause as Error).message;
        throw new WarehouseError('query-failed', `The question could not be answered: ${words}`, {
          sql,
          cause,
        });
      } finally {
        stop.end();
        give(db);
      }
    },
    close: () => {
      closed = true;
      for (const db of idle.splice(0)) db.closeSync();
    },
  };
}

function interruptAfter(db: DuckDBConnection, ms: number) {
  let repeated: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    db.interrupt();
    repeated = setInterval(() => db.interrupt(), again);
  }, ms);
  return {
    isLate: () => repeated !== undefined,
    end: () => {
      clearTimeout(timer);
      clearInterval(repeated);
    },
  };
}

function tooSlow(
  deadline: number,
  what: 'took' | 'waited',
  more: { sql?: string; cause?: unknown } = {},
): WarehouseError {
  const time = `${deadline / 1000} s`;
  const message =
    what === 'took'
      ? `The question took longer than ${time}; ask for a shorter period or fewer dimensions`
      : `The question waited longer than ${time} for others to be answered; ask again`;
  return new WarehouseError('too-slow', message, more);
}
