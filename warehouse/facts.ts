import { type SQL, sql } from 'drizzle-orm';
import { type FactName, factsOf, type Metric } from './definitions.ts';
import { dimensions } from './dimensions.ts';
import { factSources } from './fact-sources.ts';
import { among, filters } from './filters.ts';
import { metrics } from './metrics/index.ts';
import { isPlanned, moneySql, rateSql } from './money.ts';
import { type Question, usesProduct } from './question.ts';
import { known, seenBy, today, valid, versionStep, weekColumn, weekSql } from './relations.ts';
import { raw, step } from './statement.ts';
import { weekTableOf } from './weeks.ts';
import { weightSteps, weightsOf } from './weights.ts';

/** The steps from versions or layouts to the facts of a question, each a named select. */
export function factSteps(question: Question, facts: FactName[]): SQL[] {
  const table = weekTableOf(question);
  if (table) return [step('open_fact', summedSql(question, table))];
  const originOf = (fact: FactName) => factSources[fact].origin(question);
  const planned = (fact: FactName) => originOf(fact) === 'layout' && isPlanned(question);
  const steps: SQL[] = [];
  if (facts.some((fact) => originOf(fact) === 'versions')) steps.push(versionStep(question));
  if (facts.some((fact) => factSources[fact].isValued && !planned(fact)))
    steps.push(step('rate', rateSql(question)));
  if (question.weeks) steps.push(step('week', weekSql(question)));
  if (facts.includes('open')) steps.push(...weightSteps(question));
  if (usesProduct(question))
    steps.push(
      step(
        'line',
        sql`select ${raw(weekColumn(question))}opportunity_id, product, share_from, share_to from ${valid(question, 'line_version')} where ${known(question)}`,
      ),
    );
  for (const fact of facts) {
    steps.push(...(factSources[fact].steps?.(question) ?? []));
    steps.push(step(`${fact}_base`, baseSql(question, fact)));
    steps.push(
      step(
        `${fact}_money`,
        factSources[fact].isValued
          ? moneySql(question, fact, { planned: planned(fact) })
          : raw(
              `select *, false as has_amount, false as has_rate, 0::decimal(18,2) as whole from ${fact}_base`,
            ),
      ),
    );
    steps.push(step(`${fact}_fact`, allocatedSql(question, fact)));
  }
  return steps;
}

/** The kept sums of each week in the place of facts: `n` opportunities each. */
function summedSql(question: Question, table: string): SQL {
  const { moment, weeks = 0 } = question;
  const day = sql`${moment.day}::date`;
  return sql`select *, true as in_period, true as has_amount, true as has_rate from (select * from ${raw(table)} where ${table === 'field_week' ? raw('true /* viewer: all */') : seenBy(question.viewer)})
    where week <= ${day} and week > ${day} - 7 * ${weeks}::integer and ${filters(question, 'open')}`;
}

const baseSql = (question: Question, fact: FactName): SQL =>
  factSources[fact].rows(question, {
    wanted: filters(question, fact),
    pushed: pushedPeriod(question, fact),
  });

/** What lies outside the period is left out before anything else, when no metric asks for it. */
function pushedPeriod({ metrics: names, period: { from, to } }: Question, fact: FactName): SQL {
  const asked = names
    .map((name): Metric => metrics[name])
    .filter((metric) => factsOf(metric).includes(fact))
    .flatMap((m) => [m.from === fact ? m.where : [], m.with?.[fact]?.where ?? []].flat());
  const isBound = (where: string) => /^in_period( and (?!.*\bor\b)|$)/.test(where);
  if (from === null || !asked.every(isBound)) return raw('true');
  const day = raw(factSources[fact].day);
  return sql`${day} >= ${from}::date and ${day} < ${to}::date`;
}

/** Facts with what they weigh, and divided by product lines when the question speaks of products. */
function allocatedSql(question: Question, fact: FactName): SQL {
  const { from, to } = question.period;
  const day = today(question);
  const bounds = sql`coalesce(period_on >= ${from}::date and period_on < ${to}::date, false)`;
  const inside =
    from === null
      ? raw('true')
      : fact === 'open'
        ? sql`(${bounds} and period_on >= ${day})`
        : bounds;
  const { columns, joins } = weightsOf(question, fact);
  const product = usesProduct(question) && !dimensions.product.not?.includes(fact);
  const part = (column: string) =>
    product
      ? `round(${column}::decimal(38,2) * coalesce(share_to, 1), 2)::decimal(18,2) - round(${column}::decimal(38,2) * coalesce(share_from, 0), 2)::decimal(18,2)`
      : column;
  const wanted = question.query.where.product;
  return sql`select * from (select w.*${raw(product ? ', product' : '')}, ${raw(`${part('whole')} as money, ${part('typed_whole')} as typed, ${part('learned_whole')} as learned`)},
      ${inside} as in_period, ${fact === 'open' ? sql`coalesce(period_on < ${day}, false) and ${from === null ? raw('true') : bounds}` : raw('false')} as is_overdue, period_on is null as is_undated
    from (select m.*, ${columns} from ${raw(`${fact}_money`)} m${joins}) w${raw(product ? ` left join line using (${weekColumn(question)}opportunity_id)` : '')})
    where ${product && wanted ? among(raw('product'), wanted) : raw('true')}`;
}
