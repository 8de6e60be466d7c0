import { sql } from 'drizzle-orm';
import type { Source } from '../ask.ts';
import type { Question } from '../question.ts';
import { monthEnd } from '../period.ts';
import { during, known } from '../relations.ts';
import { landmarkSql } from './landmarks.ts';
import { raw, statement, step } from '../statement.ts';
import { type RiskName, riskNames } from './index.ts';
import { maskSql } from './judged.ts';
import { type Cluster, type Lift, liftOf } from './lift.ts';
import { limitColumns, type Limits } from './limits.ts';
import { fitRisks, type Fit, type Group, logit } from './logistic.ts';
import { everyRiskSteps } from './state.ts';
import { type Expectation, expectationOf, type Place } from './expectation.ts';

/** What the past teaches about the rules, the same for every viewer: limits, lifts, weights. */
export interface Lesson {
  /** The day at whose end it was learned: the last of a month. */
  learnedOn: string;
  limits: Limits;
  lifts: Record<RiskName, Lift>;
  expectation: Expectation;
  fit: Fit;
  /** Opportunities, and pairs of landmark and opportunity, that it was measured on. */
  opportunities: number;
  states: number;
}

/** The lesson, with where opportunities are at the instant to which it is applied. */
export interface RiskModel extends Lesson {
  /** The last day of the window that is open now. */
  until: string;
  /** Every pipeline and stage that is open now, with the fortnights left. */
  places: Place[];
}

const lessons = new WeakMap<object, Map<string, Promise<Lesson>>>();
const most = 24;

/** The lesson of the last month end by the question's instant: it stands for a month, so a replay is by the same. */
export async function riskModel(source: Source, question: Question): Promise<RiskModel> {
  const [lesson, present] = await Promise.all([taught(source, question), look(source, question)]);
  return { ...lesson, ...present };
}

/** Learned once per snapshot, month and known-at, and kept as long as the snapshot is open. */
function taught(source: Source, question: Question): Promise<Lesson> {
  const kept = lessons.get(source.reader) ?? new Map<string, Promise<Lesson>>();
  lessons.set(source.reader, kept);
  const moment = monthEnd(question.moment, question.settings.zone);
  const key = `${moment.instant} ${question.knownAt}`;
  const found = kept.get(key);
  if (found) return found;
  const made = learn(source, { ...question, moment });
  kept.set(key, made);
  made.catch(() => kept.delete(key));
  if (kept.size > most) kept.delete(kept.keys().next().value as string);
  return made;
}

/** Where opportunities are open at the question's instant, whoever looks: names of stages only. */
async function look(
  source: Source,
  question: Question,
): Promise<Pick<RiskModel, 'until' | 'places'>> {
  const open = sql`select distinct coalesce(pipeline, '') as pipeline, coalesce(stage, '') as stage from opportunity_version
    where ${known(question)} and ${during(question)} and outcome = 'open' and not is_deleted and merged_into is null`;
  const { text, values } = statement(
    [step('landmark', landmarkSql(question, 0)), step('every_open', open)],
    raw(
      `select pipeline, stage, span, window_on::varchar as until from landmark left join every_open on true order by all`,
    ),
  );
  const rows = await source.reader.all(text, values);
  // Where nobody tracked the stage, it is ''.
  const places = rows.flatMap(({ pipeline, stage, span }) =>
    pipeline === null
      ? []
      : ['', String(stage)].map((name) => ({
          pipeline: String(pipeline),
          stage: name,
          span: Number(span),
        })),
  );
  const distinct = new Map(places.map((place) => [JSON.stringify(place), place]));
  return { until: String(rows[0]?.until), places: [...distinct.values()] };
}

/** The states at past landmarks whose window is over, by columns. */
export interface Past {
  /** A number for each opportunity. */
  opportunity: number[];
  pipeline: string[];
  stage: string[];
  span: number[];
  mask: number[];
  n: number[];
  won: number[];
}

/** More opportunities teach no more than these do, only slower. */
const plenty = 40_000;

/** Every which one is learned from: as many as were known then decide, so a later load changes no answer of before. */
async function sampling({ reader }: Source, question: Question): Promise<number> {
  const { text, values } = statement(
    [],
    sql`select count(distinct opportunity_id) as n from opportunity_version where ${known(question)} and valid_from <= ${question.moment.instant}::timestamp`,
  );
  const [row] = await reader.all(text, values);
  return Math.ceil(Number(row?.n) / plenty);
}

async function learn(source: Source, question: Question): Promise<Lesson> {
  const every = await sampling(source, question);
  const { text, values } = statement(
    [...everyRiskSteps(question, every), step('past', pastSql)],
    raw(packed),
  );
  const rows = await source.reader.all(text, values);
  const part = (what: string) =>
    JSON.parse(String(rows.find((row) => row.what === what)?.packed ?? 'null'));
  const limits = Object.fromEntries(
    Object.keys(limitColumns).map((name) => [name, part(name) ?? []]),
  ) as Limits;
  const { day, instant } = question.moment;
  return { learnedOn: day, limits, ...measure(part('past') ?? nothing, instant) };
}

const nothing: Past = {
  opportunity: [],
  pipeline: [],
  stage: [],
  span: [],
  mask: [],
  n: [],
  won: [],
};

/** Won means: a win in force at the end of the window that came after the landmark. */
const pastSql = sql`select dense_rank() over (order by opportunity_id) as opportunity, pipeline_key as pipeline, stage_key as stage, span, mask, count(*) as n, count(*) filter (where is_won) as won
  from (select s.*, c.opportunity_id is not null as is_won
    from (select opportunity_id, pipeline_key, stage_key, span, until, window_until, ${raw(maskSql)} as mask from risk_state where number > 0 and is_over) s
    left join every_closing c on c.opportunity_id = s.opportunity_id and c.outcome = 'won' and c.closed_at > s.until and c.valid_from <= s.window_until and s.window_until < c.valid_to) group by opportunity_id, pipeline_key, stage_key, span, mask`;

const ordered = (column: string) =>
  `'${column}': coalesce(list(${column} order by opportunity, pipeline, stage, span, mask), [])`;
const packed = [
  `select 'past' as what, to_json({${Object.keys(nothing).map(ordered).join(', ')}})::varchar as packed from past`,
  ...Object.keys(limitColumns).map(
    (name) =>
      `select '${name}', to_json(list({${Object.keys(limitColumns[name as keyof Limits])
        .map((column) => `'${column}': ${column}`)
        .join(', ')}}))::varchar from ${name} where number = 0`,
  ),
].join('\nunion all ');

/** Lifts of all rules and the weights of those that have lift, from past states alone. */
export function measure(past: Past, seed: string): Omit<Lesson, 'learnedOn' | 'limits'> {
  const expectation = expectationOf(past);
  const expected = past.n.map(
    (n, i) =>
      n *
      expectation.chance({
        pipeline: past.pipeline[i] as string,
        stage: past.stage[i] as string,
        span: past.span[i] as number,
      }),
  );
  const lifts = Object.fromEntries(
    riskNames.map((name, i) => [name, liftOf(clustersOf(past, expected, i), `${seed} ${name}`)]),
  ) as Record<RiskName, Lift>;
  const weighty = riskNames.flatMap((name, i) => (lifts[name].demoted ? [] : [i]));
  return {
    lifts,
    expectation,
    fit: fitRisks(groupsOf(past, expected, weighty), riskNames.length),
    opportunities: past.opportunity.at(-1) ?? 0,
    states: past.n.reduce((sum, n) => sum + n, 0),
  };
}

function clustersOf(past: Past, expected: number[], rule: number): Cluster[] {
  const clusters: Cluster[] = [];
  let last = -1;
  for (const [i, mask] of past.mask.entries()) {
    if (Math.floor(mask / 2 ** rule) % 2 === 0) continue;
    if (past.opportunity[i] !== last) clusters.push({ won: 0, expected: 0 });
    last = past.opportunity[i] as number;
    const cluster = clusters.at(-1) as Cluster;
    cluster.won += past.won[i] as number;
    cluster.expected += expected[i] as number;
  }
  return clusters;
}

function groupsOf(past: Past, expected: number[], rules: number[]): Group[] {
  const groups = new Map<string, Group>();
  for (const [i, mask] of past.mask.entries()) {
    const n = past.n[i] as number;
    const p = (expected[i] as number) / n;
    const features = rules.filter((rule) => Math.floor(mask / 2 ** rule) % 2 === 1);
    const key = `${p} ${features}`;
    const group = groups.get(key) ?? { features, offset: logit(p), n: 0, won: 0 };
    group.n += n;
    group.won += past.won[i] as number;
    groups.set(key, group);
  }
  return [...groups.values()];
}
