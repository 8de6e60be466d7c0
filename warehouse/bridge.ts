import type { Viewer } from './access.ts';
import type { Bridge, MovedRows } from './movement-answer.ts';
import { circumstance, type Source } from './ask.ts';
import { type Part, partsOf } from './bridge-parts.ts';
import { reasonLabels } from './bridge-reasons.ts';
import {
  type BridgeInput,
  type BridgeRowsInput,
  bridgeRowsSchema,
  bridgeSchema,
  checkAlike,
} from './bridge-request.ts';
import { type Node, toNode, toUnits } from './bridge-shares.ts';
import { stagesBetween } from './bridge-walk.ts';
import { fromCents } from './cents.ts';
import { WarehouseError } from './errors.ts';
import { movedColumns } from './waterfall-rows.ts';

/**
 * Why two numbers differ: additive steps, one circumstance at a time, each by its reasons, that sum to the difference
 * to the cent. Each way point is a question of its own. Throws `wrong-sum` with the numbers should they not add up.
 */
export async function readBridge(
  source: Source,
  viewer: Viewer,
  input: BridgeInput,
): Promise<Bridge> {
  return toBridge(source, await walkBridge(source, viewer, input));
}

/** A walked bridge as it is answered. */
export function toBridge(source: Source, { ends, parts, recorded }: Walked): Bridge {
  const [from, to] = ends;
  const cell = (units: bigint) => (from.unit === 'money' ? fromCents(units) : Number(units));
  const residual = recorded.to - recorded.from - parts.reduce((sum, { delta }) => sum + delta, 0n);
  if (residual !== 0n) throw wrongSum(ends, parts, residual);
  return {
    ...circumstance(source, to.question),
    metric: to.name,
    unit: from.unit,
    steps: parts.map(({ step, reason, label, delta, count }) => ({
      step,
      reason,
      label,
      delta: cell(delta),
      count,
    })),
    from: cell(recorded.from),
    to: cell(recorded.to),
    residual: cell(residual),
    queries: { from: from.query, to: to.query },
  };
}

/** The opportunities behind one reason of one step. */
export async function readBridgeRows(
  source: Source,
  viewer: Viewer,
  input: BridgeRowsInput,
): Promise<MovedRows> {
  const { step, reason, limit, offset, ...asked } = bridgeRowsSchema.parse(input);
  const { ends, parts } = await walkBridge(source, viewer, asked);
  const part = parts.find((one) => one.step === step && one.reason === reason);
  if (!part)
    throw new WarehouseError(
      'wrong-use',
      `This bridge has no step "${step}" with reason "${reason}"; it has ${parts.map((one) => `${one.step} ${one.reason}`).join(', ') || 'none'}`,
    );
  const [, { unit, question }] = ends;
  const shown = circumstance(source, question);
  const rows = await part.rows({ limit, offset });
  const all = await part.rows({ limit: part.count, offset: 0 });
  const sum = all.reduce((total, row) => total + toUnits(row.value ?? null), 0n);
  const cell = (units: bigint) => (unit === 'money' ? fromCents(units) : Number(units));
  return {
    ...shown,
    columns: movedColumns(part.label, unit, shown.currency),
    rows,
    count: part.count,
    sum: cell(sum),
    total: cell(part.delta),
    adds: sum === part.delta && all.length === part.count,
  };
}

export interface Walked {
  ends: [Node, Node];
  parts: Part[];
  recorded: { from: bigint; to: bigint };
}

/** All steps of a bridge, with their rows at hand. */
export async function walkBridge(
  source: Source,
  viewer: Viewer,
  input: BridgeInput,
): Promise<Walked> {
  const { from, to, recorded } = bridgeSchema.parse(input);
  const ends: [Node, Node] = [await toNode(source, viewer, from), await toNode(source, viewer, to)];
  checkAlike(...ends);
  const [totalFrom, totalTo] = [await ends[0].total(), await ends[1].total()];
  const said = {
    from: recorded.from === undefined ? totalFrom : toUnits(recorded.from),
    to: recorded.to === undefined ? totalTo : toUnits(recorded.to),
  };
  const parts = [...recordedPart('from', totalFrom - said.from)];
  let before = ends[0];
  for (const stage of stagesBetween(ends[0].query, ends[1].query)) {
    const after = await toNode(source, viewer, stage.query);
    parts.push(...(await partsOf(source, viewer, { stage, before, after })));
    before = after;
  }
  parts.push(...recordedPart('to', said.to - totalTo));
  return { ends, parts, recorded: said };
}

/** What was written down is not what the same question answers now: another installation, or another definition. */
function recordedPart(side: 'from' | 'to', delta: bigint): Part[] {
  if (delta === 0n) return [];
  const label = `The ${side === 'from' ? 'first' : 'second'} number: ${reasonLabels.recorded}`;
  return [
    { step: `recorded.${side}`, reason: 'recorded', label, delta, count: 0, rows: async () => [] },
  ];
}

const wrongSum = ([from, to]: [Node, Node], parts: Part[], residual: bigint): WarehouseError =>
  new WarehouseError(
    'wrong-sum',
    `The bridge from ${JSON.stringify(from.query)} to ${JSON.stringify(to.query)} leaves ${residual} unexplained: ${parts.map((part) => `${part.step} ${part.reason} ${part.delta}`).join(', ')}. This is a fault of the program; please report it`,
  );
