import { landmarkOptions, landmarkWeeks } from './correction.ts';
import { dayOfWeek, type Known } from './known.ts';

/** What an open opportunity is worth when it is won. */
export interface Values {
  /** Won amount over the amount while open, by stage; 1 without data. */
  ratio: Float64Array;
  /** Cents: what is taken for an opportunity without amount, by field (`-1` in the last place) and stage. */
  typical: Float64Array;
  stages: number;
}

/** Learned from landmarks whose win is known at the cut-off (step 3). */
export function fitValues(known: Known, cutOff: number): Values {
  return {
    ratio: ratios(known, cutOff),
    typical: typicals(known, cutOff),
    stages: known.stages,
  };
}

/** The amount of a row in cents, the typical one where there is none. */
export const amountOf = (values: Values, known: Known, row: number): number => {
  const amount = known.amount[row] as number;
  return Number.isNaN(amount) ? typicalOf(values, known, row) : amount;
};

const typicalOf = ({ typical, stages }: Values, known: Known, row: number): number => {
  const fields = known.history.values.industry.length;
  const field = known.codes.industry[row] as number;
  return typical[(field < 0 ? fields : field) * stages + (known.stage[row] as number)] as number;
};

function ratios(known: Known, cutOff: number): Float64Array {
  const { start, stage, amount, wonOn, wonAmount, stages } = known;
  const today = dayOfWeek(known, cutOff);
  const [before, after] = [new Float64Array(stages), new Float64Array(stages)];
  for (const week of landmarkWeeks(cutOff)) {
    const weight = 0.5 ** ((cutOff - week) / landmarkOptions.halfLife);
    for (let row = start[week] as number; row < (start[week + 1] as number); row++) {
      if ((wonOn[row] as number) > today) continue;
      const [was, is] = [amount[row] as number, wonAmount[row] as number];
      if (Number.isNaN(was) || Number.isNaN(is)) continue;
      const s = stage[row] as number;
      before[s] = (before[s] as number) + weight * was;
      after[s] = (after[s] as number) + weight * is;
    }
  }
  return before.map((was, s) => (was > 0 ? (after[s] as number) / was : 1));
}

/** Fewer amounts than this are no measure of a field. */
const enough = 5;

/** Medians by field and stage; a field with few has that of the stage, a stage with few that of all. */
function typicals(known: Known, cutOff: number): Float64Array {
  const { start, stage, amount, codes, history, stages } = known;
  const fields = history.values.industry.length;
  const lists: number[][] = Array.from({ length: (fields + 1) * stages }, () => []);
  for (const week of [...landmarkWeeks(cutOff), cutOff])
    for (let row = start[week] as number; row < (start[week + 1] as number); row++) {
      const value = amount[row] as number;
      if (Number.isNaN(value)) continue;
      const field = codes.industry[row] as number;
      (lists[(field < 0 ? fields : field) * stages + (stage[row] as number)] as number[]).push(
        value,
      );
    }
  const all = median(lists.flat()) ?? 0;
  const byStage = Array.from({ length: stages }, (_, s) => {
    const list = lists.filter((_, i) => i % stages === s).flat();
    return list.length >= enough ? (median(list) ?? all) : all;
  });
  return Float64Array.from(lists, (list, i) =>
    list.length >= enough ? (median(list) ?? all) : (byStage[i % stages] as number),
  );
}

export function median(list: number[]): number | null {
  if (!list.length) return null;
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
