import { sql } from 'drizzle-orm';
import type { Viewer } from './access.ts';
import type { Odds, StageOdds } from './stage-answer.ts';
import { circumstance, type Source } from './ask.ts';
import { WarehouseError } from './errors.ts';
import { jeffreys } from './interval.ts';
import type { Question } from './question.ts';
import { type OddsInput, oddsSchema } from './stage-age-request.ts';
import { toStageQuestion } from './stage-question.ts';
import { raw, statement, step } from './statement.ts';
import { hasCome, visitSteps } from './visits.ts';

/** Closed opportunities that stood in a stage, by the days of their longest stay there. */
export interface StayCounts {
  pipeline: string | null;
  stage: string;
  days: number[];
  n: number[];
  won: number[];
}

/** `every_stay`: whoever looks, closings in force at the instant of those that had stood in a stage. */
const staySteps = (question: Question) => [
  ...visitSteps(question),
  step(
    'every_stay',
    sql`select pipeline, stage, greatest(days, coalesce(longest_before, 0)) as longest, count(*) as n, count(*) filter (where fate = 'won') as won from every_visit
      where not is_skipped and not ${hasCome(question, 'again_at')} and fate in ('won', 'lost', 'withdrawn') and ${hasCome(question, 'fate_at')} group by all`,
  ),
];

/** How the closed opportunities of every stage went, by their longest stay. */
export async function readStays({ reader }: Source, question: Question): Promise<StayCounts[]> {
  const { text, values } = statement(
    staySteps(question),
    raw(
      `select pipeline, stage, list(longest order by longest) as days, list(n order by longest) as n, list(won order by longest) as won from every_stay group by 1, 2 order by 1, 2`,
    ),
  );
  const rows = await reader.all(text, values);
  const numbers = (list: unknown) => (list as (string | number)[]).map(Number);
  return rows.map(({ pipeline, stage, days, n, won }) => ({
    pipeline: pipeline === null ? null : String(pipeline),
    stage: String(stage),
    days: numbers(days),
    n: numbers(n),
    won: numbers(won),
  }));
}

/**
 * Of the closed opportunities that stayed at least `days` in the stage, how many were won, with the 95 % Jeffreys
 * interval, beside all that stood there. Shares are null where there is none.
 */
export function oddsOf(
  { days: stays, n, won }: Omit<StayCounts, 'pipeline' | 'stage'>,
  days: number,
): Odds {
  const sum = (list: number[], least: number) =>
    list.reduce((total, count, i) => total + ((stays[i] as number) >= least ? count : 0), 0);
  const [many, wins] = [sum(n, days), sum(won, days)];
  const [all, allWon] = [sum(n, 0), sum(won, 0)];
  const { low, high } = jeffreys(wins, many);
  return {
    days,
    n: many,
    won: wins,
    share: shareOf(wins, many),
    low: many ? low : null,
    high: many ? high : null,
    allN: all,
    allWon,
    allShare: shareOf(allWon, all),
  };
}

/** What became of those that sat in a stage at least so many days, as of an instant (metrics.md 2.6). */
export async function oddsAt(source: Source, viewer: Viewer, input: OddsInput): Promise<StageOdds> {
  const { pipeline, stage, days, ...when } = oddsSchema.parse(input);
  const question = await toStageQuestion(source, viewer, when);
  const stays = await readStays(source, question);
  const mine = stays.filter((one) => one.pipeline === pipeline);
  const found = mine.find((one) => one.stage === stage);
  if (!found)
    throw new WarehouseError(
      'wrong-value',
      `Nothing that stood in the stage "${stage}" of ${pipeline ?? 'the pipeline without name'} has been closed by ${question.moment.day}; stages with closed ones: ${mine.map((one) => one.stage).join(', ') || 'none'}`,
    );
  return { ...circumstance(source, question), pipeline, stage, ...oddsOf(found, days) };
}

const shareOf = (part: number, whole: number): number | null =>
  whole ? Math.round((part / whole) * 1e8) / 1e8 : null;
