import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localViewer, type Viewer } from '#warehouse/access.ts';
import { openWarehouse, type Warehouse } from '#warehouse/warehouse.ts';
import { canary, plantCanaries } from './canary.ts';
import { anyAsked, type DoorName, doorNames, type Known } from './doors.ts';
import { findKnown, loadPeopled, type Peopled } from './peopled.ts';
import type { SmallDemo } from './small-demo.ts';

/** How often each door is tried by each viewer. */
const numRuns = process.env.PLUMBLINE_LONG === '1' ? 150 : 5;
const ask = async (asked: Promise<unknown>): Promise<string> => JSON.stringify(await asked);

let demo: SmallDemo;
let people: Peopled;
beforeAll(async () => {
  ({ demo, people } = await loadPeopled());
}, 300_000);
afterAll(() => demo.remove());

describe.each(['salesman', 'manager', 'nobody'] as const)('for a %s', (role) => {
  let viewer: Viewer;
  let copy: string;
  let altered: Warehouse;
  let known: Known;
  beforeAll(async () => {
    viewer = people[role];
    known = await findKnown(demo, viewer);
    copy = await plantCanaries(demo.dataDir, viewer);
    altered = openWarehouse(copy);
  }, 120_000);
  afterAll(async () => {
    await altered.close();
    rmSync(copy, { recursive: true, force: true });
  });

  it.each(doorNames)(
    'SEC-1: %s tells the same whatever stands where he may not see',
    async (door) => {
      await fc.assert(
        fc.asyncProperty(anyAsked(door, known), async (asked) => {
          const told = await ask(asked.ask(altered, viewer));
          expect(told).not.toContain(canary);
          expect(told).toBe(await ask(asked.ask(demo.warehouse, viewer)));
        }),
        { seed: 20261128, numRuns, endOnFailure: true },
      );
    },
  );
});

/** Doors behind which nothing stands that belongs to somebody. */
const open: DoorName[] = ['stages', 'rates', 'status', 'loads'];

it('SEC-1: who sees everything meets the canaries at every other door', async () => {
  const copy = await plantCanaries(demo.dataDir, people.nobody);
  const altered = openWarehouse(copy);
  try {
    const known = await findKnown(demo, localViewer);
    const same: DoorName[] = [];
    for (const door of doorNames) if (!(await isTelling(door, altered, known))) same.push(door);
    expect(same).toEqual(open);
  } finally {
    await altered.close();
    rmSync(copy, { recursive: true, force: true });
  }
});

/** Whether some question at a door has another answer in the altered installation. */
async function isTelling(door: DoorName, altered: Warehouse, known: Known): Promise<boolean> {
  for (const asked of fc.sample(anyAsked(door, known), { seed: 1, numRuns: 30 })) {
    const told = await ask(asked.ask(altered, localViewer));
    if (told !== (await ask(asked.ask(demo.warehouse, localViewer)))) return true;
  }
  return false;
}
