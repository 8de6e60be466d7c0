import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Viewer } from './access.ts';
import type { Column, Row } from './answers.ts';
import { copyToArrow } from './arrow.ts';
import { circumstance, type Source, toQuestion } from './ask.ts';
import { type DimensionName, dimensions } from './dimensions.ts';
import { factSteps } from './facts.ts';
import { among } from './filters.ts';
import { querySchema } from './query.ts';
import { columnOf, type Question } from './question.ts';
import { during, known, seenBy, today } from './relations.ts';
import { stageAgeSteps } from './stage-age-steps.ts';
import { raw, statement, step } from './statement.ts';

/** What a page may filter by in the browser. */
const fields = [
  'stage',
  'team',
  'salesman',
  'industry',
  'region',
  'leadSource',
  'closeMonth',
] as const satisfies DimensionName[];

const { where, period, asOf, knownAt, currency, rate } = querySchema.shape;

export const openColumnsSchema = z.strictObject({
  where,
  period,
  asOf,
  knownAt,
  currency,
  rate,
  /** Whether each is held against the benchmark of its stage, which is learned from all, whoever looks. */
  flags: z.boolean().default(false),
});

export type OpenColumnsInput = z.input<typeof openColumnsSchema>;

/**
 * Every opportunity of the open pipeline, one row each, as an Arrow stream for charts that filter each other: id,
 * `age` in days since creation, `amount` in the reporting currency, and fields as places in the words that the
 * column's metadata lists in order. With `flags` also `stageAge`, days since it last entered its stage, and `flag`: in
 * time, watch or stalled against those that were won from there, null where too few tell. Its sums are those of the
 * metric openPipeline.
 */
export async function readOpenColumns(
  source: Source,
  viewer: Viewer,
  input: OpenColumnsInput,
): Promise<Uint8Array> {
  const { flags, ...asked } = openColumnsSchema.parse(input);
  const question = await toQuestion(source, viewer, { metrics: ['openPipeline'], ...asked });
  const words = await readWords(source, question);
  const columns = columnsOf(words, input.currency ?? source.settings.currency);
  const about = {
    ...circumstance(source, question),
    columns: flags ? [...columns, ...flagColumns] : columns,
  };
  const { text, values } = rowsOf(question, flags);
  return source.reader.stream(text, values, (result) => copyToArrow(about, result));
}

type Words = Record<string, (string | null)[]>;

const columnsOf = (words: Words, currency: string): Column[] => [
  { name: 'opportunity', label: 'Opportunity', unit: 'text', kind: 'attribute' },
  { name: 'age', label: 'Age', unit: 'days', kind: 'attribute' },
  { name: 'amount', label: 'Amount', unit: 'money', kind: 'metric', currency },
  ...fields.map(
    (name): Column => ({
      name,
      label: dimensions[name].label,
      unit: 'text',
      kind: 'dimension',
      words: words[name] ?? [],
    }),
  ),
];

const flagWords = [null, 'in time', 'watch', 'stalled'] as const;

const flagColumns: Column[] = [
  { name: 'stageAge', label: 'Days in stage', unit: 'days', kind: 'attribute' },
  { name: 'flag', label: 'Time in stage', unit: 'text', kind: 'dimension', words: [...flagWords] },
];

const flagSql = `, a.age::double as "stageAge", (case when not coalesce(a.is_told, false) then 0 ${flagWords
  .flatMap((word, code) =>
    word === null ? [] : `when coalesce(a.flag, 'in time') = '${word}' then ${code}`,
  )
  .join(' ')} end)::usmallint as flag`;

const shown = 'select * from open_fact where in_period';

/** The words of each field, each with its place. */
const wordSteps = (question: Question) => [
  ...factSteps(question, ['open']),
  ...fields.map((name) => {
    const word = columnOf(name, question);
    const order = dimensions[name].order ?? 'null::integer';
    return step(
      `${name}_word`,
      raw(
        `select word, (row_number() over (order by place nulls last, word nulls last) - 1)::usmallint as code from (select ${word} as word, min(${order}) as place from (${shown}) group by 1)`,
      ),
    );
  }),
];

async function readWords({ reader }: Source, question: Question): Promise<Words> {
  const each = fields.map((name) => `select '${name}' as field, word, code from ${name}_word`);
  const { text, values } = statement(
    wordSteps(question),
    raw(`${each.join(' union all ')} order by field, code`),
  );
  const rows = await reader.all(text, values);
  return Object.fromEntries(
    fields.map((name) => [
      name,
      rows
        .filter(({ field }) => field === name)
        .map(({ word }) => (word === null ? null : String(word))),
    ]),
  );
}

function rowsOf(question: Question, flags: boolean) {
  const codes = fields.map((name) => `${name}_word.code as "${name}"`).join(', ');
  const words = fields.map((name) => `${columnOf(name, question)} as ${name}_said`).join(', ');
  const joins = fields
    .map((name) => `join ${name}_word on ${name}_word.word is not distinct from ${name}_said`)
    .join(' ');
  const aged = flags ? ' left join stage_age a on a.opportunity_id = said.opportunity_id' : '';
  return statement(
    [
      ...wordSteps(question),
      step('said', raw(`select *, ${words} from (${shown})`)),
      ...(flags ? stageAgeSteps(question) : []),
    ],
    sql`select said.opportunity_id as opportunity, (${today(question)} - said.created_on)::double as age, case when has_amount then money::double end as amount, ${raw(`${codes}${flags ? flagSql : ''}`)} from said ${raw(joins + aged)} order by 1`,
  );
}

export const openNamesSchema = z.strictObject({
  ids: z.array(z.string().max(300)).max(100),
  asOf,
  knownAt,
});

export type OpenNamesInput = z.input<typeof openNamesSchema>;

/** Name, account and next step of some opportunities, for the few rows of which a page shows more than marks. */
export async function readOpenNames(
  source: Source,
  viewer: Viewer,
  { ids, ...when }: OpenNamesInput,
): Promise<Row[]> {
  if (ids.length === 0) return [];
  const question = await toQuestion(source, viewer, { metrics: ['openPipeline'], ...when });
  const { text, values } = statement(
    [],
    sql`select opportunity_id as opportunity, name, account, salesman, close_on::varchar as "closeOn", next_step as "nextStep" from opportunity_version
      where ${among(raw('opportunity_id'), ids)} and ${known(question)} and ${during(question)} and ${seenBy(question.viewer)}`,
  );
  return (await source.reader.all(text, values)) as Row[];
}
