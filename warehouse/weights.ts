import { type SQL, sql } from 'drizzle-orm';
import { categoryClass } from './category.ts';
import { factsOf, type FactName, type Metric } from './definitions.ts';
import { firstDateSql } from './facts-moves.ts';
import { learnedSteps } from './learned.ts';
import { metrics } from './metrics/index.ts';
import { columnOf, type Question } from './question.ts';
import { known, valid, weekColumn } from './relations.ts';
import { requiredSteps } from './required.ts';
import { raw, step } from './statement.ts';

/** What a fact weighs beside its amount; worked out only when a metric speaks of it. */
type Weight = 'typed' | 'learned' | 'yields' | 'slipped' | 'category_class';

/** Columns and joins that give the rows `m` their weights: `typed_whole`, `learned_whole`, `yields`, `slipped`, `category_class`. */
export interface Weights {
  columns: SQL;
  joins: SQL;
}

export function weightsOf(question: Question, fact: FactName): Weights {
  const has = (weight: Weight) => fact === 'open' && wants(question, weight);
  const sameWeek = (name: string) => (question.weeks ? ` and ${name}.week = m.week` : '');
  const learned = (relation: string, names: [string, string, string]) =>
    raw(
      ` left join ${relation} ${names[0]} on ${names[0]}.stage = m.stage and ${names[0]}.pipeline = coalesce(m.pipeline, '')${sameWeek(names[0])} left join ${relation} ${names[1]} on ${names[1]}.stage is null and ${names[1]}.pipeline = coalesce(m.pipeline, '')${sameWeek(names[1])} left join ${relation} ${names[2]} on ${names[2]}.pipeline is null${sameWeek(names[2])}`,
    );
  const none = raw('');
  const columns = [
    has('typed') ? weighted('coalesce(m.probability, d.probability, e.probability, 0)') : nothing,
    has('learned')
      ? weighted('coalesce(p.probability, mean.probability, whole_mean.probability, 0)')
      : nothing,
    has('yields') ? 'coalesce(y.yields, y_mean.yields, y_whole.yields)' : 'null',
    has('slipped') ? 'm.close_on - coalesce(f.first_on, m.close_on)' : 'null::integer',
    has('category_class')
      ? categoryClass(columnOf('category', question, { row: 'm', areOpen: true }))
      : 'null::varchar',
  ];
  const names = ['typed_whole', 'learned_whole', 'yields', 'slipped', 'category_class'];
  return {
    columns: raw(columns.map((text, i) => `${text} as ${names[i]}`).join(', ')),
    joins: sql`${has('typed') ? dictionaryJoins(question, sameWeek) : none}${has('learned') ? learned('learned', ['p', 'mean', 'whole_mean']) : none}${has('yields') ? learned('required', ['y', 'y_mean', 'y_whole']) : none}${has('slipped') ? raw(` left join every_first_date f on f.opportunity_id = m.opportunity_id${sameWeek('f')}`) : none}`,
  };
}

/** The steps that the weights of a question read. */
export const weightSteps = (question: Question): SQL[] => [
  ...(wants(question, 'learned') ? learnedSteps(question) : []),
  ...(wants(question, 'yields') ? requiredSteps(question) : []),
  ...(wants(question, 'slipped') ? [step('every_first_date', firstDateSql(question))] : []),
];

const nothing = '0::decimal(18,2)';
const weighted = (probability: string): string =>
  `round(m.whole::decimal(38,2) * ${probability}, 2)::decimal(18,2)`;

const wants = (question: Question, weight: Weight): boolean =>
  question.metrics
    .map((name): Metric => metrics[name])
    .some((metric) => factsOf(metric).includes('open') && speaksOf(metric, weight));

const speaksOf = ({ share, where, parts = {} }: Metric, weight: Weight): boolean =>
  [share, where, ...Object.values(parts)].some((text) => new RegExp(`\\b${weight}\\b`).test(text));

/** The typed probability of a stage: that of its own pipeline, else that of a dictionary without pipelines. */
function dictionaryJoins(question: Question, sameWeek: (name: string) => string): SQL {
  const dictionary = sql`(select ${raw(weekColumn(question))}pipeline, label, probability from ${valid(question, 'stage_version')} where ${known(question)})`;
  return sql` left join ${dictionary} d on d.label = m.stage and d.pipeline = m.pipeline${raw(sameWeek('d'))} left join ${dictionary} e on e.label = m.stage and e.pipeline = ''${raw(sameWeek('e'))}`;
}
