import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installWhenNeeded, root } from '../etl/install.mjs';
import { findBrowser } from './browser.mjs';
import { readPlaywright, readVitest } from './reports.mjs';

/**
 * Every gate in order; the last line counts them all.
 * `--unit` ends before the build; `--long` adds the long forms of the reliability tests.
 */
const total = { passed: 0, failed: 0, skipped: 0, failures: [] };
const scratch = mkdtempSync(join(tmpdir(), 'plumbline-test-'));
const wants = (option) => process.argv.slice(2).includes(option);
const stopped = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => stopped.abort());
/** Without a first page there is nothing to build or to click through yet. */
const hasPages = existsSync(join(root, 'app', 'layout.tsx'));

try {
  refuseUnknownOptions();
  await installWhenNeeded(say, stopped.signal);
  await typeCheck();
  await gate('Lint', () => run('biome', ['check', '--error-on-warnings']));
  await unitTests();
  if (hasPages && !wants('--unit')) await flows();
  stopped.signal.throwIfAborted();
} catch (error) {
  fail('npm test', stopped.signal.aborted ? 'interrupted' : error.message);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
conclude();

async function typeCheck() {
  await gate('Type check', async () => {
    // The declarations that a build would leave behind, for a clean clone.
    if (hasPages && (await run('next', ['typegen'])) !== 0) return 1;
    return run('tsc', ['--noEmit']);
  });
}

async function unitTests() {
  say('Unit, property and integration tests');
  const report = join(scratch, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const env = wants('--long') ? { PLUMBLINE_LONG: '1' } : {};
  count(readVitest({ report, code: await run('vitest', ['run', ...reporters], env) }));
}

/** The production build, served on demo data, clicked through in a real browser. */
async function flows() {
  const { buildWhenNeeded } = await import('../etl/build-app.mjs');
  await gate('Production build', async () => {
    await buildWhenNeeded(say, stopped.signal);
    return 0;
  });
  say('Flows in the browser');
  const browser = await findBrowser({ say, signal: stopped.signal });
  const dataDir = join(scratch, 'data');
  await makeDemo(dataDir);
  const { findFreePort, serve } = await import('../etl/serve.mjs');
  const host = '127.0.0.1';
  const port = await findFreePort(host, 3400);
  const server = await serve({ host, port, dataDir, signal: stopped.signal });
  try {
    const report = join(scratch, 'playwright.json');
    const env = { ...browser, PLUMBLINE_URL: server.url, PLUMBLINE_DATA: dataDir };
    const code = await run('playwright', ['test'], { ...env, PLUMBLINE_REPORT: report });
    count(readPlaywright({ report, code }));
  } finally {
    await server.stop();
  }
}

async function makeDemo(dataDir) {
  const options = ['--seed', '5', '--today', '2026-03-02', '--data-dir', dataDir];
  const code = await start(process.execPath, [join(root, 'etl', 'bin.mjs'), 'demo', ...options]);
  if (code !== 0) throw new Error(`plumbline demo failed with exit code ${code}`);
  const forecast = ['backtest', '--from', '2026-02-01', '--json', '--data-dir', dataDir];
  const told = await start(process.execPath, [join(root, 'etl', 'bin.mjs'), ...forecast]);
  if (told !== 0) throw new Error(`plumbline backtest failed with exit code ${told}`);
}

/** A step that passes or fails as one. */
async function gate(name, step) {
  say(name);
  const why = await step().then(
    (code) => (code === 0 ? null : `exit code ${code}; its output is above`),
    (error) => error.message,
  );
  stopped.signal.throwIfAborted();
  if (why === null) count({ passed: 1 });
  else fail(name, why);
}

function run(tool, args, env = {}) {
  const windows = process.platform === 'win32';
  const path = join(root, 'node_modules', '.bin', windows ? `${tool}.cmd` : tool);
  return start(path, args, { env, shell: windows });
}

function start(command, args, { env = {}, shell = false } = {}) {
  const child = spawn(command, args, {
    cwd: root,
    shell,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...env },
  });
  const stop = () => child.kill('SIGTERM');
  stopped.signal.addEventListener('abort', stop);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  }).finally(() => stopped.signal.removeEventListener('abort', stop));
}

function refuseUnknownOptions() {
  const unknown = process.argv.slice(2).filter((o) => !['--unit', '--long'].includes(o));
  if (unknown.length > 0) {
    throw new Error(`unknown option ${unknown.join(' ')}; there are --unit and --long`);
  }
}

function count({ passed = 0, failed = 0, skipped = 0, failures = [] }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  total.failures.push(...failures);
}

function fail(name, why) {
  count({ failed: 1, failures: [{ name, why }] });
}

function conclude() {
  if (total.failures.length > 0) say('Failures');
  for (const { name, why } of total.failures) {
    console.log(`✗ ${name}\n${why.trim().replace(/^/gm, '    ')}\n`);
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

function say(text) {
  console.log(`\n== ${text}`);
}
