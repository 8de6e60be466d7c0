import { sql } from 'drizzle-orm';
import type { Viewer } from './access.ts';
import type { MovedRows, Rewritten, RewrittenNumber } from './movement-answer.ts';
import type { Row } from './answers.ts';
import { circumstance, type Source } from './ask.ts';
import { reasonLabels } from './bridge-reasons.ts';
import { fromCents, sumMoney, toCents } from './cents.ts';
import { WarehouseError } from './errors.ts';
import { metrics } from './metrics/index.ts';
import { rateSql } from './money.ts';
import { isoInstant } from './period.ts';
import { readEdits } from './rewritten-edits.ts';
import { rewrittenSteps } from './rewritten-numbers.ts';
import {
  type RewrittenInput,
  type RewrittenMetric,
  type RewrittenRowsInput,
  type Rewriting,
  rewrittenRowsSchema,
  toRewriting,
} from './rewritten-request.ts';
import { raw, statement, step } from './statement.ts';
import { readLives, type Stretch } from './waterfall-lives.ts';
import { movedColumns } from './waterfall-rows.ts';
import { rewrite } from './waterfall-told.ts';

/** What was rewritten about the past since an earlier load: numbers of past months or weeks, and every edit. */
export async function readRewritten(
  source: Source,
  viewer: Viewer,
  input: RewrittenInput & { limit?: number },
): Promise<Rewritten> {
  const { limit = 200, ...asked } = input;
  const rewriting = await toRewriting(source, viewer, asked);
  const edits = await readEdits(source, rewriting);
  const { then, now } = rewriting;
  return {
    ...circumstance(source, now),
    since: isoInstant(then.moment.instant),
    sinceKnownAt: isoInstant(then.knownAt ?? then.settings.knownAt),
    numbers: await readNumbers(source, rewriting),
    edits: edits.slice(0, limit),
    editCount: edits.length,
  };
}

interface Found {
  metric: RewrittenMetric;
  begins: string;
  day: string;
  value: string;
  reason: string | null;
  delta: string;
  n: string;
}

async function readNumbers(source: Source, rewriting: Rewriting): Promise<RewrittenNumber[]> {
  const { text, values } = statement(
    rewrittenSteps(rewriting, await isRateNew(source, rewriting)),
    raw(
      `select coalesce(r.metric, p.metric) as metric, e.begins::varchar as begins, e.day::varchar as day, coalesce(p.value, 0)::decimal(18,2) as value, r.reason, r.delta, r.n
      from (select metric, day, reason, sum(coalesce("is", 0) - coalesce(was, 0))::decimal(18,2) as delta, count(*) as n from rewritten group by 1, 2, 3) r
      left join present p on p.metric = r.metric and p.day = r.day join past e on e.day = r.day order by e.day desc, metric, abs(delta) desc, reason`,
    ),
  );
  const found = (await source.reader.all(text, values)) as unknown as Found[];
  const groups = new Map<string, Found[]>();
  for (const row of found) {
    const key = `${row.metric} ${row.day}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map(toNumber);
}

function toNumber(rows: Found[]): RewrittenNumber {
  const { metric, begins, day, value } = rows[0] as Found;
  const delta = sumMoney(rows.map((row) => String(row.delta)));
  return {
    metric,
    label: metrics[metric].label,
    begins,
    day,
    was: fromCents(toCents(String(value)) - toCents(delta)),
    is: String(value),
    delta,
    reasons: rows.map((row) => ({
      reason: String(row.reason),
      label: reasonLabels[String(row.reason)] ?? String(row.reason),
      delta: String(row.delta),
      count: Number(row.n),
    })),
  };
}

/** Whether some rate is told otherwise, so that every amount may be worth something else. */
async function isRateNew({ reader }: Source, { then, now }: Rewriting): Promise<boolean> {
  const { text, values } = statement(
    [step('a', rateSql(then)), step('b', rateSql(now))],
    sql`select exists (from (from a except from b) union all (from b except from a)) as differ`,
  );
  return (await reader.all(text, values))[0]?.differ === true;
}

/** The opportunities behind one rewritten number, each with what was told of it then and what is told now. */
export async function readRewrittenRows(
  source: Source,
  viewer: Viewer,
  input: RewrittenRowsInput,
): Promise<MovedRows> {
  const { metric, day, reason, limit, offset, ...asked } = rewrittenRowsSchema.parse(input);
  const rewriting = await toRewriting(source, viewer, asked);
  if (!rewriting.pasts.some(({ moment }) => moment.day === day))
    throw new WarehouseError(
      'wrong-use',
      `${day} is not the last day of one of the past periods asked for: ${rewriting.pasts.map(({ moment }) => moment.day).join(', ')}`,
    );
  const which = sql`metric = ${metric} and day = ${day}::date and ${reason ? sql`reason = ${reason}` : raw('true')}`;
  const { text, values } = statement(
    rewrittenSteps(rewriting, await isRateNew(source, rewriting)),
    sql`select opportunity_id, reason, was, "is", (coalesce("is", 0) - coalesce(was, 0))::decimal(18,2) as value, count(*) over () as count, sum(coalesce("is", 0) - coalesce(was, 0)) over () as sum
      from rewritten where ${which} order by abs(coalesce("is", 0) - coalesce(was, 0)) desc, opportunity_id limit ${limit} offset ${offset}`,
  );
  const found = await source.reader.all(text, values);
  const numbers = await readNumbers(source, rewriting);
  const reasons = numbers
    .filter((one) => one.metric === metric && one.day === day)
    .flatMap((one) => one.reasons)
    .filter((one) => !reason || one.reason === reason);
  const total = sumMoney(reasons.map((one) => one.delta));
  const count = reasons.reduce((n, one) => n + one.count, 0);
  const sum = found[0] ? String(found[0].sum) : total;
  const shown = circumstance(source, rewriting.now);
  return {
    ...shown,
    columns: movedColumns('Difference', 'money', shown.currency),
    rows: await tell(source, rewriting, { metric, day, found }),
    count,
    sum,
    total,
    adds: sum === total && (!found[0] || Number(found[0].count) === count),
  };
}

async function tell(
  source: Source,
  { then, now, pasts }: Rewriting,
  {
    metric,
    day,
    found,
  }: { metric: RewrittenMetric; day: string; found: Record<string, unknown>[] },
): Promise<Row[]> {
  const past = pasts.find(({ moment }) => moment.day === day)?.moment.instant as string;
  const ids = found.map((row) => String(row.opportunity_id));
  const [at, until] =
    metric === 'openPipeline' ? [past, past] : [then.moment.instant, now.moment.instant];
  const before = await readLives(source, then, { ids, since: at, until: at });
  const after = await readLives(source, now, { ids, since: until, until });
  return found.map((row) => {
    const id = String(row.opportunity_id);
    const sides: [Stretch | undefined, Stretch | undefined] = [
      before.get(id)?.[0],
      after.get(id)?.[0],
    ];
    const state = sides[1]?.isSeen ? sides[1] : sides[0];
    const reason = String(row.reason);
    return {
      opportunity: id,
      name: state?.name ?? id,
      account: state?.account ?? null,
      salesman: state?.salesman ?? null,
      stage: state?.stage ?? null,
      closeOn: state?.closeOn ?? null,
      reason: reasonLabels[reason] ?? reason,
      ...rewrite(...sides),
      before: (row.was as string | null) ?? null,
      after: (row.is as string | null) ?? null,
      value: String(row.value),
    };
  });
}
