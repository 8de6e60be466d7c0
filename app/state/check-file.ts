import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { damaged, inWords, StateError } from './errors.ts';

/** Reads every cell of every table as text, as nobody here dares to, and looks at the pages and references. */
const script = `const { createClient } = require('@libsql/client/sqlite3');
async function look() {
  const client = createClient({ url: process.argv[1], concurrency: 1, timeout: 5000 });
  const rows = async (sql, args = []) => (await client.execute({ sql, args })).rows;
  const [first] = await rows('pragma integrity_check(3)');
  if (first[0] !== 'ok') return { reason: 'its pages are not in order' };
  if ((await rows('pragma foreign_key_check')).length > 0) return { reason: 'a reference in it leads nowhere' };
  for (const table of await rows("select name from sqlite_master where type = 'table'")) {
    const from = '"' + table[0].replaceAll('"', '""') + '"';
    const page = 'select rowid, * from ' + from + ' where ?1 is null or rowid > ?1 order by rowid limit 500';
    let last = null;
    do last = (await rows(page, [last])).at(-1)?.[0]; while (last !== undefined);
  }
  return {};
}
look()
  .catch(({ code, message, stack }) => (/^SQLITE_/.test(code) ? { code, message } : Promise.reject(stack)))
  .then((found) => process.stdout.write(JSON.stringify(found)))
  .catch((stack) => { process.stderr.write(String(stack)); process.exitCode = 3; });`;

const patience = 60_000;

interface Found {
  reason?: string;
  code?: string;
  message?: string;
}

/**
 * Reads a whole state file in a process of its own: on some damage libSQL ends the process that reads. Throws
 * `damaged-state` when the file is not whole, `state-unavailable` when it could not be looked at.
 */
export async function checkFile(url: string): Promise<void> {
  const { reason, code, message } = await run(url);
  if (reason) throw damaged(reason);
  if (!code) return;
  const error = Object.assign(new Error(message), { code });
  // A damaged schema is a plain error of SQLite's.
  throw code === 'SQLITE_ERROR' ? damaged('it cannot be read', error) : asTold(error);
}

async function run(url: string): Promise<Found> {
  try {
    const { stdout } = await execFileLater(process.execPath, ['-e', script, url], {
      timeout: patience,
      killSignal: 'SIGKILL',
    });
    return JSON.parse(stdout) as Found;
  } catch (error) {
    throw asVerdict(error as Ended);
  }
}

const execFileLater = promisify(execFile);

interface Ended {
  signal?: string | null;
  stderr?: string;
}

function asVerdict(ended: Ended): unknown {
  const { signal, stderr } = ended;
  const cause = stderr ? new Error(stderr) : ended;
  if (['SIGABRT', 'SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGTRAP'].includes(signal ?? ''))
    return damaged('reading it ends the process that reads', cause);
  return unavailable(cause);
}

function asTold(error: Error): unknown {
  const told = inWords(error);
  return told instanceof StateError ? told : unavailable(error);
}

const unavailable = (cause: unknown): StateError =>
  new StateError(
    'state-unavailable',
    'state.db could not be looked through before it is opened. Nothing was read or stored; the log has the reason',
    cause,
  );
