import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import type { Answer, Circumstance, Column, Row } from '#warehouse/answers.ts';
import { WarehouseError } from '#warehouse/errors.ts';
import { localViewer } from '#warehouse/access.ts';
import { toArrow } from '#warehouse/arrow.ts';
import { toCsv } from '#warehouse/csv.ts';
import { answerToParquet } from '#warehouse/parquet.ts';
import { findCurrent, listSnapshots, verifySnapshot } from '#warehouse/snapshot.ts';
import { openWarehouse, toItem, type Warehouse } from '#warehouse/warehouse.ts';
import { barNamed } from '#warehouse/waterfall-bars.ts';
import { readConfig } from './config.ts';
import { writeDemo, writeNextWeek } from './demo/index.ts';
import { env } from './env.ts';
import { LoadError } from './errors.ts';
import { setFault } from './faults.ts';
import { type LoadResult, runJob } from './job.ts';
import { openControl } from './control.ts';
import {
  backtest,
  type BacktestRun,
  forecast,
  type ForecastRun,
  showBacktest,
  showForecast,
} from './forecast.ts';
import { readFigure } from './figure-file.ts';
import { rollback } from './publish.ts';
import { show, showLoad, showRows, startProgress } from './show.ts';

interface Common {
  json?: boolean;
  dataDir: string;
}

interface QueryOptions extends Common {
  by?: string[];
  where?: string[];
  period?: string;
  asOf?: string;
  knownAt?: string;
  compare?: string;
  currency?: string;
  rate?: 'plan' | 'as-of' | 'close';
  sort?: string;
  limit?: number;
  rows?: boolean;
  receipt?: boolean;
  format?: string;
  out?: string;
}

type ForecastOptions = Common & Omit<ForecastRun, 'where'> & { where?: string[] };
type BacktestOptions = Common & Omit<BacktestRun, 'where'> & { where?: string[]; points?: boolean };

setFault(env.fault);

const program = new Command('plumbline')
  .description('The honest sales pipeline, from the command line')
  .exitOverride()
  .configureOutput({ writeErr: () => {} });

const verb = (name: string, description: string): Command =>
  program
    .command(name)
    .description(description)
    .exitOverride()
    .option('--data-dir <dir>', 'the installation', env.dataDir)
    .option('--json', 'one JSON document on standard output');

const whole = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new LoadError('wrong-use', `"${text}" is not a whole number`);
  return Number(text);
};
const repeat = (value: string, before: string[] = []): string[] => [...before, value];

verb('load', 'load exports as a config file says')
  .option('--config <file>', 'the config file', 'plumbline.json')
  .option('--files <dir>', 'the folder of a single-source config')
  .option('--dry-run', 'do everything but publish')
  .action(async (o: Common & { config: string; files?: string; dryRun?: boolean }) => {
    const config = readConfig(o.config, o.files);
    await load(
      o,
      await withProgress(o, (report) =>
        runJob({ config, dataDir: o.dataDir, dryRun: o.dryRun ?? false, report }),
      ),
    );
  });

verb('demo', 'make a demo company and load it')
  .option('--seed <n>', 'another company', whole, 5)
  .option('--today <day>', 'the day on which the company stands', '2026-03-02')
  .option('--scale <k>', 'so many times as much', whole, 1)
  .option('--next-week', 'the following week, with edits to the past')
  .option('--files-only <dir>', 'only write the export files')
  .option('--no-stories', 'a company in which nothing is planted')
  .action(demo);

verb('start', 'serve the pages')
  .option('--port <n>', 'the port', whole)
  .option(
    '--host <name>',
    'another address than 127.0.0.1; no login: everybody who reaches it sees everything',
  )
  .action(async (o: Common & { port?: number; host?: string }) => {
    const { start } = await import('./start.mjs');
    process.exitCode = await start({ ...o, dataDir: o.dataDir });
  });

verb('status', 'what is loaded and how fresh it is').action((o: Common) =>
  withWarehouse(o, async (w) => show(o, await w.status())),
);

verb('snapshots', 'the snapshots that can be put back').action((o: Common) => {
  const snapshots = listSnapshots(resolve(o.dataDir)).map(toItem);
  if (o.json) show(o, { snapshots });
  else showRows(snapshots as unknown as Row[]);
});

verb('rollback <id>', 'put an older snapshot back').action(async (id: string, o: Common) => {
  const control = await openControl(resolve(o.dataDir));
  try {
    const { id: snapshot } = await rollback(control, control.dataDir, id);
    show(o, { snapshot });
  } finally {
    await control.close();
  }
});

verb('verify [id]', 'compare a snapshot with the hash it was published with').action(
  async (id: string | undefined, o: Common) => {
    const dataDir = resolve(o.dataDir);
    const snapshot = id ?? findCurrent(dataDir)?.id;
    if (!snapshot)
      throw new LoadError(
        'not-found',
        `${o.dataDir} has no snapshot yet. Run "plumbline load" or "plumbline demo"`,
      );
    const { ok, reason } = await verifySnapshot(dataDir, snapshot);
    show(o, { snapshot, ok, reason, files: [{ file: `snapshots/${snapshot}.duckdb`, ok }] });
    if (!ok) process.exitCode = 1;
  },
);

verb('quarantine', 'lines that could not be loaded, with their reason')
  .option('--limit <n>', 'how many', whole, 50)
  .option('--object <name>', 'of one object')
  .action((o: Common & { limit: number; object?: string }) =>
    withWarehouse(o, async (w) => {
      const found = await w.quarantine(localViewer, {
        limit: o.limit,
        ...(o.object ? { object: o.object } : {}),
      });
      if (o.json) return show(o, found);
      showRows(found.rows as unknown as Row[]);
      process.stderr.write(`${found.total} lines in quarantine\n`);
    }),
  );

verb('catalog', 'all metrics and dimensions').action((o: Common) =>
  withWarehouse(
    o,
    async (w) => {
      const catalog = w.catalog();
      if (o.json) return show(o, catalog);
      showRows(catalog.metrics as unknown as Row[]);
      showRows(catalog.dimensions as unknown as Row[]);
    },
    true,
  ),
);

verb('query <metric...>', 'ask for numbers')
  .option('--by <dimension>', 'break down by (repeatable)', repeat)
  .option(
    '--where <dimension=values>',
    'only these values, comma between; - is none (repeatable)',
    repeat,
  )
  .option('--period <period>', '2026, 2026-Q3, 2026-07, 2026-07-01..2026-08-15, all')
  .option('--as-of <day>', 'as it was at the end of that day')
  .option('--known-at <instant>', 'as it was known then')
  .option('--compare <period-or-day>', 'beside another period or day')
  .option('--currency <code>', 'in this currency')
  .option('--rate <policy>', 'plan, as-of or close')
  .option('--sort <column>', 'by this column, - in front for descending')
  .option('--limit <n>', 'at most so many rows', whole)
  .option('--rows', 'the rows behind the number')
  .option('--receipt', 'everything that proves the number')
  .option(
    '--format <format>',
    'table, json, csv, arrow, parquet; default: table, or as the file ends',
  )
  .option('--out <file>', 'write to a file')
  .action((metrics: string[], o: QueryOptions) => withWarehouse(o, (w) => query(w, metrics, o)));

verb('history <id>', 'the life of one opportunity')
  .option('--known-at <instant>', 'as it was known then')
  .action((id: string, o: Common & { knownAt?: string }) =>
    withWarehouse(o, async (w) => {
      const life = await w.opportunity(localViewer, id, o.knownAt ? { knownAt: o.knownAt } : {});
      if (!life) throw new LoadError('wrong-use', `There is no opportunity ${id}`);
      if (o.json) return show(o, life);
      showRows(life.events as unknown as Row[]);
    }),
  );

verb('waterfall', 'what happened to the pipeline of a period between two days')
  .requiredOption('--from <day>', 'the end of this day, or an instant')
  .requiredOption('--to <day>', 'the end of this day, or an instant')
  .option('--period <period>', 'the close dates that count', 'all')
  .option('--where <dimension=values>', 'only these values (repeatable)', repeat)
  .option('--known-at <instant>', 'as it was known then')
  .option('--from-known-at <instant>', 'the start as it was known then; adds what was back-dated')
  .option('--currency <code>', 'in this currency')
  .option('--rate <policy>', 'plan or as-of')
  .option('--through-flow', 'with what came and went in between')
  .option('--bar <name>', 'the opportunities behind one bar')
  .option('--limit <n>', 'at most so many of them', whole, 100)
  .action((o: WaterfallOptions) => withWarehouse(o, (w) => waterfall(w, o)));

verb('risks', 'opportunities at risk by money at stake, and what each rule is worth')
  .option('--as-of <day>', 'as it was at the end of that day')
  .option('--known-at <instant>', 'as it was known then')
  .option('--where <dimension=values>', 'only these values (repeatable)', repeat)
  .option('--period <period>', 'the close dates that count')
  .option('--rule <name>', 'only what this rule names')
  .option('--opportunity <id>', 'of one opportunity')
  .option('--hygiene', 'with what only rules without measured lift name')
  .option('--limit <n>', 'at most so many opportunities', whole, 100)
  .action((o: RiskOptions) => withWarehouse(o, (w) => risks(w, o)));

verb('forecast', 'what a period will bring, and how wrong such forecasts were')
  .option('--period <period>', 'a fiscal quarter or a month; default the running quarter')
  .option('--where <dimension=values>', 'only these values (repeatable)', repeat)
  .option('--as-of <day>', 'as it was at the end of that day')
  .action((o: ForecastOptions) => withWarehouse(o, (w) => tellForecast(w, o)));

verb('backtest', 'how wrong forecasts have been, week by week, from what was known then')
  .option('--period <length>', 'month or quarter', 'quarter')
  .option('--windows <weeks>', 'weeks after the cut-off in the place of periods, as 1-4,5-13')
  .option('--every <span>', 'how far apart cut-offs are: week', 'week')
  .option('--from <day>', 'the first cut-off; default 18 months before the last')
  .option('--to <day>', 'the last cut-off; default the as-of day')
  .option('--where <dimension=values>', 'only these values (repeatable)', repeat)
  .option('--points', 'every forecast beside what came')
  .action((o: BacktestOptions) => withWarehouse(o, (w) => tellBacktest(w, o)));

verb('bridge <a> <b>', 'why two saved answers differ: files of query --json, or questions').action(
  (a: string, b: string, o: Common) => withWarehouse(o, (w) => bridge(w, [a, b], o)),
);

interface DemoOptions extends Common {
  seed: number;
  today: string;
  scale: number;
  stories: boolean;
  nextWeek?: boolean;
  filesOnly?: string;
}

async function demo(o: DemoOptions): Promise<void> {
  const folder = resolve(o.filesOnly ?? join(o.dataDir, 'demo'));
  const { seed, scale, stories } = o;
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(o.today) && !Number.isNaN(Date.parse(o.today));
  if (!isDay)
    throw new LoadError('wrong-use', `--today ${o.today} is not a day such as 2026-03-02`);
  if (!o.filesOnly) refuseMixing(folder, o);
  const { today, files } = o.nextWeek
    ? await writeNextWeek({ folder })
    : { today: o.today, ...(await writeDemo({ folder, seed, today: o.today, scale, stories })) };
  const more = { seed: seedOf(folder), today, files };
  if (o.filesOnly) return show(o, { load: null, snapshot: null, seconds: 0, sources: [], ...more });
  const config = readConfig(join(folder, 'plumbline.json'));
  await load(
    o,
    await withProgress(o, (report) => runJob({ config, dataDir: o.dataDir, report })),
    more,
  );
}

const seedOf = (folder: string): number =>
  (JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8')) as { seed: number }).seed;

/** Two companies in one warehouse would be neither. */
function refuseMixing(folder: string, { dataDir, nextWeek, seed, today }: DemoOptions): void {
  const made = existsSync(join(folder, 'demo.json'));
  if (nextWeek && !made)
    throw new LoadError(
      'wrong-use',
      `${dataDir} holds no demo company yet; run "plumbline demo" first`,
    );
  if (nextWeek || !findCurrent(resolve(dataDir))) return;
  const is = made
    ? (JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8')) as {
        seed: number;
        today: string;
        week: number;
      })
    : null;
  if (is?.seed !== seed || is.today !== today || is.week > 0)
    throw new LoadError(
      'wrong-use',
      `${dataDir} already holds ${is ? `the demo company of seed ${is.seed}, ${is.today}` : 'loaded data'}. Give another --data-dir, or --next-week to go on`,
    );
}

async function query(w: Warehouse, metrics: string[], o: QueryOptions): Promise<void> {
  const { by, period, asOf, knownAt, compare, currency, rate, sort, limit } = o;
  const input = JSON.parse(
    JSON.stringify({
      metrics,
      by,
      where: whereOf(o.where ?? []),
      period,
      asOf,
      knownAt,
      compare,
      currency,
      rate,
      sort,
      limit,
    }),
  );
  const format = formatOf(o);
  if (o.receipt)
    return output(o, `${JSON.stringify(await w.receipt(localViewer, input), null, 2)}\n`);
  if (format === 'arrow' && !o.rows) return output(o, await w.arrow(localViewer, input));
  const answer = o.rows ? await w.rows(localViewer, input) : await w.answer(localViewer, input);
  // What was asked goes along, so that a saved answer can be asked again.
  const asked = { ...input, asOf: answer.asOf, knownAt: answer.knownAt };
  if (format !== 'table') return output(o, formats[format](answer, asked));
  showRows(answer.rows, answer.columns);
  process.stderr.write([circumstanceOf(answer), ...answer.notes, ''].join('\n'));
}

const formats = {
  json: (answer: Answer, query: object) => `${JSON.stringify({ ...answer, query }, null, 2)}\n`,
  csv: ({ columns, rows }: Answer) => toCsv(columns, rows),
  arrow: toArrow,
  parquet: (answer: Answer) => new Uint8Array(answerToParquet(answer)),
};

/** The form asked for; a file by its ending when none is. Bytes are no sight for a terminal. */
function formatOf({ json, format, out, receipt }: QueryOptions): keyof typeof formats | 'table' {
  const isKnown = (name: string): name is keyof typeof formats => name in formats;
  const wanted = json ? 'json' : (format ?? out?.split('.').at(-1) ?? 'table');
  if (wanted === 'table' && (!out || receipt)) return wanted;
  if (!isKnown(wanted))
    throw new LoadError(
      'wrong-use',
      wanted === 'table' || !format
        ? `--out ${out}: say with --format whether it is json, csv, arrow or parquet`
        : `--format ${wanted}: allowed are table, json, csv, arrow, parquet`,
    );
  if (!out && process.stdout.isTTY && ['arrow', 'parquet'].includes(wanted))
    throw new LoadError('wrong-use', `--format ${wanted} is not for a terminal; add --out FILE`);
  return wanted;
}

const circumstanceOf = ({ asOf, knownAt, snapshot, period }: Circumstance): string =>
  `as of ${asOf}, known at ${knownAt}, snapshot ${snapshot}, period ${period}`;

type WaterfallOptions = Common &
  Pick<QueryOptions, 'where' | 'period' | 'knownAt' | 'currency' | 'rate'> & {
    from: string;
    to: string;
    fromKnownAt?: string;
    throughFlow?: boolean;
    bar?: string;
    limit: number;
  };

async function waterfall(w: Warehouse, o: WaterfallOptions): Promise<void> {
  const { from, to, period, knownAt, fromKnownAt, currency, rate, throughFlow, bar, limit } = o;
  const where = whereOf(o.where ?? []);
  const input = { from, to, period, where, knownAt, fromKnownAt, currency, rate, throughFlow };
  if (bar) {
    const found = await w.waterfallRows(localViewer, { ...input, bar: barNamed(bar), limit });
    return o.json ? show(o, found) : showRows(found.rows, found.columns);
  }
  const found = await w.waterfall(localViewer, input);
  if (o.json) return show(o, found);
  showRows(found.bars as unknown as Row[], barColumns);
  process.stderr.write(`${found.from} to ${found.to}, ${circumstanceOf(found)}\n`);
}

type RiskOptions = Common &
  Pick<QueryOptions, 'where' | 'period' | 'asOf' | 'knownAt'> & {
    rule?: string;
    opportunity?: string;
    hygiene?: boolean;
    limit: number;
  };

async function risks(w: Warehouse, o: RiskOptions): Promise<void> {
  const { period, asOf, knownAt, rule, opportunity, hygiene, limit } = o;
  const where = whereOf(o.where ?? []);
  const input = { where, period, asOf, knownAt, rule, opportunity, hygiene, limit };
  const { opportunities, ...found } = await w.risks(localViewer, input);
  // One row per opportunity and rule; the money of an opportunity is divided among its rows.
  const flagged = opportunities.flatMap(({ flags, money: _, ...item }) =>
    flags.filter((flag) => hygiene || rule || !flag.demoted).map((flag) => ({ ...item, ...flag })),
  );
  if (o.json) return show(o, { risks: flagged, ...found });
  showRows(flagged as unknown as Row[], flagColumns);
  showRows(found.rules as unknown as Row[], ruleColumns);
  const { count, money, exposed, until } = found;
  process.stderr.write(
    `${count} opportunities of ${exposed}, ${money} at stake until ${until}\n${found.notes.join('\n')}\n${circumstanceOf(found)}\n`,
  );
}

const flagColumns: Column[] = [
  { name: 'opportunity', label: 'Opportunity', unit: 'text', kind: 'attribute' },
  { name: 'name', label: 'Name', unit: 'text', kind: 'attribute' },
  { name: 'salesman', label: 'Salesman', unit: 'text', kind: 'attribute' },
  { name: 'label', label: 'Risk', unit: 'text', kind: 'attribute' },
  { name: 'evidence', label: 'Evidence', unit: 'text', kind: 'attribute' },
  { name: 'money', label: 'At stake', unit: 'money', kind: 'metric' },
];

const ruleColumns: Column[] = [
  { name: 'rule', label: 'Rule', unit: 'text', kind: 'dimension' },
  { name: 'words', label: 'Measured', unit: 'text', kind: 'attribute' },
  { name: 'count', label: 'Now', unit: 'count', kind: 'metric' },
  { name: 'exposed', label: 'Exposed', unit: 'money', kind: 'metric' },
  { name: 'money', label: 'At stake', unit: 'money', kind: 'metric' },
];

const tellForecast = async (w: Warehouse, o: ForecastOptions): Promise<void> =>
  showForecast(o, await forecast(w, { ...o, where: whereOf(o.where ?? []) }));

const tellBacktest = async (w: Warehouse, o: BacktestOptions): Promise<void> =>
  showBacktest(o, await backtest(w, { ...o, where: whereOf(o.where ?? []) }));

async function bridge(w: Warehouse, [a, b]: [string, string], o: Common): Promise<void> {
  const [from, to] = [readFigure(a), readFigure(b)];
  const found = await w.bridge(localViewer, {
    from: from.query,
    to: to.query,
    recorded: { from: from.recorded, to: to.recorded },
  });
  if (o.json) return show(o, found);
  const { unit } = found;
  const ends = (label: string, delta: string | number): Row => ({ label, delta, count: null });
  showRows(
    [ends('From', found.from), ...(found.steps as unknown as Row[]), ends('To', found.to)],
    [
      { name: 'label', label: 'Step', unit: 'text', kind: 'dimension' },
      { name: 'delta', label: 'Difference', unit, kind: 'metric' },
      { name: 'count', label: 'Opportunities', unit: 'count', kind: 'metric' },
    ],
  );
}

const barColumns: Column[] = [
  { name: 'label', label: 'Bar', unit: 'text', kind: 'dimension' },
  { name: 'value', label: 'Value', unit: 'money', kind: 'metric' },
  { name: 'count', label: 'Opportunities', unit: 'count', kind: 'metric' },
  { name: 'meaning', label: 'Meaning', unit: 'text', kind: 'attribute' },
];

/** `region=EMEA,APAC` -> { region: ['EMEA', 'APAC'] }; `-` is none. */
function whereOf(filters: string[]): Record<string, (string | null)[]> {
  const where: Record<string, (string | null)[]> = {};
  for (const filter of filters) {
    const at = filter.indexOf('=');
    if (at < 1) throw new LoadError('wrong-use', `--where ${filter}: write dimension=value,value`);
    const values = filter
      .slice(at + 1)
      .split(',')
      .map((value) => (value === '-' ? null : value));
    where[filter.slice(0, at)] = [...(where[filter.slice(0, at)] ?? []), ...values];
  }
  return where;
}

function output({ out }: QueryOptions, data: string | Uint8Array): void {
  if (out) writeFileSync(out, data);
  else process.stdout.write(data);
}

async function withProgress<T>(
  o: Common,
  work: (report: (step: string) => void) => Promise<T>,
): Promise<T> {
  const progress = startProgress(o.json ?? false);
  try {
    return await work(progress.step);
  } finally {
    progress.end();
  }
}

async function load(o: Common, result: LoadResult, more: object = {}): Promise<void> {
  const { tooManyQuarantined, ...rest } = result;
  if (o.json) show(o, { ...rest, ...more });
  else showLoad(result);
  if (tooManyQuarantined) process.exitCode = 3;
}

async function withWarehouse(
  o: Common,
  work: (warehouse: Warehouse) => Promise<void>,
  mayBeEmpty = false,
): Promise<void> {
  if (!mayBeEmpty && !findCurrent(resolve(o.dataDir)))
    throw new LoadError(
      'not-found',
      `${o.dataDir} has no snapshot yet. Run "plumbline load" or "plumbline demo"`,
    );
  const warehouse = openWarehouse(resolve(o.dataDir));
  try {
    await work(warehouse);
  } finally {
    await warehouse.close();
  }
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCode(error);
}

/** 0 done, 1 failed, 2 wrong use; the words go to standard error. */
function exitCode(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode !== 0) process.stderr.write(`${error.message}\n`);
    return error.exitCode === 0 ? 0 : 2;
  }
  if (error instanceof LoadError || error instanceof WarehouseError) {
    process.stderr.write(`${error.message}\n`);
    return [
      'wrong-use',
      'bad-config',
      'wrong-name',
      'wrong-value',
      'bad-period',
      'bad-instant',
    ].includes(error.code)
      ? 2
      : 1;
  }
  throw error;
}
