/** Licences that anything may have. */
const allowed = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'OFL-1.1',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Python-2.0',
  'Unlicense',
]);

/** Packages that have another one, each with the reason why that does no harm. */
const byName: { name: RegExp; licence: string; why: string }[] = [
  {
    name: /^@img\/sharp-(libvips-|wasm32$|win32-)/,
    licence: 'LGPL-3.0-or-later',
    why: 'libvips, unchanged and linked dynamically; comes with next as an optional package',
  },
  {
    name: /^lightningcss(-|$)/,
    licence: 'MPL-2.0',
    why: 'unchanged; a tool of the test runner, not shipped',
  },
  {
    name: /^(@axe-core\/playwright|axe-core)$/,
    licence: 'MPL-2.0',
    why: 'unchanged; a test tool, not shipped',
  },
  {
    name: /^caniuse-lite$/,
    licence: 'CC-BY-4.0',
    why: 'data about browsers that next reads while building; named here as its licence asks',
  },
];

/** Whether a package may have this licence (an SPDX expression of ids joined by AND, OR). */
export function isAllowed(name: string, licence: string): boolean {
  const ok = (id: string) =>
    allowed.has(id) || byName.some((rule) => rule.name.test(name) && rule.licence === id);
  return licence
    .replace(/[()]/g, '')
    .split(/\s+OR\s+/)
    .some((choice) => choice.split(/\s+AND\s+/).every(ok));
}

/** Whether one version comes before another; a pre-release comes before its release. */
export function isBefore(version: string, other: string): boolean {
  const [a, b] = [parts(version), parts(other)];
  for (const i of [0, 1, 2]) {
    if (a.numbers[i] !== b.numbers[i]) return (a.numbers[i] ?? 0) < (b.numbers[i] ?? 0);
  }
  return a.pre !== '' && b.pre === '';
}

function parts(version: string): { numbers: number[]; pre: string } {
  const [release = '', ...pre] = version.split('-');
  return { numbers: release.split('.').map(Number), pre: pre.join('-') };
}
