import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Cell, Row } from '#warehouse/answers.ts';
import { layouts, type Parameters, versions } from './plain-sql.ts';
import type { Postgres } from './postgres.ts';
import type { Question } from './questions.ts';
import type { Served } from './server.ts';

/** What one question took, in milliseconds. */
export interface QuestionMeasure {
  name: string;
  page: string;
  rows: number;
  bytes: number;
  duckdb_p50_ms: number;
  duckdb_p95_ms: number;
  product_p50_ms: number;
  product_p95_ms: number;
  /** Null where PostgreSQL is not there, or where its SQL would not be as plain. */
  postgres_p50_ms: number | null;
  /** Product to raw DuckDB, of the medians. */
  ratio: number;
  /** The first answer in the process, with everything that is worked out once. */
  first_ms: number;
  /** The product's rows equal the plain reference over the versions, and the hand-written SQL on the layouts. */
  equal: boolean;
  /** Why not, in words. */
  difference: string | null;
  repetitions: number;
  /** Repetitions that waited for a CPU over a tenth of their time; left out when enough others remain. */
  disturbed: number;
}

const warmUps = 3;
const repetitions = 30;
/** After so many milliseconds ten repetitions are enough, after three times as many three. */
const patience = 10_000;

/** DuckDB as it comes, on the same file, read only. */
export async function openRaw(path: string): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(path, {
    access_mode: 'READ_ONLY',
    threads: '2',
    memory_limit: '8GB',
  });
  const db = await instance.connect();
  await db.run(`set TimeZone = 'UTC'`);
  return db;
}

/** Whom the question is put to, in turn. */
export interface Answerers {
  product: Served;
  duckdb: DuckDBConnection;
  postgres: Postgres | null;
}

/** Checks and times one question; one that the product cannot answer is a result too. */
export async function measure(question: Question, asked: Answerers): Promise<QuestionMeasure> {
  try {
    return await measured(question, asked);
  } catch (error) {
    const { name, page } = question;
    const difference = `failed: ${(error as Error).message.split('\n')[0]}`;
    return { ...nothing, name, page, difference };
  }
}

const nothing: Omit<QuestionMeasure, 'name' | 'page' | 'difference'> = {
  rows: 0,
  bytes: 0,
  duckdb_p50_ms: 0,
  duckdb_p95_ms: 0,
  product_p50_ms: 0,
  product_p95_ms: 0,
  postgres_p50_ms: null,
  ratio: 0,
  first_ms: 0,
  equal: false,
  repetitions: 0,
  disturbed: 0,
};

/** Compares with the references, then times raw DuckDB and the product in turn. */
async function measured(question: Question, asked: Answerers): Promise<QuestionMeasure> {
  const began = performance.now();
  const bytes = await asked.product.ask(question.path(question.parameters[0] as Parameters));
  const first = performance.now() - began;
  const difference = await differenceOf(question, asked);
  const times = await timesOf(question, asked);
  const [raw, product] = [times.map((t) => t.raw), times.map((t) => t.product)];
  const calm = times.filter((t) => t.calm);
  const [calmRaw, calmProduct] =
    calm.length >= 10 ? [calm.map((t) => t.raw), calm.map((t) => t.product)] : [raw, product];
  return {
    name: question.name,
    page: question.page,
    rows: question.read(bytes).length,
    bytes: bytes.length,
    duckdb_p50_ms: quantile(calmRaw, 0.5),
    duckdb_p95_ms: quantile(calmRaw, 0.95),
    product_p50_ms: quantile(calmProduct, 0.5),
    product_p95_ms: quantile(calmProduct, 0.95),
    postgres_p50_ms: await postgresMedian(question, asked.postgres),
    ratio: round(quantile(calmProduct, 0.5) / quantile(calmRaw, 0.5)),
    first_ms: round(first),
    equal: difference === null,
    difference,
    repetitions: times.length,
    disturbed: times.length - calm.length,
  };
}

/** The reference over the versions is slow: three sets of parameters; the layouts' SQL: all of them. */
async function differenceOf(
  { parameters, path, read, sql }: Question,
  { product, duckdb: db }: Answerers,
): Promise<string | null> {
  const checked = new Set([0, Math.floor(parameters.length / 2), parameters.length - 1]);
  for (const [i, p] of parameters.entries()) {
    const found = read(await product.ask(path(p)));
    if (!found.length) return `no rows for ${JSON.stringify(p)}`;
    const byLayouts = compare(found, await rowsOf(db, sql(layouts, p)));
    if (byLayouts) return `layouts, ${JSON.stringify(p)}: ${byLayouts}`;
    const byVersions = checked.has(i) ? compare(found, await rowsOf(db, sql(versions, p))) : null;
    if (byVersions) return `versions, ${JSON.stringify(p)}: ${byVersions}`;
  }
  return null;
}

async function rowsOf(db: DuckDBConnection, sql: string): Promise<Row[]> {
  return (await db.runAndReadAll(sql)).getRowObjectsJson() as Row[];
}

/** What differs, whatever the order of rows; only the reference's columns count. */
function compare(found: Row[], expected: Row[]): string | null {
  const names = Object.keys(expected[0] ?? {});
  const lines = (rows: Row[]) =>
    rows.map((row) => JSON.stringify(names.map((name) => plain(row[name] ?? null)))).sort();
  const [a, b] = [lines(found), lines(expected)];
  if (a.length !== b.length) return `${a.length} rows instead of ${b.length}`;
  const at = a.findIndex((line, i) => line !== b[i]);
  return at < 0 ? null : `${names.join(', ')}: ${a[at]} instead of ${b[at]}`;
}

/** Exact decimals as text and floats are one. */
const plain = (value: Cell): Cell =>
  typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value))
    ? Number(Number(value).toPrecision(15))
    : value;

interface Time {
  raw: number;
  product: number;
  calm: boolean;
}

async function timesOf(
  { parameters, path, sql }: Question,
  { product: served, duckdb: db }: Answerers,
): Promise<Time[]> {
  const times: Time[] = [];
  const from = performance.now();
  for (let i = -warmUps; i < repetitions; i += 1) {
    const p = parameters[(i + warmUps) % parameters.length] as Parameters;
    const text = sql(layouts, p);
    const raw = () => timed(() => db.runAndReadAll(text));
    const product = () => timed(() => served.ask(path(p)));
    // Whoever comes second finds the pages warm: take turns.
    const [a, b] = i % 2 ? [await raw(), await product()] : swap(await product(), await raw());
    if (i >= 0) times.push({ raw: a.ms, product: b.ms, calm: a.calm && b.calm });
    const spent = performance.now() - from;
    if (spent > patience && times.length >= (spent > 3 * patience ? 3 : 10)) break;
  }
  return times;
}

/** The median of PostgreSQL's own timing over the same parameters; null without it. */
async function postgresMedian(
  { parameters, inPostgres, sql }: Question,
  postgres: Postgres | null,
): Promise<number | null> {
  if (!postgres || !inPostgres) return null;
  const times: number[] = [];
  for (let i = -warmUps; i < 2 * parameters.length; i += 1) {
    const p = parameters[(i + warmUps) % parameters.length] as Parameters;
    const ms = await postgres.time(sql(layouts, p));
    if (i >= 0) times.push(ms);
  }
  return quantile(times, 0.5);
}

const swap = <T>(a: T, b: T): [T, T] => [b, a];

async function timed(work: () => Promise<unknown>): Promise<{ ms: number; calm: boolean }> {
  const waited = waitedForCpu();
  const from = performance.now();
  await work();
  const ms = performance.now() - from;
  // Several threads on few CPUs wait for one another a little even alone.
  return { ms, calm: waitedForCpu() - waited < ms * 0.1 * availableParallelism() + 1 };
}

const tasks = '/proc/self/task';

/** Milliseconds that all threads of this process stood ready without getting a CPU; 0 where Linux does not tell. */
function waitedForCpu(): number {
  if (!existsSync(tasks)) return 0;
  let sum = 0;
  for (const task of readdirSync(tasks)) {
    const path = `${tasks}/${task}/schedstat`;
    if (existsSync(path)) sum += Number(readFileSync(path, 'utf8').split(' ')[1] ?? 0);
  }
  return sum / 1e6;
}

function quantile(values: number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return round(sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? 0);
}

const round = (value: number): number => Math.round(value * 100) / 100;
