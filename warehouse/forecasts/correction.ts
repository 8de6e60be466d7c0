import { type WindowKind, windowAt } from './calendar.ts';
import type { Span } from './days.ts';
import { columnsOf, type FeatureSet, featureSet, type Lesson } from './features.ts';
import { ages, type Ahead } from './hazards.ts';
import { categoryNames } from './history-sql.ts';
import { dayOfWeek, type Known } from './known.ts';
import { type Design, fitRidge, logit, type RidgeOptions, ridgeOptions } from './ridge.ts';

/** Landmarks lie this many weeks apart and reach this far back; the weight of one halves in `halfLife` weeks. */
export const landmarkOptions = { every: 2, weeks: 130, halfLife: 78 };

/** Chances are kept within these. */
const [least, most] = [1e-4, 0.98];
export const clip = (p: number): number => Math.min(most, Math.max(least, p));

/** The log-odds that the hazards alone give. */
export function offsetOf(ahead: Ahead, window: number, stage: number, age: number): number {
  const cell = (window * ahead.stages + stage) * ages + Math.min(age, ages - 1);
  return logit(clip(ahead.now[cell] as number));
}

/** What step 2 learned for one window. */
export interface Correction {
  set: FeatureSet;
  beta: Float64Array;
  /** What a row gets of each feature when its level is unknown: the mean of a category, 0 of the rest. */
  unknown: Float64Array;
  rows: number;
}

interface Landmarks {
  known: Known;
  cutOff: number;
  kinds: WindowKind[];
  /** Looks ahead from the end of a week, with the hazards of the cut-off. */
  aheadOf: (week: number) => Ahead;
  options?: RidgeOptions;
}

/** Corrections of the hazards, one for each window; null where no window of its kind is over yet (step 2). */
export function fitCorrections(landmarks: Landmarks): (Correction | null)[] {
  const { known, cutOff, kinds } = landmarks;
  const set = featureSet(known, lessonOf(known, cutOff));
  return kinds.map((_, k) => fitCorrection(landmarks, set, k));
}

/** The weeks before the cut-off at which rows are taken, newest first. */
export function landmarkWeeks(cutOff: number): number[] {
  const { every, weeks } = landmarkOptions;
  const found: number[] = [];
  for (let week = cutOff - every; week >= Math.max(0, cutOff - weeks); week -= every)
    found.push(week);
  return found;
}

function lessonOf(known: Known, cutOff: number): Lesson {
  const { closings, history, start } = known;
  const day = dayOfWeek(known, cutOff);
  const weeks = landmarkWeeks(cutOff);
  const rows = weeks.flatMap((week) =>
    Array.from(
      { length: (start[week + 1] as number) - (start[week] as number) },
      (_, i) => (start[week] as number) + i,
    ),
  );
  const counts = categoryNames.map((name) => {
    const count = new Float64Array(history.values[name].length);
    for (let row = 0; row < closings.rows && (closings.closedOn[row] as number) <= day; row++) {
      const code = closings[name][row] as number;
      if (code >= 0) count[code] = (count[code] as number) + 1;
    }
    return [name, count] as const;
  });
  return {
    rows: Int32Array.from(rows),
    closings: Object.fromEntries(counts) as Lesson['closings'],
  };
}

function fitCorrection(landmarks: Landmarks, set: FeatureSet, k: number): Correction | null {
  const design = designOf(landmarks, set, k);
  if (!design.rows) return null;
  const unknown = new Float64Array(set.features.length);
  const shares = spreadUnknown(design, set);
  const beta = fitRidge(design, landmarks.options ?? ridgeOptions);
  for (const [f, share] of shares)
    for (const [level, part] of share.entries())
      unknown[f] =
        (unknown[f] as number) + part * (beta[(set.first[f] as number) + level] as number);
  return { set, beta, unknown, rows: design.rows };
}

function designOf(
  { known, cutOff, kinds, aheadOf }: Landmarks,
  set: FeatureSet,
  k: number,
): Design {
  const { start, stage, stageAge, wonOn, history } = known;
  const today = dayOfWeek(known, cutOff);
  const kind = kinds[k] as WindowKind;
  const over = landmarkWeeks(cutOff)
    .map((week) => {
      const day = dayOfWeek(known, week);
      return { week, day, span: windowAt(kind, day, history.fiscalYearStart) };
    })
    .filter(({ span }) => span.to - 1 <= today);
  const rows = over.reduce(
    (n, { week }) => n + (start[week + 1] as number) - (start[week] as number),
    0,
  );
  const features = set.features.length;
  const design: Design = {
    rows,
    features,
    columns: set.columns,
    column: new Uint16Array(rows * features),
    offset: new Float64Array(rows),
    weight: new Float64Array(rows),
    label: new Uint8Array(rows),
  };
  let at = 0;
  for (const { week, day, span } of over) {
    const ahead = aheadOf(week);
    const weight = 0.5 ** ((cutOff - week) / landmarkOptions.halfLife);
    const from = Math.max(span.from, day + 1);
    for (let row = start[week] as number; row < (start[week + 1] as number); row++, at++) {
      design.offset[at] = offsetOf(ahead, k, stage[row] as number, stageAge[row] as number);
      design.weight[at] = weight;
      const on = wonOn[row] as number;
      design.label[at] = on >= from && on < span.to ? 1 : 0;
      columnsOf(set, row, day, span, design.column, at * features);
    }
  }
  return design;
}

const golden = 0.6180339887498949;

/**
 * That a category is unknown must teach nothing, since many are filled in at closing only: such rows are spread over the
 * levels as the others are, so the levels differ by themselves alone. Returns the shares by feature.
 */
function spreadUnknown(design: Design, { features, first }: FeatureSet): Map<number, Float64Array> {
  const names: readonly string[] = categoryNames;
  const shares = new Map<number, Float64Array>();
  for (const [f, { name, levels }] of features.entries()) {
    if (!names.includes(name)) continue;
    const share = new Float64Array(levels.length);
    const from = first[f] as number;
    let told = 0;
    for (let at = f; at < design.column.length; at += design.features) {
      const level = (design.column[at] as number) - from;
      if (level < 0) continue;
      share[level] = (share[level] as number) + 1;
      told += 1;
    }
    for (const level of share.keys()) share[level] = (share[level] as number) / Math.max(1, told);
    shares.set(f, share);
    if (told) spread(design, { f, from, share });
  }
  return shares;
}

function spread(
  { column, features }: Design,
  { f, from, share }: { f: number; from: number; share: Float64Array },
): void {
  let n = 0;
  for (let at = f; at < column.length; at += features) {
    if (column[at] !== 0) continue;
    let rest = (++n * golden) % 1;
    let level = 0;
    while (level < share.length - 1 && rest >= (share[level] as number))
      rest -= share[level++] as number;
    column[at] = from + level;
  }
}

/** What the correction adds to the log-odds of a row, in parts: the intercept, then each feature. */
export function reasonsOf(
  { set, beta, unknown }: Correction,
  row: number,
  cutOff: number,
  window: Span,
): { columns: Uint16Array; parts: Float64Array; intercept: number } {
  const columns = new Uint16Array(set.features.length);
  columnsOf(set, row, cutOff, window, columns, 0);
  const parts = Float64Array.from(columns, (column, f) =>
    column === 0 ? (unknown[f] as number) : (beta[column] as number),
  );
  return { columns, parts, intercept: beta[set.columns] as number };
}

export const addedBy = (
  correction: Correction,
  row: number,
  cutOff: number,
  window: Span,
): number => {
  const { parts, intercept } = reasonsOf(correction, row, cutOff, window);
  return parts.reduce((sum, part) => sum + part, intercept);
};
