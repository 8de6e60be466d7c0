import { existsSync, realpathSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildWhenNeeded } from './build-app.mjs';
import { runChild } from './child.mjs';
import { installWhenNeeded, root } from './install.mjs';
import { findFreePort, serve } from './serve.mjs';

const local = ['127.0.0.1', 'localhost', '::1'];
const began = performance.now();

/**
 * From a clean clone to answering pages: install, build, demo company, serve. Runs until it is told to stop.
 * @param {{ port?: number | string, host?: string, dataDir?: string }} options
 * @returns {Promise<number>} the exit code
 */
export async function start(options = {}) {
  const chosen = settings(options);
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, stop);
  whenNpmDies(stop);
  try {
    return await run(chosen, stopped.signal);
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
    say('Stopped before the pages answered');
    return 130;
  }
}

async function run({ host, port, dataDir }, signal) {
  checkNode();
  await installWhenNeeded(say, signal);
  if (!(await buildWhenNeeded(say, signal))) say('The pages are built');
  const isNew = await makeDemoWhenEmpty(dataDir, signal);
  warnWhenOpen(host);
  const free = await findFreePort(host, port);
  if (free !== port) say(`Port ${port} is taken; taking ${free}`);
  say('Starting the server');
  const allowedHost = process.env.PLUMBLINE_ALLOWED_HOST ?? (isIP(host) ? undefined : host);
  const server = await serve({ host, port: free, dataDir, allowedHost, signal });
  say('The pages answer; Ctrl-C stops the server');
  console.log(`Plumbline is ready: ${server.url}`);
  const work = isNew ? judgeForecasts(dataDir, signal) : null;
  const code = await untilStopped(server, signal);
  await work;
  return code;
}

async function untilStopped(server, signal) {
  const stopping = new Promise((done) => {
    if (signal.aborted) done(null);
    else signal.addEventListener('abort', () => done(null));
  });
  const code = await Promise.race([server.ended, stopping]);
  if (!signal.aborted) throw new Error(`The server ended by itself (exit code ${code}).`);
  say('Stopping: requests under way are finished first');
  await server.stop();
  return 0;
}

/** npm hands a signal to its shell only, which dies of it without a word: notice that the parent is gone. */
function whenNpmDies(stop) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stop(), 250).unref();
}

function settings({ port, host, dataDir }) {
  const wanted = String(port ?? (process.env.PORT || 3000));
  if (!/^\d{1,5}$/.test(wanted) || Number(wanted) < 1 || Number(wanted) > 65_535) {
    throw new WrongUse(`The port must be a number from 1 to 65535, not "${wanted}".`);
  }
  return {
    port: Number(wanted),
    host: host ?? '127.0.0.1',
    dataDir: resolve(dataDir ?? (process.env.PLUMBLINE_DATA || 'data')),
  };
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major >= 22 || (major === 20 && minor >= 20)) return;
  throw new Error(`Plumbline needs Node 20.20 or 22 and later; this is ${process.versions.node}.`);
}

/** Whether there was nothing and a demo company was made. */
async function makeDemoWhenEmpty(dataDir, signal) {
  if (existsSync(join(dataDir, 'current.json'))) return false;
  say('No data yet: making a demo company and loading it');
  const args = [join(root, 'etl', 'bin.mjs'), 'demo', '--data-dir', dataDir];
  const code = await runChild(process.execPath, args, { cwd: root, signal });
  if (code !== 0) throw new Error('The demo company could not be made; the reason is above.');
  say('Forecasting what the demo company will win');
  if ((await forecasting('forecast', dataDir, signal)) !== 0)
    say('There is no forecast; the reason is above');
  return true;
}

/** Beside the pages, which are good without it: how wrong forecasts of the past would have been. */
async function judgeForecasts(dataDir, signal) {
  say('Beside it the forecasts of the past 18 months are worked out, a minute or so');
  try {
    const code = await forecasting('backtest', dataDir, signal);
    say(
      code === 0 ? 'The Forecast page tells how wrong they were' : 'They stay unknown; see above',
    );
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function forecasting(verb, dataDir, signal) {
  const args = [join(root, 'etl', 'bin.mjs'), verb, '--data-dir', dataDir, '--json'];
  const stdio = ['ignore', 'ignore', 'inherit'];
  return runChild(process.execPath, args, { cwd: root, signal, stdio });
}

function warnWhenOpen(host) {
  if (local.includes(host)) return;
  say(`Listening on ${host}, not only on this machine.`);
  say('There is no login: everybody who reaches this address sees everything.');
}

function say(text) {
  const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(5);
  console.error(`${seconds} s  ${text}`);
}

class WrongUse extends Error {}

function parse(args) {
  const text = { type: 'string' };
  try {
    const { values } = parseArgs({ args, options: { port: text, host: text, 'data-dir': text } });
    return { port: values.port, host: values.host, dataDir: values['data-dir'] };
  } catch (error) {
    throw new WrongUse(`${error.message}\nOptions: --port N  --host ADDRESS  --data-dir FOLDER`);
  }
}

/** Whether Node was asked to run this file, rather than another that imports it. */
function isMain() {
  const asked = process.argv[1];
  return asked !== undefined && realpathSync(asked) === fileURLToPath(import.meta.url);
}

if (isMain()) {
  try {
    process.exitCode = await start(parse(process.argv.slice(2)));
  } catch (error) {
    console.error(error.message);
    process.exitCode = error instanceof WrongUse ? 2 : 1;
  }
}
