import { DuckDBInstance } from '@duckdb/node-api';
import type { Viewer } from '#warehouse/access.ts';
import { findCurrent } from '#warehouse/snapshot.ts';
import type { Known } from './doors.ts';
import { loadSmallDemo, type SmallDemo, valuesOf } from './small-demo.ts';

/** Who looks, of those who may not see everything. */
export type Peopled = Record<'salesman' | 'manager' | 'nobody', Viewer>;

const loads = ['2026-11-21T06:00:00Z', '2026-11-28T06:00:00Z'] as const;

/** The small demo after two loads, with the salesman who handed over most and the manager whose team did. */
export async function loadPeopled(): Promise<{ demo: SmallDemo; people: Peopled }> {
  const demo = await loadSmallDemo(7, loads[0]);
  await demo.nextWeek(loads[1]);
  const [salesman] = await rowsOf(
    demo,
    `select salesman_id as id, any_value(manager_path) as path from opportunity_version v
      where opportunity_id in (select opportunity_id from opportunity o where o.salesman_id <> v.salesman_id) group by 1 order by count(distinct opportunity_id) desc, 1 limit 1`,
  );
  const manager = salesman?.path?.split('/').at(-3);
  if (!salesman?.id || !manager) throw new Error('the demo has nobody who handed anything over');
  return {
    demo,
    people: {
      salesman: { id: 's', salesman: salesman.id, role: 'salesman', scope: 'own' },
      manager: { id: 'm', salesman: manager, role: 'manager', scope: 'subtree' },
      nobody: { id: 'n', salesman: null, role: 'salesman', scope: 'own' },
    },
  };
}

/** What can be asked for: what the viewer sees or saw, as much that he does not, and all values that filters can have. */
export async function findKnown(demo: SmallDemo, { salesman }: Viewer): Promise<Known> {
  const mine = `coalesce(salesman_id = '${salesman}' or contains(manager_path, '/${salesman}/'), false)`;
  const ids = async (column: string) => {
    const rows = await rowsOf<Owned>(
      demo,
      `select ${column} as id, bool_or(${mine}) as is_mine, count(distinct salesman_id) > 1 as is_moved from opportunity_version where ${column} is not null group by 1 order by 1`,
    );
    const all = (which: (row: (typeof rows)[number]) => boolean, n: number) =>
      rows.filter(which).slice(0, n);
    return [
      ...all((row) => row.is_mine && row.is_moved, 40),
      ...all((row) => row.is_mine, 20),
      ...all((row) => !row.is_mine, 20),
    ].map(({ id }) => String(id));
  };
  return {
    values: await valuesOf(demo.ask),
    opportunities: await ids('opportunity_id'),
    accounts: await ids('account_id'),
    instants: [loads[0], '2026-11-25T00:00:00Z'],
  };
}

interface Owned extends Found {
  is_mine: boolean;
  is_moved: boolean;
}

interface Found {
  id: string | null;
  path?: string | null;
}

async function rowsOf<T extends Found>({ dataDir }: SmallDemo, statement: string): Promise<T[]> {
  const path = findCurrent(dataDir)?.path as string;
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
  const db = await instance.connect();
  try {
    return (await db.runAndReadAll(statement)).getRowObjectsJson() as unknown as T[];
  } finally {
    db.closeSync();
    instance.closeSync();
  }
}
