import type { Viewer } from './access.ts';
import type { RiskItem } from './risks/answer.ts';
import { answer, circumstance, type Source } from './ask.ts';
import { readComparison, toComparison } from './comparison.ts';
import { type ComparisonInput, type SalesmanInput, salesmanSchema } from './comparison-request.ts';
import { readRisks } from './risks/read.ts';
import { readActivityVolume } from './salesman-activity.ts';
import type { SalesmanProfile, StageGap, StageStrength } from './salesman-answer.ts';
import { readPerson } from './salesman-person.ts';
import { readStages, strengthsOf } from './stage-strength.ts';

/**
 * One salesman in a period: against what one may expect, stage by stage against matched peers, how much he did, and three
 * opportunities to discuss. Null when there is none whom the viewer may see.
 */
export async function readSalesman(
  source: Source,
  viewer: Viewer,
  input: SalesmanInput,
): Promise<SalesmanProfile | null> {
  const { salesman, ...rest } = salesmanSchema.parse(input);
  const question = await toComparison(source, viewer, rest);
  const [person, comparison] = await Promise.all([
    readPerson(source, question, salesman),
    readComparison(source, viewer, rest),
  ]);
  const compared = comparison.salesmen.find((one) => one.salesman === salesman) ?? null;
  if (!person && !compared) return null;
  const [stages, activity, discuss] = await Promise.all([
    readStages(source, question),
    readActivityVolume(source, viewer, { ...rest, salesman }),
    readDiscussion(source, viewer, { ...rest, salesman }),
  ]);
  const strengths = strengthsOf(stages, salesman);
  return {
    ...circumstance(source, question),
    salesman,
    name: person?.name ?? compared?.name ?? salesman,
    team: person?.team ?? compared?.team ?? null,
    director: person?.director ?? null,
    active: person?.active ?? null,
    compared,
    measures: comparison.measures,
    names: Object.fromEntries(
      comparison.salesmen.map(({ salesman: id, name }) => [String(id), name ?? String(id)]),
    ),
    stages: strengths,
    gap: await gapOf(strengths, { source, viewer, input: rest }),
    activity,
    discuss,
  };
}

const mostToDiscuss = 3;

/** Of what he has open, whenever it should close, that in which most is at stake, then the largest with any flag. */
async function readDiscussion(
  source: Source,
  viewer: Viewer,
  { salesman, where, asOf, knownAt }: SalesmanInput,
): Promise<RiskItem[]> {
  const scope = { where: { ...where, salesmanId: [salesman] }, asOf, knownAt };
  const asked = { ...scope, hygiene: true, limit: mostToDiscuss };
  return (await readRisks(source, viewer, asked)).opportunities;
}

interface Asked {
  source: Source;
  viewer: Viewer;
  input: ComparisonInput;
}

/** What the weakest stage costs: opportunities that peers would have taken on, times the chance after it, times the size. */
async function gapOf(
  stages: StageStrength[],
  { source, viewer, input }: Asked,
): Promise<StageGap | null> {
  const weak = stages
    .filter(({ verdict }) => verdict === 'weak')
    .sort((a, b) => (a.ratio ?? 1) - (b.ratio ?? 1))[0];
  if (!weak || weak.wonAfter === null) return null;
  const metrics = ['averageWonSize'];
  const where = { ...input.where, pipeline: [weak.pipeline || null] };
  const [row] = (await answer(source, viewer, { ...input, metrics, where })).rows;
  const more = Math.max(0, weak.expectedAdvanced - weak.advanced);
  const worth = more * weak.wonAfter * Number(row?.averageWonSize ?? 0);
  return { pipeline: weak.pipeline, stage: weak.stage, more, worth: worth.toFixed(2) };
}
