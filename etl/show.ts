import Table from 'cli-table3';
import { type Column, isNumeric, type Row } from '#warehouse/answers.ts';
import type { LoadResult } from './job.ts';

/** One JSON document, or the same in lines for people. */
export function show(o: { json?: boolean }, value: object): void {
  if (o.json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  else
    for (const [name, part] of Object.entries(value))
      process.stdout.write(`${name}: ${typeof part === 'object' ? JSON.stringify(part) : part}\n`);
}

/** Rows as a table; numbers to the right. */
export function showRows(rows: Row[], columns?: Column[]): void {
  const names = columns?.map((c) => c.name) ?? Object.keys(rows[0] ?? {});
  if (!names.length) return void process.stdout.write('Nothing found\n');
  const isNumber = (name: string) =>
    isNumeric(columns?.find((c) => c.name === name)?.unit ?? 'text');
  const table = new Table({
    head: names.map((name) => columns?.find((c) => c.name === name)?.label ?? name),
    colAligns: names.map((name) => (isNumber(name) ? 'right' : 'left')),
    style: process.stdout.isTTY ? {} : { head: [], border: [] },
  });
  for (const row of rows) table.push(names.map((name) => String(row[name] ?? '–')));
  process.stdout.write(`${table.toString()}\n`);
}

export function showLoad(result: LoadResult): void {
  for (const { source, objects } of result.sources) {
    const table = new Table({
      head: [source, 'rows in', 'loaded', 'quarantined', 'superseded'],
      style: process.stdout.isTTY ? {} : { head: [], border: [] },
    });
    for (const o of objects)
      table.push([o.object, o.rowsIn, o.loaded, o.quarantined, o.superseded]);
    process.stdout.write(`${table.toString()}\n`);
  }
  for (const warning of result.warnings) process.stderr.write(`${warning}\n`);
  process.stdout.write(
    result.unchanged
      ? `Nothing new: every file is known. Snapshot ${result.snapshot} stays\n`
      : `Load ${result.load}: snapshot ${result.snapshot ?? 'not published'}, ${result.seconds.toFixed(1)} s\n`,
  );
}

/** Steps of a job on standard error: each with the time it began. */
export function startProgress(quiet: boolean): { step: (text: string) => void; end: () => void } {
  const from = Date.now();
  const live = process.stderr.isTTY && !quiet;
  return {
    step: (text) => {
      const line = `${((Date.now() - from) / 1000).toFixed(1).padStart(6)} s  ${text}`;
      if (live) process.stderr.write(`\r\x1b[2K${line}`);
      else if (!quiet) process.stderr.write(`${line}\n`);
    },
    end: () => {
      if (live) process.stderr.write('\r\x1b[2K');
    },
  };
}

/** A bar on a terminal, else nothing: how much of a count is done, and how long the rest takes. */
export function startBar(
  label: string,
  quiet: boolean,
): { step: (done: number, all: number) => void; end: () => void } {
  const from = Date.now();
  const live = process.stderr.isTTY && !quiet;
  return {
    step: (done, all) => {
      if (!live) return;
      const share = all ? Math.min(1, done / all) : 0;
      const full = Math.round(24 * share);
      const left = Math.round(((Date.now() - from) / 1000) * (1 / Math.max(share, 1e-9) - 1));
      const bar = '█'.repeat(full) + '░'.repeat(24 - full);
      process.stderr.write(`\r\x1b[2K${label} ${bar} ${done} of ${all}, ${left} s left`);
    },
    end: () => {
      if (live) process.stderr.write('\r\x1b[2K');
    },
  };
}
