import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { openControl } from '#etl/control.ts';
import { rollback } from '#etl/publish.ts';
import type { AskMeasure } from './ask.ts';
import { type CompanySize, deltaConfig, sizes, writeCompany } from './company.ts';
import type { LoadMeasure } from './load.ts';
import type { QuestionMeasure } from './measure.ts';
import { report } from './report.ts';
import type { ViewersMeasure } from './viewers.ts';

/** What one size gave; the form of `bench/results.json`. */
export interface SizeResult {
  size: string;
  measured_at: string;
  questions: QuestionMeasure[];
  load: LoadFigures;
  /** Peak of the server. */
  memory_mb: number;
  viewers: ViewersMeasure[];
  pages: AskMeasure['pages'];
  /** Its version, or why it was not there. */
  postgres: string;
  machine: Machine;
}

export interface LoadFigures {
  rows: number;
  seconds: number;
  rows_per_second: number;
  /** Seconds by read, facts, versions, layouts, checks, publish. */
  stages: Record<string, number>;
  cpu_seconds: number;
  memory_mb: number;
  snapshot_mb: number;
  typed_read_seconds: number;
  landing_ratio: number;
  whole_ratio: number;
  again_seconds: number;
  again_unchanged: boolean;
  /** One opportunity in a hundred changed: loaded, checked, published. */
  delta: { rows: number; seconds: number; stages: Record<string, number>; memory_mb: number };
}

interface Machine {
  cpus: number;
  model: string;
  memory_gb: number;
  node: string;
  loadBefore: string;
  loadAfter: string;
}

const here = fileURLToPath(new URL('.', import.meta.url));
const home = fileURLToPath(new URL('../data/bench', import.meta.url));

/** Makes the company, loads it by the real job, asks the pages' questions; one size after the other. */
async function bench(size: CompanySize, part: string): Promise<SizeResult> {
  const folder = join(home, size.name);
  const loadBefore = load();
  say(`${size.name}: making ${size.opportunities.toLocaleString('en')} opportunities`);
  const config = await writeCompany(folder, size);
  const figures = await measureLoad(folder, config);
  writeFileSync(join(folder, 'load.json'), JSON.stringify(figures, null, 2));
  say(`  ${figures.seconds.toFixed(1)} s, ${figures.memory_mb} MB`);
  say(`${size.name}: asking`);
  const asked = await child<AskMeasure>('ask.ts', [join(folder, 'installation'), part]);
  return {
    size: size.name,
    measured_at: new Date().toISOString(),
    questions: asked.questions,
    load: figures,
    memory_mb: asked.peakMemoryMb,
    viewers: asked.viewers,
    pages: asked.pages,
    postgres: asked.postgres,
    machine: {
      cpus: cpus().length,
      model: cpus()[0]?.model ?? 'unknown',
      memory_gb: Math.round(totalmem() / 2 ** 30),
      node: process.versions.node,
      loadBefore,
      loadAfter: load(),
    },
  };
}

async function measureLoad(folder: string, config: string): Promise<LoadFigures> {
  const installation = join(folder, 'installation');
  rmSync(installation, { recursive: true, force: true });
  mkdirSync(installation, { recursive: true });
  say('  DuckDB reads the files');
  const typed = await typedRead(folder);
  say('  loading');
  const first = await child<LoadMeasure>('load.ts', [config, installation, '2026-03-03T06:00:00Z']);
  const again = await child<LoadMeasure>('load.ts', [config, installation, '2026-03-04T06:00:00Z']);
  const stages = stagesOf(first);
  say('  loading a change of 1 %');
  const delta = await measureDelta(folder, installation);
  const snapshots = join(installation, 'snapshots');
  const bytes = readdirSync(snapshots)
    .filter((name) => name.endsWith('.duckdb'))
    .map((name) => statSync(join(snapshots, name)).size);
  return {
    rows: first.rows,
    seconds: first.seconds,
    rows_per_second: first.rows / first.seconds,
    stages,
    cpu_seconds: first.cpuSeconds,
    memory_mb: first.peakMemoryMb,
    snapshot_mb: Math.round((bytes.at(-1) ?? 0) / 1e6),
    typed_read_seconds: typed,
    landing_ratio: (stages.read ?? 0) / typed,
    whole_ratio: first.seconds / typed,
    again_seconds: again.seconds,
    again_unchanged: again.unchanged,
    delta,
  };
}

/** Loads the week after on top, then takes its files and its snapshot away again: the questions are of the first. */
async function measureDelta(folder: string, installation: string): Promise<LoadFigures['delta']> {
  const exports = join(folder, 'exports');
  const names = readdirSync(join(folder, 'delta'));
  for (const name of names) copyFileSync(join(folder, 'delta', name), join(exports, name));
  try {
    const args = [deltaConfig(folder), installation, '2026-03-10T06:00:00Z'];
    const found = await child<LoadMeasure>('load.ts', args);
    await backToFirst(installation);
    const { rows, seconds, peakMemoryMb } = found;
    return { rows, seconds, stages: stagesOf(found), memory_mb: peakMemoryMb };
  } finally {
    for (const name of names) rmSync(join(exports, name), { force: true });
  }
}

async function backToFirst(installation: string): Promise<void> {
  const control = await openControl(installation);
  try {
    await rollback(control, installation, 'S000001');
  } finally {
    await control.close();
  }
}

const stageOf: Record<string, string> = {
  Comparing: 'read',
  Copying: 'read',
  Reading: 'read',
  Loading: 'facts',
  'Building versions': 'versions',
  'Building layouts': 'layouts',
  Checking: 'checks',
  Publishing: 'publish',
};

function stagesOf({ steps }: LoadMeasure): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { step, seconds } of steps) {
    const name = stageOf[step] ?? stageOf[step.split(' ')[0] ?? ''] ?? step;
    sums[name] = (sums[name] ?? 0) + seconds;
  }
  return sums;
}

/** How long DuckDB itself takes to read the same files, with types of its own finding, into a file. */
async function typedRead(folder: string): Promise<number> {
  const path = join(folder, 'typed.duckdb');
  const instance = await DuckDBInstance.create(path, { threads: '2', memory_limit: '4GB' });
  const db = await instance.connect();
  const from = performance.now();
  for (const name of readdirSync(join(folder, 'exports')))
    await db.run(
      `create table "${name}" as from read_csv('${join(folder, 'exports', name)}', header = true)`,
    );
  await db.run('checkpoint');
  const seconds = (performance.now() - from) / 1000;
  db.closeSync();
  instance.closeSync();
  for (const rest of [path, `${path}.wal`]) rmSync(rest, { force: true });
  return seconds;
}

/** Runs a part of the bench in a process of its own and reads the one JSON document it prints. */
async function child<T>(file: string, args: string[]): Promise<T> {
  const command = ['--import', 'tsx', join(here, file), ...args];
  const running = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  running.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise((done) => running.once('close', done));
  if (code !== 0) throw new Error(`bench/${file} ended with ${String(code)}; the reason is above`);
  return JSON.parse(Buffer.concat(chunks).toString()) as T;
}

const load = (): string =>
  loadavg()
    .map((n) => n.toFixed(1))
    .join(' ');

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', multiple: true, default: ['100k', '1m'] },
      only: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
    },
  });
  const wanted = values.size.map((name) => {
    const size = sizes[name];
    if (!size) throw new Error(`--size ${name}: allowed are ${Object.keys(sizes).join(', ')}`);
    return size;
  });
  const results: SizeResult[] = [];
  for (const size of wanted) {
    results.push(await bench(size, values.only));
    const largest = results.at(-1) as SizeResult;
    const smaller = results.slice(0, -1);
    const text = `${JSON.stringify({ ...largest, smaller }, null, 2)}\n`;
    writeFileSync(join(here, 'results.json'), text);
    if (!values.json) process.stdout.write(`${report(largest)}\n\n`);
  }
  if (values.json)
    process.stdout.write(
      `${JSON.stringify({ ...results.at(-1), smaller: results.slice(0, -1) })}\n`,
    );
  if (results.some((r) => r.questions.some((q) => !q.equal))) process.exitCode = 1;
}

await main();
