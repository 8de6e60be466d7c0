/** What the house forbids, checked on the text of one file. Kept apart so that the checker itself can be tested. */
export interface Breach {
  file: string;
  rule: string;
  found: string;
}

type Floor = 'app' | 'components' | 'warehouse' | 'etl';

interface Import {
  from: string;
  typeOnly: boolean;
}

interface Room {
  file: string;
  floor: Floor;
  /** The text without comments; strings kept. */
  text: string;
  /** The text without comments and without what stands in strings. */
  code: string;
  imports: Import[];
}

const floors: readonly Floor[] = ['app', 'components', 'warehouse', 'etl'];

/** Which floors a floor may stand on. */
const mayImport: Record<Floor, readonly Floor[]> = {
  app: ['warehouse', 'components'],
  etl: ['warehouse'],
  warehouse: [],
  components: [],
};

/** Packages that live on some floors only, and where. */
const atHome: { packages: RegExp; where: RegExp }[] = [
  { packages: /^@duckdb\/node-api(\/|$)/, where: /^(warehouse|etl)\// },
  { packages: /^@duckdb\/node-bindings/, where: /^warehouse\// },
  { packages: /^drizzle-orm(\/|$)/, where: /^(warehouse|app\/state)\// },
  { packages: /^@observablehq\/plot(\/|$)/, where: /^components\// },
  { packages: /^next(\/|$)/, where: /^(app\/|proxy\.ts$|instrumentation\.ts$)/ },
];

const readsEnvironment = ['app/env.ts', 'etl/env.ts'];
const routeFile = /^app\/(.*\/)?(page|layout|error|loading|not-found|global-error)\.tsx$/;

/** Every breach of the house's rules in one file. `file` is its path from the root, with `/`. */
export function findBreaches(file: string, source: string): Breach[] {
  const room = read(file, source);
  return [
    ...floorBreaches(room),
    ...clientBreaches(room),
    ...packageBreaches(room),
    ...wordBreaches(room),
  ];
}

/** The imports and re-exports of a file, static and dynamic. */
export function importsOf(source: string): Import[] {
  const text = strip(source, { strings: false });
  const statement =
    /^[ \t]*(?:import|export)\s+(type\s+)?([\w$*{}\s,]*?)\s*(?:\bfrom\s*)?(['"])([^'"\n]+)\3/gm;
  const called = /\b(?:import|require)\s*\(\s*(['"`])([^'"`\n]+)\1/g;
  return [
    ...[...text.matchAll(statement)].map(([, type, names = '', , from = '']) => ({
      from,
      typeOnly: type !== undefined || onlyTypes(names),
    })),
    ...[...text.matchAll(called)].map(([, , from = '']) => ({ from, typeOnly: false })),
  ];
}

function onlyTypes(names: string): boolean {
  const braced = names.trim().match(/^\{([^}]*)\}$/)?.[1];
  const each =
    braced
      ?.split(',')
      .map((name) => name.trim())
      .filter(Boolean) ?? [];
  return each.length > 0 && each.every((name) => name.startsWith('type '));
}

function read(file: string, source: string): Room {
  const top = file.split('/')[0];
  return {
    file,
    // What Next wants at the root (proxy.ts) is the app's.
    floor: floors.find((floor) => floor === top) ?? 'app',
    text: strip(source, { strings: false }),
    code: strip(source, { strings: true }),
    imports: importsOf(source),
  };
}

function floorBreaches({ file, floor, imports }: Room): Breach[] {
  const isRoot = !file.includes('/');
  return imports.flatMap(({ from }) => {
    const marked = from.match(/^#(\w+)\//)?.[1];
    const relative = from.startsWith('.') ? topOf(file, from) : null;
    if (relative !== null && relative !== (isRoot ? '' : floor)) {
      return [{ file, rule: 'crossing a floor is written #floor/...', found: from }];
    }
    if (from.startsWith('/')) return [{ file, rule: 'no absolute import', found: from }];
    if (!marked) return [];
    if (marked === floor && !isRoot) {
      return [{ file, rule: 'staying on a floor is written ./...', found: from }];
    }
    const allowed: readonly string[] = isRoot ? ['app', ...mayImport[floor]] : mayImport[floor];
    if (allowed.includes(marked)) return [];
    return [{ file, rule: `${floor} may not import ${marked}`, found: from }];
  });
}

/** The first folder that a relative import lands in; empty for the root itself. */
function topOf(file: string, from: string): string {
  const path = new URL(from, `file:///root/${file}`).pathname;
  const inside = path.startsWith('/root/') ? path.slice('/root/'.length) : '..';
  return inside.includes('/') ? (inside.split('/')[0] ?? '') : inside === '..' ? '..' : '';
}

function clientBreaches({ file, text, imports }: Room): Breach[] {
  if (!/^\s*(['"])use client\1/.test(text)) return [];
  return imports
    .filter(({ from, typeOnly }) => from.startsWith('#warehouse/') && !typeOnly)
    .map(({ from }) => ({
      file,
      rule: '"use client" takes only types from warehouse',
      found: from,
    }));
}

function packageBreaches({ file, imports }: Room): Breach[] {
  return imports.flatMap(({ from }) =>
    atHome
      .filter(({ packages, where }) => packages.test(from) && !where.test(file))
      .map(({ where }) => ({ file, rule: `${from} only in ${where.source}`, found: from })),
  );
}

function wordBreaches({ file, floor, text, code, imports }: Room): Breach[] {
  const breaches: Breach[] = [];
  const forbid = (rule: string, found: RegExpMatchArray | null) => {
    if (found) breaches.push({ file, rule, found: found[0].trim() });
  };
  if (!readsEnvironment.includes(file)) {
    forbid('process.env is read in app/env.ts and etl/env.ts', environment(text, imports));
  }
  if (!routeFile.test(file)) {
    forbid('no default export', code.match(/\bexport\s+default\b|\bas\s+default\b/));
  }
  forbid('no any', code.match(/(?::|<|\bas|\||&|,|=>|=)\s*any\s*(?=[[\]>,;=)|&{}\n]|$)/m));
  forbid('REL-14: no fromCache', code.match(/\bfromCache\b/));
  if (floor !== 'etl' && file !== 'warehouse/snapshot.ts') {
    forbid(
      'REL-14: the server hashes a snapshot in a process of its own',
      code.match(/\bhashFile\b/),
    );
  }
  if (floor === 'app' || floor === 'components') {
    forbid('REL-14: the server reads no *.duckdb by itself', text.match(/\.duckdb\b/));
  }
  return breaches;
}

function environment(text: string, imports: Import[]): RegExpMatchArray | null {
  const direct = text.match(
    /\bprocess\s*(\?\.|\.)\s*env\b|\bprocess\s*\[\s*['"`]env|\bimport\.meta\.env\b/,
  );
  const imported = imports.some(({ from }) => /^(node:)?process$/.test(from));
  return direct ?? (imported ? text.match(/\benv\b/) : null);
}

/** The source with comments blanked, and what stands in strings too when asked; line breaks stay. */
function strip(source: string, { strings }: { strings: boolean }): string {
  const token =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/g;
  return source.replace(token, (found) => {
    if (found.startsWith('/')) return blank(found);
    // What a template computes is code.
    return strings ? blank(found).replace(/^.|.$/g, "'") + computed(found) : found;
  });
}

function computed(template: string): string {
  if (!template.startsWith('`')) return '';
  return [...template.matchAll(/\$\{([^}]*)\}/g)].map(([, inner]) => ` ${inner}`).join('');
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}
