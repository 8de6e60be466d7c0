import { sql } from 'drizzle-orm';
import { localViewer, type Viewer } from '../access.ts';
import type { RiskFlag, RiskItem, RiskRule, Risks } from './answer.ts';
import { circumstance, type Source, toQuestion } from '../ask.ts';
import type { Risk, RiskState } from '../definitions.ts';
import type { When } from '../opportunities.ts';
import type { Question } from '../question.ts';
import { raw, statement } from '../statement.ts';
import { type RiskName, riskNames, risks } from './index.ts';
import { flagsOf, isNamedBy, judgedSteps, weightsOf } from './judged.ts';
import type { Lift } from './lift.ts';
import { type RiskModel, riskModel } from './model.ts';
import {
  riskNamed,
  type RiskRulesInput,
  riskRulesSchema,
  type RisksInput,
  risksSchema,
} from './request.ts';
import { percent } from './words.ts';

/** Open opportunities that a risk rule names, with evidence in words and the money at stake, and what each rule is worth. */
export async function readRisks(
  source: Source,
  viewer: Viewer,
  input: RisksInput & { unflagged?: boolean },
): Promise<Risks> {
  const { unflagged = false, ...asked } = input;
  const request = risksSchema.parse(asked);
  const { where, period, asOf, knownAt } = request;
  const scope = { where, period, asOf, knownAt };
  const question = await toQuestion(source, viewer, { metrics: ['openPipeline'], ...scope });
  const rule = request.rule === undefined ? null : riskNamed(request.rule);
  const model = await riskModel(source, question);
  const which = wanted(model, { ...request, rule, unflagged });
  const one = request.opportunity;
  const of = one === undefined ? raw('true') : sql`opportunity_id = ${one}`;
  const steps = judgedSteps(question, model);
  const run = async (body: ReturnType<typeof raw>) => {
    const { text, values } = statement(steps, body);
    return source.reader.all(text, values);
  };
  const order = raw(`${orders[request.sort]}, opportunity_id`);
  const [sums, rows] = await Promise.all([
    run(
      sql`select ${raw(sumColumns(model))}, count(*) filter (where ${which}) as n, sum(money) filter (where ${which}) as exposed, sum(stake) filter (where ${which}) as stake from judged where ${of}`,
    ),
    run(
      sql`select ${raw(columns(model))} from judged where ${of} and ${which} order by ${order} limit ${request.limit} offset ${request.offset}`,
    ),
  ]);
  const [sum = {}] = sums;
  return {
    ...circumstance(source, question),
    until: model.until,
    opportunities: rows.map((row) => toItem(row as RiskState, model)),
    count: Number(sum.n),
    money: money(sum.stake),
    exposed: money(sum.exposed),
    rules: riskNames.map((name) => toRule(name, model.lifts[name], sum)),
    basis: {
      opportunities: model.opportunities,
      states: model.states,
      learnedOn: model.learnedOn,
    },
    notes: notesOf(model, question),
  };
}

/** What each rule is worth and names now, without the opportunities. */
export async function readRiskRules(
  source: Source,
  viewer: Viewer,
  input: RiskRulesInput,
): Promise<Omit<Risks, 'opportunities' | 'count' | 'money' | 'exposed'>> {
  const request = { ...riskRulesSchema.parse(input), limit: 1 };
  const {
    opportunities: _,
    count: __,
    money: ___,
    exposed: ____,
    ...rest
  } = await readRisks(source, viewer, request);
  return rest;
}

/** The flags of one opportunity, hygiene included; null when it is not open then, or not to be seen. */
export async function findRisks(
  source: Source,
  viewer: Viewer,
  opportunity: string,
  when: When,
): Promise<RiskItem | null> {
  const found = await readRisks(source, viewer, { ...when, opportunity, unflagged: true });
  return found.opportunities[0] ?? null;
}

/** Learns before anybody asks what takes seconds to learn. */
export async function prepareRisks(source: Source): Promise<void> {
  await riskModel(source, await toQuestion(source, localViewer, { metrics: ['openPipeline'] }));
}

const orders = {
  '-money': 'stake desc, money desc',
  '-amount': 'money desc, stake desc',
  closeOn: 'close_on nulls last',
  salesman: 'salesman nulls last, stake desc',
};

const money = (value: unknown): string => {
  const text = String(value ?? '0.00');
  return text.includes('.') ? text : `${text}.00`;
};

/** Flags that have lift; all flags when hygiene is asked for. */
function wanted(
  { lifts }: RiskModel,
  { rule, hygiene, unflagged }: { rule: RiskName | null; hygiene: boolean; unflagged: boolean },
): ReturnType<typeof raw> {
  if (unflagged) return raw('true');
  if (rule) return raw(isNamedBy(rule));
  const names = riskNames.filter((name) => hygiene || !lifts[name].demoted);
  return raw(names.length ? `(${names.map(isNamedBy).join(' or ')})` : 'false');
}

const shown = [
  'opportunity_id',
  'name',
  'account',
  'salesman',
  'team',
  'stage',
  'pipeline',
  'close_on',
  'money',
  'has_amount',
  'has_rate',
  'mask',
  'stake',
  'chance_with',
  'chance_without',
];

function columns(model: RiskModel): string {
  const used = riskNames.flatMap((name) => risks[name].uses as readonly string[]);
  return [...new Set([...shown, ...used]), ...weightsOf(model).map(({ name }) => `part_${name}`)]
    .map((name) => `"${name}"`)
    .join(', ');
}

function sumColumns(model: RiskModel): string {
  const weighty = new Set(weightsOf(model).map(({ name }) => name));
  return riskNames
    .map(
      (name) =>
        `count(*) filter (where ${isNamedBy(name)}) as "n ${name}", sum(money) filter (where ${isNamedBy(name)}) as "exposed ${name}", ${weighty.has(name) ? `sum("part_${name}")` : 'null'} as "money ${name}"`,
    )
    .join(', ');
}

function toItem(row: RiskState, model: RiskModel): RiskItem {
  const text = (name: string) => (row[name] as string | null) ?? null;
  return {
    opportunity: String(row.opportunity_id),
    name: String(row.name ?? row.opportunity_id),
    account: text('account'),
    salesman: text('salesman'),
    team: text('team'),
    stage: text('stage'),
    pipeline: text('pipeline'),
    closeOn: text('close_on'),
    amount: row.has_amount && row.has_rate ? money(row.money) : null,
    money: money(row.stake),
    chance: Number(row.chance_with),
    chanceWithout: Number(row.chance_without),
    flags: flagsOf(Number(row.mask))
      .map((name) => toFlag(name, row, model.lifts[name]))
      .sort((a, b) => Number(b.money) - Number(a.money)),
  };
}

function toFlag(name: RiskName, row: RiskState, { lift, n, demoted }: Lift): RiskFlag {
  const rule: Risk = risks[name];
  return {
    rule: name,
    label: rule.label,
    evidence: rule.evidence(row),
    money: money(row[`part_${name}`]),
    lift,
    n,
    demoted: demoted !== null,
    step: rule.step(row),
  };
}

function toRule(name: RiskName, lift: Lift, sum: Record<string, unknown>): RiskRule {
  const { label, meaning, limit }: Risk = risks[name];
  return {
    rule: name,
    label,
    meaning,
    limit: limit.words,
    ...lift,
    demoted: lift.demoted !== null,
    words: liftInWords(lift),
    count: Number(sum[`n ${name}`]),
    exposed: money(sum[`exposed ${name}`]),
    money: money(sum[`money ${name}`]),
  };
}

/** `won 54 % as often as like opportunities (48-57), n = 312`. */
export function liftInWords({ lift, low, high, n, demoted }: Lift): string {
  if (lift === null || low === null || high === null)
    return `never seen in the past among opportunities whose end is known, n = ${n}`;
  const measured = `won ${percent(lift)} as often as like opportunities (${Math.round(low * 100)}-${Math.round(high * 100)}), n = ${n}`;
  if (demoted === null) return measured;
  return `${measured}: ${demoted === 'too few' ? 'too few to tell' : demoted}`;
}

function notesOf({ lifts, states }: RiskModel, { knownAt }: Question): string[] {
  if (!states) return ['No past quarter is over yet, so no rule could be measured'];
  const without = riskNames.filter((name) => lifts[name].demoted).length;
  return [
    `${riskNames.length - without} of ${riskNames.length} rules have measured lift; the others are hygiene${knownAt === null ? '' : ', as known then'}`,
  ];
}
