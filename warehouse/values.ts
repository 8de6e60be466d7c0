import { type SQL, sql } from 'drizzle-orm';
import type { Viewer } from './access.ts';
import { effectiveCategory } from './category.ts';
import type { Reader } from './connection.ts';
import { crmObjects } from './crm.ts';
import { type DimensionName, dimensionNames, dimensions } from './dimensions.ts';
import { seenBy } from './relations.ts';
import { dialect, raw } from './statement.ts';

/** Dimensions that vary together: one pass over the history for each group. */
const groups: DimensionName[][] = [
  ['salesman', 'team', 'director', 'pipeline', 'stage', 'category'],
  ['industry', 'region', 'segment'],
  ['leadSource', 'type', 'currency'],
];

/** Values of the dimensions by owner, over the whole history: the layout `dimension_value`. Accounts are too many. */
export function valueSql(asOf: string): string {
  const effective = effectiveCategory({ asOf, knownAt: null });
  const steps = groups.map((names, i) => {
    const columns = names
      .map((name) => `${name === 'category' ? effective : dimensions[name].column} as "${name}"`)
      .join(', ');
    const order = names.includes('stage') ? 'stage_order, ' : '';
    return `g${i} as materialized (select distinct salesman_id, manager_path, ${order}${columns} from opportunity_version)`;
  });
  const selects = groups.flatMap((names, i) => names.map((name) => valuesOf(name, `g${i}`)));
  const products = `select 'product' as dimension, product as value, null::integer as place, salesman_id, manager_path
    from (select distinct opportunity_id, product from line_version) join (select distinct opportunity_id, salesman_id, manager_path from opportunity_version) using (opportunity_id) group by all`;
  return `with ${steps.join(',\n')}\n${[...selects, products].join(' union all ')}`;
}

function valuesOf(name: DimensionName, from: string): string {
  const { order = 'null::integer' }: { order?: string } = dimensions[name];
  return `select '${name}' as dimension, "${name}" as value, min(${order}) as place, salesman_id, manager_path from ${from} group by "${name}", salesman_id, manager_path`;
}

/** How many records of each kind there are: the layout `object_count`. */
export const objectCountSql = (): string =>
  Object.keys(crmObjects)
    .map((o) => `select '${o}' as object, count(distinct record_key)::integer as n from fact_${o}`)
    .join(' union all ');

/** Values of every dimension, or of one, that a viewer may see, in order; null where it can be none. Accounts are left out. */
export async function readValues(
  reader: Reader,
  viewer: Viewer,
  only?: DimensionName,
): Promise<Partial<Record<DimensionName, (string | null)[]>>> {
  const found = await ask(
    reader,
    sql`select dimension, value from (select dimension, value, min(place) as place from dimension_value where ${only ? sql`dimension = ${only}` : raw('true')} and ${seenBy(viewer)} group by 1, 2)
      order by dimension, place nulls last, value nulls last`,
  );
  const values = (name: DimensionName) =>
    found.filter((row) => row.dimension === name).map((row) => row.value as string | null);
  const entries = dimensionNames.map((name) => {
    const own = values(name);
    return [name, name === 'product' && !own.includes(null) ? [...own, null] : own] as const;
  });
  return Object.fromEntries(entries.filter(([, own]) => own.length));
}

/** Which of these account names a viewer may see; all of them that there are when none is given. */
export async function readAccountNames(
  reader: Reader,
  viewer: Viewer,
  wanted?: string[],
): Promise<string[]> {
  const among = wanted ? sql`account in ${wanted}` : raw('account is not null');
  const found = await ask(
    reader,
    sql`select distinct account from opportunity_version where ${among} and ${seenBy(viewer)} order by 1`,
  );
  return found.map((row) => String(row.account));
}

function ask(reader: Reader, statement: SQL): Promise<Record<string, unknown>[]> {
  const { sql: text, params } = dialect.sqlToQuery(statement);
  return reader.all(text, params);
}
