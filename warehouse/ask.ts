import type { Viewer } from './access.ts';
import type {
  Answer,
  Cell,
  Circumstance,
  Column,
  Receipt,
  Row,
  RowsAnswer,
  Unit,
} from './answers.ts';
import { copyToArrow, toArrow } from './arrow.ts';
import { compileAnswer, compileColumns, compileRows, readProof } from './compile.ts';
import {
  checkNames,
  isKnown,
  type Question,
  type Settings,
  unknownTo,
  usesProduct,
} from './question.ts';
import type { Reader } from './connection.ts';
import { factsOf, type Metric } from './definitions.ts';
import { type DimensionName, dimensions } from './dimensions.ts';
import { WarehouseError } from './errors.ts';
import { type MetricName, metrics } from './metrics/index.ts';
import { nearest } from './nearest.ts';
import { isoInstant, parseMoment, parsePeriod } from './period.ts';
import { parseQuery, type Query, type QueryInput } from './query.ts';
import { readAccountNames, readValues } from './values.ts';

/** An open snapshot and what it says about itself. */
export interface Source {
  reader: Reader;
  snapshot: string;
  settings: Settings;
}

/** Settles names, values, period and instants of a query; throws where one is not right, naming the nearest. */
export async function toQuestion(
  source: Source,
  viewer: Viewer,
  input: QueryInput,
): Promise<Question> {
  const query = parseQuery(input);
  const names = checkNames(query);
  const { settings } = source;
  for (const [name, values] of Object.entries(query.where))
    await checkValues(source, viewer, name as DimensionName, values);
  if (query.currency) await checkCurrency(source, query.currency);
  const known = query.knownAt ? parseMoment(query.knownAt, settings.zone).instant : null;
  const asOf = query.asOf
    ? parseMoment(query.asOf, settings.zone)
    : parseMoment(isoInstant(settings.asOf), settings.zone);
  return {
    query,
    ...names,
    viewer,
    settings,
    moment: asOf,
    period: parsePeriod(query.period, settings.fiscalYearStart),
    knownAt: known !== null && known < settings.knownAt ? known : null,
  };
}

/** One row per combination of the dimensions, with the circumstances and what must be said beside the numbers. */
export async function answer(source: Source, viewer: Viewer, input: QueryInput): Promise<Answer> {
  const question = await toQuestion(source, viewer, input);
  const [now, before] = await Promise.all([
    numbers(source, question),
    question.query.compare ? numbers(source, compared(question)) : null,
  ]);
  const columns = columnsOf(question);
  const rows = before ? beside(question, now.rows, before.rows) : now.rows;
  if (before)
    columns.push(
      ...question.metrics.map((name) => ({
        ...columnOfMetric(name, question),
        name: `${name}Before`,
        label: `${metrics[name].label}, before`,
      })),
    );
  return {
    ...circumstance(source, question),
    columns,
    rows: arranged(rows, question.query, columns),
    notes: now.notes,
  };
}

/** The answer as an Arrow stream; its columns are copied as they come wherever nothing has to be worked out by row. */
export async function arrow(
  source: Source,
  viewer: Viewer,
  input: QueryInput,
): Promise<Uint8Array> {
  const question = await toQuestion(source, viewer, input);
  const compiled = compileColumns(question);
  if (!compiled) return toArrow(await answer(source, viewer, input));
  const about = { ...circumstance(source, question), columns: columnsOf(question) };
  return source.reader.stream(compiled.text, compiled.values, (result) =>
    copyToArrow(about, result),
  );
}

/** Numbers as of the ends of past weeks, the as-of day last. `week` is each week's last day. */
export async function trend(
  source: Source,
  viewer: Viewer,
  input: QueryInput,
  { weeks }: { weeks: number },
): Promise<Answer> {
  const question = { ...(await toQuestion(source, viewer, input)), weeks };
  const { rows: list, notes } = await numbers(source, question);
  const week: Column = { name: 'week', label: 'Week until', unit: 'date', kind: 'dimension' };
  return {
    ...circumstance(source, question),
    columns: [week, ...columnsOf(question)],
    rows: list,
    notes,
  };
}

/** The rows behind one number, with the proof that they make it. */
export async function rows(source: Source, viewer: Viewer, input: QueryInput): Promise<RowsAnswer> {
  return (await proved(source, viewer, input)).found;
}

/** Two statements at once: the number as every page asks for it, and the facts with what they make. */
async function proved(
  source: Source,
  viewer: Viewer,
  input: QueryInput,
): Promise<{ question: Question; name: MetricName; found: RowsAnswer }> {
  const question = await toQuestion(source, viewer, { ...input, by: [], sort: undefined });
  const [name] = question.metrics;
  if (question.metrics.length !== 1 || !name)
    throw new WarehouseError('wrong-use', 'Rows stand behind one metric; ask for exactly one');
  const { text, values } = compileRows(question, question.query.limit ?? null);
  const [whole, facts] = await Promise.all([
    numbers(source, question),
    source.reader.all(text, values),
  ]);
  const { rows: list, proof } = readProof(facts);
  const total = (whole.rows[0]?.[name] ?? null) as string | number | null;
  const sum = proofOf(question, name, { ...whole.parts, ...proof }) as string | number | null;
  const found: RowsAnswer = {
    ...circumstance(source, question),
    notes: whole.notes,
    columns: rowColumns(name, question),
    rows: list.map((row) => plain(row, name, metrics[name])),
    count: Number(proof.facts),
    sum,
    total,
    adds: same(sum, total),
  };
  return { question, name, found };
}

/** Everything that proves one number: definition, filters, statement, rows, sum. */
export async function receipt(source: Source, viewer: Viewer, input: QueryInput): Promise<Receipt> {
  const limit = Math.min(input.limit ?? 1000, 1000);
  const { question, name, found } = await proved(source, viewer, { ...input, limit });
  const metric: Metric = metrics[name];
  const { text, values } = compileAnswer(question);
  return {
    metric: name,
    label: metric.label,
    unit: metric.unit,
    value: found.total,
    currency: metric.unit === 'money' ? found.currency : null,
    meaning: metric.meaning,
    formula: metric.formula,
    source: metric.source,
    version: String(metric.version),
    filters: filtersInWords(question),
    circumstance: circumstance(source, question),
    sql: text,
    parameters: values as Cell[],
    columns: found.columns,
    rows: found.rows,
    rowCount: found.count,
    sum: found.sum,
    adds: found.adds,
    notes: found.notes,
  };
}

interface Numbers {
  rows: Row[];
  notes: string[];
  parts: Record<string, unknown>;
}

async function numbers(source: Source, question: Question): Promise<Numbers> {
  const { text, values } = compileAnswer(question);
  const found = await source.reader.all(text, values);
  const total = (part: string) =>
    found.reduce(
      (sum, row) =>
        sum +
        Object.entries(row).reduce(
          (n, [key, value]) => (key.endsWith(` ${part}`) ? n + Number(value ?? 0) : n),
          0,
        ),
      0,
    );
  const list = found.map((row) => finish(row, question));
  return {
    rows: list,
    notes: question.weeks ? [] : notesOf(question, total('noAmount'), total('noRate'), list),
    parts: found[0] ?? {},
  };
}

/** Computes what SQL left in parts, fills absent sums with 0, and puts numbers into their plain form. */
function finish(found: Record<string, unknown>, question: Question): Row {
  const row: Row = question.weeks ? { week: String(found.week) } : {};
  for (const name of question.by) row[name] = (found[name] as string | null) ?? null;
  for (const name of question.metrics)
    Object.assign(row, numberOf(name, metrics[name], found, question));
  return row;
}

function numberOf(
  name: string,
  metric: Metric,
  found: Record<string, unknown>,
  question: Question,
): Record<string, Cell> {
  if (!isKnown(question, metric)) return nothing(name, metric);
  if (metric.combine) {
    const parts = Object.fromEntries(
      Object.entries(found)
        .filter(([key]) => key.startsWith(`${name} `))
        .map(([key, value]) => [key.slice(name.length + 1), value as Cell]),
    );
    return metric.combine(parts, name);
  }
  return { [name]: cellOf(metric, found[name]) };
}

const nothing = (name: string, { companions = [] }: Metric): Record<string, Cell> =>
  Object.fromEntries([name, ...companions.map((c) => c.name)].map((column) => [column, null]));

function cellOf(metric: Metric, value: unknown): Cell {
  if (value === null || value === undefined)
    return metric.additive ? (metric.unit === 'money' ? '0.00' : 0) : null;
  return metric.unit === 'money' ? cents(String(value)) : Math.round(Number(value) * 1e8) / 1e8;
}

const cents = (text: string): string => (text.includes('.') ? text : `${text}.00`);

function notesOf(question: Question, noAmount: number, noRate: number, rows: Row[]): string[] {
  const money = question.metrics.some((name) => isMoneyShare(metrics[name]));
  return [
    ...(money && noAmount ? [`${noAmount} without amount count as 0`] : []),
    ...(money && noRate
      ? [`${noRate} without an exchange rate count as 0; see the data page`]
      : []),
    ...question.metrics.flatMap((name) => fewNote(metrics[name], name, rows)),
    ...question.metrics.flatMap((name) => unknownNote(question, metrics[name])),
    ...question.metrics.flatMap((name) => reasonNote(metrics[name], name, rows)),
    ...(usesProduct(question)
      ? ['Counts by product overlap: an opportunity with two products is in both; money is divided']
      : []),
  ];
}

/** A share of fewer than five says little. */
function fewNote({ companions }: Metric, name: string, rows: Row[]): string[] {
  const what = companions?.find((c) => c.name === `${name}N`)?.label;
  const few = rows
    .map((row) => row[`${name}N`])
    .filter((n): n is number => typeof n === 'number' && n > 0 && n < 5);
  if (!what || !few.length) return [];
  const told =
    few.length === 1 ? `${few[0]} ${what}` : `${few.length} rows with fewer than 5 ${what}`;
  return [`n too small: ${told}`];
}

function unknownNote(question: Question, metric: Metric): string[] {
  const unknown = new Set(factsOf(metric).flatMap((fact) => unknownTo(question, fact)));
  return unknown.size ? [`${metric.label} is not set by ${[...unknown].join(', ')}`] : [];
}

/** Why there is no number, where a metric says it. */
function reasonNote({ label }: Metric, name: string, rows: Row[]): string[] {
  const reasons = rows.map((row) => row[`${name}Reason`]).filter((reason) => reason != null);
  return [...new Set(reasons)].map((reason) => {
    const n = reasons.filter((other) => other === reason).length;
    return rows.length === 1 ? `${label}: ${reason}` : `${label}: ${reason} (${n} rows)`;
  });
}

function columnsOf(question: Question): Column[] {
  return [
    ...question.by.map(
      (name): Column => ({ name, label: dimensions[name].label, unit: 'text', kind: 'dimension' }),
    ),
    ...question.metrics.flatMap((name): Column[] => [
      columnOfMetric(name, question),
      ...((metrics[name] as Metric).companions ?? []).map(
        (c): Column => ({ ...c, kind: 'companion', ...currencyOf(c.unit, question) }),
      ),
    ]),
  ];
}

function columnOfMetric(name: MetricName, question: Question): Column {
  const metric: Metric = metrics[name];
  return {
    name,
    label: metric.label,
    unit: metric.unit,
    kind: 'metric',
    ...currencyOf(metric.unit, question),
  };
}

const currencyOf = (unit: Unit, { query, settings }: Question): { currency?: string } =>
  unit === 'money' ? { currency: query.currency ?? settings.currency } : {};

function rowColumns(name: MetricName, question: Question): Column[] {
  const text = (column: string, label: string): Column => ({
    name: column,
    label,
    unit: 'text',
    kind: 'attribute',
  });
  return [
    text('opportunity', 'Opportunity'),
    text('name', 'Name'),
    text('account', 'Account'),
    text('salesman', 'Salesman'),
    text('stage', 'Stage'),
    { name: 'closeOn', label: 'Close date', unit: 'date', kind: 'attribute' },
    columnOfMetric(name, question),
  ];
}

function plain(row: Record<string, unknown>, name: string, metric: Metric): Row {
  const value = row[name];
  return {
    ...(row as Row),
    [name]:
      value === null || value === undefined
        ? null
        : isMoneyShare(metric)
          ? cents(String(value))
          : Number(value),
  };
}

const isMoneyShare = (metric: Metric): boolean =>
  metric.unit === 'money' || metric.share.includes('money');

/** The number that the rows make, with what the metric needs of other facts. */
const proofOf = (question: Question, name: MetricName, parts: Record<string, unknown>): Cell =>
  numberOf(name, metrics[name], parts, question)[name] ?? null;

const same = (a: Cell, b: Cell): boolean =>
  typeof a === 'string' && typeof b === 'string'
    ? Number(a) === Number(b) && cents(a) === cents(b)
    : a === b;

/** What a question was asked under, as every answer prints it. */
export function circumstance(
  source: Source,
  { query, moment, settings, knownAt }: Question,
): Circumstance {
  return {
    asOf: isoInstant(moment.instant),
    knownAt: isoInstant(knownAt ?? settings.knownAt),
    isNow: knownAt === null && moment.instant === settings.asOf,
    snapshot: source.snapshot,
    period: query.period,
    currency: query.currency ?? settings.currency,
    rate: query.rate,
  };
}

/** The same question for another period, or as of another day. */
function compared(question: Question): Question {
  const text = question.query.compare as string;
  if (/^\d{4}-\d{2}-\d{2}$/.test(text))
    return { ...question, moment: parseMoment(text, question.settings.zone) };
  return { ...question, period: parsePeriod(text, question.settings.fiscalYearStart) };
}

function beside(question: Question, now: Row[], before: Row[]): Row[] {
  const key = (row: Row) => JSON.stringify(question.by.map((name) => row[name]));
  const rest = new Map(before.map((row) => [key(row), row]));
  const merge = (row: Row | undefined, other: Row | undefined): Row => ({
    ...empty(question, row ?? (other as Row)),
    ...row,
    ...Object.fromEntries(
      question.metrics.map((name) => [
        `${name}Before`,
        other?.[name] ?? cellOf(metrics[name], null),
      ]),
    ),
  });
  const joined = now.map((row) => {
    const other = rest.get(key(row));
    rest.delete(key(row));
    return merge(row, other);
  });
  return [...joined, ...[...rest.values()].map((other) => merge(undefined, other))];
}

const empty = (question: Question, like: Row): Row => ({
  ...Object.fromEntries(question.by.map((name) => [name, like[name] ?? null])),
  ...Object.fromEntries(question.metrics.map((name) => [name, cellOf(metrics[name], null)])),
});

function arranged(list: Row[], { sort, limit }: Query, columns: Column[]): Row[] {
  if (!sort) return limit ? list.slice(0, limit) : list;
  const name = sort.replace(/^-/, '');
  const column = columns.find((c) => c.name === name);
  if (!column)
    throw new WarehouseError(
      'wrong-name',
      `Cannot sort by "${name}"; nearest: "${nearest(
        name,
        columns.map((c) => c.name),
      )}"`,
    );
  const direction = sort.startsWith('-') ? -1 : 1;
  const numeric = column.unit !== 'text';
  const sorted = [...list].sort((a, b) => {
    const [x, y] = [a[name] ?? null, b[name] ?? null];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return (
      direction *
      (numeric ? Number(x) - Number(y) : String(x) < String(y) ? -1 : String(x) > String(y) ? 1 : 0)
    );
  });
  return limit ? sorted.slice(0, limit) : sorted;
}

/** What a question leaves out, and under which circumstances it asks. */
export function filtersInWords(question: Question): string[] {
  const { query, period, moment, knownAt } = question;
  return [
    ...Object.entries(query.where).map(
      ([name, values]) =>
        `${dimensions[name as DimensionName].label} is ${values.map((v) => v ?? 'none').join(' or ')}`,
    ),
    period.from
      ? `Period ${period.text}: from ${period.from} until before ${period.to}`
      : 'All periods',
    `As of ${moment.day}`,
    knownAt ? `As known at ${isoInstant(knownAt)}` : 'As known now',
    `Rate policy ${query.rate}`,
  ];
}

/** A value that the viewer may not see is missing, and none such is suggested. */
async function checkValues(
  { reader }: Source,
  viewer: Viewer,
  name: DimensionName,
  values: (string | null)[],
): Promise<void> {
  const given = values.filter((value) => value !== null);
  if (!given.length) return;
  const known =
    name === 'account'
      ? await readAccountNames(reader, viewer, given)
      : (await readValues(reader, viewer, name))[name];
  if (!known) return;
  const wrong = given.find((value) => !known.includes(value));
  if (wrong === undefined) return;
  const all = name === 'account' ? await readAccountNames(reader, viewer) : known;
  const near = all.filter((value) => value !== null);
  const hint = near.length ? `. Did you mean "${nearest(wrong, near)}"?` : '';
  throw new WarehouseError(
    'wrong-value',
    `${dimensions[name].label} "${wrong}" does not exist${hint}`,
  );
}

async function checkCurrency(source: Source, currency: string): Promise<void> {
  const found = await source.reader.all(`select currency from rate_version group by 1`);
  const known = [source.settings.currency, ...found.map((row) => String(row.currency))];
  if (!known.includes(currency))
    throw new WarehouseError(
      'wrong-value',
      `There is no exchange rate for "${currency}"; known currencies: ${known.join(', ')}`,
    );
}
