import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Viewer } from '#warehouse/access.ts';
import {
  aliasOf,
  conjuncts,
  holdsPredicate,
  isGuard,
  type Known,
  selectsIn,
  type Tree,
} from './guards.ts';

/** Of nobody in particular: what the company sells by, what it converts by, and what was loaded. */
const shared = new Set([
  ...['stage_version', 'rate_version', 'learning', 'setting'],
  ...['load', 'source_state', 'object_state', 'object_count'],
]);
/** Without an owner of their own: they may also be joined to rows that are seen. */
const hanging = /^(line_version|stage_visit|user_version|fact_\w+)$/;
/** Joined to what is seen for its name and fields alone: the account of a planned activity, as layouts hold it of done ones. */
const describing = new Set(['plan_base > account_version']);
/** What is learned from everybody's opportunities is no row of anybody's. */
const learned = /^every_/;

/** How far the rows of a relation are the viewer's: not known to be, joined to his, or his. */
type Guard = 'none' | 'joined' | 'own';

interface Scope extends Known {
  steps: Map<string, { body: Tree; steps: Scope['steps'] }>;
  through: string[];
  /** What is read without the predicate, and how many relations with owners are read in all. */
  found: { unguarded: string[]; read: number };
}

/** Finds out by DuckDB's own parser what a statement reads. */
export async function openReads() {
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  return {
    /** The relations that are read without the predicate of this viewer, who does not see everything. */
    unguarded: async (viewer: Viewer, text: string, values: unknown[] = []): Promise<string[]> => {
      const found = { unguarded: [], read: 0 };
      const scope = { viewer, values, steps: new Map(), through: [], found };
      query(await parse(db, text), 'none', scope);
      return [...new Set<string>(found.unguarded)];
    },
    close: () => {
      db.closeSync();
      instance.closeSync();
    },
  };
}

async function parse(db: DuckDBConnection, text: string): Promise<Tree> {
  const found = await db.runAndReadAll('select json_serialize_sql($1::varchar) as tree', [text]);
  const tree = JSON.parse(String(found.getRowObjectsJson()[0]?.tree));
  if (tree.error) throw new Error(`${tree.error_message}: ${text}`);
  return tree.statements[0].node;
}

function query(node: Tree, guard: Guard, outer: Scope): void {
  const steps = new Map(outer.steps);
  for (const { key, value } of node.cte_map?.map ?? [])
    steps.set(key, { body: value.query.node, steps: new Map(steps) });
  const scope = { ...outer, steps };
  if (node.type === 'SET_OPERATION_NODE')
    for (const part of node.children ?? [node.left, node.right]) query(part, guard, scope);
  else if (node.type === 'SELECT_NODE') select(node, guard, scope);
  else throw new Error(`a ${node.type} is not understood`);
}

function select(node: Tree, guard: Guard, scope: Scope): void {
  const tests = conjuncts(node.where_clause).filter((test) =>
    isGuard(test, scope, (inner) => isSeen((tried) => query(inner, 'none', tried), scope)),
  );
  // A row may be looked at and marked; what is told of it then depends on the mark.
  const isMarked = node.select_list.some(
    (column: Tree) => column.alias === 'is_seen' && holdsPredicate(column, scope),
  );
  const isOwn = isMarked || tests.some((test) => aliasOf(test) === null);
  from(node.from_table, { guard: isOwn ? 'own' : guard, named: tests.map(aliasOf) }, scope);
  for (const part of [node.select_list, node.where_clause, node.having, node.qualify])
    for (const inner of selectsIn(part)) query(inner, 'none', scope);
}

/** `named` are the aliases of which the predicate speaks. */
interface From {
  guard: Guard;
  named: (string | null)[];
}

function from(table: Tree, asked: From, scope: Scope): void {
  const guard = table.alias && asked.named.includes(table.alias) ? 'own' : asked.guard;
  if (table.type === 'BASE_TABLE') relation(table.table_name, guard, scope);
  else if (table.type === 'SUBQUERY') query(table.subquery.node, guard, scope);
  else if (table.type === 'JOIN') join(table, asked, scope);
  else for (const inner of selectsIn(table)) query(inner, 'none', scope);
}

/** The predicate over a join speaks of its first relation. */
function join({ left, right, join_type: kind }: Tree, asked: From, scope: Scope): void {
  from(left, asked, scope);
  const isJoined =
    ['INNER', 'LEFT'].includes(kind) && isSeen((tried) => from(left, asked, tried), scope);
  from(right, { ...asked, guard: isJoined ? 'joined' : 'none' }, scope);
}

function relation(name: string, guard: Guard, scope: Scope): void {
  const step = scope.steps.get(name);
  if (learned.test(name) || shared.has(name)) return;
  if (step) {
    const through = [...scope.through, name];
    return void query(step.body, guard, { ...scope, steps: step.steps, through });
  }
  scope.found.read += 1;
  if (guard === 'own') return;
  const place = `${scope.through.at(-1)} > ${name}`;
  if (guard === 'joined' && (hanging.test(name) || describing.has(place))) return;
  scope.found.unguarded.push([...scope.through, name].join(' > '));
}

/** Whether a part of a statement reads relations with owners, and each of them with the predicate. */
function isSeen(work: (tried: Scope) => void, scope: Scope): boolean {
  const found = { unguarded: [], read: 0 };
  work({ ...scope, found });
  return found.read > 0 && found.unguarded.length === 0;
}
