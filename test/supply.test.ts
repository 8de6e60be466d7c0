import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { isAllowed, isBefore } from './supply.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Manifest {
  name?: string;
  version: string;
  license?: string;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

interface Locked extends Manifest {
  resolved?: string;
  integrity?: string;
  optional?: boolean;
  os?: string[];
  hasInstallScript?: boolean;
}

const manifest = readJson<Manifest>('package.json');
const lock = readJson<{ packages: Record<string, Locked> }>('package-lock.json').packages;
const locked = Object.entries(lock).filter(([path]) => path !== '');
const wanted = { ...manifest.dependencies, ...manifest.devDependencies };

describe('SEC-13: supply', () => {
  test('every dependency is pinned to one version', () => {
    const loose = Object.entries(wanted).filter(([, v]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(v));
    expect(loose).toEqual([]);
  });

  test('the lockfile is in step with package.json', () => {
    expect(lock['']?.dependencies).toEqual(manifest.dependencies);
    expect(lock['']?.devDependencies).toEqual(manifest.devDependencies);
    const drifted = Object.entries(wanted).filter(
      ([name, version]) => lock[`node_modules/${name}`]?.version !== version,
    );
    expect(drifted).toEqual([]);
  });

  test('the lockfile names every optional package, or npm ci refuses it', () => {
    const missing = locked.flatMap(([path, entry]) =>
      Object.keys((entry as { optionalDependencies?: object }).optionalDependencies ?? {}).filter(
        (name) => !lock[`node_modules/${name}`] && !lock[`${path}/node_modules/${name}`],
      ),
    );
    expect(missing).toEqual([]);
  });

  test('what is installed is what the lockfile names', () => {
    const drifted = locked.flatMap(([path, { version }]) => {
      const there = installed(path);
      return there && there.version !== version
        ? [`${path}: ${there.version}, not ${version}`]
        : [];
    });
    expect(drifted).toEqual([]);
  });

  test('packages come from the public registry only, and are checked by hash', () => {
    const elsewhere = locked.filter(
      ([, { resolved }]) => resolved && !resolved.startsWith('https://registry.npmjs.org/'),
    );
    expect(elsewhere).toEqual([]);
    // Binaries for other platforms may lack a hash: see docs/decisions.md, "Lockfile".
    const unchecked = locked.filter(([, e]) => !e.integrity && !(e.optional && e.os));
    expect(unchecked).toEqual([]);
    const here = locked.filter(([path, e]) => !e.integrity && installed(path));
    expect(here.map(([path]) => path).filter(isForThisPlatform)).toEqual([]);
  });

  test('no install script is needed, and none runs', () => {
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'];
    expect(hooks.filter((hook) => manifest.scripts?.[hook])).toEqual([]);
    const scripted = locked.filter(([, e]) => e.hasInstallScript).map(([path]) => path);
    // esbuild only checks its binary, fsevents compiles for macOS; both work without.
    const harmless = ['node_modules/esbuild', 'node_modules/fsevents'];
    expect(scripted.filter((path) => !harmless.includes(path))).toEqual([]);
    expect(readFileSync(join(root, 'etl/install.mjs'), 'utf8')).toContain("'--ignore-scripts'");
  });

  test('every licence is allowed, by kind or by name', () => {
    const refused = locked.flatMap(([path, entry]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const licences = [entry.license, installed(path)?.license].filter((l) => l !== undefined);
      const ok = licences.length > 0 && licences.every((l) => isAllowed(name, l));
      return ok ? [] : [`${name}: ${licences.join(', ') || 'none'}`];
    });
    expect(refused).toEqual([]);
  });

  test('no version is known to be bad', () => {
    const bad = locked.filter(
      ([path, { version }]) =>
        (path.includes('@duckdb/node-') && version.startsWith('1.3.3')) ||
        (path.endsWith('node_modules/drizzle-orm') && isBefore(version, '0.45.2')) ||
        (path.endsWith('node_modules/next') && isBefore(version, '16.3.8')),
    );
    expect(bad).toEqual([]);
    expect(Object.keys(wanted)).not.toContain('codemirror');
  });
});

describe('the checks of supply can fail', () => {
  test('licences', () => {
    expect(isAllowed('a', 'MIT')).toBe(true);
    expect(isAllowed('a', '(MIT OR GPL-3.0)')).toBe(true);
    expect(isAllowed('a', 'MIT AND GPL-3.0')).toBe(false);
    expect(isAllowed('a', 'LGPL-3.0-or-later')).toBe(false);
    expect(isAllowed('a', 'UNLICENSED')).toBe(false);
    expect(isAllowed('@img/sharp-libvips-linux-x64', 'LGPL-3.0-or-later')).toBe(true);
    expect(isAllowed('@img/sharp-libvips-linux-x64', 'GPL-3.0')).toBe(false);
  });

  test('versions', () => {
    expect(isBefore('0.45.1', '0.45.2')).toBe(true);
    expect(isBefore('0.45.10', '0.45.2')).toBe(false);
    expect(isBefore('16.3.8', '16.3.8')).toBe(false);
    expect(isBefore('9.9.9', '16.3.8')).toBe(true);
    expect(isBefore('16.3.8-canary.1', '16.3.8')).toBe(true);
  });
});

function isForThisPlatform(path: string): boolean {
  const os = lock[path]?.os;
  return !os || os.includes(process.platform);
}

function installed(path: string): Manifest | null {
  return existsSync(join(root, path, 'package.json')) ? readJson(`${path}/package.json`) : null;
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as T;
}
