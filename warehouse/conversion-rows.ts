import { type SQL, sql } from 'drizzle-orm';
import type { Viewer } from './access.ts';
import type { Column, Row } from './answers.ts';
import type { MovedRows } from './movement-answer.ts';
import { circumstance, type Source } from './ask.ts';
import { readStages } from './conversion.ts';
import { type ConversionRowsInput, conversionRowsSchema } from './conversion-request.ts';
import { placedSql, unitSteps } from './conversion-units.ts';
import { WarehouseError } from './errors.ts';
import { among } from './filters.ts';
import type { Question } from './question.ts';
import { known, seenBy } from './relations.ts';
import { toStageQuestion } from './stage-question.ts';
import { raw, statement } from './statement.ts';
import { attribute, instantText } from './told.ts';

const columns: Column[] = [
  attribute('opportunity', 'Id'),
  attribute('name', 'Opportunity'),
  attribute('account', 'Account'),
  attribute('salesman', 'Salesman'),
  attribute('enteredAt', 'Entered', 'instant'),
  attribute('leftAt', 'Left', 'instant'),
  attribute('outcome', 'Outcome'),
  attribute('how', 'How'),
  attribute('to', 'To'),
  attribute('days', 'Days', 'days'),
  { name: 'value', label: 'Count', unit: 'count', kind: 'metric' },
];

/** The opportunities behind one number of one stage, newest entry first; `adds`: as many as the number says. */
export async function readConversionRows(
  source: Source,
  viewer: Viewer,
  input: ConversionRowsInput,
): Promise<MovedRows> {
  const { rule, stage, outcome, limit, offset, ...scope } = conversionRowsSchema.parse(input);
  const question = await toStageQuestion(source, viewer, scope);
  const stages = await readStages(source, question, rule);
  const mine = stages.find((one) => one.stage === stage);
  if (!mine)
    throw new WarehouseError(
      'wrong-value',
      `There is no stage "${stage}" in ${scope.pipeline ?? 'the pipeline without name'}; its stages are ${stages.map((one) => one.stage).join(', ')}`,
    );
  const which = sql`u.stage = ${stage} and ${outcome === 'entered' ? raw('u.is_counted') : sql`u.outcome = ${outcome}`}`;
  const { text, values } = statement(
    unitSteps(question, rule),
    sql`select *, count(*) over () as n from (${placedSql(which)}) order by entered_at desc nulls last, opportunity_id limit ${limit} offset ${offset}`,
  );
  const found = await source.reader.all(text, values);
  const total = mine[outcome];
  const count = found[0] ? Number(found[0].n) : offset > 0 ? total : 0;
  return {
    ...circumstance(source, question),
    columns,
    rows: await named(source, question, found.map(toRow)),
    count,
    sum: count,
    total,
    adds: count === total,
  };
}

const toRow = (unit: Record<string, unknown>): Row => ({
  opportunity: String(unit.opportunity_id),
  enteredAt: instantText(unit.entered_at),
  leftAt: instantText(unit.ended_at),
  outcome: String(unit.outcome),
  how: String(unit.how),
  to: unit.moved_to === null ? null : String(unit.moved_to),
  days: unit.days === null ? null : Number(unit.days),
  value: 1,
});

/** Rows with name, account and salesman as they last were for those who may see them, in one statement. */
export async function named({ reader }: Source, question: Question, rows: Row[]): Promise<Row[]> {
  if (!rows.length) return [];
  const ids = [...new Set(rows.map((row) => String(row.opportunity)))];
  const { text, values } = statement([], namesSql(question, ids));
  const found = await reader.all(text, values);
  const names = new Map(found.map((row) => [String(row.id), row as Row]));
  return rows.map(({ opportunity = null, ...rest }) => {
    const { name = null, account = null, salesman = null } = names.get(String(opportunity)) ?? {};
    return { opportunity, name: name ?? opportunity, account, salesman, ...rest };
  });
}

const namesSql = (question: Question, ids: string[]): SQL =>
  sql`select opportunity_id as id, arg_max(name, valid_from) as name, arg_max(account, valid_from) as account, arg_max(salesman, valid_from) as salesman
    from opportunity_version where ${among(raw('opportunity_id'), ids)} and ${known(question)} and valid_from <= ${question.moment.instant}::timestamp and ${seenBy(question.viewer)} group by 1`;
