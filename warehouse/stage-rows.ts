import type { Viewer } from './access.ts';
import type { Cell } from './answers.ts';
import { circumstance, filtersInWords, type Source } from './ask.ts';
import { toComparison } from './comparison.ts';
import type { ComparedRows } from './comparison-answer.ts';
import { type StageRowsInput, stageRowsSchema } from './comparison-request.ts';
import { comparedColumns, near } from './comparison-rows.ts';
import { expectedOf } from './mix-effect.ts';
import { rounded } from './normal.ts';
import { stayStatement } from './stage-passes.ts';
import { type LearnedStage, readStages, stayLevels, strengthsOf } from './stage-strength.ts';

/** The stays of one salesman in one stage, newest first, each beside the chance of going on that its peers had. */
export async function readStageRows(
  source: Source,
  viewer: Viewer,
  input: StageRowsInput,
): Promise<ComparedRows> {
  const { salesman, pipeline, stage, limit, offset, ...rest } = stageRowsSchema.parse(input);
  const question = await toComparison(source, viewer, rest);
  const { text, values } = stayStatement(question, { salesman, pipeline, stage });
  const [stages, found] = await Promise.all([
    readStages(source, question),
    source.reader.all(text, values) as unknown as Promise<Stay[]>,
  ]);
  const isThis = (one: { pipeline: string; stage: string }) =>
    one.pipeline === pipeline && one.stage === stage;
  const learned = stages.find(({ counts: [first] }) => first !== undefined && isThis(first));
  const told = strengthsOf(stages, salesman).find(isThis);
  const rows = found.map((stay) => ({ stay, expected: learned ? chanceOf(stay, learned) : 0 }));
  const share = (sum: number) => (rows.length ? rounded(sum / rows.length) : null);
  const rowsObserved = share(rows.filter(({ stay }) => stay.advanced).length);
  const rowsExpected = share(rows.reduce((sum, { expected }) => sum + expected, 0));
  const [observed, expected] = [told?.observed ?? null, told?.expected ?? null];
  return {
    ...circumstance(source, question),
    measure: 'stage',
    label: `Went on from ${stage}`,
    unit: 'ratio',
    meaning:
      'Each stay in the stage that came to an end under the salesman counts 1 when the opportunity went on to a later stage or was won; beside it stands the chance that peers had with the same field and lead source. Who still sits there is left out',
    formula:
      'went on / came to an end; expected by a ridge regression over all salesmen, with their own effects in the fit',
    filters: [...filtersInWords(question), `Stage ${[pipeline, stage].filter(Boolean).join(', ')}`],
    columns: comparedColumns('ratio', { value: 'Counts as' }),
    rows: rows
      .slice(offset, offset + limit)
      .map(({ stay: { advanced, days, industry: _, source: __, ...stay }, expected: chance }) => ({
        ...stay,
        stage,
        came: `${days} days`,
        value: Number(advanced),
        expected: rounded(chance),
      })),
    count: rows.length,
    observed,
    expected,
    rowsObserved,
    rowsExpected,
    adds:
      (told?.entered ?? 0) === rows.length &&
      near(observed, rowsObserved) &&
      near(expected, rowsExpected),
    sql: text,
    parameters: values as Cell[],
  };
}

interface Stay {
  opportunity: string;
  name: string;
  account: string | null;
  outcome: string;
  advanced: boolean;
  industry: string | null;
  source: string | null;
  closeOn: string;
  days: number;
}

const chanceOf = (stay: Stay, { model, shift }: LearnedStage): number =>
  expectedOf(model, stayLevels({ ...stay, is_asked: true }), shift);
