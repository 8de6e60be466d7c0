import type { Viewer } from '#warehouse/access.ts';
import { biasOf, valueAdded } from '#warehouse/judgement.ts';
import { nearest } from '#warehouse/nearest.ts';
import { parseMoment } from '#warehouse/period.ts';
import { type Asked, type Board, readBoard } from '../state/board.ts';
import {
  type Call,
  makeCall,
  readCalls,
  type Scope,
  staleShare,
  standing,
} from '../state/calls.ts';
import { StateError } from '../state/errors.ts';
import { judgedByAuthor, readResults } from '../state/judged.ts';
import { findLastLook, noteLook } from '../state/looks.ts';
import { makeMark, readMarks } from '../state/marks.ts';
import { standOf } from '../state/risk-standing.ts';
import { maybeFind, type Rolled, rollUp, scopesOf } from '../state/roll-up.ts';
import { listScenarios, readScenario, saveScenario } from '../state/scenarios.ts';
import { type Context, mutation, procedure, router } from './procedure.ts';
import * as inputs from './state-inputs.ts';

/** What people type, and what was typed; each call carries the viewer who types or asks. */
export const stateRouter = router({
  /** All calls of a period in their order; `stands` marks the newest of each scope and category. */
  calls: procedure.input(inputs.calls).query(async ({ ctx, input }) => {
    const calls = await visibleCalls(ctx, input);
    const newest = new Set(standing(calls).map(({ seq }) => seq));
    return calls.map((call) => ({ ...call, stands: newest.has(call.seq) }));
  }),
  rollUp: procedure.input(inputs.rollUp).query(async ({ ctx, input }) => {
    const { whole, ...circumstance } = await readRollUp(ctx, input);
    return { ...circumstance, staleShare, whole };
  }),
  makeCall: mutation.input(inputs.makeCall).mutation(async ({ ctx, input }) => {
    const { asOf, knownAt, p50, ...made } = input;
    mustSeeAll(ctx.viewer);
    const { whole, ...board } = await readRollUp(ctx, { ...input, asOf, knownAt });
    const { open, won, said } = findScope(whole, made);
    const seen = { ...momentsOf(board), open, won, below: said, p50 };
    const { currency } = board;
    return makeCall(ctx.state, { ...made, author: ctx.viewer.id, currency, seen });
  }),
  /** What each author's calls were worth, over the periods that are over. */
  authors: procedure.input(inputs.authors).query(async ({ ctx, input: { category } }) => {
    const calls = await visibleCalls(ctx, { category });
    const results = await readResults(ctx.warehouse, ctx.viewer, calls);
    return [...judgedByAuthor(calls, results)].map(([author, judged]) => ({
      author,
      valueAdded: valueAdded(judged),
      bias: biasOf(judged),
    }));
  }),

  marks: procedure.input(inputs.marks).query(async ({ ctx, input }) => {
    await mustExist(ctx, input.opportunity);
    const { opportunity, until } = input;
    return readMarks(ctx.state, { opportunities: [opportunity], until });
  }),
  /** How risks stand for the viewer: hidden until when, acknowledged by whom, whose they are. */
  standing: procedure.input(inputs.standing).query(async ({ ctx, input }) => {
    const { risks, until, day = await readDay(ctx) } = input;
    const opportunities = [...new Set(risks.map(({ opportunity }) => opportunity))];
    const marks = visible(ctx.viewer, await readMarks(ctx.state, { opportunities, until }));
    return standOf(risks, marks, { viewer: ctx.viewer.id, day });
  }),
  mark: mutation.input(inputs.mark).mutation(async ({ ctx, input }) => {
    await mustExist(ctx, input.opportunity);
    if (input.action === 'snooze' && input.untilOn !== null) await mustCome(ctx, input.untilOn);
    if (input.action === 'assign' && input.salesman !== null) await mustSell(ctx, input.salesman);
    const none = { untilOn: null, evidence: null, salesman: null };
    return makeMark(ctx.state, { ...none, ...input, author: ctx.viewer.id });
  }),

  lastLook: procedure
    .input(inputs.lastLook)
    .query(({ ctx, input }) =>
      findLastLook(ctx.state, { ...input, author: ctx.viewer.id, now: Date.now() }),
    ),
  look: mutation.input(inputs.look).mutation(async ({ ctx, input: { id, page, ...when } }) => {
    const shown = await ctx.warehouse.answer(ctx.viewer, { metrics: ['openCount'], ...when });
    return noteLook(ctx.state, { id, page, author: ctx.viewer.id, ...momentsOf(shown) });
  }),

  scenarios: procedure.query(({ ctx }) => listScenarios(ctx.state, ctx.viewer.id)),
  /** All versions, oldest first. */
  scenario: procedure
    .input(inputs.scenarioOf)
    .query(({ ctx, input }) => readScenario(ctx.state, { ...input, author: ctx.viewer.id })),
  saveScenario: mutation
    .input(inputs.saveScenario)
    .mutation(({ ctx, input }) => saveScenario(ctx.state, { ...input, author: ctx.viewer.id })),
});

type Moments = Pick<Board, 'snapshot' | 'asOf' | 'knownAt'>;
const momentsOf = ({ snapshot, asOf, knownAt }: Moments): Moments => ({ snapshot, asOf, knownAt });

/** Who does not see everything sees what he typed himself: it may tell of what is hidden from him. */
const visible = <T extends { author: string }>({ id, scope }: Viewer, typed: T[]): T[] =>
  scope === 'all' ? typed : typed.filter(({ author }) => author === id);

const visibleCalls = async (
  { state, viewer }: Context,
  of: Parameters<typeof readCalls>[1],
): Promise<Call[]> => visible(viewer, await readCalls(state, of));

/** The roll-up of a period; when it is looked at from an earlier day, by the calls made until then. */
async function readRollUp(
  ctx: Context,
  { period, category, currency, asOf, knownAt }: Asked,
): Promise<Omit<Board, 'whole'> & { whole: Rolled }> {
  const board = await readBoard(ctx.warehouse, ctx.viewer, {
    ...{ period, category, currency, asOf, knownAt },
  });
  const until = [asOf && board.asOf, knownAt && board.knownAt].filter((each) => !!each).sort()[0];
  const calls = standing(await visibleCalls(ctx, { period, category, until }));
  return { ...board, whole: rollUp(board.whole, { calls, currency: board.currency }) };
}

function findScope(whole: Rolled, { level, scope }: Scope): Rolled {
  const found = maybeFind(whole, { level, scope });
  if (found) return found;
  const known = scopesOf(whole, level);
  const hint = known.length ? `Did you mean "${nearest(scope ?? '', known)}"?` : 'There is none.';
  throw new StateError('wrong-value', `There is no ${level} "${scope}". ${hint}`);
}

/** Until accounts say who leads whom, only who sees everything may judge. */
function mustSeeAll({ scope }: Viewer): void {
  if (scope !== 'all')
    throw new StateError('not-allowed', 'You may not make calls. Ask who sees all opportunities');
}

/** What is hidden and what is missing look the same. */
async function mustExist({ warehouse, viewer }: Context, id: string): Promise<void> {
  if ((await warehouse.opportunity(viewer, id, {})) === null)
    throw new StateError('not-found', `There is no opportunity ${id}`);
}

async function mustSell({ warehouse, viewer }: Context, salesman: string): Promise<void> {
  const { values } = await warehouse.options(viewer);
  const known = (values.salesman ?? []).filter((each) => each !== null);
  if (!known.includes(salesman))
    throw new StateError(
      'wrong-value',
      `There is no salesman "${salesman}". Did you mean "${nearest(salesman, known)}"?`,
    );
}

async function mustCome(ctx: Context, day: string): Promise<void> {
  const today = await readDay(ctx);
  if (day <= today)
    throw new StateError('wrong-value', `${day} has come: today is ${today}. Choose a later day`);
}

/** The day by the clock in the reporting zone, or that of the data when it is later. */
async function readDay({ warehouse, viewer }: Context): Promise<string> {
  const { today, zone } = await warehouse.options(viewer);
  const { day } = parseMoment(new Date().toISOString(), zone);
  return [day, today].sort().at(-1) ?? today;
}
