import { type SQL, sql } from 'drizzle-orm';
import type { Viewer } from './access.ts';
import type { Twin, Twins } from './twins-answer.ts';
import { circumstance, type Source, toQuestion } from './ask.ts';
import { jeffreys } from './interval.ts';
import { rateSql } from './money.ts';
import type { When } from './opportunities.ts';
import { quantile } from './quantile.ts';
import type { Question } from './question.ts';
import { known, seenOpportunity } from './relations.ts';
import { lifeSql } from './risks/life.ts';
import { touchSteps } from './risks/touches.ts';
import { raw, statement, step } from './statement.ts';
import { instantText } from './told.ts';
import { visitSteps } from './visits.ts';
import { converted, rateDay } from './waterfall-values.ts';

/** How many are shown; among how many, the newest, they are looked for. */
const shown = 20;
const reach = 2000;
/** What a different field of business weighs, and each push more or less: as a factor e of amount, age or silence. */
const penalty = 1;
const perPush = 0.5;
const median = (values: number[]): number | null => (values.length ? quantile(values, 0.5) : null);
/** The window in which it is told what was done next, in days. */
const soon = 30;

/**
 * The closed opportunities most like an open one as they looked when they had been in its stage as long as it now has,
 * and what became of them. Distance: |Δ ln amount| + |Δ ln days of age| + |Δ ln days without activity| + 0.5 per push +
 * 1 for another field; what either lacks weighs 1 (forecast.md 4). Null when it is not open, not seen or its stage unknown.
 */
export async function readTwins(
  source: Source,
  viewer: Viewer,
  id: string,
  when: When = {},
): Promise<Twins | null> {
  const question = await toQuestion(source, viewer, { metrics: ['openCount'], ...when });
  const { text, values } = statement(twinSteps(question, id), sql`from answer`);
  const rows = await source.reader.all(text, values);
  const [first] = rows;
  if (!first) return null;
  const twins = rows.filter(({ opportunity_id }) => opportunity_id !== null).map(toTwin);
  const won = twins.filter(({ outcome }) => outcome === 'won');
  const lost = twins.filter(({ outcome }) => outcome !== 'won');
  return {
    ...circumstance(source, question),
    opportunity: id,
    stage: String(first.own_stage),
    stageDays: Number(first.own_stage_days),
    candidates: Number(first.candidates),
    twins,
    won: won.length,
    share: twins.length ? won.length / twins.length : null,
    ...(twins.length ? jeffreys(won.length, twins.length) : { low: null, high: null }),
    daysToWin: median(won.map(({ days }) => days)),
    touchesOfWon: median(won.map(({ touches }) => touches)),
    touchesOfLost: median(lost.map(({ touches }) => touches)),
  };
}

function twinSteps(question: Question, id: string): SQL[] {
  const now = sql`${question.moment.instant}::timestamp`;
  const isSeen = seenOpportunity(question, raw('opportunity_id'));
  const versions = sql`select * exclude (known_from, known_to) from opportunity_version where ${known(question)} and valid_from <= ${now}
    and opportunity_id in (select opportunity_id from own union all select opportunity_id from candidate)`;
  return [
    ...visitSteps(question),
    step(
      'own',
      sql`select *, ${now} - entered_at as stay from every_visit where opportunity_id = ${id} and ${isSeen} and not is_skipped and stage is not null
        and entered_at <= ${now} and coalesce(left_at, 'infinity'::timestamp) > ${now} and not coalesce(fate_at <= ${now}, false)`,
    ),
    sql`candidate as materialized (${candidateSql(now, isSeen)})`,
    sql`every_twin as materialized (${versions})`,
    ...touchSteps(
      question,
      sql`opportunity in (select opportunity_id from every_twin) and ${seenOpportunity(question, raw('opportunity'))}`,
    ),
    step('rate', rateSql(question)),
    sql`life as materialized (${lifeSql('every_twin')})`,
    sql`looked as materialized (${lookedSql(question)})`,
    step('answer', answerSql()),
  ];
}

/** Closed ones that stood in the stage as long, each by its first stay of that length, with the instant that matches. */
const candidateSql = (now: SQL, isSeen: SQL): SQL =>
  sql`select opportunity_id, arg_min(columns(['matched_at', 'fate', 'fate_at', 'left_to', 'left_at']), entered_at) from (
      select v.*, v.entered_at + o.stay as matched_at from every_visit v join own o on v.pipeline is not distinct from o.pipeline and v.stage = o.stage and v.opportunity_id <> o.opportunity_id
      where not v.is_skipped and v.fate in ('won', 'lost', 'withdrawn') and v.fate_at <= ${now})
    where matched_at < coalesce(left_at, 'infinity'::timestamp) and matched_at < fate_at and ${isSeen} group by 1 order by max(matched_at) desc limit ${raw(String(reach))}`;

const days = (from: string, to: string): string =>
  `(epoch(${to}) - epoch(${from}))::double / 86400`;

/** The one asked about now and each candidate at its matching instant, in the features that tell them apart. */
function lookedSql(question: Question): SQL {
  const now = sql`${question.moment.instant}::timestamp`;
  const each = sql`select opportunity_id, matched_at, fate, fate_at, left_to, left_at from candidate union all select opportunity_id, ${now}, null, null, null, null from own`;
  const then = sql`select l.*, c.matched_at, c.fate, c.fate_at, c.left_to, c.left_at, ${rateDay(question, raw('c.matched_at::date'))} as rate_on from (${each}) c asof join life l on l.opportunity_id = c.opportunity_id and l.valid_from <= c.matched_at`;
  return sql`select b.*, ${raw(`case when b.amount is not null and r.factor is not null then ${converted('b.amount', 'r.factor')} end as money,
      ${days('b.opened_at', 'b.matched_at')} as age_days, ${days('greatest(coalesce(t.done_at, b.opened_at), b.opened_at)', 'b.matched_at')} as idle_days`)}
    from (${then}) b left join rate r on r.currency = b.currency and r.starts_on <= b.rate_on and b.rate_on < r.ends_on
      asof left join touch t on t.opportunity_id = b.opportunity_id and t.done_at <= b.matched_at`;
}

const apart = (column: string): string =>
  `coalesce(abs(ln(1 + c.${column}::double) - ln(1 + o.${column}::double)), case when c.${column} is null and o.${column} is null then 0 else ${penalty} end)`;

/** The nearest, each beside what is told of the one asked about; without any, that alone. */
function answerSql(): SQL {
  const distance = `${apart('money')} + ${apart('age_days')} + ${apart('idle_days')} + ${perPush} * abs(c.pushes - o.pushes) + case when c.industry is distinct from o.industry then ${penalty} else 0 end`;
  return raw(`with mine as (select l.*, o.stay, v.stage as entered_stage from looked l join own o using (opportunity_id) join own v using (opportunity_id)),
      near as (select c.*, ${distance} as distance, c.industry is not distinct from o.industry as same_field from looked c, mine o where c.opportunity_id <> o.opportunity_id order by distance, c.opportunity_id limit ${shown})
    select o.entered_stage as own_stage, epoch(o.stay)::double / 86400 as own_stage_days, (select count(*) from candidate) as candidates,
      n.opportunity_id, n.name, n.account, n.salesman, n.industry, n.fate, n.matched_at, n.fate_at, n.money, n.age_days, n.idle_days, n.pushes, n.same_field, n.left_to, n.distance,
      ${days('n.matched_at', 'n.fate_at')} as days,
      (select count(*) from touch t where t.opportunity_id = n.opportunity_id and t.done_at > n.matched_at and t.done_at <= least(n.matched_at + interval ${soon} day, n.fate_at)) as touches
    from mine o left join near n on true order by n.distance, n.opportunity_id`);
}

const toTwin = (row: Record<string, unknown>): Twin => ({
  opportunity: String(row.opportunity_id),
  name: String(row.name ?? row.opportunity_id),
  account: row.account as string | null,
  salesman: row.salesman as string | null,
  field: row.industry as string | null,
  sameField: row.same_field === true,
  outcome: row.fate as Twin['outcome'],
  at: instantText(row.matched_at) as string,
  endedAt: instantText(row.fate_at) as string,
  days: Math.round(Number(row.days)),
  value: row.money === null ? null : String(row.money),
  ageDays: Math.round(Number(row.age_days)),
  idleDays: Math.round(Number(row.idle_days)),
  pushes: Number(row.pushes),
  touches: Number(row.touches),
  movedTo: row.left_to as string | null,
  distance: Math.round(Number(row.distance) * 1000) / 1000,
});
