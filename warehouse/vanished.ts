import { sql } from 'drizzle-orm';
import type { Viewer } from './access.ts';
import type { Row } from './answers.ts';
import type { Vanished } from './movement-answer.ts';
import * as ask from './ask.ts';
import { sumMoney } from './cents.ts';
import { fetchRows } from './opportunities.ts';
import { parseMoment } from './period.ts';
import type { Question } from './question.ts';
import { seenBy } from './relations.ts';
import { raw, statement } from './statement.ts';
import { instantText } from './told.ts';
import { type VanishedInput, vanishedSchema } from './vanished-request.ts';
import { vanishedSteps } from './vanished-steps.ts';

/**
 * The ledger of pipeline that vanished: deleted, merged, or closed and made again so that it looks young. Its totals
 * are the sums of its rows; what it does to the win rate stands beside it.
 */
export async function readVanished(
  source: ask.Source,
  viewer: Viewer,
  input: VanishedInput,
): Promise<Vanished> {
  const { within, kind, limit, offset, ...scope } = vanishedSchema.parse(input);
  const question = await ask.toQuestion(source, viewer, { metrics: ['openPipeline'], ...scope });
  const steps = vanishedSteps(question, await earliest(source, question), within);
  const all = await fetch(
    source,
    steps,
    `select kind, cause, was, count(*) as n, sum(value)::decimal(18,2) as value, sum(age) as age from vanished group by 1, 2, 3 order by 1, 2, 3`,
  );
  const rows = await fetch(
    source,
    steps,
    `${rowSql} ${kind ? `where kind = '${kind}'` : ''} order by went_at desc, opportunity_id limit ${limit} offset ${offset}`,
  );
  const groups = all.map((group) => ({
    ...group,
    value: String(group.value),
    n: Number(group.n),
  })) as Group[];
  return {
    ...ask.circumstance(source, question),
    totals: (['deleted', 'merged', 'cloned'] as const).map((name) => totalOf(groups, name)),
    count: groups
      .filter((group) => !kind || group.kind === kind)
      .reduce((sum, { n }) => sum + n, 0),
    value: sumMoney(
      groups.filter((group) => !kind || group.kind === kind).map(({ value }) => value),
    ),
    rows: rows.map(plain),
    ...(await winRates(source, viewer, scope, groups)),
  };
}

interface Group {
  kind: 'deleted' | 'merged' | 'cloned';
  cause: string;
  /** What it was before it went. */
  was: string;
  n: number;
  value: string;
  age: string;
}

const rowSql = `select opportunity_id as opportunity, name, account, salesman, team, kind, cause, was, value, went_at as "at", detected_at as "detectedAt",
  coalesce(clone_id, merged_into) as into, clone as "intoName", cloned_at as "clonedAt", age as "ageDays" from vanished`;

async function fetch(
  { reader }: ask.Source,
  steps: ReturnType<typeof vanishedSteps>,
  body: string,
): Promise<Record<string, unknown>[]> {
  const { text, values } = statement(steps, raw(body));
  return reader.all(text, values);
}

const plain = (row: Record<string, unknown>): Row => ({
  ...(row as Row),
  at: instantText(row.at),
  detectedAt: instantText(row.detectedAt),
  clonedAt: instantText(row.clonedAt),
  ageDays: Number(row.ageDays),
});

function totalOf(groups: Group[], kind: Group['kind']): Vanished['totals'][number] {
  const mine = groups.filter((group) => group.kind === kind);
  return {
    kind,
    count: mine.reduce((sum, { n }) => sum + n, 0),
    value: sumMoney(mine.map(({ value }) => value)),
    ageDays: mine.reduce((sum, { age }) => sum + Number(age), 0),
  };
}

/** The win rate as it is shown, and as it were had nothing been deleted and no clone been made. */
async function winRates(
  source: ask.Source,
  viewer: Viewer,
  scope: Pick<VanishedInput, 'period' | 'where' | 'asOf' | 'knownAt'>,
  groups: Group[],
): Promise<Pick<Vanished, 'winRate' | 'winRateWithout'>> {
  const metrics = ['winRate', 'wonCount'];
  const [row = {}] = (await ask.answer(source, viewer, { metrics, ...scope })).rows;
  const count = (test: (group: Group) => boolean) =>
    groups.filter(test).reduce((sum, { n }) => sum + n, 0);
  const hidden = (group: Group) => group.cause === 'deleted' && group.kind === 'deleted';
  const won = Number(row.wonCount) + count((group) => hidden(group) && group.was === 'won');
  const closed =
    Number(row.winRateN) +
    count((group) => hidden(group) && group.was !== 'open') -
    count((group) => group.kind === 'cloned' && group.cause !== 'deleted');
  return {
    winRate: row.winRate as number | null,
    winRateWithout: closed > 0 ? Math.round((won / closed) * 1e8) / 1e8 : null,
  };
}

/** The same question on the first day of the history: the plan rates of all years since can count. */
async function earliest({ reader, settings }: ask.Source, question: Question): Promise<Question> {
  const [row] = await fetchRows(
    { reader },
    sql`select strftime(min(valid_from), '%Y-%m-%d') as day from opportunity_version where isfinite(valid_from) and ${seenBy(question.viewer)}`,
  );
  const day = String(row?.day ?? question.moment.day);
  return { ...question, moment: parseMoment(day, settings.zone) };
}
