import { type SQL, sql } from 'drizzle-orm';

/** Who looks. Every statement carries one; `own` sees the salesman's rows, `subtree` a team's, `all` everything. */
export interface Viewer {
  id: string;
  salesman: string | null;
  role: 'salesman' | 'manager' | 'director' | 'analyst';
  scope: 'own' | 'subtree' | 'all';
}

/** The one local viewer of an installation without accounts: one person's machine, all rows. */
export const localViewer: Viewer = { id: 'local', salesman: null, role: 'director', scope: 'all' };

/** The team-path column holds role ids from root to leaf as `/a/b/c/`, so a subtree is a prefix test. */
export interface OwnerColumns {
  salesmanId: SQL;
  managerPath: SQL;
}

/**
 * The predicate that a relation with an owner must carry on its innermost read.
 * An unknown or incomplete viewer sees no row.
 */
export function visible(viewer: Viewer, owner: OwnerColumns): SQL {
  if (!viewer) throw new TypeError('A statement needs a viewer');
  if (viewer.scope === 'all') return sql`(true /* viewer: all */)`;
  if (!viewer.salesman) return sql`(false /* viewer without salesman */)`;
  const own = sql`${owner.salesmanId} = ${viewer.salesman}`;
  if (viewer.scope === 'own') return sql`(${own} /* viewer: own */)`;
  if (viewer.scope !== 'subtree') return sql`(false /* viewer of no known scope */)`;
  const below = sql`contains(${owner.managerPath}, ${`/${viewer.salesman}/`})`;
  return sql`((${own} or ${below}) /* viewer: subtree */)`;
}

/** The predicate of rows and sums that name no owner: they are for those who see everything. */
export function visibleToAll(viewer: Viewer): SQL {
  if (!viewer) throw new TypeError('A statement needs a viewer');
  return viewer.scope === 'all'
    ? sql`(true /* viewer: all */)`
    : sql`(false /* viewer: not all */)`;
}
