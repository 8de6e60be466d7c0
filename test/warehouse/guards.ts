import type { Viewer } from '#warehouse/access.ts';

/** DuckDB's own tree of a statement, which has no types: an object by name, or nothing. */
// biome-ignore lint/suspicious/noExplicitAny: it comes as JSON and is only looked into.
export type Tree = any;

/** A statement's viewer and values, by which the predicate is known. */
export interface Known {
  viewer: Viewer;
  values: unknown[];
}

/** The tests of a `where` that all have to hold. */
export const conjuncts = (test: Tree): Tree[] =>
  test?.type === 'CONJUNCTION_AND' ? test.children.flatMap(conjuncts) : test ? [test] : [];

/** Whether a test lets through nothing but what the viewer may see; `isSeen` judges a select within it. */
export function isGuard(test: Tree, known: Known, isSeen: (select: Tree) => boolean): boolean {
  const deeper = (one: Tree) => isGuard(one, known, isSeen);
  if (isPredicate(test, known)) return true;
  switch (test.type) {
    case 'CONJUNCTION_OR':
      return test.children.every(deeper);
    case 'CONJUNCTION_AND':
      return test.children.some(deeper);
    case 'CASE_EXPR':
      return [...test.case_checks.map((one: Tree) => one.then_expr), test.else_expr].every(deeper);
    case 'SUBQUERY':
      return ['ANY', 'EXISTS'].includes(test.subquery_type) && isSeen(test.subquery.node);
    default:
      return false;
  }
}

const owners = ['salesman_id', 'owner_id', 'user_id'];

/** `access.ts` in other words: the salesman himself, and below a manager whoever has him in the path. */
function isPredicate(test: Tree, known: Known): boolean {
  const { salesman, scope } = known.viewer;
  if (isFalse(test)) return true;
  if (salesman === null) return false;
  return isHim(test, known) || (scope === 'subtree' && isBelow(test, known));
}

const isHim = (test: Tree, known: Known): boolean =>
  test.type === 'COMPARE_EQUAL' &&
  owners.includes(test.left.column_names?.at(-1)) &&
  given(test.right, known) === known.viewer.salesman;

const isBelow = (test: Tree, known: Known): boolean =>
  test.function_name === 'contains' &&
  test.children[0].column_names?.at(-1) === 'manager_path' &&
  given(test.children[1], known) === `/${known.viewer.salesman}/`;

const isFalse = (test: Tree): boolean =>
  (test.class === 'CONSTANT' && test.value?.value === false) ||
  (test.class === 'CAST' && test.child?.value?.value === 'f');

const given = (part: Tree, { values }: Known): unknown =>
  part.class === 'PARAMETER' ? values[Number(part.identifier) - 1] : undefined;

/** The alias that a predicate speaks of; null when it names none. */
export function aliasOf(test: Tree): string | null {
  const him = test.type === 'CONJUNCTION_OR' ? test.children[0] : test;
  const names: string[] = him?.left?.column_names ?? [];
  return names.length > 1 ? (names[0] as string) : null;
}

/** Whether the predicate stands anywhere in an expression. */
export const holdsPredicate = (part: Tree, known: Known): boolean =>
  isObject(part) &&
  ((part.class !== undefined && isPredicate(part, known)) ||
    Object.values(part).some((inner) => holdsPredicate(inner, known)));

/** The selects that stand in expressions. */
export function selectsIn(part: Tree): Tree[] {
  if (!isObject(part)) return [];
  if (part.class === 'SUBQUERY') return [part.subquery.node, ...selectsIn(part.child)];
  return Object.values(part).flatMap(selectsIn);
}

const isObject = (part: Tree): boolean => part !== null && typeof part === 'object';
