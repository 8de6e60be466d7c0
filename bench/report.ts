import type { QuestionMeasure } from './measure.ts';
import type { SizeResult } from './run.ts';

/** What must hold, by size; milliseconds of DuckDB's part. */
const goals: Record<string, number> = { '10k': 50, '100k': 50, '1m': 50, '10m': 150 };

/** The figures of one size for people, with what misses its goal in words. */
export function report(result: SizeResult): string {
  const { size, load, machine, memory_mb, questions } = result;
  const stage = (name: string) => `${name} ${load.stages[name]?.toFixed(1) ?? '-'}`;
  return [
    `${size}: ${machine.cpus} CPUs (${machine.model}), Node ${machine.node}, load average before ${machine.loadBefore}, after ${machine.loadAfter}`,
    '',
    `Load: ${load.rows.toLocaleString('en')} rows in ${load.seconds.toFixed(1)} s, ${Math.round(load.rows_per_second).toLocaleString('en')} rows/s, ${load.cpu_seconds.toFixed(0)} s CPU, peak ${load.memory_mb} MB, snapshot ${load.snapshot_mb} MB`,
    `  seconds: ${['read', 'facts', 'versions', 'layouts', 'checks', 'publish'].map(stage).join(', ')}`,
    `  DuckDB's own typed read of the same files into a file: ${load.typed_read_seconds.toFixed(1)} s; landing ${load.landing_ratio.toFixed(1)} x (goal 3), whole load ${load.whole_ratio.toFixed(1)} x (goal 8)`,
    `  the same files again: ${load.again_seconds.toFixed(1)} s, nothing changed: ${load.again_unchanged}`,
    `  one opportunity in a hundred changed: ${load.delta.rows.toLocaleString('en')} rows loaded, checked and published in ${load.delta.seconds.toFixed(1)} s, peak ${load.delta.memory_mb} MB (${Object.entries(
      load.delta.stages,
    )
      .map(([name, s]) => `${name} ${s.toFixed(1)}`)
      .join(', ')})`,
    `Asking over HTTP: server peak ${memory_mb} MB; PostgreSQL: ${result.postgres}`,
    ...result.viewers.map(
      (v) =>
        `  ${v.viewers} viewers, a page of 6 questions without a pause: ${v.pages_per_second} pages/s, p50 ${v.p50_ms} ms, p95 ${v.p95_ms} ms, failed ${v.failed}`,
    ),
    ...pagesInWords(result.pages),
    '',
    ...table(questions),
    '',
    ...misses(result),
  ].join('\n');
}

const pagesInWords = (pages: SizeResult['pages']): string[] =>
  typeof pages === 'string'
    ? [`Pages in a browser: ${pages}`]
    : pages.map(
        (p) =>
          `  ${p.path} whole in a new browser ${p.cold_ms} ms (goal 1000); another as-of day ${p.changed_p50_ms} ms, once more p50 ${p.again_p50_ms}, p95 ${p.again_p95_ms} ms (goal 100)${p.failed ? `; ${p.failed} tiles FAILED` : ''}`,
      );

const heads = [
  'question',
  'rows',
  'DuckDB p50',
  'p95',
  'product p50',
  'p95',
  'PostgreSQL p50',
  'ratio',
  'first',
  'equal',
  'disturbed',
];

function table(questions: QuestionMeasure[]): string[] {
  const rows = questions.map((q) => [
    q.name,
    String(q.rows),
    ...[q.duckdb_p50_ms, q.duckdb_p95_ms, q.product_p50_ms, q.product_p95_ms].map((n) =>
      n.toFixed(1),
    ),
    q.postgres_p50_ms === null ? '-' : q.postgres_p50_ms.toFixed(1),
    q.ratio.toFixed(2),
    q.first_ms.toFixed(0),
    q.equal ? 'yes' : 'NO',
    `${q.disturbed}/${q.repetitions}`,
  ]);
  const widths = heads.map((head, i) =>
    Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: string[]) =>
    cells
      .map((cell, i) => (i ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ');
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}

/** Every goal that is not reached, with the figures. */
function misses(result: SizeResult): string[] {
  const { size, questions, load } = result;
  const goal = goals[size] ?? 50;
  const wrong = questions
    .filter((q) => !q.equal)
    .map((q) => `WRONG  ${q.name}: ${q.difference ?? ''}`);
  const slow = questions
    .filter((q) => q.repetitions > 0 && q.duckdb_p95_ms > goal)
    .map((q) => `missed ${q.name}: raw DuckDB p95 ${q.duckdb_p95_ms} ms, goal ${goal} ms`);
  const far = questions
    .filter((q) => q.repetitions > 0 && q.product_p50_ms > 1.3 * q.duckdb_p50_ms + 5)
    .map(
      (q) =>
        `missed ${q.name}: whole path p50 ${q.product_p50_ms} ms, goal 1.3 x ${q.duckdb_p50_ms} + 5 ms`,
    );
  const loading = [
    ...(load.landing_ratio > 3
      ? [`missed landing: ${load.landing_ratio.toFixed(1)} x DuckDB's own typed read, goal 3 x`]
      : []),
    ...(load.whole_ratio > 8
      ? [`missed first load: ${load.whole_ratio.toFixed(1)} x DuckDB's own typed read, goal 8 x`]
      : []),
  ];
  if (load.delta.seconds > 10)
    loading.push(`missed change of 1 %: ${load.delta.seconds.toFixed(1)} s, goal 10 s`);
  const pages = (typeof result.pages === 'string' ? [] : result.pages).flatMap((p) => [
    ...(p.cold_ms > 1000 ? [`missed ${p.path} cold: ${p.cold_ms} ms, goal 1000 ms`] : []),
    ...(p.again_p95_ms > 100
      ? [`missed ${p.path} changed, warm: p95 ${p.again_p95_ms} ms, goal 100 ms`]
      : []),
  ]);
  const all = [...wrong, ...loading, ...slow, ...far, ...pages];
  return all.length ? all : ['Every goal is reached.'];
}
