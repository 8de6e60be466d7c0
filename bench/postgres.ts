import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { DuckDBConnection } from '@duckdb/node-api';

/** A PostgreSQL of its own on the same tables, plain and indexed. */
export interface Postgres {
  version: string;
  /** Milliseconds of one statement, as psql times it, without the transport of its rows. */
  time(sql: string): Promise<number>;
  stop(): Promise<void>;
}

const home = '/usr/lib/postgresql';
/** What is copied, and how it is indexed. */
const tables: Record<string, { columns: string; indexes: string[] }> = {
  opportunity: {
    columns: `opportunity_id text, name text, account text, stage text, salesman text, team text, industry text, region text, segment text, outcome text, amount numeric(18,2), currency text, probability numeric, close_on date, closed_on date, created_on date, is_deleted boolean, merged_into text`,
    indexes: ['(outcome, stage)', '(closed_on)', '(opportunity_id)'],
  },
  opportunity_month: {
    columns: `month date, first_day integer, end_day integer, opportunity_id text, stage text, region text, segment text, industry text, amount numeric(18,2), currency text`,
    indexes: ['(month, first_day, end_day)'],
  },
  closing: {
    columns: `opportunity_id text, closed_on date, created_at timestamp, valid_from timestamp, valid_to timestamp, outcome text, amount numeric(18,2), currency text, team text, industry text, region text, segment text`,
    indexes: ['(closed_on)'],
  },
  rate_version: {
    columns: `currency text, kind text, starts_on date, factor numeric(18,9), known_to timestamp`,
    indexes: [],
  },
};

/** What DuckDB calls by another name, so that both answer the same text. */
const words = [
  `create function year(d date) returns integer language sql immutable as 'select extract(year from d)::integer'`,
  `create function day(d date) returns integer language sql immutable as 'select extract(day from d)::integer'`,
  `create function strftime(d date, f text) returns text language sql immutable as 'select to_char(d, ''YYYY-MM'')'`,
  `create function range(n integer) returns setof integer language sql immutable as 'select generate_series(0, n - 1)'`,
];

/** Starts one under a folder of its own and fills it; null, with the reason, where Debian's PostgreSQL 15 is not there. */
export async function startPostgres(
  db: DuckDBConnection,
  say: (text: string) => void,
): Promise<Postgres | string> {
  const bin = existsSync(home)
    ? readdirSync(home)
        .map((v) => join(home, v, 'bin'))
        .at(-1)
    : null;
  if (!bin || !existsSync(join(bin, 'postgres'))) return 'not installed';
  const root = join(tmpdir(), `plumbline-bench-postgres-${process.pid}`);
  mkdirSync(root);
  chmodSync(root, 0o777);
  const data = join(root, 'data');
  // PostgreSQL refuses to run as root.
  const as =
    userInfo().uid === 0
      ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups']
      : [];
  const run = (...args: string[]): string => {
    const [command = '', ...rest] = [...as, ...args];
    return execFileSync(command, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  };
  try {
    say('  PostgreSQL: filling');
    run(join(bin, 'initdb'), '-D', data, '-A', 'trust', '-U', 'bench', '--no-sync');
    const settings = `-c listen_addresses= -c unix_socket_directories=${root} -c shared_buffers=2GB -c work_mem=256MB -c max_parallel_workers_per_gather=2 -c jit=off -c fsync=off`;
    run(join(bin, 'pg_ctl'), '-D', data, '-o', settings, '-l', join(root, 'log'), '-w', 'start');
    await fill(db, root);
    const version = run(join(bin, 'postgres'), '--version').trim();
    const psql = openPsql(root);
    return {
      version,
      time: psql.time,
      stop: async () => {
        await psql.close();
        run(join(bin, 'pg_ctl'), '-D', data, '-m', 'immediate', '-w', 'stop');
        rmSync(root, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    return `could not be started: ${(error as Error).message.split('\n')[0]}`;
  }
}

async function fill(db: DuckDBConnection, root: string): Promise<void> {
  for (const word of words) psqlOnce(root, word);
  for (const [name, { columns, indexes }] of Object.entries(tables)) {
    const names = columns.split(', ').map((column) => column.split(' ')[0]);
    const file = join(root, `${name}.csv`);
    await db.run(
      `copy (select ${names.map((n) => castOf(columns, String(n))).join(', ')} from ${name}) to '${file}' (header false)`,
    );
    chmodSync(file, 0o644);
    const sql = [
      `create table ${name} (${columns})`,
      `\\copy ${name} from '${file}' csv`,
      ...indexes.map((index) => `create index on ${name} ${index}`),
      `vacuum analyze ${name}`,
    ];
    for (const statement of sql) psqlOnce(root, statement);
    rmSync(file);
  }
}

const psqlOnce = (root: string, sql: string): Buffer =>
  execFileSync(
    'psql',
    ['-h', root, '-U', 'bench', '-q', '-v', 'ON_ERROR_STOP=1', '-c', sql, 'postgres'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );

/** PostgreSQL has no infinity in the text that DuckDB writes for it but its own word. */
const castOf = (columns: string, name: string): string =>
  new RegExp(`\\b${name} timestamp`).test(columns)
    ? `case when isfinite(${name}) then strftime(${name}, '%Y-%m-%d %H:%M:%S.%g') else 'infinity' end as ${name}`
    : name;

function openPsql(root: string) {
  const psql: ChildProcessWithoutNullStreams = spawn('psql', [
    '-h',
    root,
    '-U',
    'bench',
    '-q',
    '-v',
    'ON_ERROR_STOP=0',
    'postgres',
  ]);
  const lines = createInterface({ input: psql.stdout });
  let waiting: { done: (ms: number) => void; fail: (error: Error) => void } | null = null;
  let problem = '';
  psql.stderr.on('data', (chunk: Buffer) => {
    problem += chunk.toString();
  });
  lines.on('line', (line) => {
    const ms = /^Time: ([\d.,]+) ms/.exec(line)?.[1];
    if (ms === undefined || !waiting) return;
    const { done, fail } = waiting;
    waiting = null;
    if (problem) fail(new Error(`PostgreSQL: ${problem}`));
    else done(Number(ms.replace(',', '.')));
    problem = '';
  });
  psql.stdin.write('\\timing on\n\\pset format unaligned\n\\o /dev/null\n');
  return {
    time: (sql: string) =>
      new Promise<number>((done, fail) => {
        waiting = { done, fail };
        psql.stdin.write(`${sql.replaceAll('\n', ' ')};\n`);
      }),
    close: () =>
      new Promise<void>((done) => {
        psql.once('close', () => done());
        psql.stdin.end('\\q\n');
      }),
  };
}
