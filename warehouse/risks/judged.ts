import { type SQL, sql } from 'drizzle-orm';
import type { Risk } from '../definitions.ts';
import { filters } from '../filters.ts';
import { soldAs } from '../opportunity-list.ts';
import type { Question } from '../question.ts';
import { raw, step } from '../statement.ts';
import { type RiskName, riskNames, risks } from './index.ts';
import { logit } from './logistic.ts';
import type { RiskModel } from './model.ts';
import { riskSteps } from './state.ts';

/** A rule that weighs, with its place in the list and its log-odds. */
interface Weight {
  name: RiskName;
  place: number;
  weight: number;
}

/** Rules whose weight counts, in the order of the list. */
export const weightsOf = ({ fit }: RiskModel): Weight[] =>
  riskNames.flatMap((name, place) => {
    const weight = fit.weights[place] as number;
    return weight < 0 ? [{ name, place, weight }] : [];
  });

/**
 * `judged`: every open opportunity of the question's scope with the rules that name it (`mask`), its chance to be won in
 * the window with and without what they warn of, and the money at stake, split among its rules without a rest
 * (`part_<rule>`).
 */
export function judgedSteps(question: Question, model: RiskModel): SQL[] {
  const { from, to } = question.period;
  const inside =
    from === null ? raw('true') : sql`close_on >= ${from}::date and close_on < ${to}::date`;
  const scope = sql`select b.*, ${raw(maskSql)} as mask from risk_state b where ${filters(question, 'open')} and ${soldAs(question)} and ${inside}`;
  return [
    ...riskSteps(question, model.limits),
    step('scope', scope),
    step('odds', oddsSql(model)),
    step('judged', raw(judgedSql(weightsOf(model)))),
  ];
}

/** Which rules name a state, as a sum of powers of two in the order of the list. */
export const maskSql = riskNames
  .map((name, i) => `case when ${(risks[name] as Risk).where} then ${2 ** i} else 0 end`)
  .join(' + ');

export const flagsOf = (mask: number): RiskName[] =>
  riskNames.filter((_, i) => Math.floor(mask / 2 ** i) % 2 === 1);

export const isNamedBy = (name: RiskName): string =>
  `(mask // ${2 ** riskNames.indexOf(name)}) % 2 = 1`;

/** Log-odds to be won in the window without any flag, by pipeline, stage and fortnights left. */
function oddsSql({ places, expectation, fit }: RiskModel): SQL {
  const rows = places.map((place) => ({
    ...place,
    odds: logit(expectation.chance(place)) + fit.intercept,
  }));
  return sql`select unnest(from_json(${JSON.stringify(rows)}::json, '[{"pipeline":"VARCHAR","stage":"VARCHAR","span":"INTEGER","odds":"DOUBLE"}]'), recursive := true)`;
}

const chance = (odds: string): string => `round(1 / (1 + exp(-(${odds}))), 8)::decimal(9,8)`;

function judgedSql(weights: Weight[]): string {
  const sum = (list: Weight[]) =>
    list
      .map(({ name, weight }) => `case when ${isNamedBy(name)} then ${weight} else 0 end`)
      .join(' + ') || '0';
  const until = (i: number) =>
    `round(stake::decimal(38,2) * round((${sum(weights.slice(0, i))}) / nullif(weight, 0), 12)::decimal(18,12), 2)::decimal(18,2)`;
  const parts = weights.map(
    ({ name }, i) =>
      `coalesce(${until(i + 1)} - ${i ? until(i) : '0'}, 0)::decimal(18,2) as "part_${name}"`,
  );
  return `select *${parts.map((part) => `, ${part}`).join('')} from (
    select *, ${chance('odds')} as chance_without, ${chance('odds + weight')} as chance_with,
      round(money::decimal(38,2) * (${chance('odds')} - ${chance('odds + weight')}), 2)::decimal(18,2) as stake
    from (select *, ${sum(weights)} as weight from scope)
    left join (select pipeline as pipeline_key, stage as stage_key, span, odds from odds) using (pipeline_key, stage_key, span))`;
}
