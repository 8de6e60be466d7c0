import { factsOf, type FactName, type Metric } from './definitions.ts';
import { type DimensionName, dimensions } from './dimensions.ts';
import { factSources } from './fact-sources.ts';
import { factSteps } from './facts.ts';
import { type MetricName, metrics } from './metrics/index.ts';
import { columnOf, isKnown, knows, type Question, usesProduct } from './question.ts';
import { raw, type Statement, statement, step } from './statement.ts';
import { weekTableOf } from './weeks.ts';

/** The answer to a question: one row per combination of its dimensions. Steps: known, rate, facts, aggregates, one table. */
export function compileAnswer(question: Question, shown: Shape | null = null): Statement {
  const facts = factsNeeded(question);
  const dims = [...(question.weeks ? ['week'] : []), ...question.by.map((d) => `"${d}"`)];
  const keys = [...dims, ...question.by.map((d) => `"${d} order"`)];
  const parts = facts.map((fact) => aggregates(question, fact));
  const names = [...new Set(parts.flatMap((p) => p.names))];
  const ctes = [
    ...factSteps(question, facts),
    ...facts.map((fact, i) =>
      step(
        `${fact}_answer`,
        raw(
          `select ${[...keysOf(question, fact), ...(parts[i]?.columns ?? [])].join(', ')} from ${fact}_fact${knows(question, fact) ? '' : ' where false'}${groupBy(dims.length)}`,
        ),
      ),
    ),
  ];
  const union = facts
    .map(
      (fact, i) =>
        `select ${[...keys, ...names.map((n) => (parts[i]?.names.includes(n) ? `"${n}"` : `null as "${n}"`))].join(', ')} from ${fact}_answer`,
    )
    .join(' union all ');
  const merged = `select ${[...dims, ...question.by.map((d) => `min("${d} order") as "${d} order"`), ...names.map((n) => `max("${n}") as "${n}"`)].join(', ')} from (${union})${groupBy(dims.length)}`;
  const order = [
    ...(question.weeks ? ['week'] : []),
    ...question.by.flatMap((d) => [`"${d} order" nulls last`, `"${d}" nulls last`]),
  ];
  const shape = shown ?? { columns: '*', first: null, limit: undefined };
  const sorting = shape.first ? [shape.first, ...order] : order;
  const end = shape.limit === undefined ? '' : ` limit ${shape.limit}`;
  return statement(
    ctes,
    raw(
      `select ${shape.columns} from (${merged})${sorting.length ? ` order by ${sorting.join(', ')}` : ''}${end}`,
    ),
  );
}

interface Shape {
  columns: string;
  /** What is sorted by before the dimensions. */
  first: string | null;
  limit: number | undefined;
}

/**
 * The same as columns only, texts and doubles, sorted and cut; null when some of it has to be worked out from the rows:
 * a metric combined of parts, a comparison, a sort by names.
 */
export function compileColumns(question: Question): Statement | null {
  const { query, metrics: names, by } = question;
  const sort = query.sort?.replace(/^-/, '');
  const isWorkedOut = names.some((name) => (metrics[name] as Metric).combine);
  if (isWorkedOut || query.compare || (sort && !names.includes(sort as MetricName))) return null;
  const columns = names.map((name) => {
    const metric: Metric = metrics[name];
    if (!isKnown(question, metric)) return `null::double as "${name}"`;
    return metric.additive
      ? `coalesce("${name}", 0)::double as "${name}"`
      : `"${name}"::double as "${name}"`;
  });
  return compileAnswer(question, {
    columns: [...by.map((name) => `"${name}"::varchar as "${name}"`), ...columns].join(', '),
    first: sort ? `"${sort}" ${query.sort === sort ? 'asc' : 'desc'} nulls last` : null,
    limit: query.limit,
  });
}

/**
 * The facts behind one metric, each with its own share of the number, largest first; beside each how many there are in
 * all and the number made of their shares alone, as `PROOF …`. Without facts there is one row with the proof only.
 */
export function compileRows(question: Question, limit: number | null): Statement {
  const name = question.metrics[0] as MetricName;
  const metric: Metric = metrics[name];
  const made =
    metric.aggregate === 'combine'
      ? Object.entries(metric.parts ?? {}).map(
          ([part, text]) => `${counted(text, question)} as "${proof}${name} ${part}"`,
        )
      : [`${aggregate(metric, question, '')} as "${proof}${name}"`];
  const columns = `opportunity_id as opportunity, name, account, salesman, stage, close_day as "closeOn", (${metric.share}) as "${name}"`;
  const order = `"${name}" desc nulls last, opportunity, "closeOn", salesman, name`;
  return statement(
    [
      ...factSteps(question, [metric.from]),
      step(
        'behind',
        raw(
          `select * from ${metric.from}_fact where ${isKnown(question, metric) ? metric.where : 'false'}`,
        ),
      ),
      step(
        'proof',
        raw(`select count(*)::integer as "${proof}facts", ${made.join(', ')} from behind`),
      ),
      step(
        'shown',
        raw(
          `select true as "${proof}shown", ${columns} from behind order by ${order}${limit === null ? '' : ` limit ${limit}`}`,
        ),
      ),
    ],
    raw(`select * from proof left join shown on true order by ${order}`),
  );
}

/** What columns about all facts begin with, apart from those of one. */
const proof = 'PROOF ';

/** Rows of `compileRows` taken apart. */
export function readProof(found: Record<string, unknown>[]): {
  rows: Record<string, unknown>[];
  proof: Record<string, unknown>;
} {
  const part = (row: Record<string, unknown>, of: boolean) =>
    Object.fromEntries(
      Object.entries(row)
        .filter(([key]) => key.startsWith(proof) === of)
        .map(([key, value]) => [of ? key.slice(proof.length) : key, value]),
    );
  return {
    rows: found.filter((row) => row[`${proof}shown`] === true).map((row) => part(row, false)),
    proof: part(found[0] ?? {}, true),
  };
}

const eachOnce = 'count(distinct opportunity_id)';

/** An opportunity is in a set of facts once, unless it is divided by products; a kept sum stands for several. */
const count = (question: Question): string =>
  usesProduct(question) ? eachOnce : weekTableOf(question) ? 'sum(n)' : 'count(*)';

const factsNeeded = (question: Question): FactName[] => [
  ...new Set(question.metrics.flatMap((name) => factsOf(metrics[name]))),
];

const groupBy = (n: number): string =>
  n ? ` group by ${Array.from({ length: n }, (_, i) => i + 1).join(', ')}` : '';

function keysOf(question: Question, fact: FactName): string[] {
  const can = (d: DimensionName) => !dimensions[d].not?.includes(fact);
  return [
    ...(question.weeks ? ['week'] : []),
    ...question.by.map((d) => `${can(d) ? columnOf(d, question) : 'null::varchar'} as "${d}"`),
    ...question.by.map(
      (d) => `min(${(can(d) ? dimensions[d].order : null) ?? 'null::integer'}) as "${d} order"`,
    ),
  ];
}

/** The aggregate columns over one kind of facts, with what the notes need. */
function aggregates(question: Question, fact: FactName): { columns: string[]; names: string[] } {
  const columns: [string, string][] = [];
  const counting: string[] = [];
  for (const name of question.metrics) {
    const metric: Metric = metrics[name];
    const other = metric.with?.[fact];
    const partsOf = (parts: Record<string, string>, where: string) => {
      counting.push(where);
      for (const [part, text] of Object.entries(parts))
        columns.push([`${name} ${part}`, filtered(counted(text, question), where)]);
    };
    if (metric.from === fact && metric.aggregate === 'combine')
      partsOf(metric.parts ?? {}, metric.where);
    else if (metric.from === fact) {
      counting.push(metric.where);
      columns.push([name, aggregate(metric, question, ` filter (where ${metric.where})`)]);
    }
    if (other) partsOf(other.parts, other.where);
  }
  const where = counting.map((text) => `(${text})`).join(' or ') || 'false';
  if (factSources[fact].isValued)
    columns.push(
      [`${fact} noAmount`, `count(*) filter (where (${where}) and not has_amount)`],
      [`${fact} noRate`, `count(*) filter (where (${where}) and has_amount and not has_rate)`],
    );
  return {
    columns: columns.map(([name, text]) => `${text} as "${name}"`),
    names: columns.map(([name]) => name),
  };
}

const counted = (text: string, question: Question): string =>
  text.replaceAll(eachOnce, count(question));

const filtered = (text: string, where: string): string =>
  text.includes(' filter (where ')
    ? text.replace(' filter (where ', ` filter (where (${where}) and `)
    : `${text} filter (where ${where})`;

function aggregate(metric: Metric, question: Question, filter: string): string {
  const share = `(${metric.share})`;
  const cents =
    metric.unit === 'money'
      ? (text: string) => `round(${text}, 2)::decimal(38,2)`
      : (text: string) => text;
  switch (metric.aggregate) {
    case 'sum':
      return `coalesce(sum(${share})${filter}, 0)`;
    case 'count':
      return `coalesce(${count(question)}${filter}, 0)::bigint`;
    case 'median':
      return cents(`quantile_cont(${share}, 0.5)${filter}`);
    default:
      return cents(`avg(${share})${filter}`);
  }
}
