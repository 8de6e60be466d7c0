import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { WarehouseError } from '../errors.ts';
import type { Query } from '../query.ts';
import { dayNumber, dayText } from './days.ts';
import { codeVersion } from './index.ts';
import type { Stand } from './walk.ts';

const cents = z.number();
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const partsSchema = z.strictObject({
  won: cents,
  existing: cents,
  fresh: cents,
  variance: cents,
  depth: z.enum(['naive', 'hazards', 'full']),
  naive: cents.nullable(),
  lastYear: cents.nullable(),
  typedWeighted: cents.nullable(),
  learnedWeighted: cents.nullable(),
  sameDayRatio: cents.nullable(),
});

const pointSchema = z.strictObject({
  window: z.string(),
  from: day,
  to: day,
  weight: z.number(),
  tau: z.number(),
  learnedFrom: z.int(),
  mean: cents,
  variance: cents,
  p10: cents,
  p50: cents,
  p90: cents,
});
export type FrozenPoint = z.infer<typeof pointSchema>;

const common = {
  codeVersion: z.int(),
  windows: z.string(),
  where: z.record(z.string(), z.array(z.string().nullable())),
  cutOff: day,
  inputHash: hash,
  snapshot: z.string(),
  madeAt: z.string(),
  isBackfilled: z.boolean(),
};

/** What was worked out at a cut-off before it was blended, and the points made of it; cents. */
const schemas = {
  parts: z.strictObject({ ...common, parts: z.array(partsSchema) }),
  points: z.strictObject({ ...common, points: z.array(pointSchema.nullable()) }),
};
export type Frozen<Kind extends FrozenKind = FrozenKind> = z.infer<(typeof schemas)[Kind]>;
export type FrozenKind = keyof typeof schemas;

/** Which series of points: what windows, of which part of the pipeline. */
export interface Series {
  windows: string;
  where: Query['where'];
}

/** The folder of a series; one file in it for each cut-off, written once. */
export function seriesFolder(
  dataDir: string,
  { windows, where }: Series,
  kind: FrozenKind,
): string {
  const text = JSON.stringify(ordered(where));
  const scope = text === '{}' ? 'all' : sha256(text).slice(0, 16);
  return join(dataDir, 'forecasts', `v${codeVersion}`, windows, scope, kind);
}

/** The same filters in the same order. */
export const ordered = (where: Query['where']): Query['where'] =>
  Object.fromEntries(
    Object.entries(where)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, values]) => [name, [...new Set(values)].sort()]),
  );

export const frozenText = (body: Frozen): string => {
  const text = JSON.stringify(body);
  return `{"seal":"${sha256(text)}","body":${text}}\n`;
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Everything stored of a series, oldest first; files never change, so each is read once. */
export interface FrozenReader {
  read<Kind extends FrozenKind>(series: Series, kind: Kind): Frozen<Kind>[];
}

export function frozenReader(dataDir: string): FrozenReader {
  const kept = new Map<string, Frozen>();
  return {
    read: <Kind extends FrozenKind>(series: Series, kind: Kind) => {
      const folder = seriesFolder(dataDir, series, kind);
      if (!existsSync(folder)) return [];
      const names = readdirSync(folder).filter((name) => /^\d{4}-\d{2}-\d{2}\.json$/.test(name));
      return names.sort().map((name) => {
        const path = join(folder, name);
        const found = kept.get(path) ?? readFrozen(path, kind);
        kept.set(path, found);
        return found as Frozen<Kind>;
      });
    },
  };
}

/** Reads one file; a changed byte is noticed by its seal. */
export function readFrozen(path: string, kind: FrozenKind): Frozen {
  const text = readFileSync(path, 'utf8');
  const [, seal, body] = /^\{"seal":"([0-9a-f]{64})","body":(.*)\}\n$/s.exec(text) ?? [];
  if (body === undefined || sha256(body) !== seal)
    throw new WarehouseError(
      'damaged-snapshot',
      `The stored forecast ${path} is not what was stored. Put it back from a backup, or move it away and run "plumbline backtest"`,
    );
  return schemas[kind].parse(JSON.parse(body));
}

/** A lookup of what was worked out before, at a day or at most three days from it. */
export function nearStands(frozen: Frozen<'parts'>[]): (day: number) => Stand | undefined {
  const stands = new Map(
    frozen.map(({ cutOff, inputHash, parts }) => {
      const on = dayNumber(cutOff);
      return [on, { day: on, inputHash, parts }] as const;
    }),
  );
  const near = [0, -1, 1, -2, 2, -3, 3];
  return (on) => {
    const shift = near.find((days) => stands.has(on + days));
    return shift === undefined ? undefined : stands.get(on + shift);
  };
}

export const partsFile = ({ day, inputHash, parts }: Stand) => ({
  cutOff: dayText(day),
  inputHash,
  parts,
});
