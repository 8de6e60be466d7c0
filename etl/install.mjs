import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from './child.mjs';

/** The project's folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const lockfile = join(root, 'package-lock.json');
const installed = join(root, 'node_modules', '.package-lock.json');
const stamp = join(root, 'node_modules', '.plumbline-lock');

/**
 * Installs what the lockfile names when it has not been installed yet; throws when npm fails.
 * @param {(text: string) => void} say
 * @param {AbortSignal} [signal]
 */
export async function installWhenNeeded(say, signal) {
  const wanted = createHash('sha256').update(readFileSync(lockfile)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (!isInstalledByHand()) await install(say, signal);
  writeFileSync(stamp, wanted);
}

async function install(say, signal) {
  say('Installing packages (npm ci, a minute or so the first time)');
  const windows = process.platform === 'win32';
  const args = ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund'];
  const code = await runChild(windows ? 'npm.cmd' : 'npm', args, {
    cwd: root,
    signal,
    shell: windows,
  });
  if (code === 0) return;
  throw new Error(
    'Installing failed (npm ci; its message is above). The npm registry must be reachable once.',
  );
}

/** Whether a plain `npm ci` already put in place what the lockfile names. */
function isInstalledByHand() {
  if (!existsSync(installed)) return false;
  const there = JSON.parse(readFileSync(installed, 'utf8')).packages;
  const wanted = Object.entries(JSON.parse(readFileSync(lockfile, 'utf8')).packages);
  return wanted.every(([path, { version, optional }]) => {
    if (path === '' || (optional && !there[path])) return true;
    return there[path]?.version === version;
  });
}
