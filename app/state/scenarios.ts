import { eq } from 'drizzle-orm';
import { append, type Db, entriesOf, maybeStored, type Stored } from './entries.ts';
import { damaged, StateError } from './errors.ts';
import { type Overlay, overlaySchema } from './overlay.ts';
import { entry, scenario } from './schema.ts';
import type { State } from './state.ts';

/** One version of a scenario. */
export interface Scenario {
  scenario: string;
  version: number;
  name: string;
  author: string;
  at: string;
  /** Null: taken away with this version. */
  overlay: Overlay | null;
}

export interface NewVersion {
  id: string;
  author: string;
  /** The scenario's own id; a new one begins a scenario. */
  scenario: string;
  /** The version that its author changed; 0 for a new scenario. */
  after: number;
  name: string;
  /** Null takes the scenario away; its versions stay. */
  overlay: Overlay | null;
}

/**
 * Saves the next version of a scenario and returns it; the same `id` again returns what was saved. Throws
 * `changed-meanwhile` when there is a newer version than the one that was changed, `not-found` for another's.
 */
export function saveScenario(state: State, made: NewVersion): Promise<Scenario> {
  return state.write(async (db, at) => {
    const { id, author, name, after } = made;
    if (!(await maybeStored(db, { kind: 'scenario', id, author }))) await checkFollows(db, made);
    const overlay = made.overlay && JSON.stringify(made.overlay);
    const own = { scenario: made.scenario, version: after + 1, name, overlay };
    const asked = ['scenario', 'version', 'name', 'overlay'] as const;
    return toScenario(
      await append(db, { kind: 'scenario', asked: [...asked] }, { id, author, at, own }),
    );
  });
}

/** The newest version of each of a person's scenarios that was not taken away, by name. */
export async function listScenarios(state: State, author: string): Promise<Scenario[]> {
  const all = await state.read((db) => entriesOf(db, 'scenario', eq(entry.author, author)));
  return [...new Map(all.map((each) => [each.scenario, each])).values()]
    .filter(({ overlay }) => overlay !== null)
    .map(toScenario)
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

/** All versions of a person's scenario, oldest first. Throws `not-found` when there is none of his. */
export async function readScenario(
  state: State,
  of: { author: string; scenario: string },
): Promise<Scenario[]> {
  const versions = await state.read((db) => versionsOf(db, of.scenario));
  const own = versions.filter(({ author }) => author === of.author);
  if (own.length === 0) throw notFound();
  return own.map(toScenario);
}

async function checkFollows(db: Db, { scenario: of, after, author }: NewVersion): Promise<void> {
  const last = (await versionsOf(db, of)).at(-1);
  if (last && last.author !== author) throw notFound();
  if ((last?.version ?? 0) === after) return;
  throw new StateError(
    'changed-meanwhile',
    last
      ? `The scenario has version ${last.version} by now, not ${after}. Open it again; nothing was saved`
      : `There is no version ${after} of this scenario; a new one follows version 0. Nothing was saved`,
  );
}

const versionsOf = (db: Db, of: string): Promise<Stored<'scenario'>[]> =>
  entriesOf(db, 'scenario', eq(scenario.scenario, of));

const notFound = (): StateError => new StateError('not-found', 'There is no such scenario');

function toScenario({ at, overlay, ...stored }: Stored<'scenario'>): Scenario {
  const { scenario, version, name, author } = stored;
  return {
    ...{ scenario, version, name, author },
    at: new Date(at).toISOString(),
    overlay: overlay === null ? null : parseOverlay(overlay, version),
  };
}

function parseOverlay(text: string, version: number): Overlay {
  const found = overlaySchema.safeParse(JSON.parse(text));
  if (found.success) return found.data;
  throw damaged(`version ${version} of a scenario is no scenario`, found.error);
}
