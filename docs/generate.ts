import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configJsonSchema } from '#etl/config.ts';
import { type Catalog, catalog } from '#warehouse/catalog.ts';

/** Documents that are made, never written: the file's name and its whole text. */
export const generated: Record<string, () => string> = {
  'metrics.md': () => metricsText(catalog()),
  'config.schema.json': () => `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
};

/** The catalog as a page: each metric with its meaning and formula, then what it can be broken down by. */
export function metricsText({ metrics, dimensions }: Catalog): string {
  return [
    '# Metrics and dimensions',
    '',
    'Made from the catalog by `node --import tsx docs/generate.ts`; a test fails when it is stale.',
    '`plumbline catalog --json` gives the same. Each number is defined once, in `warehouse/metrics/`, and',
    'every page, export, receipt and command reads that definition.',
    '',
    '## Metrics',
    '',
    'Money is in the reporting currency, to the cent for each opportunity before anything is summed. _Additive_: the',
    'numbers of the parts make the whole.',
    '',
    ...[...metrics].sort(bySource).flatMap(metricText),
    '## Dimensions',
    '',
    'What a number can be broken down by and filtered on. An unknown or absent value is _none_, a row of its own.',
    '',
    ...table(
      ['Name', 'Label', 'Meaning'],
      dimensions.map(({ name, label, meaning }) => [`\`${name}\``, label, meaning]),
    ),
    '',
  ].join('\n');
}

/** In the order of the definitions they come from, whatever order the modules were loaded in. */
const bySource = (a: Named, b: Named): number =>
  a.source.localeCompare(b.source, 'en', { numeric: true }) || (a.name < b.name ? -1 : 1);

type Named = Pick<Catalog['metrics'][number], 'name' | 'source'>;

function metricText(metric: Catalog['metrics'][number]): string[] {
  const { name, label, unit, meaning, formula, additive, source, version } = metric;
  return [
    `### ${label}`,
    '',
    `\`${name}\` · ${unit} · ${additive ? 'additive' : 'not additive'} · ${source} · version ${version}`,
    '',
    `${meaning}.`,
    '',
    `Formula: ${formula}.`,
    '',
  ];
}

/** A table whose columns are as wide as their widest cell. */
function table(head: string[], rows: string[][]): string[] {
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]?.length ?? 0)));
  const line = (cells: string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [
    line(head),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...rows.map(line),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [name, make] of Object.entries(generated))
    writeFileSync(new URL(name, import.meta.url), make());
