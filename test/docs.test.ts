import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { generated } from '../docs/generate.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const textOf = (document: string): string => readFileSync(join(root, document), 'utf8');

describe('documents that are made are up to date', () => {
  test.each(Object.keys(generated))(
    'docs/%s (else: node --import tsx docs/generate.ts)',
    (name) => {
      expect(textOf(`docs/${name}`)).toBe(generated[name]?.());
    },
  );
});

describe('what documents point to is there', () => {
  test.each(documents)('%s', (document) => {
    const missing = [...linksOf(textOf(document)), ...pathsOf(textOf(document))].filter(
      ({ path, from }) => !existsSync(join(root, from === 'root' ? '' : dirname(document), path)),
    );
    expect(missing.map(({ path }) => path)).toEqual([]);
  });
});

describe('commands that documents name exist', async () => {
  const verbs = verbsOf(await help([]));
  const scripts = Object.keys(JSON.parse(textOf('package.json')).scripts as object);

  test('the command line says its verbs', () => {
    expect(verbs).toContain('load');
  });

  test.each(documents)('%s', (document) => {
    const text = textOf(document);
    expect(commandsOf(text).filter((verb) => !verbs.includes(verb))).toEqual([]);
    expect(scriptsOf(text).filter((script) => !scripts.includes(script))).toEqual([]);
  });

  test('the options that the README lists', async () => {
    const listed = optionsOf(textOf('README.md'));
    expect(listed.size).toBeGreaterThan(3);
    const wrong = [...listed].map(async ([verb, options]) => {
      const known = options.length ? await help([verb]) : '';
      return options.filter((option) => !known.includes(option));
    });
    expect((await Promise.all(wrong)).flat()).toEqual([]);
  });
});

async function help(args: string[]): Promise<string> {
  const command = [join(root, 'etl/bin.mjs'), ...args, '--help'];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: root });
  return stdout;
}

const verbsOf = (text: string): string[] =>
  [...text.slice(text.indexOf('Commands:')).matchAll(/^ {2}([a-z-]+)/gm)].map(([, v = '']) => v);

/** Relative links; addresses and anchors are left out. */
function linksOf(text: string): { path: string; from: 'root' | 'here' }[] {
  return [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)]
    .map(([, path = '']) => path)
    .filter((path) => !/^[a-z]+:/.test(path))
    .map((path) => ({ path, from: 'here' }));
}

/** Files of the project that stand in backticks. */
function pathsOf(text: string): { path: string; from: 'root' | 'here' }[] {
  const folders = 'app|bench|components|docs|etl|test|warehouse|\\.ci';
  const path = new RegExp(`\`((?:${folders})/[\\w./[\\]-]*)\``, 'g');
  return [...text.matchAll(path)].map(([, found = '']) => ({ path: found, from: 'root' }));
}

/** Verbs after `plumbline` in code: `npx plumbline load`, `plumbline verify`. */
function commandsOf(text: string): string[] {
  const code = [...text.matchAll(/```[\s\S]*?```|`[^`\n]+`/g)].map(([found]) => found).join('\n');
  return [...code.matchAll(/\bplumbline ([a-z]+)\b/g)].map(([, verb = '']) => verb);
}

const scriptsOf = (text: string): string[] =>
  [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].map(([, a, b]) => a ?? b ?? '');

/** Verb -> options, from the table of the command line. */
function optionsOf(text: string): Map<string, string[]> {
  const rows = [...text.matchAll(/^\| (`[^|]+`[^|]*)\|/gm)].map(([, cell = '']) => cell);
  const uses = rows.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, use = '']) => use));
  return new Map(
    uses
      .filter((use) => /^[a-z]+( |$)/.test(use))
      .map((use) => [use.split(' ')[0] ?? '', use.match(/--[a-z-]+/g) ?? []]),
  );
}
