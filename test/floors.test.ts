import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { findBreaches, importsOf } from './floors.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const atTheRoot = ['proxy.ts', 'instrumentation.ts'].filter((f) => existsSync(join(root, f)));
const files = [...['app', 'components', 'warehouse', 'etl'].flatMap(filesUnder), ...atTheRoot];

describe('the house keeps its floors', () => {
  test('there is something to read', () => {
    expect(files.length).toBeGreaterThan(10);
  });

  test.each(files)('%s', (file) => {
    expect(findBreaches(file, readFileSync(join(root, file), 'utf8'))).toEqual([]);
  });
});

describe('the checker sees what is forbidden', () => {
  const forbidden: [what: string, file: string, source: string][] = [
    ['etl imports app', 'etl/a.ts', "import { x } from '#app/x.ts';"],
    ['app imports etl', 'app/a.ts', "import { x } from '#etl/x.ts';"],
    ['etl imports components', 'etl/a.ts', "import type { X } from '#components/x.ts';"],
    ['warehouse imports a roof', 'warehouse/a.ts', "import { x } from '#etl/x.ts';"],
    [
      'components imports warehouse',
      'components/a.tsx',
      "import type { X } from '#warehouse/x.ts';",
    ],
    ['a crossing written relative', 'etl/a.ts', "import { x } from '../warehouse/x.ts';"],
    ['a crossing from deeper', 'app/b/c/a.ts', "import { x } from '../../../components/x.ts';"],
    ['a way out of the house', 'etl/a.ts', "import { x } from '../../elsewhere/x.ts';"],
    ['a floor named from itself', 'etl/b/a.ts', "import { x } from '#etl/x.ts';"],
    ['a re-export', 'app/a.ts', "export * from '#etl/x.ts';"],
    ['a dynamic import', 'app/a.ts', "const x = await import('#etl/x.ts');"],
    ['an import over lines', 'app/a.ts', "import {\n  x,\n  type Y,\n} from '#etl/x.ts';"],
    ['an import for its effect', 'app/a.ts', "import '#etl/x.ts';"],
    ['the proxy importing etl', 'proxy.ts', "import { x } from '#etl/x.ts';"],
    ['a value in the browser', 'app/a.tsx', "'use client';\nimport { x } from '#warehouse/x.ts';"],
    [
      'a value beside a type in the browser',
      'app/a.tsx',
      '// why\n"use client";\nimport { type Y, x } from \'#warehouse/x.ts\';',
    ],
    ['the environment read elsewhere', 'warehouse/a.ts', 'const x = process.env.X;'],
    ['the environment in brackets', 'app/a.ts', "const x = process['env'].X;"],
    ['the environment imported', 'etl/a.ts', "import { env } from 'node:process';"],
    ['the environment in a template', 'etl/a.ts', `const x = \`a \${process.env.X}\`;`],
    ['DuckDB in app', 'app/a.ts', "import { DuckDBInstance } from '@duckdb/node-api';"],
    ['drizzle in etl', 'etl/a.ts', "import { sql } from 'drizzle-orm';"],
    ['drizzle in app outside state', 'app/a.ts', "import { x } from 'drizzle-orm/pg-core';"],
    ['Plot in app', 'app/a.tsx', "import * as Plot from '@observablehq/plot';"],
    ['Next in components', 'components/a.tsx', "import Link from 'next/link';"],
    ['a default export', 'components/a.tsx', 'export default function A() {}'],
    ['a default export renamed', 'app/a.tsx', 'export { a as default };'],
    ['any as a type', 'etl/a.ts', 'function f(x: any) {}'],
    ['any in brackets', 'etl/a.ts', 'const x = new Map<string, any>();'],
    ['any as a cast', 'etl/a.ts', 'const x = y as any;'],
    ['any in a list', 'etl/a.ts', 'const x: any[] = [];'],
    ['a snapshot hashed in the server', 'warehouse/a.ts', 'await hashFile(path);'],
    ['fromCache', 'warehouse/a.ts', 'await DuckDBInstance.fromCache(path);'],
    ['a snapshot read by the server', 'app/a.ts', `readFileSync(\`\${id}.duckdb\`);`],
  ];

  test.each(forbidden)('%s', (_, file, source) => {
    expect(findBreaches(file, source)).toHaveLength(1);
  });
});

describe('the checker lets through what is allowed', () => {
  const allowed: [what: string, file: string, source: string][] = [
    ['app on warehouse', 'app/a.ts', "import { x } from '#warehouse/x.ts';"],
    ['app on components', 'app/b/a.tsx', "import { X } from '#components/x.tsx';"],
    ['etl on warehouse', 'etl/b/a.ts', "import { x } from '#warehouse/x.ts';"],
    ['staying on the floor', 'etl/b/a.ts', "import { x } from '../x.ts';"],
    [
      'types in the browser',
      'app/a.tsx',
      "'use client';\nimport type { X } from '#warehouse/x.ts';",
    ],
    [
      'named types in the browser',
      'app/a.tsx',
      "'use client';\nimport { type X, type Y } from '#warehouse/x.ts';",
    ],
    [
      'the proxy of the app',
      'proxy.ts',
      "import { NextResponse } from 'next/server';\nimport { x } from '#app/x.ts';",
    ],
    ['drizzle in the state', 'app/state/a.ts', "import { x } from 'drizzle-orm';"],
    ['a page', 'app/b/page.tsx', 'export default function Page() {}'],
    ['the environment in its file', 'app/env.ts', 'export const x = process.env.X;'],
    ['words in comments', 'app/a.ts', "// process.env, fromCache: any\n/* import '#etl/x.ts' */"],
    ['words in text', 'etl/a.ts', "throw new Error('value: any; fromCache; export default');"],
    ['a colon in text before any', 'app/a.tsx', 'const x = <p>{"as: any"}</p>;'],
  ];

  test.each(allowed)('%s', (_, file, source) => {
    expect(findBreaches(file, source)).toEqual([]);
  });
});

test('imports are read with their kind', () => {
  const source = "import a, { type b } from 'x';\nexport type { c } from './y.ts';\nimport 'z';";
  expect(importsOf(source)).toEqual([
    { from: 'x', typeOnly: false },
    { from: './y.ts', typeOnly: true },
    { from: 'z', typeOnly: false },
  ]);
});

function filesUnder(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
    .sort();
}
