import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { root } from './install.mjs';

/** Next's command line, run by the same Node. */
export const next = join(root, 'node_modules', 'next', 'dist', 'bin', 'next');

/** How Next is always run here: silent towards its maker, in one place. */
export const nextEnv = {
  ...process.env,
  NODE_ENV: 'production',
  NEXT_TELEMETRY_DISABLED: '1',
  DIST_DIR: '.next',
};

/** What the built app is made of. */
const sources = [
  'app',
  'components',
  'warehouse',
  'public',
  'proxy.ts',
  'instrumentation.ts',
  'next.config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];

/**
 * Builds the app when its sources are not those of the last build; throws when that fails.
 * @param {(text: string) => void} say
 * @param {AbortSignal} [signal]
 * @returns {Promise<boolean>} whether it built
 */
export async function buildWhenNeeded(say, signal) {
  const stamp = join(root, '.next', 'plumbline-sources');
  const wanted = hashSources();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return false;
  say('Building the pages (next build, a minute or two the first time)');
  rmSync(stamp, { force: true });
  const code = await runChild(process.execPath, [next, 'build'], {
    cwd: root,
    env: nextEnv,
    signal,
  });
  if (code !== 0) throw new Error('Building the pages failed; the reason is above.');
  writeFileSync(stamp, wanted);
  return true;
}

function hashSources() {
  const hash = createHash('sha256').update(process.version);
  for (const path of sources.flatMap(filesUnder)) {
    hash.update(`\n${path}\0`).update(readFileSync(join(root, path)));
  }
  return hash.digest('hex');
}

function filesUnder(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full)
    .sort()
    .flatMap((name) => filesUnder(`${path}/${name}`));
}
