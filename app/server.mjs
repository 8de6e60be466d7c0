import { createServer } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import next from 'next';

const { values } = parseArgs({ options: { host: { type: 'string' }, port: { type: 'string' } } });
const { host: hostname = '127.0.0.1', port = '3000' } = values;
/** Longer than a browser keeps a connection that it does not use. */
const keepAliveTimeout = 65_000;
/** What has arrived by the signal is accepted by then, even by a busy process. */
const quietMs = 250;
const quietTurns = 50;
/** A question may take 30 s. */
const deadlineMs = 35_000;

const app = next({
  dev: false,
  dir: fileURLToPath(new URL('..', import.meta.url)),
  hostname,
  port: Number(port),
});
await app.prepare();
const handle = app.getRequestHandler();
let isEnding = false;
let accepted = 0;

const server = createServer({ keepAliveTimeout }, (request, response) => {
  if (isEnding) response.shouldKeepAlive = false;
  void handle(request, response);
});
server.on('connection', () => accepted++);
server.listen(Number(port), hostname);
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void end());

/**
 * Answers every request that has arrived, also what is not read or not even accepted yet, then ends. Closing at once,
 * as the server's own `close` does, cuts connections whose first bytes still wait in the kernel.
 */
async function end() {
  if (isEnding) return;
  isEnding = true;
  const late = setTimeout(() => {
    console.error(`Some requests were not finished ${deadlineMs / 1000} s after the signal`);
    process.exit(1);
  }, deadlineMs);
  await calm();
  const closed = new Promise((done) => NetServer.prototype.close.call(server, done));
  const idle = setInterval(() => server.closeIdleConnections(), quietMs);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
  process.exit(0);
}

/** Waits until nothing new was accepted for many turns of the process: one connection is accepted in each. */
async function calm() {
  const until = performance.now() + 5000;
  for (let turns = 0; turns < quietTurns && performance.now() < until; turns++) {
    const before = accepted;
    await sleep(quietMs / quietTurns);
    if (accepted !== before) turns = 0;
  }
}
