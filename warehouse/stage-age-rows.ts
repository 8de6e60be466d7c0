import { type SQL, sql } from 'drizzle-orm';
import type { Viewer } from './access.ts';
import type { Column, Row } from './answers.ts';
import type { MovedRows } from './movement-answer.ts';
import { circumstance, type Source } from './ask.ts';
import { agedSteps } from './stage-age.ts';
import { type StageAgeRowsInput, stageAgeRowsSchema } from './stage-age-request.ts';
import { oddsOf, readStays, type StayCounts } from './stage-odds.ts';
import { toStageQuestion } from './stage-question.ts';
import { raw, type Statement, statement } from './statement.ts';
import { attribute } from './told.ts';
import type { Question } from './question.ts';

const columns = (currency: string): Column[] => [
  attribute('opportunity', 'Id'),
  attribute('name', 'Opportunity'),
  attribute('account', 'Account'),
  attribute('salesman', 'Salesman'),
  attribute('stage', 'Stage'),
  attribute('closeOn', 'Close date', 'date'),
  attribute('age', 'Days in stage', 'days'),
  attribute('cumAge', 'Days in stage, all stays', 'days'),
  attribute('totalAge', 'Age', 'days'),
  attribute('p80', 'Watched from', 'days'),
  attribute('p95', 'Stalled from', 'days'),
  attribute('flag', 'Flag'),
  attribute('odds', 'Won of those that sat as long', 'ratio'),
  attribute('oddsLow', 'low (95 %)', 'ratio'),
  attribute('oddsHigh', 'high (95 %)', 'ratio'),
  attribute('oddsN', 'closed ones', 'count'),
  { name: 'value', label: 'Amount', unit: 'money', kind: 'metric', currency },
];

/**
 * The open opportunities of a stage, flag or range of ages, longest in the stage first, each with its benchmark and how
 * those went that sat as long. `sum` is that of all their amounts, `total` the same of the metric.
 */
export async function readStageAgeRows(
  source: Source,
  viewer: Viewer,
  input: StageAgeRowsInput,
): Promise<MovedRows> {
  const { stage, flag, ageFrom, ageTo, limit, offset, ...scope } = stageAgeRowsSchema.parse(input);
  const question = await toStageQuestion(source, viewer, scope);
  const which = chosen({ stage, flag, ageFrom, ageTo });
  const asked = compile(question, which, { limit, offset });
  const whole = wholeOf(question, which);
  const [found, [sums], stays] = await Promise.all([
    source.reader.all(asked.text, asked.values),
    source.reader.all(whole.text, whole.values),
    readStays(source, question),
  ]);
  const shown = circumstance(source, question);
  const [count, sum] = found[0]
    ? [Number(found[0].n), String(found[0].sum)]
    : [Number(sums?.n), String(sums?.sum)];
  return {
    ...shown,
    columns: columns(shown.currency),
    rows: found.map((row) => toRow(row, stays)),
    count,
    sum,
    total: String(sums?.sum),
    adds: sum === String(sums?.sum) && count === Number(sums?.n),
  };
}

type Chosen = Pick<StageAgeRowsInput, 'stage' | 'flag' | 'ageFrom' | 'ageTo'>;

const chosen = ({ stage, flag, ageFrom, ageTo }: Chosen): SQL =>
  sql.join(
    [
      raw('true'),
      ...(stage === undefined ? [] : [sql`stage is not distinct from ${stage}`]),
      ...(flag === undefined ? [] : [sql`flag = ${flag}`]),
      ...(ageFrom === undefined ? [] : [sql`age >= ${ageFrom}::integer`]),
      ...(ageTo === undefined ? [] : [sql`age < ${ageTo}::integer`]),
    ],
    raw(' and '),
  );

const rows = `select opportunity_id, any_value(pipeline) as pipeline, any_value(name) as name, any_value(account) as account, any_value(salesman) as salesman, any_value(stage) as stage, any_value(close_on)::varchar as close_on,
  any_value(age) as age, any_value(cum_age) as cum_age, any_value(total_age) as total_age, any_value(p80) as p80, any_value(p95) as p95, any_value(flag) as flag, sum(money)::decimal(18,2) as value from aged`;

const compile = (
  question: Question,
  which: SQL,
  page: { limit: number; offset: number },
): Statement =>
  statement(
    agedSteps(question),
    sql`select *, count(*) over () as n, sum(value) over ()::decimal(38,2) as sum from (${raw(rows)} where ${which} group by 1) order by age desc nulls last, opportunity_id limit ${page.limit} offset ${page.offset}`,
  );

/** The same ones counted without listing them. */
const wholeOf = (question: Question, which: SQL): Statement =>
  statement(
    agedSteps(question),
    sql`select count(distinct opportunity_id) as n, coalesce(sum(money), 0)::decimal(38,2) as sum from aged where ${which}`,
  );

function toRow(row: Record<string, unknown>, stays: StayCounts[]): Row {
  const number = (value: unknown) => (value === null ? null : Number(value));
  const mine = stays.find((one) => one.pipeline === row.pipeline && one.stage === row.stage);
  const odds = mine && row.age !== null ? oddsOf(mine, Number(row.age)) : null;
  return {
    opportunity: String(row.opportunity_id),
    name: (row.name ?? row.opportunity_id) as string,
    account: row.account as string | null,
    salesman: row.salesman as string | null,
    stage: row.stage as string | null,
    closeOn: row.close_on as string | null,
    age: number(row.age),
    cumAge: number(row.cum_age),
    totalAge: number(row.total_age),
    p80: number(row.p80),
    p95: number(row.p95),
    flag: row.flag as string | null,
    odds: odds?.share ?? null,
    oddsLow: odds?.low ?? null,
    oddsHigh: odds?.high ?? null,
    oddsN: odds?.n ?? null,
    value: String(row.value),
  };
}
