import type { Viewer } from '#warehouse/access.ts';
import type { Cell, Row } from '#warehouse/answers.ts';
import { fromCents, sumMoney, toCents } from '#warehouse/cents.ts';
import type { Warehouse } from '#warehouse/warehouse.ts';
import type { Scope } from './calls.ts';
import type { Branch } from './roll-up.ts';
import { categories, type Category } from './schema.ts';

/** What is asked about: a period and category, in a currency, under some circumstances. */
export interface Asked {
  period: string;
  category: Category;
  currency?: string;
  asOf?: string;
  knownAt?: string;
}

/** The opportunities of a period as people stand under each other, with the circumstances of the numbers. */
export interface Board {
  snapshot: string;
  asOf: string;
  knownAt: string;
  currency: string;
  isNow: boolean;
  whole: Branch;
}

interface Place {
  director: string | null;
  team: string | null;
}

/**
 * Reads what is open and won in a period by salesman, and puts each salesman where he stands as of the day: under the
 * team of his open opportunities, else of his closings, else of today. What nobody has belongs to the whole.
 */
export async function readBoard(
  warehouse: Pick<Warehouse, 'answer' | 'options'>,
  viewer: Viewer,
  { category, ...asked }: Asked,
): Promise<Board> {
  const { asOf, knownAt } = asked;
  const by = ['director', 'team', 'salesman'];
  const [open, won, owners, { teams }] = await Promise.all([
    warehouse.answer(viewer, { metrics: ['openPipeline'], by: ['salesman', 'category'], ...asked }),
    warehouse.answer(viewer, { metrics: ['wonValue', 'wonCount'], by, ...asked }),
    warehouse.answer(viewer, { metrics: ['openCount'], by, asOf, knownAt }),
    warehouse.options(viewer),
  ]);
  const closings = byWeight(won.rows, 'wonCount');
  const today = teams as unknown as Row[];
  const places = new Map(
    [
      ...(open.isNow ? [...closings, ...today] : [...today, ...closings]),
      ...byWeight(owners.rows, 'openCount'),
    ].flatMap((row) =>
      row.salesman === null ? [] : [[text(row.salesman), placeOf(row)] as const],
    ),
  );
  const { snapshot, currency, isNow } = open;
  return {
    ...{ snapshot, currency, isNow, asOf: open.asOf, knownAt: open.knownAt },
    whole: treeOf(places, (salesman) => sumsOf(salesman, { open, won, category })),
  };
}

/** The heaviest last, so that it counts where a salesman stands in several teams. */
const byWeight = (rows: Row[], metric: string): Row[] =>
  [...rows].sort((a, b) => Number(a[metric]) - Number(b[metric]));

const text = (cell: Cell | undefined): string => String(cell);
const placeOf = ({ director, team }: Row): Place => ({
  director: director === null ? null : text(director),
  team: team === null ? null : text(team),
});

type Sums = Pick<Branch, 'open' | 'won' | 'counted'>;

function sumsOf(
  salesman: string | null,
  { open, won, category }: { open: { rows: Row[] }; won: { rows: Row[] }; category: Category },
): Sums {
  const sum = (rows: Row[], metric: string) => sumMoney(rows.map((row) => row[metric] as string));
  const own = open.rows.filter((row) => row.salesman === salesman);
  const counted = own.filter((row) => isCounted(row.category ?? null, category));
  const wonSum = sum(
    won.rows.filter((row) => row.salesman === salesman),
    'wonValue',
  );
  return {
    open: sum(own, 'openPipeline'),
    won: wonSum,
    counted: fromCents(toCents(wonSum) + toCents(sum(counted, 'openPipeline'))),
  };
}

const nothing: Sums = { open: '0.00', won: '0.00', counted: '0.00' };

/** Whole, directors, teams, salesmen; a step that a company does not have is left out. */
function treeOf(places: Map<string, Place>, sums: (salesman: string | null) => Sums): Branch {
  const whole: Branch = { level: 'whole', scope: null, ...sums(null), below: [] };
  for (const [salesman, { director, team }] of [...places].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const over = [
      { level: 'director' as const, scope: director },
      { level: 'team' as const, scope: team },
    ].filter(({ scope }) => scope !== null);
    const branch = over.reduce<Branch>(within, whole);
    branch.below.push({ level: 'salesman', scope: salesman, ...sums(salesman), below: [] });
  }
  return whole;
}

function within(parent: Branch, { level, scope }: Scope): Branch {
  const known = parent.below.find((each) => each.level === level && each.scope === scope);
  if (known) return known;
  const made: Branch = { level, scope, ...nothing, below: [] };
  parent.below.push(made);
  return made;
}

/** Sources write `Best Case`, `BestCase`, `best_case`; the older name of a commit is a forecast. */
const spoken: Record<string, Category | null> = {
  bestcase: 'bestCase',
  upside: 'bestCase',
  mostlikely: 'mostLikely',
  commit: 'commit',
  forecast: 'commit',
  omitted: null,
};

/** Whether an open opportunity of a source's category counts in a category: it is that one or a better one. */
export function isCounted(source: Cell, category: Category): boolean {
  const name = String(source ?? '')
    .toLowerCase()
    .replace(/[^a-z]/g, '');
  const own = Object.hasOwn(spoken, name) ? spoken[name] : 'pipeline';
  return !!own && categories.indexOf(own) >= categories.indexOf(category);
}
