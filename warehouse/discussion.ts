import type { Source } from './ask.ts';
import { type OpenState, openStatement } from './discussion-facts.ts';
import type { Question } from './question.ts';
import type { DiscussItem, DiscussReason } from './salesman-answer.ts';

/** Without any activity for so long an opportunity is silent. */
const silentAfter = 21;
const fewPushes = 2;
const most = 3;

/**
 * The opportunities of one salesman that are most worth a talk: money times the strengths of what stands against each,
 * highest first. Opportunities without any reason are not named.
 */
export async function readDiscussion(
  source: Source,
  question: Question,
  salesman: string,
): Promise<DiscussItem[]> {
  const { text, values } = openStatement(question, salesman);
  const found = (await source.reader.all(text, values)) as unknown as OpenState[];
  return toDiscuss(found);
}

export const toDiscuss = (states: readonly OpenState[]): DiscussItem[] =>
  states
    .map(toItem)
    .filter(({ reasons }) => reasons.length > 0)
    .sort((a, b) => b.score - a.score || (a.opportunity < b.opportunity ? -1 : 1))
    .slice(0, most);

function toItem(state: OpenState): DiscussItem {
  const reasons = reasonsOf(state);
  const strength = reasons.reduce((sum, reason) => sum + reason.strength, 0);
  return {
    opportunity: state.opportunity,
    name: state.name,
    account: state.account,
    stage: state.stage,
    amount: state.money,
    closeOn: state.close_on,
    score: Math.round(Number(state.money) * strength * 100) / 100,
    reasons,
  };
}

type Reason = DiscussItem['reasons'][number];

/** What stands against an opportunity: from 0.2 when it just shows to 1 when it could not be worse. */
function reasonsOf(state: OpenState): Reason[] {
  const { overdue, in_stage: inStage, usual, pushes } = state;
  const quiet = state.silent ?? state.age;
  const found: (Reason | false)[] = [
    overdue > 0 && reason('overdue', overdue / 90, `its close date passed ${days(overdue)} ago`),
    usual !== null &&
      inStage > usual &&
      reason(
        'stalled',
        inStage / Math.max(1, usual) - 1,
        `${days(inStage)} in ${state.stage}, which four of five that were won left within ${days(usual)}`,
      ),
    state.knows_activities &&
      quiet >= silentAfter &&
      reason(
        'silent',
        quiet / 90,
        state.silent === null
          ? `nothing was ever done in ${days(quiet)}`
          : `nothing was done for ${days(quiet)}`,
      ),
    state.knows_steps &&
      !state.has_next_step &&
      state.ahead === 0 &&
      reason('no next step', 0.3, 'no next step and nothing planned'),
    pushes >= fewPushes &&
      reason('pushed', pushes / 5, `its close date was put off ${pushes} times`),
  ];
  return found
    .filter((one): one is Reason => one !== false)
    .sort((a, b) => b.strength - a.strength || (a.reason < b.reason ? -1 : 1));
}

const reason = (name: DiscussReason, size: number, words: string): Reason => ({
  reason: name,
  strength: Math.round(Math.min(1, Math.max(0.2, size)) * 1000) / 1000,
  words,
});

const days = (n: number): string => (n === 1 ? 'a day' : `${n} days`);
