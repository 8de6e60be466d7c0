import type { SQL } from 'drizzle-orm';
import type { Viewer } from './access.ts';
import { amountOfStep } from './amount-step.ts';
import type { Benchmark, Odds, StageAge, StageAging, Standing } from './stage-answer.ts';
import { circumstance, type Source } from './ask.ts';
import { bands, fewest } from './benchmark.ts';
import { sumMoney } from './cents.ts';
import { factSteps } from './facts.ts';
import type { Question } from './question.ts';
import { type StageAgeInput, stageAgeSchema } from './stage-age-request.ts';
import { stageAgeSteps } from './stage-age-steps.ts';
import { oddsOf, readStays, type StayCounts } from './stage-odds.ts';
import { toStageQuestion } from './stage-question.ts';
import { raw, statement, step } from './statement.ts';
import { ladderStep } from './visits.ts';

/** Where the ages begin by which open opportunities are counted. */
export const ageBegins = [0, 7, 14, 30, 60, 90, 180] as const;

/**
 * How long the open opportunities have been in their stages, against how long those stayed that moved up and were won
 * (metrics.md 2.6), with what stands in each flag and how opportunities went that sat as long.
 */
export async function readStageAge(
  source: Source,
  viewer: Viewer,
  input: StageAgeInput,
): Promise<StageAge> {
  const question = await toStageQuestion(source, viewer, stageAgeSchema.parse(input));
  const [groups, stays] = await Promise.all([
    readGroups(source, question),
    readStays(source, question),
  ]);
  const keys = groups.filter((one, i) => i === 0 || !isSame(one, groups[i - 1] as Group));
  return {
    ...circumstance(source, question),
    stages: keys.map((key) =>
      agingOf(
        groups.filter((one) => isSame(one, key)),
        stays,
      ),
    ),
    notes: notesOf(groups),
  };
}

/** Open rows with age and flag; a product's part of the money where products are asked for. */
export const agedSteps = (question: Question): SQL[] => [
  ...factSteps(question, ['open']),
  ...stageAgeSteps(question),
  step(
    'aged',
    raw(
      `select f.*, a.* exclude (opportunity_id, pipeline, stage, created_on) from (select * from open_fact where in_period) f join stage_age a using (opportunity_id)`,
    ),
  ),
];

/** What is alike in one stage: open ones of a flag and age, their median age, or the benchmark of a band. */
interface Group {
  pipeline: string | null;
  stage: string | null;
  stage_order: number | null;
  kind: 'open' | 'age' | 'band' | null;
  flag: string | null;
  age_from: number | null;
  n: string;
  value: string | null;
  no_age: string;
  no_amount: string;
  no_rate: string;
  band: number | null;
  p25: number;
  p50: number;
  p80: number;
  p95: number;
  from_step: number | null;
  to_step: number | null;
}

const isSame = (a: Group, b: Group): boolean => a.pipeline === b.pipeline && a.stage === b.stage;

async function readGroups({ reader }: Source, question: Question): Promise<Group[]> {
  const begin = `case ${[...ageBegins]
    .reverse()
    .map((from) => `when age >= ${from} then ${from}`)
    .join(' ')} end`;
  const open = `select pipeline, stage, 'open' as kind, flag, ${begin} as age_from, count(distinct opportunity_id) as n, sum(money) as value, count(distinct opportunity_id) filter (where age is null) as no_age,
    count(distinct opportunity_id) filter (where not has_amount) as no_amount, count(distinct opportunity_id) filter (where has_amount and not has_rate) as no_rate from aged group by all`;
  const age = `select pipeline, stage, 'age' as kind, quantile_disc(age, 0.5)::integer as p50 from (select distinct opportunity_id, pipeline, stage, age from aged where age is not null) group by all`;
  const band = `select b.pipeline, b.stage, 'band' as kind, b.n, b.band, b.p25, b.p50, b.p80, b.p95, case b.band when 2 then e.small_to + 1 when 3 then e.middle_to + 1 end as from_step, case b.band when 1 then e.small_to + 1 when 2 then e.middle_to + 1 end as to_step
    from benchmark b left join band_edge e on e.pipeline is not distinct from b.pipeline`;
  const { text, values } = statement(
    [
      ...agedSteps(question),
      ladderStep(question, 'aged'),
      step('grouped', raw([open, age, band].join(' union all by name '))),
    ],
    raw(`select coalesce(g.pipeline, l.pipeline) as pipeline, coalesce(g.stage, l.stage) as stage, l.stage_order, g.* exclude (pipeline, stage)
      from grouped g full join ladder l on l.pipeline is not distinct from g.pipeline and l.stage = g.stage
      where (g.kind is not null or l.is_used) and exists (from aged a where a.pipeline is not distinct from coalesce(g.pipeline, l.pipeline)) order by 1 nulls first, 3 nulls last, 2 nulls last, kind, flag, age_from, band`),
  );
  return (await reader.all(text, values)) as unknown as Group[];
}

function agingOf(mine: Group[], stays: StayCounts[]): StageAging {
  const { pipeline, stage, stage_order: order } = mine[0] as Group;
  const open = mine.filter(({ kind }) => kind === 'open');
  const benchmarks = mine.filter(({ kind }) => kind === 'band');
  const whole = benchmarks.find(({ band }) => band === 0);
  const benchmark = whole ? benchmarkOf(whole) : null;
  return {
    pipeline,
    stage,
    order,
    benchmark,
    bands: benchmarks.filter(({ band }) => band !== 0).map(bandOf),
    open: standing(open),
    medianAge: mine.find(({ kind }) => kind === 'age')?.p50 ?? null,
    watch: standing(open.filter(({ flag }) => flag === 'watch')),
    stalled: standing(open.filter(({ flag }) => flag === 'stalled')),
    ages: ageBegins.map((from, i) => ({
      from,
      to: ageBegins[i + 1] ?? null,
      ...standing(open.filter((one) => one.age_from === from)),
    })),
    odds: oddsFrom(stays, pipeline, stage, benchmark),
  };
}

function oddsFrom(
  stays: StayCounts[],
  pipeline: string | null,
  stage: string | null,
  benchmark: Benchmark | null,
): Odds | null {
  const mine = stays.find((one) => one.pipeline === pipeline && one.stage === stage);
  return mine && benchmark ? oddsOf(mine, Math.max(1, benchmark.p80)) : null;
}

const benchmarkOf = ({ n, p25, p50, p80, p95 }: Group): Benchmark => ({
  n: Number(n),
  p25,
  p50,
  p80,
  p95,
});

const bandOf = (group: Group): StageAging['bands'][number] => ({
  band: bands[group.band ?? 0] as string,
  from: group.from_step === null ? null : amountOfStep(group.from_step),
  to: group.to_step === null ? null : amountOfStep(group.to_step),
  ...benchmarkOf(group),
});

const standing = (groups: Group[]): Standing => ({
  count: groups.reduce((sum, { n }) => sum + Number(n), 0),
  value: sumMoney(groups.map(({ value }) => value)),
});

function notesOf(groups: Group[]): string[] {
  const count = (name: 'no_age' | 'no_amount' | 'no_rate') =>
    groups.reduce((sum, group) => sum + Number(group[name] ?? 0), 0);
  const few = groups.filter(
    ({ kind, band, n }) => kind === 'band' && band === 0 && Number(n) < fewest,
  );
  return [
    ...(count('no_age') ? [`${count('no_age')} without a known stage have no age`] : []),
    ...(count('no_amount') ? [`${count('no_amount')} without amount count as 0`] : []),
    ...(count('no_rate')
      ? [`${count('no_rate')} without an exchange rate count as 0; see the data page`]
      : []),
    ...few.map(({ stage, n }) => `n too small to flag in ${stage}: ${n} stays`),
  ];
}
