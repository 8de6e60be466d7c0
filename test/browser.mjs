import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from '../etl/child.mjs';
import { root } from '../etl/install.mjs';

const debian = '/usr/bin/chromium';
const advice =
  'No browser for the flows. Install one, then run npm test again:\n' +
  '  on Debian, as root:  apt-get update && apt-get install -y chromium\n' +
  '  elsewhere:           npx playwright install --with-deps chromium';

/**
 * The environment that tells Playwright which browser to use; installs one when that is possible, throws when not.
 * @param {{ say: (text: string) => void, signal?: AbortSignal }} options
 * @returns {Promise<{ PLUMBLINE_CHROMIUM?: string }>}
 */
export async function findBrowser({ say, signal }) {
  if (runs(debian)) return { PLUMBLINE_CHROMIUM: debian };
  if (canInstallDebians()) {
    say('Installing chromium (apt-get)');
    const script = 'apt-get update && apt-get install -y chromium';
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await runChild('sh', ['-c', script], { cwd: root, env, signal });
    if (runs(debian)) return { PLUMBLINE_CHROMIUM: debian };
  }
  const { chromium } = await import('@playwright/test');
  if (runs(chromium.executablePath())) return {};
  say("Installing Playwright's own chromium");
  const cli = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
  await runChild(process.execPath, [cli, 'install', 'chromium'], { cwd: root, signal });
  if (runs(chromium.executablePath())) return {};
  throw new Error(advice);
}

function canInstallDebians() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version');
}

/** Whether the browser is there and all libraries it links to. */
function runs(path) {
  return existsSync(path) && spawnSync(path, ['--version'], { timeout: 30_000 }).status === 0;
}
