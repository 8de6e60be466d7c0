import { sql } from 'drizzle-orm';
import type { Viewer } from './access.ts';
import type { Conversion, StageConversion } from './stage-answer.ts';
import { circumstance, type Source } from './ask.ts';
import { type ConversionInput, conversionSchema } from './conversion-request.ts';
import { type ConversionRuleName, conversionRules } from './conversion-rules.ts';
import { fewSql, unitSteps } from './conversion-units.ts';
import { type DayCounts, type Durations, incidenceOf } from './incidence.ts';
import { jeffreys } from './interval.ts';
import type { Question } from './question.ts';
import { toStageQuestion } from './stage-question.ts';
import { raw, statement, step } from './statement.ts';
import { describedVisits, enteredInPeriod, isInScope, ladderStep, visitSteps } from './visits.ts';

/**
 * How opportunities pass from stage to stage (metrics.md 2.4). By our own rule an estimate is that of Aalen and
 * Johansen, and its interval Jeffreys' on the number of cases that have the same variance (Dinse and Larson), so that
 * with nobody waiting it is the interval of a plain share. By other rules it is the plain share.
 */
export async function readConversion(
  source: Source,
  viewer: Viewer,
  input: ConversionInput,
): Promise<Conversion> {
  const { rule, ...scope } = conversionSchema.parse(input);
  const question = await toStageQuestion(source, viewer, scope);
  const [stages, notes] = await Promise.all([
    readStages(source, question, rule),
    readNotes(source, question),
  ]);
  const { label, meaning, source: origin } = conversionRules[rule];
  return {
    ...circumstance(source, question),
    rule,
    label,
    meaning,
    source: origin,
    stages,
    notes,
  };
}

/** The stages of every pipeline that has any unit, in order. */
export async function readStages(
  { reader }: Source,
  question: Question,
  rule: ConversionRuleName,
): Promise<StageConversion[]> {
  const { text, values } = statement(
    [...unitSteps(question, rule), ...sumSteps(question, rule)],
    sums,
  );
  const groups = (await reader.all(text, values)) as unknown as Group[];
  const stages: StageConversion[] = [];
  for (const group of groups) {
    const last = stages.at(-1);
    const isSame = last?.pipeline === group.pipeline && last.stage === group.stage;
    if (!isSame) stages.push(stageOf(groups, group, rule));
  }
  return rule === 'cohort' ? stages : withProducts(stages);
}

/** What is alike in one stage: how many, on which days. `measure`: what came next, or how it ended at last. */
interface Group {
  pipeline: string | null;
  stage: string;
  stage_order: number;
  measure: 'next' | 'end' | null;
  outcome: string | null;
  n: string;
  uncounted: string;
  skipped: string;
  gone: string;
  back: string | null;
  regressions: string | null;
  days: (string | number)[] | null;
  counts: (string | number)[] | null;
}

/** Counts by days, packed into lists. Of our own rule `how` tells the outcome: the fewer keys, the faster. */
const sumSteps = (question: Question, rule: ConversionRuleName) => [
  step(
    'counted',
    raw(`select pipeline, stage, 'next' as measure, ${rule === 'cohort' ? `case when how in ('skipped', 'advanced', 'won') then 'advanced' when how in ('lost', 'withdrawn') then how else 'still' end` : 'how'} as outcome, how, days, stage_order, n, uncounted
        from (select pipeline, stage, ${rule === 'cohort' ? 'how, days' : 'outcome as how, days'}, max(stage_order) as stage_order, count(*) as n, count(*) filter (where not is_counted) as uncounted from unit group by 1, 2, 3, 4)
      union all select pipeline, stage, 'end', won_outcome, null, won_days, null, count(*), 0 from unit where won_outcome is not null group by 1, 2, 4, 6`),
  ),
  step(
    'summed',
    raw(`select pipeline, stage, measure, outcome, max(stage_order) as stage_order, sum(n)::bigint as n, sum(uncounted)::bigint as uncounted, coalesce(sum(n) filter (where how = 'skipped'), 0)::bigint as skipped, coalesce(sum(n) filter (where how = 'gone'), 0)::bigint as gone,
      list(days order by days) filter (where days is not null) as days, list(n order by days) filter (where days is not null) as counts from counted group by 1, 2, 3, 4`),
  ),
  step('few', fewSql(question)),
  ...(rule === 'cohort' ? [ladderStep(question, 'summed')] : []),
];

/** Stages in use stand there even if nothing entered them. */
const sums =
  raw(`select coalesce(l.pipeline, s.pipeline) as pipeline, coalesce(l.stage, s.stage) as stage, coalesce(l.stage_order, s.stage_order) as stage_order, f.back, f.regressions, s.* exclude (pipeline, stage, stage_order)
  from ladder l full join summed s on s.pipeline is not distinct from l.pipeline and s.stage = l.stage left join few f on f.pipeline is not distinct from s.pipeline and f.stage = s.stage
  where s.stage is not null or l.is_used and exists (from summed u where u.pipeline is not distinct from l.pipeline) order by 1 nulls first, 3, 2, s.measure, s.outcome`);

type Counted = 'n' | 'uncounted' | 'skipped' | 'gone';

function stageOf(groups: Group[], first: Group, rule: ConversionRuleName): StageConversion {
  const mine = groups.filter((g) => g.pipeline === first.pipeline && g.stage === first.stage);
  const next = mine.filter((g) => g.measure === 'next');
  const total = (name: Counted, outcome?: string) =>
    next.reduce((sum, g) => sum + (outcome && g.outcome !== outcome ? 0 : Number(g[name])), 0);
  const entered = total('n') - total('uncounted');
  const counts = {
    pipeline: first.pipeline,
    stage: first.stage,
    order: first.stage_order,
    entered,
    advanced: total('n', 'advanced'),
    lost: total('n', 'lost'),
    withdrawn: total('n', 'withdrawn'),
    still: total('n', 'still'),
  };
  if (rule !== 'cohort') return { ...counts, ...none, ...plainShare(counts, total('uncounted')) };
  const won = estimateOf(mine, 'end', 'won');
  return {
    ...counts,
    viaSkip: total('skipped'),
    back: Number(first.back ?? 0),
    gone: total('gone'),
    regressionsPer100: entered ? round((Number(first.regressions ?? 0) / entered) * 100) : null,
    ...estimateOf(mine, 'next', 'advanced'),
    toWon: won.estimate,
    toWonLow: won.low,
    toWonHigh: won.high,
  };
}

const none = {
  viaSkip: null,
  back: null,
  gone: null,
  regressionsPer100: null,
  waiting: null,
} as const;
type Estimated = Pick<StageConversion, 'estimate' | 'low' | 'high' | 'waiting' | 'horizon'>;

function estimateOf(groups: Group[], measure: Group['measure'], kind: string): Estimated {
  const found = incidenceOf(durationsOf(groups.filter((g) => g.measure === measure)), kind);
  if (!found) return { estimate: null, low: null, high: null, waiting: null, horizon: null };
  const { share, variance, waiting, horizon } = found;
  const n = groups
    .filter((g) => g.measure === measure && g.outcome !== 'still')
    .reduce((sum, g) => sum + Number(g.n), 0);
  // Without variance (all alike) only those that have ended tell anything.
  const like = variance > 0 ? (share * (1 - share)) / variance : n;
  return { ...rounded(share, jeffreys(share * like, like)), waiting: round(waiting), horizon };
}

function durationsOf(groups: Group[]): Durations {
  const counts = ({ days, counts: n }: Group): DayCounts => ({
    days: (days ?? []).map(Number),
    n: (n ?? []).map(Number),
  });
  const ended = groups.filter((g) => g.outcome !== 'still');
  const waiting = groups.find((g) => g.outcome === 'still');
  return {
    ended: Object.fromEntries(ended.map((g) => [String(g.outcome), counts(g)])),
    waiting: waiting ? counts(waiting) : { days: [], n: [] },
  };
}

function plainShare(
  { entered, advanced }: Pick<StageConversion, 'entered' | 'advanced'>,
  uncounted: number,
): Pick<
  StageConversion,
  'estimate' | 'low' | 'high' | 'horizon' | 'toWon' | 'toWonLow' | 'toWonHigh'
> {
  const rest = { horizon: null, toWon: null, toWonLow: null, toWonHigh: null };
  if (!entered) return { estimate: null, low: null, high: null, ...rest };
  if (uncounted) return { estimate: round(advanced / entered), low: null, high: null, ...rest };
  return { ...rounded(advanced / entered, jeffreys(advanced, entered)), ...rest };
}

/** By other rules the share from a stage to won is the product of the shares from there on. */
function withProducts(stages: StageConversion[]): StageConversion[] {
  let [pipeline, product]: [string | null | undefined, number | null] = [undefined, 1];
  const told: StageConversion[] = [];
  for (const stage of [...stages].reverse()) {
    if (stage.pipeline !== pipeline) [pipeline, product] = [stage.pipeline, 1];
    product =
      product === null || !stage.entered ? null : (product * stage.advanced) / stage.entered;
    told.unshift({ ...stage, toWon: product === null ? null : round(product) });
  }
  return told;
}

/** Stages that cannot be put into an order do not count, and are named. */
async function readNotes({ reader }: Source, question: Question): Promise<string[]> {
  const { text, values } = statement(
    visitSteps(question),
    sql`select stage, count(*) as n from ${describedVisits} where is_first and stage_order is null and ${enteredInPeriod(question)} and ${isInScope(question)} group by 1 order by 1`,
  );
  const rows = await reader.all(text, values);
  const told = rows.map(({ stage, n }) => `${stage} (${n} entries)`);
  return told.length ? [`Stages without an order are left out: ${told.join(', ')}`] : [];
}

const rounded = (estimate: number, { low, high }: { low: number; high: number }) => ({
  estimate: round(estimate),
  low: round(Math.min(low, estimate)),
  high: round(Math.max(high, estimate)),
});

const round = (value: number): number => Math.round(value * 1e8) / 1e8;
