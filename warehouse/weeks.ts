import { type SQL, sql } from 'drizzle-orm';
import type { DimensionName } from './dimensions.ts';
import { type LayoutContext, localDay } from './layouts.ts';
import { countsByWeek, learnedSql } from './learning.ts';
import type { Metric } from './definitions.ts';
import { type MetricName, metrics } from './metrics/index.ts';
import { isPlanned } from './money.ts';
import { isoInstant, parseMoment } from './period.ts';
import type { Question } from './question.ts';
import { routeOf } from './relations.ts';
import { raw, step } from './statement.ts';

/** By what the sums of each week stand. */
const kept = {
  people: { table: 'pipeline_week', by: ['salesman', 'team', 'director'] },
  fields: { table: 'field_week', by: ['industry', 'region', 'segment'] },
} as const;
const both: DimensionName[] = ['stage', 'pipeline'];
const columnsOf = {
  people: 'pipeline, stage, stage_order, salesman_id, salesman, team, director, manager_path',
  fields: 'pipeline, stage, stage_order, industry, region, segment',
};

/**
 * The layout that has the sums of a trend's weeks; null when they have to be made of the opportunities: for another
 * period, rate, currency, known-at, day of the week, or when people and fields are asked for together.
 */
export function weekTableOf(question: Question): 'pipeline_week' | 'field_week' | null {
  const { weeks, period, by, query, viewer } = question;
  if (!weeks || period.from !== null || !isPlanned(question) || !isInStep(question)) return null;
  if (!question.metrics.every(isSummed)) return null;
  const wanted = [...by, ...Object.keys(query.where)].filter(
    (name) => !both.includes(name as DimensionName),
  );
  const has = (names: readonly string[]) => wanted.every((name) => names.includes(name));
  if (has(kept.people.by)) return kept.people.table;
  return viewer.scope === 'all' && has(kept.fields.by) ? kept.fields.table : null;
}

const isSummed = (name: MetricName): boolean => {
  const { from, where, aggregate, share }: Metric = metrics[name];
  if (from !== 'open' || where !== 'in_period') return false;
  return (
    aggregate === 'count' || (aggregate === 'sum' && ['money', 'typed', 'learned'].includes(share))
  );
};

/** The weeks of the question end on the days on which the kept ones do. */
function isInStep(question: Question): boolean {
  const { moment, settings } = question;
  if (routeOf(question) === 'version') return false;
  const newest = parseMoment(isoInstant(settings.asOf), settings.zone).day;
  return (Date.parse(newest) - Date.parse(moment.day)) % (7 * 86_400_000) === 0;
}

/** Sums of what was open at the end of each week, from the as-of day back to the first: the layouts of a trend. */
export function weekSql(by: keyof typeof kept, context: LayoutContext): SQL {
  const { zone, asOf } = context;
  const keys = columnsOf[by];
  const lastDay = localDay(`timestamp '${asOf}'`, zone);
  const until = `(timezone('${zone}', (week + 1)::timestamp))::timestamp - interval 1 millisecond`;
  const { counted, resolved } = countsByWeek('learning');
  const dictionary = `(select s.pipeline, s.label, s.probability, w.week from stage_version s join week w on s.valid_from <= w.until and w.until < s.valid_to where s.known_to = 'infinity')`;
  const typed = weighted('coalesce(m.probability, d.probability, e.probability, 0)');
  const learned = weighted('coalesce(p.probability, mean.probability, whole.probability, 0)');
  const steps = [
    step(
      'week',
      raw(
        `select *, ${until} as until from (select unnest(generate_series(${lastDay}, (select coalesce(min(month), ${lastDay}) from opportunity_month), interval (-7) day))::date as week)`,
      ),
    ),
    step('counted', counted),
    step('resolved_count', resolved),
    step('learned', raw(learnedSql('week, '))),
  ];
  return sql`with ${sql.join(steps, raw(', '))}
    select m.week, ${raw(prefixed(keys))}, count(*) as n, coalesce(sum(m.amount_plan), 0)::decimal(38,2) as money, sum(${raw(typed)})::decimal(38,2) as typed, sum(${raw(learned)})::decimal(38,2) as learned
    from (select o.*, w.week from week w join opportunity_month o on o.month = date_trunc('month', w.week) and o.first_day <= day(w.week) and day(w.week) < o.end_day) m
    left join ${raw(dictionary)} d on d.label = m.stage and d.pipeline = m.pipeline and d.week = m.week
    left join ${raw(dictionary)} e on e.label = m.stage and e.pipeline = '' and e.week = m.week
    left join learned p on p.stage = m.stage and p.pipeline = coalesce(m.pipeline, '') and p.week = m.week
    left join learned mean on mean.stage is null and mean.pipeline = coalesce(m.pipeline, '') and mean.week = m.week
    left join learned whole on whole.pipeline is null and whole.week = m.week
    group by all`;
}

const weighted = (probability: string): string =>
  `round(coalesce(m.amount_plan, 0)::decimal(38,2) * ${probability}, 2)`;

const prefixed = (columns: string): string =>
  columns
    .split(', ')
    .map((column) => `m.${column}`)
    .join(', ');
