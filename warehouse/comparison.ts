import type { Viewer } from './access.ts';
import { circumstance, type Source, toQuestion } from './ask.ts';
import type { Compared, ComparedSalesman, Comparison } from './comparison-answer.ts';
import type { MixCount } from './comparison-facts.ts';
import { cellsOf, groupOf, type Learned, measures, readMix } from './comparison-models.ts';
import { compare, type Person } from './comparison-told.ts';
import {
  type ComparisonInput,
  comparisonSchema,
  type MeasureName,
  measureNames,
} from './comparison-request.ts';
import { grouped } from './grouped.ts';
import { countOf } from './mix-effect.ts';
import { rounded } from './normal.ts';
import type { Question } from './question.ts';

/** The question behind a comparison: its closings are those of the win rate. */
export const toComparison = (
  source: Source,
  viewer: Viewer,
  input: ComparisonInput,
): Promise<Question> =>
  toQuestion(source, viewer, { metrics: ['winRate'], ...comparisonSchema.parse(input) });

/**
 * The salesmen whom the viewer may see, each by what he had at the event, against what the mix of his opportunities
 * lets one expect (metrics.md 2.20), and who of them can be told from whom.
 */
export async function readComparison(
  source: Source,
  viewer: Viewer,
  input: ComparisonInput,
): Promise<Comparison> {
  const question = await toComparison(source, viewer, input);
  const mix = await readMix(source, question);
  const people = peopleOf(mix.counts);
  const compared = Object.fromEntries(
    measureNames.map((name) => [name, compare(name, mix, people)]),
  ) as Record<MeasureName, ReturnType<typeof compare>>;
  return {
    ...circumstance(source, question),
    salesmen: people.map((person, i) => ({
      ...describe(person, mix.learned.winRate),
      measures: {
        winRate: compared.winRate.each[i] as Compared,
        size: compared.size.each[i] as Compared,
        days: compared.days.each[i] as Compared,
      },
    })),
    measures: {
      winRate: compared.winRate.all,
      size: compared.size.all,
      days: compared.days.all,
    },
    notes: notesOf(mix.counts),
  };
}

/** Those whose closings are seen, by id. */
export const peopleOf = (counts: readonly MixCount[]): Person[] =>
  [
    ...grouped(
      counts.filter((count) => count.is_seen),
      ({ person }) => person,
    ),
  ]
    .map(([, own]) => ({
      id: own[0]?.salesman_id ?? null,
      group: groupOf(own[0] as MixCount),
      counts: own,
    }))
    .sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));

function describe({ id, counts }: Person, learned: Learned): Omit<ComparedSalesman, 'measures'> {
  const newest = counts.reduce((a, b) => (String(b.last_at) > String(a.last_at) ? b : a));
  const part = (inherited: boolean) => {
    const own = counts.filter((count) => count.is_inherited === inherited);
    const { n, observed, expected } = countOf(
      cellsOf(own, measures.winRate),
      learned.model,
      learned.shift,
    );
    return { closings: n, won: observed, expectedWon: rounded(expected) };
  };
  return {
    salesman: id,
    name: newest.salesman,
    team: newest.team,
    closings: counts.reduce((sum, { closings }) => sum + closings, 0),
    won: counts.reduce((sum, { won }) => sum + won, 0),
    originated: part(false),
    inherited: part(true),
  };
}

function notesOf(counts: MixCount[]): string[] {
  const seen = counts.filter((count) => count.is_seen);
  const nobody = seen.filter((count) => count.salesman_id === null);
  const lost = nobody.reduce((sum, { closings }) => sum + closings, 0);
  return lost ? [`${lost} closings were nobody's and are not compared`] : [];
}
