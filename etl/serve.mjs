import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nextEnv } from './build-app.mjs';
import { root } from './install.mjs';

const patience = 60_000;
const grace = 40_000;

/**
 * Serves the built pages and waits until they really answer.
 * @param {{ host: string, port: number, dataDir: string, allowedHost?: string, signal?: AbortSignal, env?: Record<string, string> }} options
 * @returns {Promise<{ pid: number | undefined, url: string, ended: Promise<number>, stop: () => Promise<void> }>}
 */
export async function serve({ host, port, dataDir, allowedHost, signal, env = {} }) {
  const args = [join(root, 'app', 'server.mjs'), '--host', host, '--port', String(port)];
  const server = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...nextEnv,
      ...env,
      PLUMBLINE_DATA: dataDir,
      ...(allowedHost ? { PLUMBLINE_ALLOWED_HOST: allowedHost } : {}),
    },
  });
  const log = collect(server);
  const ended = new Promise((resolve) => {
    server.once('error', () => resolve(1));
    server.once('exit', (code) => resolve(code ?? 1));
  });
  const running = {
    pid: server.pid,
    url: address(reachable(host), port),
    ended,
    stop: () => stop(server, ended),
  };
  try {
    await untilItAnswers(running, signal);
  } catch (error) {
    await running.stop();
    log.show();
    throw error;
  }
  log.follow();
  return running;
}

/**
 * The first port from `port` on that nobody listens on.
 * @param {string} host
 * @param {number} port
 * @returns {Promise<number>}
 */
export async function findFreePort(host, port) {
  for (let candidate = port; candidate <= Math.min(port + 100, 65_535); candidate += 1) {
    if (await isFree(host, candidate)) return candidate;
  }
  throw new Error(`Port ${port} and those after it are taken. Give another one: --port N`);
}

async function untilItAnswers({ url, ended }, signal) {
  const over = new AbortController();
  ended.then((code) => over.abort(new Error(`The server ended by itself (exit code ${code}).`)));
  const stop = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
  const until = Date.now() + patience;
  for (const path of ['/healthz', '/']) await untilOk(`${url}${path}`, { until, stop });
}

async function untilOk(url, { until, stop }) {
  for (;;) {
    const answer = await ask(url);
    if (answer === '200') return;
    stop.throwIfAborted();
    if (Date.now() > until) throw new Error(`${url} does not answer 200 after 60 s: ${answer}`);
    await sleep(100);
  }
}

/** The status as text, or why there was none. */
async function ask(url) {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(20_000) });
    await answer.arrayBuffer();
    return String(answer.status);
  } catch (error) {
    return error.cause?.code ?? error.name;
  }
}

async function stop(server, ended) {
  if (server.exitCode === null && server.signalCode === null) server.kill('SIGTERM');
  const late = setTimeout(() => server.kill('SIGKILL'), grace);
  await ended;
  clearTimeout(late);
}

/** Keeps the server's first lines for the case that it fails; later ones go to stderr as they come. */
function collect(server) {
  const lines = [];
  let following = false;
  for (const stream of [server.stdout, server.stderr]) {
    stream.on('data', (chunk) => (following ? process.stderr.write(chunk) : lines.push(chunk)));
  }
  return {
    show: () => process.stderr.write(Buffer.concat(lines)),
    follow: () => {
      following = true;
    },
  };
}

async function isFree(host, port) {
  return !(await answers(reachable(host), port)) && (await canListen(host, port));
}

function answers(host, port) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const say = (answer) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', say(true)).once('error', say(false)).once('timeout', say(false));
  });
}

function canListen(host, port) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => {
      if (['EADDRINUSE', 'EACCES'].includes(error.code)) resolve(false);
      else reject(new Error(`Cannot listen on ${host}: ${error.message}`));
    });
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

/** Where a server bound to `host` is reached from this machine. */
function reachable(host) {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

function address(host, port) {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
